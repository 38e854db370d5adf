package io.github.dnsonde.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonParser;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.controller.ProbePodReconciler;
import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.http.Health;
import io.github.dnsonde.http.HttpListeners;
import io.github.dnsonde.http.Pages;
import io.github.dnsonde.overview.BlindRow;
import io.github.dnsonde.overview.IncidentEntry;
import io.github.dnsonde.overview.NodeRow;
import io.github.dnsonde.overview.Overview;
import io.github.dnsonde.overview.OverviewRow;
import io.github.dnsonde.overview.PolicySight;
import io.github.dnsonde.overview.Timeline;
import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.VantageStatus;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.report.Usage;
import io.github.dnsonde.status.Outcomes;
import io.github.dnsonde.testkit.FixedState;
import io.github.dnsonde.testkit.Forbidden;
import io.github.dnsonde.testkit.Hostile;
import io.github.dnsonde.testkit.NoMetrics;
import io.github.dnsonde.testkit.SampleOutcomes;
import io.github.dnsonde.testkit.StreakFold;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.xml.sax.InputSource;
import picocli.CommandLine.Help.Ansi;

/**
 * Names, labels, annotations, files and messages that are meant to affect their readers, through
 * every command and format.
 */
@Tag("long")
class HostileTextTest {

  static final List<String> TEXTS = Hostile.TEXTS;

  private static final List<String> FORMATS =
      List.of("text", "json", "sarif", "junit", "github", "gitlab");

  /** The output of {@code lint --format github}. */
  private static final Pattern ANNOTATION =
      Pattern.compile(
          "^::(?:error|warning|notice) file=[^:,\\s][^:,]*(?:,line=\\d+)?,title=dnsonde [a-z-]+::");

  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @TempDir private Path folder;

  @Test
  void ofLint() throws Exception {
    Path manifests = Files.createDirectory(folder.resolve("manifests"));
    for (String text : TEXTS) {
      Path below = Files.createDirectory(manifests.resolve("" + TEXTS.indexOf(text)));
      Files.writeString(below.resolve("all.json"), ascii(new Gson().toJson(manifests(text))));
      write(named(below, text, ".yaml"), "a: \"" + yaml(text) + "\"\nb: [\n");
      write(below.resolve("raw.yaml"), "a: b\n" + text + ": [" + text + "\n");
    }
    for (String format : FORMATS) {
      Path file = folder.resolve("report." + format);
      Ran ran = Ran.command("lint", "-f", format, "-f", format + "=" + file, manifests.toString());
      assertEquals(2, ran.status(), "some files are broken");
      Forbidden.check(ran.out(), ANNOTATION, () -> format);
      Forbidden.check(ran.err(), () -> "errors of " + format);
      assertEquals(ran.out(), Files.readString(file), "the same in a file");
      assertTrue(ran.out().contains("dns-tcp-missing"), "findings are reported");
      assertTrue(ran.out().contains("invalid-policy"), "refused policies are reported");
      parse(format, ran.out());
    }
    Path baseline = folder.resolve("baseline");
    Ran ran = Ran.command("lint", manifests.toString(), "--write-baseline", baseline.toString());
    Forbidden.check(ran.out() + ran.err() + Files.readString(baseline), () -> "baseline");
    List<String> lines = Files.readAllLines(baseline);
    for (String line : lines.subList(1, lines.size())) {
      assertTrue(line.matches("[0-9a-f]{24} [a-z-]+ .*"), line);
    }
  }

  /** A path of that name, or of another if a file cannot have that name. */
  private static Path named(Path folder, String text, String ending) {
    String name = text.replace("/", "").replace("\0", "");
    try {
      return folder.resolve(name.substring(0, Math.min(60, name.length())) + ending);
    } catch (InvalidPathException _) {
      return folder.resolve("other" + ending);
    }
  }

  private static void write(Path file, String content) throws IOException {
    Files.write(file, content.getBytes(UTF_8)); // half a pair becomes a question mark
  }

  /** The text as in double quotes. */
  private static String yaml(String text) {
    String json = ascii(new Gson().toJson(text));
    return json.substring(1, json.length() - 1);
  }

  private static String ascii(String json) {
    StringBuilder ascii = new StringBuilder();
    json.chars()
        .forEach(
            unit ->
                ascii.append(
                    unit < 0x7f ? Character.toString(unit) : String.format("\\u%04x", unit)));
    return ascii.toString();
  }

  /** A key that YAML can read. */
  private static String key(String text) {
    return text.substring(0, Math.min(300, text.length()));
  }

