package io.github.dnsonde.http;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.json.FindingsJson;
import io.github.dnsonde.json.OutcomeJson;
import io.github.dnsonde.json.OverviewJson;
import io.github.dnsonde.json.ReportReplyJson;
import io.github.dnsonde.json.TimelineJson;
import io.github.dnsonde.json.VantagesJson;
import io.github.dnsonde.overview.Headline;
import io.github.dnsonde.overview.Overview;
import io.github.dnsonde.overview.OverviewChanges;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Errno;
import io.github.dnsonde.probe.Ignored;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.VantageStatus;
import io.github.dnsonde.probe.Verdict;
import io.github.dnsonde.report.Limits;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.report.ReportReply;
import io.github.dnsonde.testkit.SampleOutcomes;
import io.github.dnsonde.testkit.SampleReports;
import io.github.dnsonde.testkit.StreakFold;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Checks that the API's description matches the API, in both directions. */
class OpenApiTest {

  private static final JsonNode API =
      YAMLMapper.shared()
          .readTree(Path.of("src/main/resources/io/github/dnsonde/http/openapi.yaml"));
  private static final Probe PROBE = SampleOutcomes.probe("shop");

  private static final String FILE = "/page/{file}";

  private static RunningServer server;

  @BeforeAll
  static void start() throws IOException {
    server = RunningServer.withPage("page\n");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void everyDescribedPathIsServedAsDescribed() throws Exception {
    for (String path : agentPaths()) {
      String method = path.equals("/api/v1/stream") ? "HEAD" : "GET"; // it never ends
      String query = path(path).toString().contains("\"query\"") ? "?namespace=shop" : "";
      HttpResponse<String> response = server.send(method, listenerOf(path), path + query);
      assertEquals(200, response.statusCode(), path);
      Set<String> types = Set.copyOf(content(path, "200").propertyNames());
      String type = response.headers().firstValue("Content-Type").orElse("none");
      assertTrue(types.contains(type), path + " is served as " + type + ", described as " + types);
    }
  }

  /** A missing path is answered with the list of existing ones. */
  @Test
  void everyServedPathIsDescribed() throws Exception {
    Set<String> served = new TreeSet<>();
    for (InetSocketAddress listener : List.of(server.metrics(), server.api())) {
      String said = server.get(listener, "/nothing").body().strip();
      served.addAll(List.of(said.replaceFirst(".*available: ", "").split(", ")));
    }
    assertEquals(served, agentPaths());
  }

  /** The paths without that of the controller, which alone takes a body. */
  private static Set<String> agentPaths() {
    Set<String> paths = new TreeSet<>(API.get("paths").propertyNames());
    paths.removeIf(path -> API.get("paths").get(path).has("post"));
    paths.remove(FILE);
    texts(API.at("/paths/~1page~1{file}/get/parameters/0/schema/enum"))
        .forEach(name -> paths.add(FILE.replace("{file}", name)));
    return paths;
  }

  /** The description of a path: of a file, the one that all files share. */
  private static JsonNode path(String path) {
    return API.get("paths").get(path.startsWith("/page/") ? FILE : path);
  }

  @Test
  void aReportAndTheRepliesMatchTheDescription() throws IOException {
    assertEquals(
        "#/components/schemas/Report", reportSchema("/requestBody/content/application~1json"));
    assertEquals(
        "#/components/schemas/ReportReply",
        reportSchema("/responses/200/content/application~1json"));
    assertValid(schema("Report"), SampleReports.json(SampleReports.full()));
    assertValid(schema("Report"), SampleReports.json(SampleReports.empty("node-a")));
    for (ReportReply reply : List.of(ReportReply.NONE, SampleReports.reply())) {
      StringWriter json = new StringWriter();
      ReportReplyJson.write(reply, json);
      assertValid(schema("ReportReply"), json.toString());
    }
  }

  private static String reportSchema(String content) {
    return API.at("/paths/~1v1~1report/post" + content + "/schema/$ref").asString();
  }

  @Test
  void theDescribedLimitsAreThoseOfTheCode() {
    assertEquals(Limits.VANTAGES, limit("Report/properties/vantages/maxItems"));
    assertEquals(Limits.BLIND, limit("Report/properties/blind/maxItems"));
    assertEquals(Limits.UNPROBED, limit("Report/properties/unprobed/maxItems"));
    assertEquals(Limits.FINDINGS, limit("Report/properties/findings/maxItems"));
    assertEquals(Limits.PATHS, limit("ReportedVantage/properties/paths/maxItems"));
    assertEquals(Limits.RESULTS, limit("ReportedPath/properties/results/maxItems"));
    assertEquals(Limits.NAME, limit("Name/maxLength"));
    assertEquals(Limits.SENTENCE, limit("ReportedFinding/properties/sentence/maxLength"));
    assertEquals(Limits.EVIDENCE, limit("ReportedFinding/properties/evidence/maxItems"));
    assertEquals(Limits.POLICY, limit("ReportedFinding/properties/suggestedPolicy/maxLength"));
    assertEquals(Limits.CLASSES, limit("NodeShare/properties/core/maxItems"));
  }

  private static int limit(String place) {
    return API.at("/components/schemas/" + place).asInt();
  }

  @Test
  void errorsMatchTheDescription() throws Exception {
    Schema error = schema("Error");
    for (String path : List.of("/api", "/api/v1", "/api/v1/outcomes/1")) {
      assertValid(error, server.get(server.api(), path).body());
    }
    assertValid(error, server.send("POST", server.api(), "/api/v1/outcomes").body());
  }

  @Test
  void everyKindOfOutcomeMatchesTheDescription() throws IOException {
    List<Outcome> all = everyKind();
    assertEquals(
        Set.of(Reason.values()),
        all.stream().flatMap(outcome -> reason(outcome).stream()).collect(toSet()),
        "a reason is not tried");
    StringWriter history = new StringWriter();
    OutcomeJson.writeHistory(all, all, history);
    assertValid(schema("History"), history.toString());
  }

  @Test
  void servedOutcomesMatchTheDescription() throws Exception {
    server.outcomes.retain(SampleOutcomes.plan(PROBE));
    everyKind().forEach(outcome -> new StreakFold().to(server.outcomes::add, outcome));
    assertValid(schema("History"), server.get(server.api(), "/api/v1/outcomes").body());
  }

  @Test
  void servedVantagesMatchTheDescription() throws Exception {
    List<Candidate> candidates =
        Stream.of(VantageStatus.values())
            .map(vantageStatus -> SampleOutcomes.outcast(vantageStatus.label(), vantageStatus))
            .toList();
    ResolverSettings resolver =
        new ResolverSettings(
            List.of(PROBE.server().address()), List.of("cluster.local"), List.of("ndots:5"));
    Plan plan = new Plan(List.of(PROBE), candidates, resolver, List.of("It is odd."));
    server.plan.set(plan);
    String served = server.get(server.api(), "/api/v1/vantages").body();
    assertValid(schema("Vantages"), served);
    assertEquals(VantagesJson.Vantages.of(plan), VantagesJson.read(new StringReader(served)));
  }

  @Test
  void servedFindingsMatchTheDescription() throws Exception {
    Diagnosis diagnosis = SampleOutcomes.diagnosis();
    server.diagnosis.set(diagnosis);
    String served = server.get(server.api(), "/api/v1/findings").body();
    assertValid(schema("Diagnosis"), served);
    assertEquals(diagnosis, FindingsJson.read(new StringReader(served)));
  }

  @Test
  void theServedStatusMatchesTheDescription() throws Exception {
    String served = server.get(server.api(), "/api/v1/status").body();
    assertValid(schema("Overview"), served);
    assertEquals(SampleReports.overview(), OverviewJson.read(new StringReader(served)).overview());
  }

  @Test
  void aDifferenceMatchesTheDescription() throws IOException {
    Overview full = SampleReports.overview();
    Overview empty =
        new Overview(
            full.subject(), full.at(), List.of(), List.of(), List.of(), List.of(), full.usage(), 0);
    for (OverviewChanges changes :
        List.of(
            OverviewChanges.between(empty, full),
            OverviewChanges.between(full, empty),
            OverviewChanges.between(full, full))) {
      StringWriter json = new StringWriter();
      OverviewJson.writeChanges(changes, json);
      assertValid(schema("OverviewChanges"), json.toString());
    }
    StringWriter unchanged = new StringWriter();
    OverviewJson.writeUnchanged(full, unchanged);
    assertValid(schema("OverviewUnchanged"), unchanged.toString());
    assertTrue(unchanged.toString().contains("\"usage\":{"), unchanged.toString());
  }

  /** A reader of the page needs the number of nodes, and the names of a few. */
  @Test
  void aBriefStatusListsTheFirstNodes() throws Exception {
    Finding finding = SampleOutcomes.diagnosis().findings().getFirst();
    List<String> nodes = IntStream.range(0, 300).mapToObj("node-%03d"::formatted).toList();
    Overview full = SampleReports.overview();
    server.status.set(
        new Overview(
            full.subject(),
            full.at(),
            full.paths(),
            full.blind(),
            List.of(finding.about(finding.subject().on(nodes))),
            full.nodes(),
            full.usage(),
            full.omitted()));
    try {
      String brief = server.get(server.api(), "/api/v1/status?brief=true").body();
      assertValid(schema("Overview"), brief);
      assertTrue(brief.contains("\"nodeCount\":300,"), brief);
      assertEquals(nodes.subList(0, 20), nodesOf(brief));
      assertEquals(nodes, nodesOf(server.get(server.api(), "/api/v1/status").body()));
    } finally {
      server.status.set(full);
    }
  }

  private static List<String> nodesOf(String status) throws IOException {
    return OverviewJson.read(new StringReader(status))
        .overview()
        .findings()
        .getFirst()
        .subject()
        .nodes();
  }

  @Test
  void servedPathsAndHistoryMatchTheDescription() throws Exception {
    String paths = server.get(server.api(), "/api/v1/paths?namespace=shop").body();
    assertValid(schema("PathList"), paths);
    assertTrue(paths.contains("\"pod\":\"web-5d9c7b6f4-x2x7k\""), paths);
    String history = server.get(server.api(), "/api/v1/history?namespace=shop").body();
    assertValid(schema("NamespaceHistory"), history);
    assertTrue(history.contains("\"state\":\"unanswered\""), history);
    String trend = server.get(server.api(), "/api/v1/trend?namespace=shop&days=30").body();
    assertValid(schema("Trend"), trend);
    assertTrue(trend.contains("\"p50\":[null,"), trend);
    for (String path :
        List.of(
            "/api/v1/paths",
            "/api/v1/paths?node=",
            "/api/v1/history",
            "/api/v1/trend",
            "/api/v1/trend?namespace=shop&days=31",
            "/api/v1/trend?namespace=shop&days=1h",
            "/api/v1/trend?namespace=" + "a".repeat(254))) {
      HttpResponse<String> refused = server.get(server.api(), path);
      assertEquals(400, refused.statusCode(), path);
      assertValid(schema("Error"), refused.body());
    }
  }

  @Test
  void aNamespaceIsSelected() throws Exception {
    server.diagnosis.set(SampleOutcomes.diagnosis());
    Diagnosis none =
        FindingsJson.read(
            new StringReader(server.get(server.api(), "/api/v1/findings?namespace=nobody").body()));
    assertEquals(Diagnosis.NONE, none);
    String timeline = server.get(server.api(), "/api/v1/incident?namespace=nobody").body();
    assertEquals(List.of(), TimelineJson.read(new StringReader(timeline)).entries());
    String shop = server.get(server.api(), "/api/v1/incident?namespace=shop").body();
    assertEquals(SampleReports.timeline(), TimelineJson.read(new StringReader(shop)));
  }

  /** A node gets its findings alone, and not the names of a thousand others. */
  @Test
  void aNodeIsSelected() throws Exception {
    Finding finding = SampleOutcomes.diagnosis().findings().getFirst();
    server.diagnosis.set(
        new Diagnosis(
            List.of(finding.about(finding.subject().on(List.of("a", "b"))), finding),
            SampleOutcomes.diagnosis().policyVerdicts()));
    String served = server.get(server.api(), "/api/v1/findings?node=b").body();
    assertValid(schema("Diagnosis"), served);
    Diagnosis here = FindingsJson.read(new StringReader(served));
    assertEquals(
        List.of(List.of("b"), List.of("b")),
        here.findings().stream().map(each -> each.subject().nodes()).toList());
    assertEquals(List.of(), here.policyVerdicts());
    String elsewhere = server.get(server.api(), "/api/v1/findings?node=c").body();
    assertEquals(1, FindingsJson.read(new StringReader(elsewhere)).findings().size());
  }

  @Test
  void theServedTimelineMatchesTheDescription() throws Exception {
    String served = server.get(server.api(), "/api/v1/incident").body();
    assertValid(schema("Timeline"), served);
    assertEquals(SampleReports.timeline(), TimelineJson.read(new StringReader(served)));
  }

  @Test
  void anUnknownOrMissingFieldIsDetected() throws IOException {
    Schema schema = schema("History");
    StringWriter history = new StringWriter();
    OutcomeJson.writeHistory(everyKind(), List.of(), history);
    for (String broken :
        List.of(
            history.toString().replace("\"inUse\"", "\"inuse\""),
            history.toString().replace("\"verdict\":\"good\"", "\"verdict\":\"fine\""),
            history.toString().replace("\"port\":53", "\"port\":\"53\""))) {
      assertTrue(!errors(schema, broken).isEmpty(), "passed: " + broken);
    }
  }

  @Test
  void itsExamplesAreValid() {
    int tried =
        examples("/api/v1/outcomes", "History")
            + examples("/api/v1/vantages", "Vantages")
            + examples("/api/v1/findings", "Diagnosis");
    JsonNode error =
        API.at("/components/responses/JsonError/content/application~1json/examples/notFound/value");
    assertValid(schema("Error"), error.toString());
    assertEquals(4, tried);
  }

  private static int examples(String path, String schema) {
    JsonNode examples = content(path, "200").get("application/json").get("examples");
    examples
        .values()
        .forEach(example -> assertValid(schema(schema), example.get("value").toString()));
    return examples.size();
  }

  @Test
  void itsWordsMatchTheCode() {
    assertEquals(Stream.of(Reason.values()).map(Reason::label).toList(), words("Reason"));
    assertEquals(Stream.of(Cause.values()).map(Cause::label).toList(), words("Cause"));
    assertEquals(
        Stream.of(Ignored.Why.values()).map(Ignored.Why::label).toList(), words("IgnoredWhy"));
    assertEquals(
        Stream.of(VantageStatus.values()).map(VantageStatus::label).toList(), words("Standing"));
    assertEquals(
        Stream.of(Finding.Code.values()).map(Finding.Code::label).toList(), words("FindingCode"));
    assertEquals(
        Stream.of(Headline.Mood.values()).map(Headline.Mood::label).toList(),
        texts(API.at("/components/schemas/Headline/properties/mood/enum")));
    assertEquals(Stream.of(PathState.values()).map(PathState::label).toList(), words("PathState"));
    assertEquals(Stream.of(Scope.values()).map(Scope::label).toList(), words("Scope"));
    assertEquals(Stream.of(Transport.values()).map(Transport::label).toList(), words("Transport"));
    assertEquals(
        Stream.of(RecordType.values()).map(RecordType::name).toList(), words("RecordType"));
    assertEquals(verdicts(), Set.copyOf(words("Verdict")));
    assertEquals(mnemonics(), texts(API.at("/components/schemas/Rcode/anyOf/0/enum")));
  }

  private static Set<String> verdicts() {
    return Stream.concat(
            Stream.of(new Verdict.Good(), new Verdict.Untested(Cause.YOUNG)),
            Stream.of(Reason.values()).map(Verdict.Failed::new))
        .map(Verdict::label)
        .collect(toSet());
  }

  /** The mnemonics that an outcome can carry, one query for each number. */
  private static List<String> mnemonics() {
    return IntStream.range(0, 4_096)
        .mapToObj(OpenApiTest::rcode)
        .filter(rcode -> !rcode.startsWith("RCODE"))
        .toList();
  }

  private static String rcode(int code) {
    StringWriter json = new StringWriter();
    try {
      OutcomeJson.writeArray(
          List.of(SampleOutcomes.replied(PROBE, 1, new Reply.Answered(code, false, List.of(), 12))),
          json);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return JsonMapper.shared().readTree(json.toString()).get(0).get("rcode").asString();
  }

  @Test
  void itAllowsNoOtherFields() {
    int objects = 0;
    for (JsonNode schema : API.at("/components/schemas").values()) {
      if (schema.has("properties")) {
        objects++;
        assertTrue(schema.get("additionalProperties").isBoolean(), schema.toString());
        assertEquals(
            new TreeSet<>(schema.get("properties").propertyNames()),
            new TreeSet<>(texts(schema.get("required"))),
            "a field is optional");
      }
    }
    assertEquals(44, objects);
  }

  private static List<Outcome> everyKind() {
    List<Outcome> all = new ArrayList<>();
    all.add(SampleOutcomes.good(PROBE, 2));
    all.add(SampleOutcomes.good(PROBE, 6_000));
    all.add(SampleOutcomes.timeout(PROBE));
    for (Cause cause : Cause.values()) {
      all.add(SampleOutcomes.untested(PROBE, cause));
    }
    Stream.of(
            new Reply.TimedOut(Reply.Phase.CONNECT),
            new Reply.PortUnreachable(),
            new Reply.ConnectionRefused(),
            new Reply.ConnectionReset(),
            new Reply.Prohibited(Errno.EACCES),
            new Reply.NoRoute(Errno.ENETUNREACH),
            new Reply.PathFailed("Required key not available"),
            new Reply.LocalDenied(Errno.EPERM),
            new Reply.Malformed("no header"),
            answered(2),
            answered(3),
            answered(0),
            answered(5),
            answered(24),
            new Reply.Answered(0, true, List.of(), 512),
            new Reply.Answered(0, false, true, false, List.of(), 0, 80))
        .map(reply -> SampleOutcomes.replied(PROBE, 1, reply))
        .forEach(all::add);
    Outcome wrong = SampleOutcomes.good(PROBE, 2);
    all.add(
        new Outcome(
            PROBE,
            wrong.at(),
            wrong.duration(),
            wrong.local(),
            Ignored.one(Ignored.Why.ANOTHER_ID).and(Ignored.Why.NO_QUESTION),
            wrong.reply(),
            new Verdict.Failed(Reason.WRONG_ADDRESS)));
    return all;
  }

  private static Reply answered(int rcode) {
    return new Reply.Answered(rcode, false, List.of(), 12);
  }

  private static Optional<Reason> reason(Outcome outcome) {
    return outcome.verdict() instanceof Verdict.Failed(Reason reason)
        ? Optional.of(reason)
        : Optional.empty();
  }

  private static InetSocketAddress listenerOf(String path) {
    boolean elsewhere = path(path).has("servers");
    return elsewhere ? server.metrics() : server.api();
  }

  /** The content of a response, which may be a reference. */
  private static JsonNode content(String path, String status) {
    JsonNode response = path(path).get("get").get("responses").get(status);
    return response.has("$ref")
        ? API.at(response.get("$ref").asString().substring(1)).get("content")
        : response.get("content");
  }

  private static Schema schema(String name) {
    ObjectNode root = JsonMapper.shared().createObjectNode();
    root.put("$schema", SpecificationVersion.DRAFT_2020_12.getDialectId());
    root.put("$ref", "#/$defs/" + name);
    root.set(
        "$defs",
        JsonMapper.shared()
            .readTree(
                API.at("/components/schemas")
                    .toString()
                    .replace("#/components/schemas/", "#/$defs/")));
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(root);
  }

  private static void assertValid(Schema schema, String json) {
    assertEquals(List.of(), errors(schema, json), json);
  }

  private static List<String> errors(Schema schema, String json) {
    return schema
        .validate(
            json,
            InputFormat.JSON,
            context -> context.executionConfig(it -> it.formatAssertionsEnabled(true)))
        .stream()
        .map(Error::toString)
        .toList();
  }

  private static List<String> words(String schema) {
    return texts(API.at("/components/schemas/" + schema + "/enum"));
  }

  private static List<String> texts(JsonNode array) {
    return array.values().stream().map(JsonNode::asString).toList();
  }
}
