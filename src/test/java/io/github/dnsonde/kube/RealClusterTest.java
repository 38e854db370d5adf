package io.github.dnsonde.kube;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Endpoint;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.kube.KubeCluster.Watched;
import io.github.dnsonde.policy.Destination;
import io.github.dnsonde.policy.PolicyEvaluator;
import io.github.dnsonde.policy.PortProtocol;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.testkit.TestCluster;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The cluster's view of a real API server. */
@Timeout(300)
@Tag("cluster")
class RealClusterTest {

  private static final int MANY = 2_500;
  private static final String OTHER_KINDS = "src/test/resources/crds/other-policies.yaml";
  private static final Watched NODE1 =
      new Watched("node1", "kube-system", "kube-dns", Optional.empty(), Optional.empty());
  private static final Watched NODE2 =
      new Watched("node2", "kube-system", "kube-dns", Optional.empty(), Optional.empty());

  private TestCluster cluster;

  @BeforeEach
  void start() throws IOException {
    cluster = TestCluster.up();
  }

  private ObservedCluster look(Watched watched) throws IOException, InterruptedException {
    ObservedCluster observedCluster =
        new ObservedCluster(
            Credentials.kubeconfig(cluster.kubeconfig()), watched, ObservedCluster.QUICK);
    observedCluster.awaitSynced();
    return observedCluster;
  }

  @Test
  void eachNodesPodsAndTheDnsOfAllNodesAreSeen() throws Exception {
    try (ObservedCluster first = look(NODE1);
        ObservedCluster second = look(NODE2)) {
      ClusterView view = first.view();
      assertAll(
          () -> assertEquals(podsOf("node1"), addresses(view.pods())),
          () -> assertEquals(podsOf("node2"), addresses(second.view().pods())),
          () -> assertEquals(running("kube-system", "k8s-app=kube-dns"), addresses(view.dnsPods())),
          () ->
              assertEquals(
                  addresses(view.dnsPods()),
                  Set.copyOf(
                      view.kubeDnsEndpoints().stream()
                          .map(Endpoint::address)
                          .map(InetAddress::getHostAddress)
                          .toList())),
          () ->
              assertEquals(
                  List.of(InetAddress.ofLiteral("10.96.0.10")),
                  view.kubeDns().orElseThrow().clusterIps()),
          () ->
              assertEquals(
                  new Labels(Map.of("kubernetes.io/metadata.name", "kube-system")),
                  view.namespaces().get("kube-system")),
          () -> assertFalse(view.pods().isEmpty()),
          () ->
              assertEquals(
                  0, view.pods().stream().filter(pod -> pod.networkReady().isEmpty()).count()));
    }
  }

  private Set<String> podsOf(String node) throws IOException {
    return printed(
        "get", "pods", "-A", "--field-selector", "spec.nodeName=" + node, "-o", ADDRESSES);
  }

  private Set<String> running(String namespace, String selector) throws IOException {
    return printed("get", "pods", "-n", namespace, "-l", selector, "-o", ADDRESSES);
  }

  private static final String ADDRESSES = "jsonpath={.items[*].status.podIP}";

  private Set<String> printed(String... arguments) throws IOException {
    return Set.copyOf(Arrays.asList(cluster.kubectl(arguments).strip().split("\\s+", -1)));
  }

  private static Set<String> addresses(List<Pod> pods) {
    return Set.copyOf(
        pods.stream().map(pod -> pod.addresses().getFirst().getHostAddress()).toList());
  }

  @Test
  void changesOfPoliciesAreSeenWithTheirOrigin() throws Exception {
    try (ObservedCluster observedCluster = look(NODE1)) {
      cluster.apply(policy("kube-probe-a", "10.1.2.3/8"));
      observedCluster.awaitView(view -> policy(view, "kube-probe-a"));
      var seen =
          observedCluster.view().policies().stream()
              .filter(each -> each.name().equals("kube-probe-a"))
              .findFirst()
              .orElseThrow();
      assertEquals(Optional.of("kubectl-client-side-apply"), seen.origin().manager());
      assertEquals(Optional.of("Argo CD application shop"), seen.origin().source());
      cluster.kubectl("delete", "networkpolicy", "-n", "kube-system", "kube-probe-a");
      observedCluster.awaitView(view -> !policy(view, "kube-probe-a"));
    }
  }

  private static boolean policy(ClusterView view, String name) {
    return view.policies().stream().anyMatch(policy -> policy.name().equals(name));
  }

  private static String policy(String name, String block) {
    return """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: %s
      namespace: kube-system
      annotations: {argocd.argoproj.io/tracking-id: "shop:networking.k8s.io/NetworkPolicy:a/b"}
    spec:
      podSelector: {matchLabels: {app: nobody}}
      egress: [{to: [{ipBlock: {cidr: %s}}]}]
    """
        .formatted(name, block);
  }