  /** Policies that are refused for it, and those that a valid policy cuts off. */
  private static Map<String, Object> manifests(String text) {
    return Map.of(
        "kind",
        "List",
        "items",
        List.of(
            policy(Map.of("name", text, "namespace", text), Map.of()),
            policy(Map.of("name", "labels", "labels", Map.of(key(text), text)), Map.of()),
            policy(Map.of("name", "annotations", "annotations", Map.of(key(text), text)), Map.of()),
            policy(
                Map.of("name", "selector"),
                Map.of("podSelector", Map.of("matchLabels", Map.of(key(text), text)))),
            policy(
                Map.of("name", "expression"),
                Map.of(
                    "podSelector",
                    Map.of(
                        "matchExpressions",
                        List.of(Map.of("key", text, "operator", text, "values", List.of(text)))))),
            policy(Map.of("name", "types"), Map.of("policyTypes", List.of(text))),
            policy(
                Map.of("name", "rule"),
                Map.of(
                    "egress",
                    List.of(
                        Map.of(
                            "to",
                            List.of(
                                Map.of("ipBlock", Map.of("cidr", text)),
                                Map.of(
                                    "ipBlock",
                                    Map.of("cidr", "10.0.0.0/8", "except", List.of(text)))),
                            "ports",
                            List.of(Map.of("port", text), Map.of("protocol", text, "port", 53)))))),
            policy(
                Map.of(
                    "name",
                    "ignores",
                    "namespace",
                    "shop",
                    "annotations",
                    Map.of("dnsonde.github.io/ignore", text + ";dns-udp-missing:" + text)),
                udpAlone()),
            policy(Map.of("name", "placeless"), udpAlone()),
            object("cilium.io/v2", "CiliumNetworkPolicy", text, text, Map.of()),
            object("apps/v1", "Deployment", text, "shop", pods(text)),
            object(text, text, text, text, Map.of(key(text), text))));
  }

  private static Map<String, Object> policy(Map<String, ?> metadata, Map<String, ?> spec) {
    return Map.of(
        "apiVersion",
        "networking.k8s.io/v1",
        "kind",
        "NetworkPolicy",
        "metadata",
        metadata,
        "spec",
        spec);
  }

  private static Map<String, ?> udpAlone() {
    return Map.of(
        "podSelector",
        Map.of(),
        "policyTypes",
        List.of("Egress"),
        "egress",
        List.of(Map.of("ports", List.of(Map.of("protocol", "UDP", "port", 53)))));
  }

  private static Map<String, Object> object(
      String version, String kind, String name, String namespace, Map<String, ?> spec) {
    return Map.of(
        "apiVersion",
        version,
        "kind",
        kind,
        "metadata",
        Map.of("name", name, "namespace", namespace),
        "spec",
        spec);
  }

  private static Map<String, ?> pods(String text) {
    return Map.of(
        "template",
        Map.of(
            "metadata",
            Map.of("labels", Map.of(key(text), text)),
            "spec",
            Map.of("dnsPolicy", "ClusterFirst")));
  }

  private static void parse(String format, String out) throws Exception {
    switch (format) {
      case "json", "sarif" -> assertTrue(JsonParser.parseString(out).isJsonObject());
      case "gitlab" -> assertTrue(JsonParser.parseString(out).isJsonArray());
      case "junit" ->
          assertEquals(
              "testsuites",
              DocumentBuilderFactory.newInstance()
                  .newDocumentBuilder()
                  .parse(new InputSource(new StringReader(out)))
                  .getDocumentElement()
                  .getTagName());
      default -> assertFalse(out.isEmpty());
    }
  }

  @Test
  void ofTheAgentAndItsClients() throws Exception {
    Plan plan =
        new Plan(
            TEXTS.stream().map(HostileTextTest::probe).toList(),
            TEXTS.stream().map(HostileTextTest::candidate).toList(),
            ResolverSettings.NONE,
            TEXTS);
    Outcomes outcomes = new Outcomes();
    TEXTS.stream()
        .flatMap(text -> outcomes(text).stream())
        .forEach(outcome -> new StreakFold().to(outcomes::add, outcome));
    try (HttpClient client = HttpClient.newHttpClient();
        HttpListeners listeners = listeners(outcomes, plan)) {
      for (String path : List.of("/api/v1/outcomes", "/api/v1/findings", "/api/v1/vantages")) {
        String page = get(client, listeners.apiAddress(), path);
        assertTrue(page.startsWith("{") && JsonParser.parseString(page).isJsonObject(), page);
        Forbidden.check(page, () -> path);
      }
      for (String path : List.of("/livez", "/readyz", "/%1b%5b2J%0a::error::x", "/api/%e2%80%ae")) {
        Forbidden.check(get(client, listeners.metricsAddress(), path), () -> path);
        Forbidden.check(get(client, listeners.apiAddress(), path), () -> path);
      }
      for (List<String> words : askingCommands()) {
        Ran ran = run(config(listeners), words);
        Forbidden.check(ran.out() + ran.err(), words::toString);
        assertFalse((ran.out() + ran.err()).isBlank(), words::toString);
      }
    }
  }

