package io.github.dnsonde.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.marcnuri.helm.Helm;
import io.github.dnsonde.kube.FakeApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** {@code dnsonde baseline}, by its command line, against an API server. */
@Timeout(60)
class BaselineCommandTest {

  private static final String PODS = "/api/v1/pods";
  private static final String NAMESPACES = "/api/v1/namespaces";
  private static final String SERVICES = "/api/v1/services";
  private static final String POLICIES = "/apis/networking.k8s.io/v1/networkpolicies";

  private static final String DENY = "{\"podSelector\": {}, \"policyTypes\": [\"Egress\"]}";

  private static final String SPEC =
      """
      spec:
        podSelector: {}
        policyTypes:
        - Egress
        egress:
        - to:
          - namespaceSelector:
              matchLabels:
                kubernetes.io/metadata.name: kube-system
            podSelector:
              matchLabels:
                k8s-app: kube-dns
          - ipBlock:
              cidr: 169.254.20.10/32
          ports:
          - protocol: UDP
            port: 53
          - protocol: TCP
            port: 53
      """;

  private static final String HEADING =
      """
      # Allows DNS as the cluster has it: kube-dns on 10.96.0.10, node-local-dns on 169.254.20.10.
      # Isolates the pods that it selects: for where another policy isolates egress.
      """;

  @TempDir Path folder;

  private FakeApiServer server;
  private Path kubeconfig;