  /** Each step takes as long as the server's: kinds and their policies come and go. */
  @Test
  void policiesOfOtherKindsAreFollowedWhereThereAreAny() throws Exception {
    Set<PolicyKind> kinds =
        Set.of(
            new PolicyKind("cilium.io", "CiliumNetworkPolicy", true),
            new PolicyKind("cilium.io", "CiliumClusterwideNetworkPolicy", false),
            new PolicyKind("crd.projectcalico.org", "NetworkPolicy", true),
            new PolicyKind("crd.projectcalico.org", "GlobalNetworkPolicy", false),
            new PolicyKind("policy.networking.k8s.io", "AdminNetworkPolicy", false));
    try (ObservedCluster observedCluster = look(NODE1)) {
      assertEquals(OtherPolicies.NONE, observedCluster.view().foreignPolicies());
      cluster.apply(JUDGED);
      observedCluster.awaitView(view -> judged(view).count() == 1);
      cluster.kubectl("create", "-f", OTHER_KINDS);
      observedCluster.awaitView(
          view -> view.foreignPolicies().equals(new OtherPolicies(kinds, List.of())));
      cluster.kubectl("wait", "--for=condition=Established", "--timeout=60s", "-f", OTHER_KINDS);
      cluster.apply(calico("NetworkPolicy", "default"));
      cluster.apply(calico("NetworkPolicy", "kube-system"));
      observedCluster.awaitView(
          view -> others(view).equals(Set.of("NetworkPolicy.crd.projectcalico.org kube-system/x")));
      cluster.apply(calico("GlobalNetworkPolicy", "''"));
      observedCluster.awaitView(
          view -> others(view).contains("GlobalNetworkPolicy.crd.projectcalico.org x"));
      assertEquals(Set.of(Decision.DENY), decisions(observedCluster.view()));
      ClusterView before = observedCluster.view();
      cluster.apply(calico("GlobalNetworkPolicy", "''").replace("Deny", "Allow"));
      observedCluster.awaitView(
          view ->
              OtherPolicies.changed(before.foreignPolicies(), view.foreignPolicies()).size() == 2);
      assertEquals(Set.of(Decision.ALLOW), decisions(observedCluster.view()));
      cluster.apply(ADMIN);
      observedCluster.awaitView(
          view -> others(view).contains("AdminNetworkPolicy.policy.networking.k8s.io x"));
      assertEquals(
          Set.of(Decision.UNKNOWN), decisions(observedCluster.view()), "two engines differ");
      cluster.kubectl("delete", "globalnetworkpolicies.crd.projectcalico.org", "x");
      observedCluster.awaitView(
          view ->
              others(view)
                  .equals(
                      Set.of(
                          "NetworkPolicy.crd.projectcalico.org kube-system/x",
                          "AdminNetworkPolicy.policy.networking.k8s.io x")));
      assertEquals(Set.of(Decision.DENY), decisions(observedCluster.view()));
      assertEquals(0, observedCluster.errors());
    } finally {
      cluster.kubectl("delete", "--ignore-not-found", "-f", OTHER_KINDS);
      cluster.kubectl("delete", "namespace", "judged", "--ignore-not-found", "--wait=false");
    }
  }

  private static final String ADMIN =
      """
      apiVersion: policy.networking.k8s.io/v1alpha1
      kind: AdminNetworkPolicy
      metadata: {name: x}
      spec:
        priority: 10
        subject: {namespaces: {}}
        egress: [{action: Deny, to: [{networks: [0.0.0.0/0]}]}]
      """;

