package io.github.dnsonde.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dnsonde.kube.FakeApiServer;
import io.github.dnsonde.testkit.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** {@code dnsonde lint --against-cluster}, by its command line, against an API server. */
@Timeout(60)
class LintAgainstClusterTest {

  private static final String PODS = "/api/v1/pods";
  private static final String NAMESPACES = "/api/v1/namespaces";
  private static final String SERVICES = "/api/v1/services";
  private static final String CILIUM_CONFIG =
      "/api/v1/namespaces/kube-system/configmaps/cilium-config";

  private static final String POLICIES = "/apis/networking.k8s.io/v1/networkpolicies";

  private static final String DENY =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: deny, namespace: payments}
      spec: {podSelector: {}, policyTypes: [Egress]}
      """;

  private static final String ALLOW_SPEC =
      """
      {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{
        "to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
                "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}}}%s],
        "ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]}]}
      """;

  private static final String CACHE = ", {\"ipBlock\": {\"cidr\": \"169.254.20.10/32\"}}";

  @TempDir Path folder;

  private FakeApiServer server;
  private Path kubeconfig;

  @BeforeEach
  void start() throws IOException {
    server = FakeApiServer.start(0);
    server.document("/apis", "{\"groups\": [{\"name\": \"apps\"}]}");
    server.put(NAMESPACES, namespace("payments"));
    server.put(NAMESPACES, namespace("kube-system"));
    server.put(PODS, dnsPod("coredns-1", "10.244.0.2"));
    server.put(PODS, dnsPod("coredns-2", "10.244.0.3"));
    server.put(SERVICES, service("kube-dns", "10.96.0.10"));
    server.put(SERVICES, service("kube-dns-upstream", "10.96.9.9"));
    pods("api", 8);
    pods("web", 5);
    pods("report", 1);
    kubeconfig =
        Files.writeString(folder.resolve("kubeconfig"), FakeApiServer.kubeconfig(server.url()));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void pods(String app, int count) {
    IntStream.range(0, count).forEach(n -> server.put(PODS, pod("payments", app, n)));
  }

  static String namespace(String name) {
    return "{\"metadata\": {\"name\": \"%s\", \"labels\": {\"kubernetes.io/metadata.name\": \"%1$s\"}}}"
        .formatted(name);
  }

  static String pod(String namespace, String app, int n) {
    return """
    {"metadata": {"namespace": "%s", "name": "%s-%d", "labels": {"app": "%2$s", "pod-template-hash": "x"},
       "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "%2$s-x", "controller": true}]},
     "spec": {"nodeName": "node-1"}, "status": {"phase": "Running", "podIP": "10.244.1.%3$d"}}
    """
        .formatted(namespace, app, n);
  }

  static String dnsPod(String name, String address) {
    return """
    {"metadata": {"namespace": "kube-system", "name": "%s", "labels": {"k8s-app": "kube-dns"}},
     "spec": {"nodeName": "node-1", "containers": [{"ports": [
       {"name": "dns", "containerPort": 53, "protocol": "UDP"}, {"name": "dns-tcp", "containerPort": 53}]}]},
     "status": {"phase": "Running", "podIP": "%s"}}
    """
        .formatted(name, address);
  }

  static String service(String name, String address) {
    return """
    {"metadata": {"namespace": "kube-system", "name": "%s"},
     "spec": {"clusterIP": "%s", "selector": {"k8s-app": "kube-dns"}, "ports": [
       {"name": "dns", "protocol": "UDP", "port": 53, "targetPort": 53},
       {"name": "dns-tcp", "port": 53, "targetPort": 53}]}}
    """
        .formatted(name, address);
  }

  private void nodeLocal() {
    nodeLocal("[\"-localip\", \"169.254.20.10\", \"-conf\", \"/etc/Corefile\"]");
  }

  private void nodeLocal(String arguments) {
    server.put(
        PODS,
        """
        {"metadata": {"namespace": "kube-system", "name": "nodelocaldns-1", "labels": {"k8s-app": "nodelocaldns"}},
         "spec": {"nodeName": "node-1", "hostNetwork": true,
           "containers": [{"args": %s}]},
         "status": {"phase": "Running", "podIP": "10.0.0.1"}}
        """
            .formatted(arguments));
  }

  private void policy(String name, String metadata, String spec) {
    server.put(
        POLICIES,
        "{\"metadata\": {\"namespace\": \"payments\", \"name\": \"%s\"%s}, \"spec\": %s}"
            .formatted(name, metadata, spec));
  }

  private Path manifests(String... all) throws IOException {
    return Files.writeString(folder.resolve("change.yaml"), String.join("---\n", all));
  }

  private static String allow(String more) {
    return """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: allow-dns, namespace: payments}
    spec: %s
    """
        .formatted(ALLOW_SPEC.formatted(more).replace("\n", " "));
  }

  /** The incident: a default-deny whose author forgot DNS, the first fix, and the second. */
  @Test
  void theIncidentAndItsFixes() throws IOException {
    nodeLocal();
    Ran cut = against(manifests(DENY), "-f", "json");
    assertEquals(1, cut.status(), cut::toString);
    assertEquals(List.of("cuts-dns error 4"), found(cut));
    assertEquals(
        List.of(
            "deny would cut 14 pods of 3 workloads in payments from DNS (kube-dns, node-local-dns;"
                + " UDP and TCP): Deployment api (8 pods), Deployment report (1 pod), Deployment"
                + " web (5 pods)"),
        cut.said());

    Ran forgotten = against(manifests(DENY, allow("")), "-f", "json");
    assertEquals(List.of("cuts-dns error 9"), found(forgotten));
    assertTrue(
        forgotten
            .said()
            .getFirst()
            .startsWith(
                "allow-dns and deny would cut 14 pods of 3 workloads in payments from DNS"
                    + " (node-local-dns; UDP and TCP)"),
        forgotten::toString);

    policy("deny", "", "{\"podSelector\": {}, \"policyTypes\": [\"Egress\"]}");
    Ran half = against(manifests(DENY, allow("")), "-f", "json");
    assertEquals(0, half.status(), half::toString);
    assertEquals(List.of("cut-before info 9", "restores-dns info 9"), found(half));
    Ran fixed = against(manifests(DENY, allow(CACHE)));
    assertEquals(0, fixed.status(), fixed::toString);
    assertTrue(
        fixed
            .out()
            .contains(
                "allow-dns would give 14 pods of 3 workloads in payments access to DNS (kube-dns,"
                    + " node-local-dns; UDP and TCP), which they lack now"),
        fixed::toString);
    assertTrue(
        fixed
            .out()
            .contains(
                "  payments, Deployment api (8 pods): kube-dns on 10.96.0.10 over UDP, kube-dns on"
                    + " 10.96.0.10 over TCP, node-local-dns on 169.254.20.10 over UDP,"
                    + " node-local-dns on 169.254.20.10 over TCP: denied before, allowed after"),
        fixed::toString);
  }

  @Test
  void theSuggestedPolicyFixesTheFinding() throws IOException {
    nodeLocal();
    Ran cut = against(manifests(DENY), "-f", "json");
    String suggested =
        cut.findings().findFirst().orElseThrow().get("suggestedPolicy").getAsString();
    Ran fixed = against(manifests(DENY, suggested));
    assertEquals(0, fixed.status(), () -> suggested + fixed);
  }

  @Test
  void workloadsAreInTheJson() throws IOException {
    Ran cut = against(manifests(DENY), "-f", "json");
    JsonObject api =
        JsonParser.parseString(cut.out())
            .getAsJsonObject()
            .getAsJsonArray("workloads")
            .get(0)
            .getAsJsonObject();
    assertEquals(
        """
        {"namespace":"payments","workload":"Deployment api","presence":"running","pods":8,\
        "effect":"cut","paths":[\
        {"server":"kube-dns","address":"10.96.0.10","transport":"udp","before":"allowed",\
        "after":"denied"},\
        {"server":"kube-dns","address":"10.96.0.10","transport":"tcp","before":"allowed",\
        "after":"denied"}]}\
        """,
        api.toString());
  }

  /** The formats of the other findings, with the same finding in each. */
  @ParameterizedTest
  @ValueSource(strings = {"text", "json", "sarif", "junit", "github", "gitlab"})
  void everyFormatHasTheFinding(String format) throws IOException {
    Ran cut = against(manifests(DENY), "-f", format);
    assertTrue(cut.out().contains("would cut 14 pods of 3 workloads in payments"), format);
    assertTrue(cut.out().contains("cuts-dns"), format);
  }

  @Test
  void withARoleInOneNamespace() throws IOException {
    server.refuse(
        request ->
            !request.path().startsWith("/api/v1/namespaces/payments/")
                && !request.path().startsWith("/apis/networking.k8s.io/v1/namespaces/payments/")
                && !request.path().equals("/apis"),
        1_000,
        403);
    Ran cut = against(manifests(DENY), "-f", "json", "--node-local", "169.254.20.10");
    assertEquals(1, cut.status(), cut::toString);
    assertAll(
        () ->
            assertTrue(
                cut.said()
                    .contains(
                        "deny would cut 14 pods of 3 workloads in payments from DNS (kube-dns,"
                            + " node-local-dns; UDP and TCP): Deployment api (8 pods), Deployment"
                            + " report (1 pod), Deployment web (5 pods)"),
                cut::toString),
        () ->
            assertTrue(
                cut.said()
                    .contains(
                        "could not see the labels of namespace payments (403 refused on request)"),
                cut::toString),
        () ->
            assertTrue(
                cut.said()
                    .contains(
                        "could not see where DNS is in the cluster: the settings say that it is"
                            + " kube-dns in namespace kube-system"),
                cut::toString));
    Ran fine = against(manifests(DENY, allow(CACHE)), "--node-local", "169.254.20.10");
    assertEquals(0, fine.status(), fine::toString);
  }

  @Test
  void aNamespaceThatCannotBeReadIsJudgedByItsFiles() throws IOException {
    server.refuse(request -> request.path().equals("/api/v1/namespaces/payments/pods"), 1_000, 403);
    Ran ran = against(manifests(DENY), "-f", "json");
    assertEquals(1, ran.status(), ran::toString);
    assertEquals(
        List.of("cluster-not-seen info 0", "isolates-egress-without-dns warning 4"), found(ran));
    assertTrue(
        ran.said()
            .get(1)
            .endsWith(
                "unless the cluster allows it: the pods of namespace payments could not be listed"),
        ran::toString);
  }

  @Test
  void aServerThatDoesNotKnowTheUserIsAnError() throws IOException {
    server.refuse(_ -> true, 1_000, 401);
    Ran ran = against(manifests(DENY));
    assertEquals(2, ran.status(), ran::toString);
    assertTrue(ran.err().startsWith("dnsonde: the API server's answer: 401 "), ran::toString);
  }

  /** Cilium's enforcement mode decides, so it is not guessed while the server is overloaded. */
  @Test
  void aModeOfCiliumThatCannotBeReadIsAnError() throws IOException {
    server.document(
        "/apis",
        """
        {"groups": [{"name": "cilium.io", "versions": [{"groupVersion": "cilium.io/v2"}]}]}
        """);
    server.document(
        "/apis/cilium.io/v2",
        """
        {"resources": [{"name": "ciliumnetworkpolicies", "kind": "CiliumNetworkPolicy"}]}
        """);
    server.refuse(request -> request.path().endsWith("/configmaps/cilium-config"), 1_000, 503);
    Ran ran = against(manifests(DENY));
    assertEquals(2, ran.status(), ran::toString);
    assertTrue(ran.err().startsWith("dnsonde: the API server's answer: 503 "), ran::toString);
  }

  /** Its address may be in a file, so nothing says that pods query it. */
  @Test
  void aCacheWithoutAnAddressIsReported() throws IOException {
    nodeLocal("[]");
    Ran hidden = against(manifests(DENY), "-f", "json");
    assertEquals(List.of("cluster-not-seen info 0", "cuts-dns error 4"), found(hidden));
    assertEquals(
        "could not see the address of NodeLocal DNSCache: pod kube-system/nodelocaldns-1 has no"
            + " argument -localip; if pods query it, --node-local names it",
        hidden.said().getFirst());
    Ran named = against(manifests(DENY), "-f", "json", "--node-local", "169.254.20.10");
    assertEquals(List.of("cuts-dns error 4"), found(named));
    assertTrue(named.said().getFirst().contains("(kube-dns, node-local-dns;"), named::toString);
  }

  /** An API server with anonymous authentication knows everybody, and refuses each request. */
  @Test
  void aRequestWithoutCredentialsIsAnError() throws IOException {
    server.refuse(
        _ -> true,
        1_000,
        403,
        "services is forbidden: User \"system:anonymous\" cannot list resource \"services\"");
    Ran ran = against(manifests(DENY));
    assertEquals(2, ran.status(), ran::toString);
    assertTrue(
        ran.err().startsWith("dnsonde: the API server's answer: 403 services is forbidden"),
        ran::toString);
  }

  @Test
  void aServerThatIsGoneIsAnError() throws IOException {
    server.close();
    Ran ran = against(manifests(DENY));
    assertEquals(2, ran.status(), ran::toString);
    assertTrue(
        ran.err().startsWith("dnsonde: the API server at " + server.url() + " cannot be read: "),
        ran::toString);
  }

  @Test
  void anUnknownContextIsAnError() throws IOException {
    Ran ran = against(manifests(DENY), "--context", "prod");
    assertEquals(2, ran.status(), ran::toString);
    assertTrue(ran.err().contains("it has no context 'prod'"), ran::toString);
  }

  @Test
  void standardInputGoesToTheNamespaceOfTheContext() throws IOException {
    Files.writeString(
        kubeconfig,
        Files.readString(kubeconfig).replace("user: me}", "user: me, namespace: payments}"));
    Ran ran =
        Ran.reading(
            DENY.replace(", namespace: payments", ""),
            "lint",
            "-",
            "--against-cluster",
            "--kubeconfig",
            kubeconfig.toString());
    assertTrue(ran.out().startsWith("-:4: error: deny would cut 14 pods"), ran::toString);
  }

  @Test
  void aDeclarationThatPodsNeedNoDnsCounts() throws IOException {
    Ran written =
        against(
            manifests(
                DENY.replace(
                    "namespace: payments}",
                    "namespace: payments, annotations: {dnsonde.github.io/expect: no-dns,"
                        + " dnsonde.github.io/expect-reason: batch}}")));
    assertEquals(0, written.status(), written::toString);
    server.put(
        NAMESPACES,
        "{\"metadata\": {\"name\": \"payments\", \"annotations\":"
            + " {\"dnsonde.github.io/expect\": \"no-dns\"}}}");
    Ran live = against(manifests(DENY));
    assertEquals(0, live.status(), live::toString);
  }

  @Test
  void annotationsAndTheBaselineSuppress() throws IOException {
    Path file =
        manifests(
            DENY.replace(
                "namespace: payments}",
                "namespace: payments, annotations: {dnsonde.github.io/ignore: \"cuts-dns:"
                    + " batch\"}}"));
    Ran ignored = against(file);
    assertEquals(0, ignored.status(), ignored::toString);
    assertTrue(ignored.out().contains("; 1 ignored"), ignored::toString);
    Path baseline = folder.resolve("baseline");
    Ran written = against(manifests(DENY), "--write-baseline", baseline.toString());
    Ran known = against(manifests(DENY), "--baseline", baseline.toString());
    assertEquals(0, written.status(), written::toString);
    assertEquals(0, known.status(), known::toString);
    assertTrue(known.out().contains("; 1 in the baseline"), known::toString);
  }

  @Test
  void pruneRemovesWhatTheSameToolHasApplied() throws IOException {
    String flux =
        ", \"labels\": {\"kustomize.toolkit.fluxcd.io/name\": \"pay\","
            + " \"kustomize.toolkit.fluxcd.io/namespace\": \"flux\"}";
    policy("deny", flux, "{\"podSelector\": {}, \"policyTypes\": [\"Egress\"]}");
    policy("allow-dns", flux, ALLOW_SPEC.formatted(""));
    policy("by-hand", "", "{\"podSelector\": {}, \"policyTypes\": [\"Ingress\"]}");
    Ran kept = against(manifests(DENY));
    Ran pruned = against(manifests(DENY), "--prune", "-f", "json");
    assertEquals(0, kept.status(), kept::toString);
    assertEquals(1, pruned.status(), pruned::toString);
    assertEquals(List.of("cuts-dns error 0", "cluster-not-seen info 0"), found(pruned));
    assertTrue(
        pruned.said().get(1).contains("whether --prune removes payments/by-hand:"),
        pruned::toString);
    assertTrue(
        pruned
            .said()
            .get(0)
            .startsWith("the removal of allow-dns would cut 14 pods of 3 workloads in payments"),
        pruned::toString);
  }

  /** The deny is the platform's; the overlay drops its only policy, the allow. */
  @Test
  void pruneRemovesTheLastPolicyOfAnApplication() throws IOException {
    policy("deny", "", "{\"podSelector\": {}, \"policyTypes\": [\"Egress\"]}");
    policy(
        "allow-dns",
        ", \"labels\": {\"kustomize.toolkit.fluxcd.io/name\": \"pay\","
            + " \"kustomize.toolkit.fluxcd.io/namespace\": \"flux\"}",
        ALLOW_SPEC.formatted(""));
    String workload =
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: settings
          namespace: payments
          labels: {%s}
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: ingress, namespace: payments}
        spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{}]}
        """;
    Ran marked =
        against(
            manifests(
                workload.formatted(
                    "kustomize.toolkit.fluxcd.io/name: pay,"
                        + " kustomize.toolkit.fluxcd.io/namespace: flux")),
            "--prune",
            "-f",
            "json");
    assertEquals(1, marked.status(), marked::toString);
    assertEquals("cuts-dns error 0", found(marked).getFirst());
    Ran unmarked = against(manifests(workload.formatted("")), "--prune", "-f", "json");
    assertEquals(0, unmarked.status(), unmarked::toString);
    assertTrue(
        unmarked.said().stream()
            .anyMatch(
                line ->
                    line.startsWith(
                        "could not see whether --prune removes payments/allow-dns of Flux"
                            + " Kustomization flux/pay:")),
        unmarked::toString);
  }

  @Test
  void pruneSelectorSelectsByLabels() throws IOException {
    policy("deny", "", "{\"podSelector\": {}, \"policyTypes\": [\"Egress\"]}");
    policy("allow-dns", ", \"labels\": {\"app\": \"pay\"}", ALLOW_SPEC.formatted(""));
    Ran other = against(manifests(DENY), "--prune-selector", "app=shop");
    Ran own = against(manifests(DENY), "--prune-selector", "app=pay", "-f", "json");
    assertEquals(0, other.status(), other::toString);
    assertEquals(List.of("cuts-dns error 0"), found(own));
  }

  @Test
  void labelsOfNamespacesAndWorkloadsCount() throws IOException {
    server.put(
        NAMESPACES,
        "{\"metadata\": {\"name\": \"kube-system\", \"labels\": {\"team\": \"platform\"}}}");
    policy(
        "allow",
        "",
        "{\"podSelector\": {\"matchLabels\": {\"app\": \"api\"}}, \"policyTypes\": [\"Egress\"],"
            + " \"egress\": [{\"to\": [{\"namespaceSelector\": {\"matchLabels\": {\"team\":"
            + " \"platform\"}}}]}]}");
    Ran namespace =
        against(
            manifests(
                """
                apiVersion: v1
                kind: Namespace
                metadata: {name: kube-system, labels: {team: infra}}
                """),
            "-f",
            "json");
    assertEquals(List.of("cuts-dns error 3"), found(namespace));
    assertTrue(
        namespace
            .said()
            .getFirst()
            .startsWith("the new labels of namespace kube-system would cut 8 pods of 1 workload"),
        namespace::toString);
    server.put(
        NAMESPACES,
        "{\"metadata\": {\"name\": \"kube-system\", \"labels\": {\"team\": \"other\"}}}");
    Ran workload =
        against(
            manifests(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: payments}
                spec:
                  selector: {matchLabels: {app: api}}
                  template: {metadata: {labels: {app: api}}, spec: {containers: [{name: a, image: b}]}}
                """),
            "-f",
            "json");
    assertEquals(List.of("cuts-dns error 5", "cut-before info 5"), found(workload));
    assertTrue(
        workload
            .said()
            .getFirst()
            .startsWith("the new labels of Deployment web would cut 5 pods of 1 workload"),
        workload::toString);
  }

  @Test
  void podsThatDoNotExistYetAreAWarning() throws IOException {
    server.put(NAMESPACES, namespace("new"));
    Ran ran =
        against(manifests(DENY.replace("namespace: payments", "namespace: new")), "-f", "json");
    assertEquals(List.of("cuts-new-pods warning 4"), found(ran));
  }

  @Test
  void aPolicyOfAnotherKindMakesItAWarning() throws IOException {
    server.document(
        "/apis",
        "{\"groups\": [{\"name\": \"crd.antrea.io\", \"versions\": [{\"groupVersion\":"
            + " \"crd.antrea.io/v1beta1\"}]}]}");
    server.document(
        "/apis/crd.antrea.io/v1beta1",
        "{\"resources\": [{\"name\": \"networkpolicies\", \"kind\":" + " \"NetworkPolicy\"}]}");
    server.put(
        "/apis/crd.antrea.io/v1beta1/networkpolicies",
        """
        {"metadata": {"namespace": "payments", "name": "web"},
         "spec": {"appliedTo": [{"podSelector": {}}], "egress": [{"action": "Allow"}]}}
        """);
    Ran ran = against(manifests(DENY), "-f", "json");
    assertEquals(List.of("cuts-dns warning 4"), found(ran));
    assertTrue(ran.said().getFirst().startsWith("deny may cut 14 pods"), ran::toString);
  }

  private static final String CALICO_STORE = "/apis/crd.projectcalico.org/v1";
  private static final String CALICO_API = "/apis/projectcalico.org/v3";

  /** Calico with its API server, which shows copies of the stored objects. */
  private void calico() {
    server.document(
        "/apis",
        """
        {"groups": [{"name": "crd.projectcalico.org",
             "versions": [{"groupVersion": "crd.projectcalico.org/v1"}]},
           {"name": "projectcalico.org", "versions": [{"groupVersion": "projectcalico.org/v3"}]}]}
        """);
    String kinds =
        """
        {"resources": [{"name": "globalnetworkpolicies", "kind": "GlobalNetworkPolicy"},
          {"name": "networksets", "kind": "NetworkSet"}]}
        """;
    server.document(CALICO_STORE, kinds);
    server.document(CALICO_API, kinds);
    calico("default.egress", CALICO_STORE, "{\"action\": \"Allow\"}");
    calico("egress", CALICO_API, "{\"action\": \"Allow\"}");
  }

  private void calico(String name, String group, String rule) {
    server.put(
        group + "/globalnetworkpolicies",
        """
        {"metadata": {"name": "%s"},
         "spec": {"order": 1, "types": ["Egress"], "egress": [%s]}}
        """
            .formatted(name, rule));
  }

  @ParameterizedTest
  @ValueSource(strings = {CALICO_STORE, CALICO_API, "neither"})
  void calicosPoliciesAreReadInTheGroupThatMayBeListed(String refused) throws IOException {
    calico();
    server.refuse(request -> request.path().startsWith(refused + "/"), 1_000_000, 403);
    Ran ran = against(manifests(DENY), "-f", "json");
    assertEquals(List.of(), found(ran), "the policy of Calico comes first and allows DNS");
  }

  @Test
  void whatPruneMayRemoveOfOtherKindsIsNamed() throws IOException {
    calico();
    calico("default.other", CALICO_STORE, "{\"action\": \"Allow\"}");
    String same =
        """
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata: {name: egress}
        spec: {order: 1, types: [Egress], egress: [{action: Allow}]}
        """;
    Ran pruned = against(manifests(same), "--prune", "-f", "json");
    assertTrue(
        pruned
            .toString()
            .contains(
                "if --prune removes GlobalNetworkPolicy.crd.projectcalico.org default.other: lint"
                    + " judges the removal of NetworkPolicies only"),
        pruned::toString);
    Ran without = against(manifests(DENY), "--prune", "-f", "json");
    assertFalse(without.toString().contains("judges the removal"), without::toString);
  }

  @Test
  void aFileReplacesThePolicyThatCalicoStores() throws IOException {
    calico();
    String deny =
        """
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata: {name: egress}
        spec: {order: 1, types: [Egress], egress: [{action: Deny}]}
        """;
    assertEquals(
        List.of("cuts-dns error 4"),
        found(against(manifests(deny), "-f", "json")).stream()
            .filter(each -> each.startsWith("cuts"))
            .toList());
  }

  /** A user may list network sets in some namespaces only; policies refer to those of all. */
  @Test
  void networkSetsThatMayNotBeListedMayAllowDns() throws IOException {
    calico();
    String bySets =
        """
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata: {name: egress}
        spec: {types: [Egress], egress: [{action: Allow, destination: {selector: role == 'dns'}}]}
        """;
    server.refuse(request -> request.path().endsWith("/v1/networksets"), 1_000_000, 403);
    server.refuse(request -> request.path().startsWith(CALICO_API + "/"), 1_000_000, 403);
    Ran ran = against(manifests(bySets), "-f", "json");
    assertTrue(found(ran).contains("cuts-dns warning 4"), ran::toString);
    assertTrue(ran.toString().contains("networksets"), ran::toString);
  }

  private void cilium() {
    server.document(
        "/apis",
        "{\"groups\": [{\"name\": \"cilium.io\", \"versions\": [{\"groupVersion\":"
            + " \"cilium.io/v2\"}]}]}");
    server.document(
        "/apis/cilium.io/v2",
        "{\"resources\": [{\"name\": \"ciliumnetworkpolicies\", \"kind\":"
            + " \"CiliumNetworkPolicy\"}]}");
  }

  /** A mode other than the usual one decides everything, so lint says that it assumes it. */
  @Test
  void anEnforcementModeOfCiliumThatMayNotBeReadIsReported() throws IOException {
    cilium();
    Ran absent = against(manifests(DENY), "-f", "json");
    assertEquals(List.of("cuts-dns error 4"), found(absent));
    server.refuse(request -> request.path().equals(CILIUM_CONFIG), 1_000, 403);
    Ran ran = against(manifests(DENY), "-f", "json");
    assertEquals(List.of("cluster-not-seen info 0", "cuts-dns error 4"), found(ran));
    assertEquals(
        "could not see ConfigMap cilium-config in namespace kube-system, so Cilium's enforcement"
            + " mode is assumed to be default (403 refused on request)",
        ran.said().getFirst());
  }

  @Test
  void theDnsOfOpenShiftIsFound() throws IOException {
    FakeApiServer other = FakeApiServer.start(0);
    try {
      other.document("/apis", "{\"groups\": []}");
      other.put(NAMESPACES, namespace("payments"));
      other.put(PODS, pod("payments", "api", 1));
      other.put(
          PODS,
          dnsPod("dns-default-1", "10.128.0.2")
              .replace("kube-system", "openshift-dns")
              .replace("k8s-app", "dns.operator.openshift.io/daemonset-dns")
              .replace("53", "5353"));
      other.put(
          SERVICES,
          service("dns-default", "172.30.0.10")
              .replace("kube-system", "openshift-dns")
              .replace("k8s-app", "dns.operator.openshift.io/daemonset-dns")
              .replace("\"targetPort\": 53", "\"targetPort\": 5353"));
      Files.writeString(kubeconfig, FakeApiServer.kubeconfig(other.url()));
      Ran ran = against(manifests(DENY), "-f", "json");
      assertTrue(
          ran.said().stream()
              .anyMatch(
                  says ->
                      says.startsWith(
                          "deny would cut 1 pod of 1 workload in payments from DNS (dns-default;"
                              + " UDP and TCP)")),
          ran::toString);
    } finally {
      other.close();
    }
  }

  @Test
  void itOnlyLists() throws IOException {
    against(manifests(DENY), "--prune");
    assertFalse(server.requests(_ -> true).isEmpty(), "requests");
    assertEquals(
        List.of(),
        server.requests(request -> request.parameters().containsKey("watch")),
        "watches");
  }

  /**
   * The roles on the page allow every request: with the first everywhere, with the second in one.
   */
  @Test
  void theRolesOfThePageAreEnough() throws IOException {
    List<JsonNode> roles = new ArrayList<>();
    for (String block : page("docs/lint.md").blocks("yaml")) {
      JsonNode role = new YAMLMapper().readTree(block);
      if (role.path("kind").asString("").endsWith("Role")) {
        roles.add(role);
      }
    }
    cilium();
    against(manifests(DENY), "--prune");
    List<String> read =
        server.requests(request -> request.path().matches("/apis?/.*v[0-9]/.*")).stream()
            .map(FakeApiServer.Request::path)
            .toList();
    List<String> lists = read.stream().filter(path -> !path.equals(CILIUM_CONFIG)).toList();
    List<String> own =
        lists.stream().filter(path -> path.contains("/namespaces/payments/")).toList();
    assertFalse(own.isEmpty(), lists::toString);
    assertAll(
        () -> assertEquals(3, roles.size(), roles::toString),
        () -> assertTrue(read.contains(CILIUM_CONFIG), read::toString),
        () ->
            assertEquals(
                new YAMLMapper()
                    .readTree(
                        """
                        - apiGroups: [""]
                          resources: [configmaps]
                          resourceNames: [cilium-config]
                          verbs: [get]
                        """),
                roles.get(2).path("rules")),
        () -> assertEquals("kube-system", roles.get(2).at("/metadata/namespace").asString()),
        () -> assertEquals(List.of(), refused(roles.get(0), lists)),
        () -> assertEquals(List.of(), refused(roles.get(1), own)));
  }

  private static Page page(String name) throws IOException {
    Path file = Path.of(name);
    return new Page(file, Files.readString(file));
  }

  private static List<String> refused(JsonNode role, List<String> paths) {
    return paths.stream()
        .filter(
            path -> {
              String group = path.startsWith("/apis/") ? path.split("/", -1)[2] : "";
              String resource = path.substring(path.lastIndexOf('/') + 1);
              return role.path("rules")
                  .valueStream()
                  .noneMatch(rule -> allows(rule, group, resource));
            })
        .toList();
  }

  private static boolean allows(JsonNode rule, String group, String resource) {
    return has(rule.path("apiGroups"), group)
        && (has(rule.path("resources"), resource) || has(rule.path("resources"), "*"))
        && has(rule.path("verbs"), "list");
  }

  private static boolean has(JsonNode list, String word) {
    return list.valueStream().anyMatch(each -> each.asString().equals(word));
  }

  @ParameterizedTest
  @CsvSource({"--prune", "--context=x", "--kubeconfig=x", "--prune-selector=a=b"})
  void theOptionsNeedACluster(String option) throws IOException {
    Ran ran = Ran.command("lint", manifests(DENY).toString(), option);
    assertEquals(2, ran.status(), ran::toString);
    assertTrue(
        ran.err()
            .contains(
                "--context, --kubeconfig, --prune and --prune-selector need --against-cluster"),
        ran::toString);
  }

  private Ran against(Path path, String... more) {
    return Ran.lintAgainst(kubeconfig, path, more);
  }

  /** The findings, each as rule, severity and line. */
  private static List<String> found(Ran ran) {
    return ran.findings()
        .map(
            finding ->
                Stream.of("rule", "severity", "line")
                    .map(name -> finding.get(name).getAsString())
                    .collect(Collectors.joining(" ")))
        .toList();
  }
}