  @BeforeEach
  void start() throws IOException {
    server = FakeApiServer.start(0);
    server.document("/apis", "{\"groups\": [{\"name\": \"apps\"}]}");
    server.put(NAMESPACES, LintAgainstClusterTest.namespace("kube-system"));
    server.put(PODS, LintAgainstClusterTest.dnsPod("coredns-1", "10.244.0.2"));
    server.put(SERVICES, LintAgainstClusterTest.service("kube-dns", "10.96.0.10"));
    server.put(PODS, cache("\"-localip\", \"169.254.20.10\""));
    kubeconfig =
        Files.writeString(folder.resolve("kubeconfig"), FakeApiServer.kubeconfig(server.url()));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String cache(String arguments) {
    return """
    {"metadata": {"namespace": "kube-system", "name": "node-local-dns-1", "labels": {"k8s-app": "node-local-dns"}},
     "spec": {"nodeName": "node-1", "hostNetwork": true, "containers": [{"args": [%s]}]},
     "status": {"phase": "Running", "podIP": "10.0.0.1"}}
    """
        .formatted(arguments);
  }

  private void namespace(String name, String metadata, int pods) {
    server.put(
        NAMESPACES,
        "{\"metadata\": {\"name\": \"%s\", \"labels\": {\"kubernetes.io/metadata.name\": \"%1$s\"}%s}}"
            .formatted(name, metadata));
    IntStream.range(0, pods)
        .forEach(n -> server.put(PODS, LintAgainstClusterTest.pod(name, "api", n)));
  }

  private void policy(String namespace, String name, String spec) {
    server.put(
        POLICIES,
        "{\"metadata\": {\"namespace\": \"%s\", \"name\": \"%s\"}, \"spec\": %s}"
            .formatted(namespace, name, spec));
  }

  private static String allow(String more) {
    return """
    {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{
      "to": [{"namespaceSelector": {}, "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}}}%s]}]}
    """
        .formatted(more);
  }

  private Ran baseline(String... more) {
    return Ran.baseline(kubeconfig, more);
  }

  private static JsonNode yaml(String text) {
    return YAMLMapper.shared().readTree(text);
  }

  @Test
  void thePolicyAllowsTheServersOfTheCluster() {
    Ran ran = baseline();
    assertEquals(
        new Ran(
            0,
            HEADING
                + """
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata:
                  name: dnsonde-allow-dns
                """
                + SPEC,
            ""),
        ran);
    Ran two = baseline("-n", "payments,shop");
    assertEquals(2, two.out().split("---\n", -1).length, two::toString);
    assertTrue(two.out().contains("  namespace: shop\n"), two::toString);
  }

  @Test
  void portsAndAddressesAreThoseOfTheCluster() {
    server.put(PODS, cache("\"-localip\", \"169.254.25.10,10.96.0.10\""));
    server.put(
        SERVICES,
        """
        {"metadata": {"namespace": "kube-system", "name": "kube-dns"},
         "spec": {"clusterIP": "10.96.0.10", "selector": {"app": "dns"}, "ports": [
           {"protocol": "UDP", "port": 53, "targetPort": 5353},
           {"protocol": "TCP", "port": 53, "targetPort": 5353}]}}
        """);
    server.put(
        PODS,
        LintAgainstClusterTest.dnsPod("coredns-1", "10.244.0.2")
            .replace("k8s-app", "app")
            .replace("\"kube-dns\"", "\"dns\""));
    JsonNode egress = yaml(baseline().out()).at("/spec/egress");
    assertAll(
        () -> assertEquals(5353, egress.at("/0/ports/0/port").asInt()),
        () -> assertEquals("dns", egress.at("/0/to/0/podSelector/matchLabels/app").asString()),
        () -> assertEquals("10.96.0.10/32", egress.at("/1/to/0/ipBlock/cidr").asString()),
        () -> assertEquals("169.254.25.10/32", egress.at("/1/to/1/ipBlock/cidr").asString()),
        () -> assertEquals(53, egress.at("/1/ports/0/port").asInt()));
  }

  /** The judge of changes, which knows nothing of the baseline. */
  @Test
  void itIsJudgedToRestoreDns() throws IOException {
    namespace("payments", "", 3);
    policy("payments", "deny", DENY);
    Ran printed = baseline("-n", "payments");
    Ran judged =
        Ran.lintAgainst(kubeconfig, Files.writeString(folder.resolve("allow.yaml"), printed.out()));
    assertEquals(0, judged.status(), judged::toString);
    assertTrue(
        judged
            .out()
            .contains(
                "dnsonde-allow-dns would give 3 pods of 1 workload in payments access to DNS"
                    + " (kube-dns, node-local-dns; UDP and TCP), which they lack now"),
        judged::toString);
  }

  @Test
  void theComponentHasThePolicy() throws IOException {
    Path to = folder.resolve("components/dnsonde-allow-dns");
    Ran ran = baseline("--format", "kustomize", "--dir", to.toString());
    assertEquals(new Ran(0, "", ""), ran);
    JsonNode component = yaml(Files.readString(to.resolve("kustomization.yaml")));
    assertAll(
        () -> assertEquals("Component", component.path("kind").asString()),
        () -> assertEquals("dnsonde-allow-dns.yaml", component.at("/resources/0").asString()),
        () ->
            assertEquals(
                yaml(baseline().out()),
                yaml(Files.readString(to.resolve("dnsonde-allow-dns.yaml")))));
  }

  @Test
  void helmRendersThePolicyFromTheValues() throws IOException {
    Path chart = Files.createDirectories(folder.resolve("chart"));
    Files.writeString(chart.resolve("Chart.yaml"), "{apiVersion: v2, name: shop, version: 1.0.0}");
    assertEquals(0, baseline("--format", "helm", "--dir", chart.toString()).status());
    String rendered =
        new Helm(chart)
            .template()
            .withName("shop")
            .withNamespace("shop")
            .withValuesFile(chart.resolve("dnsonde-allow-dns-values.yaml"))
            .call();
    assertEquals(yaml(baseline("-n", "shop").out()), yaml(rendered));
    Ran values = baseline("--format", "helm");
    assertTrue(yaml(values.out()).at("/allowDNS/enabled").asBoolean(), values::toString);
  }

  @Test
  void kyvernoGeneratesThePolicyForTheSamePods() {
    Ran ran = baseline("--format", "kyverno");
    JsonNode rule = yaml(ran.out()).at("/spec/rules/0");
    assertAll(
        () -> assertEquals(0, ran.status()),
        () ->
            assertEquals(
                yaml(baseline().out()).at("/spec/egress"), rule.at("/generate/data/spec/egress")),
        () ->
            assertEquals(
                "{{ request.object.spec.podSelector }}",
                rule.at("/generate/data/spec/podSelector").asString()),
        () ->
            assertEquals(
                "networking.k8s.io/v1/NetworkPolicy",
                rule.at("/match/any/0/resources/kinds/0").asString()));
  }

  private void severalNamespaces() {
    namespace("allowed", "", 2);
    policy("allowed", "deny", DENY);
    policy("allowed", "allow", allow(", {\"ipBlock\": {\"cidr\": \"169.254.20.10/32\"}}"));
    namespace("batch", ", \"annotations\": {\"dnsonde.github.io/expect\": \"no-dns\"}", 2);
    policy("batch", "deny", DENY);
    namespace("empty", "", 0);
    policy("empty", "deny", DENY);
    namespace("open", "", 2);
    policy("open", "ingress", "{\"podSelector\": {}, \"policyTypes\": [\"Ingress\"]}");
    namespace("part", "", 3);
    policy("part", "allow", allow(""));
    namespace("payments", "", 3);
    policy("payments", "deny", DENY);
    namespace("some", "", 2);
    policy(
        "some",
        "deny-api",
        "{\"podSelector\": {\"matchLabels\": {\"app\": \"api\"}}, \"policyTypes\": [\"Egress\"]}");
  }

  @Test
  void namespacesWithoutItAreListed() {
    severalNamespaces();
    Ran ran = baseline("--missing");
    assertEquals(
        new Ran(
            1,
            """
            NAMESPACE  PODS  LACKS                                  ISOLATED BY  WORKLOADS
            empty      0     kube-dns, node-local-dns; UDP and TCP  deny         no pod yet
            part       3     node-local-dns; UDP and TCP            allow        Deployment api (3 pods)
            payments   3     kube-dns, node-local-dns; UDP and TCP  deny         Deployment api (3 pods)
            some       2     kube-dns, node-local-dns; UDP and TCP  deny-api     Deployment api (2 pods)
            """,
            ""),
        ran);
  }

  @Test
  void theyAreInTheJson() {
    severalNamespaces();
    Ran ran = baseline("--missing", "-o", "json");
    JsonObject all = JsonParser.parseString(ran.out()).getAsJsonObject();
    assertEquals(1, ran.status(), ran::toString);
    assertEquals(
        List.of("empty", "part", "payments", "some"),
        all.getAsJsonArray("namespaces").asList().stream()
            .map(each -> each.getAsJsonObject().get("namespace").getAsString())
            .toList());
  }

  /** Their policies restore DNS, and isolate no pod that is not isolated now. */
  @Test
  void thePoliciesOfAllRestoreDns() throws IOException {
    severalNamespaces();
    server.put(PODS, LintAgainstClusterTest.pod("some", "web", 9));
    Ran printed = baseline("--missing", "--format", "manifest");
    assertEquals(1, printed.status(), printed::toString);
    assertTrue(printed.out().contains("matchLabels:\n      app: api\n"), printed::toString);
    Files.createDirectories(folder.resolve("fix"));
    Ran judged =
        Ran.lintAgainst(
            kubeconfig, Files.writeString(folder.resolve("fix/policies.yaml"), printed.out()));
    assertEquals(0, judged.status(), judged::toString);
    assertEquals(
        4,
        judged.out().lines().filter(line -> line.endsWith("denied before, allowed after")).count(),
        judged::toString);
    assertFalse(judged.out().contains("web"), judged::toString);
  }

  private static final String DENY_WEB =
      "{\"podSelector\": {\"matchLabels\": {\"app\": \"web\"}}, \"policyTypes\": [\"Egress\"]}";

  /** A policy for the pods of one of them does not help the others. */
  @Test
  void podsThatDifferentPoliciesIsolateGetAPolicyEach() throws IOException {
    severalNamespaces();
    server.put(PODS, LintAgainstClusterTest.pod("some", "web", 9));
    policy("some", "deny-web", DENY_WEB);
    Ran printed = baseline("--missing", "--format", "manifest", "-n", "some");
    assertEquals(
        List.of("  name: dnsonde-allow-dns", "  name: dnsonde-allow-dns-2"),
        printed.out().lines().filter(line -> line.startsWith("  name: ")).toList(),
        printed::toString);
    assertTrue(printed.out().contains("app: api\n"), printed::toString);
    assertTrue(printed.out().contains("app: web\n"), printed::toString);
    Ran judged =
        Ran.lintAgainst(kubeconfig, Files.writeString(folder.resolve("fix.yaml"), printed.out()));
    assertEquals(
        2,
        judged.out().lines().filter(line -> line.endsWith("denied before, allowed after")).count(),
        judged::toString);
  }

  @Test
  void lintSuggestsAPolicyEachToo() throws IOException {
    severalNamespaces();
    server.put(PODS, LintAgainstClusterTest.pod("some", "web", 9));
    policy("some", "deny-web", DENY_WEB);
    policy("some", "allow", allow(", {\"ipBlock\": {\"cidr\": \"169.254.20.10/32\"}}"));
    Path gone =
        Files.writeString(
            folder.resolve("gone.yaml"),
            """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {namespace: some, name: allow}
            spec: {podSelector: {matchLabels: {app: none}}, policyTypes: [Ingress]}
            """);
    Ran judged = Ran.lintAgainst(kubeconfig, gone, "--format", "json");
    String suggested =
        JsonParser.parseString(judged.out())
            .getAsJsonObject()
            .getAsJsonArray("findings")
            .get(0)
            .getAsJsonObject()
            .get("suggestedPolicy")
            .getAsString();
    assertTrue(suggested.contains("name: dnsonde-allow-dns\n"), suggested);
    assertTrue(suggested.contains("---\n"), suggested);
    assertTrue(suggested.contains("name: dnsonde-allow-dns-2\n"), suggested);
    assertTrue(suggested.contains("app: api\n") && suggested.contains("app: web\n"), suggested);
  }

  /** The next run of a Job has the same labels, and a new pod. */
  @Test
  void aNamespaceOfFinishedPodsIsListed() {
    namespace("nightly", "", 0);
    policy("nightly", "deny", DENY);
    server.put(
        PODS,
        LintAgainstClusterTest.pod("nightly", "api", 1).replace("\"Running\"", "\"Succeeded\""));
    Ran ran = baseline("--missing");
    assertTrue(ran.out().contains("no pod yet"), ran::toString);
    assertEquals(1, ran.status(), ran::toString);
  }

  @Test
  void valuesWithoutTheirTemplateAreNoted() {
    Ran ran = baseline("--format", "helm");
    assertEquals(
        "note: this has no effect without templates/dnsonde-allow-dns.yaml; --dir DIR writes"
            + " both\n",
        ran.err());
    assertEquals("", baseline("--format", "kyverno").err());
  }

  @Test
  void oneNamespaceIsEnough() {
    severalNamespaces();
    Ran fine = baseline("--missing", "-n", "allowed");
    assertEquals(new Ran(0, "No namespace isolates egress without DNS.\n", ""), fine);
    assertEquals(1, baseline("--missing", "-n", "payments").status());
  }

  @Test
  void whatCannotBeSeenIsAnError() {
    namespace("payments", "", 3);
    server.refuse(request -> request.path().equals("/api/v1/namespaces"), 1_000, 403);
    Ran everywhere = baseline("--missing");
    assertEquals(2, everywhere.status(), everywhere::toString);
    assertTrue(
        everywhere.err().startsWith("dnsonde: cannot see what isolates egress: could not see"),
        everywhere::toString);
    server.refuse(request -> request.path().endsWith("/services"), 1_000, 403);
    Ran dns = baseline();
    assertEquals(2, dns.status(), dns::toString);
    assertTrue(
        dns.err()
            .startsWith(
                "dnsonde: cannot see where DNS is in the cluster: could not see the DNS Service in"
                    + " namespace kube-system (403 refused on request)"),
        dns::toString);
  }

  @Test
  void aCacheWithoutAnAddressIsNoted() {
    server.put(PODS, cache(""));
    Ran hidden = baseline();
    assertTrue(
        hidden.err().startsWith("note: pod kube-system/node-local-dns-1 looks like NodeLocal"),
        hidden::toString);
    assertFalse(hidden.out().contains("169.254"), hidden::toString);
    Ran named = baseline("--node-local", "169.254.20.10");
    assertTrue(named.out().contains("cidr: 169.254.20.10/32"), named::toString);
    assertEquals("", named.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-o json | --output is for --missing",
        "--missing --format helm | --missing prints a list, or manifests",
        "--missing -o json --format manifest | --output is for --missing without --format",
        "--format kustomize | name their folder with --dir",
        "--format kyverno -n payments | --namespace is for --missing and --format manifest",
      })
  void wrongUsageIsAnError(String options, String message) {
    Ran ran = baseline(options.split(" ", -1));
    assertEquals(2, ran.status(), ran::toString);
    assertTrue(ran.err().contains(message), ran::toString);
  }

  @Test
  void itOnlyLists() {
    severalNamespaces();
    baseline("--missing");
    assertEquals(List.of(), server.requests(request -> request.parameters().containsKey("watch")));
  }
}