  private static HttpListeners listeners(Outcomes outcomes, Plan plan) throws IOException {
    Supplier<Optional<String>> reasons = () -> Optional.of(String.join("; ", TEXTS));
    return HttpListeners.start(
        HttpListeners.Setup.plain(ANY_PORT, ANY_PORT),
        new Pages(
            new NoMetrics(),
            new Health(reasons, reasons),
            outcomes,
            () -> plan,
            HostileTextTest::diagnosis,
            new FixedState(HostileTextTest::overview),
            HostileTextTest::timeline));
  }

  /**
   * The commands that query the agent. Some show everything, the others are about a namespace or a
   * pod of such a name.
   */
  private static List<List<String>> askingCommands() {
    List<List<String>> all =
        new ArrayList<>(List.of(List.of("vantages"), List.of("vantages", "--output", "json")));
    for (String text : TEXTS) {
      String name = text.replace("/", "");
      all.add(List.of("explain", name));
      all.add(List.of("explain", name, "--fix"));
      all.add(List.of("check", "--pod", "no/" + name));
    }
    all.add(List.of("status"));
    all.add(List.of("incident", "shop"));
    all.add(List.of("incident", "shop", "--output", "json"));
    all.add(List.of("status", "--all"));
    all.add(List.of("status", "--output", "json"));
    all.add(List.of("explain", TEXTS.getFirst(), "--output", "json"));
    all.add(List.of("explain", "no/" + TEXTS.getFirst()));
    return all;
  }

  private static Vantage vantage(String text) {
    return new Vantage(text, text, text, text, Vantage.ANY);
  }

  private static Probe probe(String text) {
    return new Probe(
        vantage(text), SampleOutcomes.KUBE_DNS, SampleOutcomes.probe("shop").question(), true);
  }

  private static Candidate candidate(String text) {
    return new Candidate(
        text,
        text,
        text,
        Optional.empty(),
        text,
        VantageStatus.CHOSEN,
        new Candidate.Resolver(text, ResolverSettings.NONE, List.of(text)));
  }

  private static List<Outcome> outcomes(String text) {
    Probe probe = probe(text);
    return List.of(
        SampleOutcomes.replied(
            probe, 5, new Reply.Answered(0, false, List.of(new Answer(text, "TXT", text)), 100)),
        SampleOutcomes.replied(probe, 5, new Reply.Malformed(text)),
        Outcome.untested(probe, SampleOutcomes.NOON, Cause.NO_SOCKET, text));
  }

  private static Diagnosis diagnosis() {
    return new Diagnosis(
        TEXTS.stream().map(HostileTextTest::finding).toList(),
        TEXTS.stream().map(HostileTextTest::policyVerdict).toList());
  }

  private static Overview overview() {
    return new Overview(
        TEXTS.getFirst(),
        SampleOutcomes.NOON,
        TEXTS.stream().map(HostileTextTest::row).toList(),
        TEXTS.stream().map(text -> new BlindRow(text, text, List.of(text))).toList(),
        TEXTS.stream().map(HostileTextTest::finding).toList(),
        TEXTS.stream().map(HostileTextTest::node).toList(),
        Usage.NONE,
        1);
  }

  private static Timeline timeline() {
    return new Timeline(
        TEXTS.getFirst(),
        SampleOutcomes.NOON,
        SampleOutcomes.NOON,
        PolicySight.ALWAYS,
        TEXTS.stream()
            .map(
                text ->
                    new IncidentEntry(
                        SampleOutcomes.NOON, IncidentEntry.Kind.FINDING, List.of("shop"), text))
            .toList());
  }

  private static OverviewRow row(String text) {
    return new OverviewRow(
        text,
        text,
        Transport.UDP,
        true,
        PathState.UNANSWERED,
        Optional.empty(),
        1,
        1,
        1,
        1,
        new TreeMap<>());
  }

  private static NodeRow node(String text) {
    return new NodeRow(
        text,
        Optional.of(text),
        List.of(NodeRow.Presence.values()).get(text.length() % 3),
        Optional.of(SampleOutcomes.NOON),
        Optional.of(text),
        1,
        1);
  }