  /** A pod in a namespace without policies of its own. */
  private static final String JUDGED =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: judged}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: judged}
      spec:
        nodeName: node1
        terminationGracePeriodSeconds: 0
        containers: [{name: web, image: "localhost/pause:1", imagePullPolicy: Never}]
      """;

  private static Stream<Pod> judged(ClusterView view) {
    return view.pods().stream().filter(pod -> pod.namespace().equals("judged"));
  }

  /** The verdicts on queries of that pod to a resolver. */
  private static Set<Decision> decisions(ClusterView view) {
    PolicyEvaluator evaluator = PolicyEvaluator.of(view);
    Destination resolver = new Destination.Address(InetAddress.ofLiteral("9.9.9.9"), List.of());
    return judged(view)
        .map(pod -> evaluator.egress(pod, resolver, PortProtocol.over(Transport.UDP)).decision())
        .collect(Collectors.toSet());
  }

  private static Set<String> others(ClusterView view) {
    return view.foreignPolicies().policies().stream()
        .map(ForeignPolicy::toString)
        .collect(Collectors.toSet());
  }

  private static String calico(String kind, String namespace) {
    return """
    apiVersion: crd.projectcalico.org/v1
    kind: %s
    metadata: {name: x, namespace: %s}
    spec: {selector: all(), types: [Egress], egress: [{action: Deny}]}
    """
        .formatted(kind, namespace);
  }

  @Test
  void theLastViewRemainsWhileTheApiServerIsUnavailable() throws Exception {
    try (ObservedCluster observedCluster = look(NODE1)) {
      cluster.stop("apiserver");
      Instant away = Instant.now();
      Instant back;
      try {
        long already = observedCluster.errors();
        ClusterView before = observedCluster.view();
        observedCluster.await(() -> observedCluster.errors() > already + 20);
        assertFalse(before.pods().isEmpty());
        assertSame(before, observedCluster.view());
        assertTrue(observedCluster.cluster().lastSync().orElseThrow().isBefore(away));
        back = Instant.now();
      } finally {
        cluster.start("apiserver");
      }
      observedCluster.await(() -> observedCluster.cluster().lastSync().orElseThrow().isAfter(back));
      cluster.apply(policy("kube-probe-b", "10.0.0.0/8"));
      observedCluster.awaitView(view -> policy(view, "kube-probe-b"));
      cluster.kubectl("delete", "networkpolicy", "-n", "kube-system", "kube-probe-b");
    }
  }

  @Test
  void aServiceAccountWithThePermissionsOfTheTableSeesEverything(@TempDir Path folder)
      throws Exception {
    cluster.apply(
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: kube-probe, namespace: default}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: kube-probe}
        rules:
        - {apiGroups: [""], resources: [pods, namespaces], verbs: [list, watch]}
        - {apiGroups: [networking.k8s.io], resources: [networkpolicies], verbs: [list, watch]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: kube-probe}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: kube-probe}
        subjects: [{kind: ServiceAccount, name: kube-probe, namespace: default}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: kube-probe, namespace: kube-system}
        rules:
        - {apiGroups: [""], resources: [services], verbs: [list, watch]}
        - {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list, watch]}
        - {apiGroups: [apps], resources: [daemonsets], verbs: [list, watch]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: kube-probe, namespace: kube-system}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: kube-probe}
        subjects: [{kind: ServiceAccount, name: kube-probe, namespace: default}]
        """);
    Files.writeString(
        folder.resolve("token"), cluster.kubectl("create", "token", "kube-probe").strip());
    Files.write(folder.resolve("ca.crt"), authorities());
    ApiClient client =
        Credentials.inCluster(
            Map.of("KUBERNETES_SERVICE_HOST", "127.0.0.1", "KUBERNETES_SERVICE_PORT", "16443"),
            folder);
    try (ObservedCluster observedCluster =
        new ObservedCluster(client, NODE1, ObservedCluster.QUICK)) {
      observedCluster.awaitSynced();
      assertEquals(0, observedCluster.errors());
      assertEquals(podsOf("node1"), addresses(observedCluster.view().pods()));
    }
  }

  private byte[] authorities() throws IOException {
    String data =
        cluster.kubectl(
            "config",
            "view",
            "--flatten",
            "-o",
            "jsonpath={.clusters[0].cluster.certificate-authority-data}");
    return Base64.getDecoder().decode(data.strip());
  }

  @Test
  void manyPoliciesOfOthersFitIntoASmallHeap() throws Exception {
    try {
      cluster.kubectl("create", "namespace", "kube-probe-many");
      createMany();
      Process child =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx26m",
                  "-XX:NewRatio=5",
                  "-XX:+UseSerialGC",
                  "-XX:+ExitOnOutOfMemoryError",
                  "-cp",
                  System.getProperty("java.class.path"),
                  SyncOnce.class.getName(),
                  cluster.kubeconfig().toString(),
                  "node1")
              .redirectErrorStream(true)
              .start();
      String said = new String(child.getInputStream().readAllBytes(), UTF_8).strip();
      System.out.println("With an agent's heap: " + said);
      assertEquals(0, child.waitFor(), said);
      assertTrue(said.startsWith("synced=true policies=0 errors=0 "), said);
    } finally {
      cluster.kubectl("delete", "namespace", "kube-probe-many", "--wait=false");
    }
  }

  private void createMany() throws IOException {
    ApiClient client = Credentials.kubeconfig(cluster.kubeconfig());
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      IntStream.range(0, MANY).forEach(i -> threads.execute(() -> create(client, i)));
    }
  }

  private static void create(ApiClient client, int number) {
    String rules =
        String.join(
            ",",
            IntStream.range(0, 12)
                .mapToObj(
                    i ->
                        """
                        {"to": [{"namespaceSelector": {"matchLabels": {"team": "team-%d"}},
                          "podSelector": {"matchLabels": {"app": "app-%d"}}}],
                          "ports": [{"port": 53, "protocol": "UDP"}]}\
                        """
                            .formatted(number, i))
                .toList());
    String body =
        """
        {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
         "metadata": {"name": "policy-%d"},
         "spec": {"podSelector": {}, "policyTypes": ["Egress"], "egress": [%s]}}
        """
            .formatted(number, rules);
    try (var response =
        client
            .buildCall(
                null,
                "/apis/networking.k8s.io/v1/namespaces/kube-probe-many/networkpolicies",
                "POST",
                List.of(),
                List.of(),
                JsonParser.parseString(body),
                new HashMap<>(Map.of("Content-Type", "application/json")),
                new HashMap<>(),
                new HashMap<>(),
                new String[] {"BearerToken"},
                null)
            .execute()) {
      assertTrue(response.isSuccessful(), response::toString);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ApiException e) {
      throw new IllegalStateException(e);
    }
  }
}
