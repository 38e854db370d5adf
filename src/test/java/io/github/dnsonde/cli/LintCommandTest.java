package io.github.dnsonde.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.github.dnsonde.lint.Rule;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** {@code dnsonde lint}, by its command line, on the fixtures in the test resources. */
class LintCommandTest {

  private static final Path FIXTURES = Path.of("src/test/resources/lint");
  private static final String BROKEN = FIXTURES + "/formats/broken.yaml";
  private static final String DENY =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: deny, namespace: shop}
      spec: {podSelector: {}, policyTypes: [Egress]}
      """;

  @TempDir Path folder;

  /** The fixtures. The first two lines of each contain the options, and the expected findings. */
  static Stream<Path> fixtures() throws IOException {
    List<Path> all = new ArrayList<>();
    for (String folder : List.of("fires", "silent", "shapes", "incident")) {
      try (Stream<Path> files = Files.list(FIXTURES.resolve(folder))) {
        files.sorted().forEach(all::add);
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void findsTheExpectedMistakes(Path fixture) throws IOException {
    Ran ran = lint(fixture, "--format", "json");
    assertEquals(header(fixture, "# finds:"), found(ran), ran::toString);
  }

  /** The rules that compare with a cluster have a test of their own. */
  static Stream<Rule> rulesOfFiles() {
    return Stream.of(Rule.values()).filter(rule -> !rule.needsCluster());
  }

  @ParameterizedTest
  @MethodSource("rulesOfFiles")
  void everyRuleFiresAndIsSilent(Rule rule) throws IOException {
    String file = rule.id() + ".yaml";
    assertTrue(
        header(FIXTURES.resolve("fires").resolve(file), "# finds:").contains(rule.id() + ":"),
        "the rule fires");
    assertFalse(
        header(FIXTURES.resolve("silent").resolve(file), "# finds:").contains(rule.id() + ":"),
        "the rule is silent");
  }

  /** The policy that fixes the incident's first one is accepted by the same command. */
  @Test
  void thePrintedPolicyFixesTheFinding() throws IOException {
    for (String name : List.of("1-egress-forgotten", "2-udp-alone", "3-nodelocal-forgotten")) {
      Path fixture = FIXTURES.resolve("incident").resolve(name + ".yaml");
      Ran before = lint(fixture, "--format", "json");
      String suggestedPolicy =
          before.findings().findFirst().orElseThrow().get("suggestedPolicy").getAsString();
      Path file = folder.resolve(name + ".yaml");
      Files.writeString(file, Files.readString(fixture) + "---\n" + suggestedPolicy);
      Ran after = lint(file);
      assertEquals(1, before.status(), before::toString);
      assertEquals(0, after.status(), after::toString);
    }
  }

  /** The fix is of the kind that denies; if none helps, the text says whose rule must change. */
  @Test
  void aDenialByAnotherKindIsFixedInItsKind() throws IOException {
    String workload =
        """
        # options:
        apiVersion: v1
        kind: Pod
        metadata: {name: api, namespace: shop, labels: {app: api}}
        spec: {containers: [{name: api, image: api}]}
        ---
        """;
    String cilium =
        """
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: out, namespace: shop}
        spec: {endpointSelector: {matchLabels: {app: api}}, %s}
        """;
    Path file = folder.resolve("policies.yaml");
    String left = workload + cilium.formatted("egress: [{toCIDR: [203.0.113.7/32]}]");
    Ran missing = lint(Files.writeString(file, left), "--format", "json");
    String suggested = suggested(missing).findFirst().orElse("none");
    Ran fixed = lint(Files.writeString(file, left + "---\n" + suggested), "--format", "json");
    Ran denied =
        lint(
            Files.writeString(
                file, workload + cilium.formatted("egressDeny: [{toEntities: [all]}]")),
            "--format",
            "json");
    assertAll(
        () -> assertTrue(suggested.contains("kind: CiliumNetworkPolicy\n"), suggested),
        () -> assertTrue(found(missing).contains("other-policy-denies-dns"), missing::toString),
        () -> assertFalse(found(fixed).contains("other-policy-denies-dns"), fixed::toString),
        () -> assertEquals(0, suggested(denied).count(), denied::toString),
        () ->
            assertTrue(
                denied
                    .out()
                    .contains(
                        "Whoever maintains CiliumNetworkPolicy.cilium.io shop/out must narrow its"
                            + " egressDeny rule 1."),
                denied::toString));
  }

  @Test
  void aDenialByAnotherKindNamesTheServerAndTheTransport() throws IOException {
    String tcp = lint(FIXTURES.resolve("shapes/other-kinds-over-udp-only.yaml")).out();
    String cache = lint(FIXTURES.resolve("shapes/other-kinds-without-the-cache.yaml")).out();
    assertAll(
        () ->
            assertTrue(
                tcp.contains(
                    "out does not let pods of namespace shop query kube-dns over TCP, so that long"
                        + " answers are truncated and then fail: CiliumNetworkPolicy"),
                tcp),
        () ->
            assertTrue(
                cache.contains(
                    "out does not let pods query node-local-dns (169.254.20.10): rule 1 of"),
                cache));
  }

  /** Cilium's ConfigMap, if it is part of the input, decides which pods are isolated. */
  @Test
  void ciliumsEnforcementModeIsPartOfTheInput() throws IOException {
    String pod =
        """
        # options:
        apiVersion: v1
        kind: Pod
        metadata: {name: api, namespace: shop, labels: {app: api}}
        spec: {containers: [{name: api, image: api}]}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: cilium-config, namespace: kube-system}
        data: {enable-policy: %s}
        """;
    String isolating =
        """
        ---
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: out, namespace: shop}
        spec: {endpointSelector: {matchLabels: {app: api}}, egress: [{}]}
        """;
    Path file = folder.resolve("cilium.yaml");
    Ran always = lint(Files.writeString(file, pod.formatted("always")), "--format", "json");
    Ran never =
        lint(Files.writeString(file, pod.formatted("never") + isolating), "--format", "json");
    Ran usual =
        lint(Files.writeString(file, pod.formatted("default") + isolating), "--format", "json");
    assertAll(
        () -> assertTrue(always.out().contains("enable-policy: always"), always::toString),
        () -> assertTrue(always.out().contains("\"line\": 10,"), always::toString),
        () -> assertTrue(always.out().contains("Add a rule to a policy"), always::toString),
        () -> assertTrue(suggested(always).findFirst().isPresent(), always::toString),
        () -> assertFalse(found(never).contains("other-policy-denies-dns"), never::toString),
        () -> assertTrue(found(usual).contains("other-policy-denies-dns"), usual::toString));
  }

  /** A policy for the whole cluster denies pods of several namespaces; no fix replaces another. */
  @Test
  void eachNamespaceHasItsFix() throws IOException {
    String workload =
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: api, namespace: %s, labels: {app: api}}
        spec: {containers: [{name: api, image: api}]}
        ---
        """;
    String rules =
        """
        apiVersion: policy.networking.k8s.io/v1alpha1
        kind: AdminNetworkPolicy
        metadata: {name: lock}
        spec: {priority: 9, subject: {namespaces: {}}, egress: [{action: Deny, to: [{namespaces: {}}]}]}
        """;
    Path file = folder.resolve("several.yaml");
    String two = "# options:\n" + workload.formatted("shop") + workload.formatted("bank");
    Ran ran = lint(Files.writeString(file, two + rules), "--format", "json");
    String suggested = suggested(ran).findFirst().orElse("none");
    Ran fixed =
        lint(Files.writeString(file, two + rules + "---\n" + suggested), "--format", "json");
    String many =
        two + workload.formatted("c") + workload.formatted("d") + workload.formatted("e") + rules;
    Ran ofMany = lint(Files.writeString(file, many), "--format", "json");
    assertAll(
        () -> assertTrue(suggested.contains("kubernetes.io/metadata.name: shop"), suggested),
        () -> assertTrue(suggested.contains("kubernetes.io/metadata.name: bank"), suggested),
        () -> assertTrue(suggested.contains("name: dnsonde-allow-dns-2"), suggested),
        () -> assertFalse(found(fixed).contains("other-policy-denies-dns"), fixed::toString),
        () -> assertFalse(ran.out().contains("need the same"), ran::toString),
        () ->
            assertTrue(
                ofMany
                    .out()
                    .contains("for namespace bank and c and d; the other namespaces need the same"),
                ofMany::toString));
  }

  /** Other ConfigMaps also have the name, and the files may be of several clusters. */
  @Test
  void onlyOneModeOfCiliumDecides() throws IOException {
    String isolating =
        """
        # options:
        apiVersion: v1
        kind: Pod
        metadata: {name: api, namespace: shop, labels: {app: api}}
        spec: {containers: [{name: api, image: api}]}
        ---
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: out, namespace: shop}
        spec: {endpointSelector: {matchLabels: {app: api}}, egress: [{}]}
        """;
    String settings =
        """
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: cilium-config, namespace: %s}
        data: {enable-policy: %s}
        """;
    String never = settings.formatted("kube-system", "never");
    Path file = folder.resolve("modes.yaml");
    Ran elsewhere =
        lint(
            Files.writeString(file, isolating + settings.formatted("shop", "never")),
            "--format",
            "json");
    Ran two =
        lint(
            Files.writeString(
                file, isolating + never + settings.formatted("kube-system", "always")),
            "--format",
            "json");
    Ran turned =
        lint(
            Files.writeString(
                file, isolating + settings.formatted("kube-system", "always") + never),
            "--format",
            "json");
    Ran alike = lint(Files.writeString(file, isolating + never + never), "--format", "json");
    assertAll(
        () -> assertTrue(found(elsewhere).contains("other-policy-denies-dns"), elsewhere::toString),
        () -> assertFalse(found(two).contains("other-policy-denies-dns"), two::toString),
        () -> assertFalse(found(turned).contains("other-policy-denies-dns"), turned::toString),
        () -> assertFalse(found(alike).contains("other-policy-denies-dns"), alike::toString));
  }

  private static Stream<String> suggested(Ran ran) {
    return ran.findings()
        .filter(finding -> finding.has("suggestedPolicy"))
        .map(finding -> finding.get("suggestedPolicy").getAsString());
  }

  @ParameterizedTest
  @CsvSource({
    "text, txt",
    "json, json",
    "sarif, sarif",
    "junit, xml",
    "github, github",
    "gitlab, gitlab"
  })
  void everyFormatIsAsExpected(String format, String ending) throws IOException {
    String expected = Files.readString(FIXTURES.resolve("formats/expected." + ending));
    Ran ran = Ran.command("lint", "--format", format, BROKEN, FIXTURES + "/formats/not-yaml.yaml");
    assertEquals(expected, ran.out());
    assertEquals(2, ran.status(), ran::toString);
  }

  @Test
  void sarifMatchesItsSchema() throws IOException {
    Ran ran = Ran.command("lint", "-f", "sarif", BROKEN, FIXTURES + "/formats/not-yaml.yaml");
    try (InputStream schema =
        LintCommandTest.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json")) {
      assertEquals(
          List.of(),
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
              .getSchema(new String(schema.readAllBytes(), StandardCharsets.UTF_8))
              .validate(
                  ran.out(),
                  InputFormat.JSON,
                  context -> context.executionConfig(it -> it.formatAssertionsEnabled(true))));
    }
    JsonObject sarifRun =
        JsonParser.parseString(ran.out())
            .getAsJsonObject()
            .getAsJsonArray("runs")
            .get(0)
            .getAsJsonObject();
    assertEquals(4, sarifRun.getAsJsonArray("results").size(), "results");
  }

  @Test
  void xmlStaysValidForAnyName() throws Exception {
    Path file = folder.resolve("a&b.yaml");
    Files.writeString(file, DENY.replace("name: deny", "name: \"a<\\0\\e]]>\""));
    Ran ran = Ran.command("lint", "-f", "junit", file.toString());
    Document xml =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(ran.out())));
    assertEquals(1, xml.getElementsByTagName("failure").getLength(), ran::toString);
  }

  @Test
  void workflowCommandsAreEscaped() throws IOException {
    Path file = folder.resolve("a,b:100%.yaml");
    Files.writeString(file, DENY);
    Ran ran = Ran.command("lint", "-f", "github", file.toString());
    assertTrue(ran.out().contains("a%2Cb%3A100%25.yaml,line=4,"), ran::toString);
  }

  @Test
  void severalFormatsAtOnce() throws IOException {
    Path sarif = folder.resolve("out.sarif");
    Path junit = folder.resolve("out.xml");
    Ran ran =
        Ran.command(
            "lint", BROKEN, "-f", "text", "-f", "sarif=" + sarif, "--format=junit=" + junit);
    assertAll(
        () -> assertEquals(1, ran.status(), ran::toString),
        () -> assertTrue(ran.out().contains("[dns-tcp-missing]"), ran::toString),
        () -> assertTrue(Files.readString(sarif).contains("\"2.1.0\"")),
        () -> assertTrue(Files.readString(junit).endsWith("</testsuites>\n")));
  }

  @ParameterizedTest
  @CsvSource({
    "nodelocal-missing, error, 0",
    "nodelocal-missing, warning, 1",
    "dash-slip, warning, 0",
    "dash-slip, info, 1",
    "isolates-egress-without-dns, error, 1",
    "isolates-egress-without-dns, none, 0"
  })
  void theStatusIsByTheLevel(String fixture, String level, int status) throws IOException {
    Ran ran = lint(FIXTURES.resolve("fires/" + fixture + ".yaml"), "--fail-level", level);
    assertEquals(status, ran.status(), ran::toString);
  }

  @Test
  void unreadableFilesDoNotStopTheRest() throws IOException {
    Files.writeString(folder.resolve("a.yaml"), "a: [\n");
    Files.writeString(folder.resolve("b.yml"), "kind: X\nname: {{ .Values.name }}\n");
    Files.write(folder.resolve("c.json"), new byte[] {(byte) 0xff});
    Files.createDirectory(folder.resolve("below"));
    Files.writeString(folder.resolve("below/d.yaml"), DENY);
    Files.writeString(folder.resolve("not-read.txt"), "a: [\n");
    Ran ran = Ran.command("lint", folder.toString(), folder + "/nowhere");
    assertAll(
        () -> assertEquals(2, ran.status(), ran::toString),
        () -> assertTrue(ran.out().contains("below/d.yaml:4: error: "), ran::toString),
        () -> assertEquals(4, ran.err().lines().count(), ran::toString),
        () -> assertTrue(ran.err().contains("a.yaml:2: broken YAML"), ran::toString),
        () -> assertTrue(ran.err().contains("b.yml:2: a template"), ran::toString),
        () -> assertTrue(ran.err().contains("c.json: not text in UTF-8"), ran::toString),
        () -> assertTrue(ran.err().contains("nowhere: no such file"), ran::toString));
  }

  @Test
  void standardInputAndJsonWithTabs() throws IOException {
    Files.writeString(
        folder.resolve("deny.json"),
        """
        {
        \t"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        \t"metadata": {"name": "deny", "namespace": "docs"},
        \t"spec": {"podSelector": {}, "policyTypes": ["Egress"]}
        }
        """);
    Ran ran = Ran.reading(DENY, "lint", "-f", "json", "-", folder.toString());
    assertEquals(
        "isolates-egress-without-dns:4, isolates-egress-without-dns:4", found(ran), ran.out());
  }

  @Test
  void theBaselineSurvivesMovedLines() throws IOException {
    Path file = Files.writeString(folder.resolve("shop.yaml"), DENY);
    Path baseline = folder.resolve("baseline");
    Ran written = Ran.command("lint", file.toString(), "--write-baseline", baseline.toString());
    Files.delete(file);
    Path moved = Files.writeString(folder.resolve("moved.yaml"), "# a line more\n\n" + DENY);
    Ran known = Ran.command("lint", moved.toString(), "--baseline", baseline.toString());
    Files.writeString(moved, "---\n" + DENY.replace("shop", "docs"), StandardOpenOption.APPEND);
    Ran another = Ran.command("lint", moved.toString(), "--baseline", baseline.toString());
    assertAll(
        () -> assertEquals(0, written.status(), written::toString),
        () -> assertEquals(0, known.status(), known::toString),
        () -> assertTrue(known.out().contains("; 1 in the baseline"), known::toString),
        () -> assertEquals(1, another.status(), another::toString),
        () -> assertTrue(another.out().startsWith(moved + ":11: error: "), another::toString));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          lint                                   | nothing to read: specify files, folders, or - for standard input
          lint . --dns-port 0                    | --dns-port must be 1 to 65535, found 0
          lint . -f text -f json                 | only one --format can use standard output; specify a file for the others: =FILE
          lint . -f html                         | Invalid value for option '--format' (FORMAT[=FILE]): found 'html', expected one of [text, json, sarif, junit, github, gitlab], followed by =FILE for a file
          lint . --node-local kube-dns           | Invalid value for option '--node-local' (ADDRESS): found 'kube-dns', expected an address such as 169.254.20.10
          lint . --baseline pom.xml              | pom.xml:1: not a line of a baseline: <?xml version="1.0" encoding="UTF-8"?>
          """)
  void wrongUsageEndsWithStatus2(String words, String message) {
    Ran ran = Ran.command(words.split(" "));
    assertEquals(2, ran.status(), ran::toString);
    assertEquals("dnsonde: " + message, ran.err().lines().findFirst().orElse(""));
  }

  @Test
  void rulesAreListed() {
    Ran ran = Ran.command("lint", "--list-rules");
    assertEquals(0, ran.status(), ran::toString);
    assertEquals(Rule.values().length + 1, ran.out().lines().count(), ran::toString);
  }

  @Test
  void thePageHasTheSameRules() throws IOException {
    String page = Files.readString(Path.of("docs/lint.md"));
    String start = "<!-- lint-rules -->\n";
    int from = page.indexOf(start);
    int to = page.indexOf("<!-- /lint-rules -->");
    assertTrue(from >= 0 && to > from, "docs/lint.md has no " + start.strip());
    String table =
        Stream.of(Rule.values())
            .map(
                rule ->
                    "| `%s` | %s | %s |\n"
                        .formatted(rule.id(), rule.severity().label(), rule.says()))
            .collect(Collectors.joining("", "| rule | severity | what |\n|---|---|---|\n", ""));
    assertEquals(table, page.substring(from + start.length(), to), "put the expected table there");
  }

  private static Ran lint(Path fixture, String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of("lint", fixture.toString()));
    Stream.of(header(fixture, "# options:").split(" "))
        .filter(line -> !line.isEmpty())
        .forEach(words::add);
    words.addAll(List.of(more));
    return Ran.command(words.toArray(String[]::new));
  }

  private static String header(Path fixture, String start) throws IOException {
    Path file = Files.isDirectory(fixture) ? fixture.resolve("kustomization.yaml") : fixture;
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()).strip())
        .findFirst()
        .orElseThrow();
  }

  /** The findings, as {@code rule:line, rule:line}. */
  private static String found(Ran ran) {
    return ran.findings()
        .map(finding -> finding.get("rule").getAsString() + ":" + finding.get("line").getAsInt())
        .collect(Collectors.joining(", "));
  }
}