  private static Finding finding(String text) {
    return new Finding(
        Finding.Code.EGRESS_DENIED,
        new Finding.Subject(
            List.of(text.replace("/", "")), List.of(text), List.of(text), List.of(Transport.UDP)),
        Finding.Confidence.LIKELY,
        SampleOutcomes.NOON,
        text,
        List.of(text, text),
        List.of(text),
        Optional.of("metadata:\n  name: " + text + "\n"));
  }

  private static ReportedVerdict policyVerdict(String text) {
    return new ReportedVerdict(
        text.replace("/", ""),
        text,
        text,
        text,
        Transport.UDP,
        Decision.DENY,
        Decision.DENY,
        List.of(text),
        text);
  }

  private static String get(HttpClient client, InetSocketAddress address, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + address.getPort() + path);
    return client
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private List<String> config(HttpListeners listeners) throws IOException {
    Path file = folder.resolve("dnsonde.yaml");
    Files.writeString(
        file, "http: {api: \"127.0.0.1:" + listeners.apiAddress().getPort() + "\"}\n");
    return List.of("--config", file.toString());
  }

  @ParameterizedTest(name = "{index}")
  @FieldSource("TEXTS")
  void ofTheConfiguration(String text) throws IOException {
    List<String> contents =
        List.of(
            "\"" + yaml(text) + "\": x\n",
            "mode: \"" + yaml(text) + "\"\n",
            "servers: [{name: \"" + yaml(text) + "\", address: \"" + yaml(text) + "\"}]\n",
            "questions: [{name: \"" + yaml(text) + "\", type: \"" + yaml(text) + "\"}]\n",
            "probe-pods: {labels: {\"" + yaml(text) + "\": \"" + yaml(text) + "\"}}\n",
            "schedule: {" + yaml(text) + ": 1s}\n",
            "mode: " + text + "\n" + text + "\n",
            "mode: [\n");
    Path file = named(folder, text, ".yml");
    for (String content : contents) {
      write(file, content);
      Ran ran = Ran.command("agent", "--check-config", "--config", file.toString());
      assertEquals(2, ran.status(), content);
      Forbidden.check(ran.out() + ran.err(), () -> content);
      assertTrue(ran.err().lines().allMatch(line -> line.length() < 30_000), "a line is bounded");
    }
    write(file, "");
    Ran ran = Ran.command("agent", "--check-config", "--config", file.toString());
    assertEquals(0, ran.status(), ran::toString);
    Forbidden.check(ran.out() + ran.err(), () -> text);
  }

  @ParameterizedTest(name = "{index}")
  @FieldSource("TEXTS")
  void ofTheCommandLine(String text) {
    for (List<String> words :
        List.of(
            List.of(text),
            List.of("agent", "--" + text),
            List.of("agent", "--config", "/nowhere/" + text.replace("\0", "")),
            List.of("check", "--server", text),
            List.of("check", "--name", text, "--server", "127.0.0.1:1", "--timeout", "1ms"),
            List.of("check", "--timeout", text),
            List.of("check", "--pod", text),
            List.of("check", "--netns", "/nowhere/" + text.replace("\0", "")),
            List.of("lint", "/nowhere/" + text.replace("\0", "")),
            List.of("lint", ".", "-f", text),
            List.of("lint", ".", "--node-local", text),
            List.of("lint", ".", "--baseline", "/nowhere/" + text.replace("\0", "")),
            List.of("explain", text + "/a/b"))) {
      Ran ran = Ran.command(words.toArray(String[]::new));
      assertTrue(ran.status() > 0, words::toString);
      Forbidden.check(ran.out() + ran.err(), words::toString);
    }
  }

  @ParameterizedTest(name = "{index}")
  @FieldSource("TEXTS")
  void ofAnswersAndOfTheApiServer(String text) {
    Plan plan = new Plan(List.of(probe(text)));
    OutcomeTable table = new OutcomeTable(plan, Ansi.OFF);
    List<String> lines = new ArrayList<>(table.rows(outcomes(text)));
    lines.addAll(OutcomeTable.notes(outcomes(text)));
    lines.add(
        ProbePodsCommand.line(
            new ProbePodReconciler.NamespaceReport(
                text, ProbePodReconciler.State.REFUSED, true, List.of(text, text))));
    lines.forEach(line -> Forbidden.check(line, () -> text));
    assertTrue(Stream.of(lines).flatMap(List::stream).noneMatch(line -> line.contains("\n")));
  }

  private Ran run(List<String> config, List<String> words) {
    List<String> all = new ArrayList<>(words);
    all.addAll(1, config);
    return Ran.command(all.toArray(String[]::new));
  }
}
