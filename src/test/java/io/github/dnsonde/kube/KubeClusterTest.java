package io.github.dnsonde.kube;

import static io.github.dnsonde.kube.FakeApiServer.listing;
import static io.github.dnsonde.kube.FakeApiServer.watching;
import static io.github.dnsonde.kube.SampleObjects.DAEMON_SETS;
import static io.github.dnsonde.kube.SampleObjects.NAMESPACES;
import static io.github.dnsonde.kube.SampleObjects.PODS;
import static io.github.dnsonde.kube.SampleObjects.POLICIES;
import static io.github.dnsonde.kube.SampleObjects.SERVICES;
import static io.github.dnsonde.kube.SampleObjects.SLICES;
import static io.github.dnsonde.kube.SampleObjects.dnsPod;
import static io.github.dnsonde.kube.SampleObjects.namespace;
import static io.github.dnsonde.kube.SampleObjects.pod;
import static io.github.dnsonde.kube.SampleObjects.policy;
import static io.github.dnsonde.kube.SampleObjects.service;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.CiliumSettings;
import io.github.dnsonde.cluster.CiliumSettings.Enforcement;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Endpoint;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.kube.FakeApiServer.Request;
import io.github.dnsonde.kube.KubeCluster.Counts;
import io.github.dnsonde.probe.ExpectedSilence;
import io.github.dnsonde.probe.NamespacedName;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class KubeClusterTest {

  private static final String BOOKMARK =
      "{\"type\": \"BOOKMARK\", \"object\": {\"metadata\": {\"resourceVersion\": \"77\"}}}";

  private FakeApiServer server;
  private @Nullable ObservedCluster looking;

  @BeforeEach
  void start() throws IOException {
    server = FakeApiServer.start(0);
    SampleObjects.fill(server);
  }

  @AfterEach
  void stop() {
    if (looking != null) {
      looking.close();
    }
    server.close();
  }

  private void look() throws InterruptedException {
    look(ObservedCluster.QUICK);
  }

  private void look(Timing timing) throws InterruptedException {
    open(timing);
    sight().awaitSynced();
  }

  private void open(Timing timing) {
    looking = new ObservedCluster(server.url(), timing);
  }

  private ObservedCluster sight() {
    return Objects.requireNonNull(looking, "nobody looks");
  }

  private ClusterView view() {
    return sight().view();
  }

  private Counts counts(String resource) {
    return sight().cluster().counts().getOrDefault(resource, new Counts(-1, -1, -1));
  }

  private static List<String> names(List<Pod> pods) {
    return pods.stream().map(Pod::name).toList();
  }

  private void awaitPolicies(int count) throws InterruptedException {
    sight().awaitView(view -> view.policies().size() == count);
  }

  private void awaitWatched(String collection) throws InterruptedException {
    sight().await(() -> server.watches(collection) > 0);
  }

  private static String annotated(String object, String expect) {
    return object.replaceFirst(
        "\"metadata\": \\{",
        "\"metadata\": {\"annotations\": {\"dnsonde.github.io/expect\": \"" + expect + "\"},");
  }

  @Test
  void declarationsOfANamespaceAndOfAPolicyAreSeen() throws InterruptedException {
    server.put(SampleObjects.NAMESPACES, annotated(SampleObjects.namespace("payments"), "no-dns"));
    server.put(SampleObjects.NAMESPACES, annotated(SampleObjects.namespace("elsewhere"), "no-dns"));
    server.put(
        SampleObjects.POLICIES, annotated(SampleObjects.policy("payments", "deny", "{}"), "dns"));
    look();
    assertEquals(
        List.of("Namespace payments", "NetworkPolicy payments/deny"),
        view().declarations().all().stream().map(each -> each.holder().toString()).toList());
    assertEquals(1, view().declarations().inForce(Instant.EPOCH).size());
    assertEquals(
        "annotation dnsonde.github.io/expect is 'dns', expected no-dns",
        view().declarations().invalid().getFirst().why());
    assertEquals(Set.of("payments"), view().silence(Instant.EPOCH).namespaces());
  }

  /** Nothing else of the object changes. */
  @Test
  void anAnnotationThatChangesIsNoticed() throws InterruptedException {
    look();
    assertEquals(ExpectedSilence.NONE, view().silence(Instant.EPOCH));
    server.put(
        SampleObjects.POLICIES,
        annotated(SampleObjects.policy("payments", "deny", "{}"), "no-dns"));
    sight()
        .awaitView(
            view ->
                view.silence(Instant.EPOCH)
                    .pods()
                    .equals(Set.of(new NamespacedName("payments", "api-1"))));
    server.put(SampleObjects.POLICIES, SampleObjects.policy("payments", "deny", "{}"));
    sight().awaitView(view -> view.declarations().all().isEmpty());
  }

  /** A tenant's huge annotation hides neither the object nor that something is wrong. */
  @Test
  void annotationsThatAreTooLargeDeclareNothingButAreReported() throws InterruptedException {
    String huge = "no-dns\", \"dnsonde.github.io/expect-reason\": \"" + "x".repeat(250_000);
    server.put(SampleObjects.NAMESPACES, annotated(SampleObjects.namespace("payments"), huge));
    look();
    assertEquals(Set.of("payments"), view().namespaces().keySet());
    assertEquals(List.of(), view().declarations().inForce(Instant.EPOCH));
    assertEquals(
        "the values of annotations dnsonde.github.io/expect* are too large to be read",
        view().declarations().invalid().getFirst().why());
  }

  @Test
  void everythingIsSeen() throws InterruptedException {
    look();
    ClusterView view = view();
    assertAll(
        () ->
            assertEquals(
                Map.of("payments", new Labels(Map.of("kubernetes.io/metadata.name", "payments"))),
                view.namespaces()),
        () -> assertEquals(List.of("api-1"), names(view.pods()), "of the own node"),
        () -> assertEquals(List.of("coredns-1"), names(view.dnsPods()), "of all nodes"),
        () -> assertEquals("deny", view.policies().getFirst().name()),
        () ->
            assertEquals(
                List.of(InetAddress.ofLiteral("10.96.0.10")),
                view.kubeDns().orElseThrow().clusterIps()),
        () ->
            assertEquals(
                List.of(
                    new Endpoint(
                        InetAddress.ofLiteral("10.244.2.2"), 5353, true, Optional.of("coredns-1"))),
                view.kubeDnsEndpoints()),
        () -> assertEquals(OtherPolicies.NONE, view.foreignPolicies()),
        () -> assertEquals(OptionalInt.empty(), view.agents()));
    assertEquals(
        Map.of(
            "pods", new Counts(0, 0, 0),
            "namespaces", new Counts(0, 0, 0),
            "networkpolicies", new Counts(0, 0, 0),
            "services", new Counts(0, 0, 0),
            "endpointslices", new Counts(0, 0, 0),
            "dns_pods", new Counts(0, 0, 0),
            "daemonsets", new Counts(0, 0, 0),
            "discovery", new Counts(0, 0, 0)),
        sight().cluster().counts());
  }

  @Test
  void changesArrive() throws InterruptedException {
    look();
    server.put(PODS, pod("payments", "api-3", "node-1", "10.244.1.8"));
    sight().awaitView(view -> names(view.pods()).equals(List.of("api-1", "api-3")));
    server.put(PODS, pod("payments", "api-3", "node-1", "10.244.1.9"));
    sight()
        .awaitView(
            view ->
                view.pods()
                    .getLast()
                    .addresses()
                    .equals(List.of(InetAddress.ofLiteral("10.244.1.9"))));
    server.delete(PODS, "payments", "api-1");
    sight().awaitView(view -> names(view.pods()).equals(List.of("api-3")));
  }

  @Test
  void anEventWithoutNewsIsNoChange() throws InterruptedException {
    look();
    sight().awaitQuiet(server);
    ClusterView before = view();
    int changes = sight().changes();
    server.put(PODS, pod("payments", "api-1", "node-1", "10.244.1.7")); // a heartbeat
    server.say(PODS, BOOKMARK);
    server.endWatches(PODS);
    sight()
        .await(
            () ->
                server.requests(watching(PODS)).stream().anyMatch(each -> from(each).equals("77")));
    assertSame(before, view());
    assertEquals(changes, sight().changes());
  }

  /**
   * Only the start time distinguishes a pod's network from that of a later pod with its address.
   */
  @Test
  void theStartOfAPodIsSeen() throws InterruptedException {
    server.put(
        PODS,
        """
        {"metadata": {"namespace": "payments", "name": "api-1"},
         "spec": {"nodeName": "node-1"},
         "status": {"startTime": "2026-11-22T10:00:01Z",
           "initContainerStatuses": [
             {"state": {"terminated": {"startedAt": "2026-11-22T10:00:02Z"}}}],
           "containerStatuses": [
             {"state": {"running": {"startedAt": "2026-11-22T10:00:04Z"}}, "lastState": {}},
             {"state": {"waiting": {"reason": "CrashLoopBackOff"}},
              "lastState": {"terminated": {"startedAt": "2026-11-22T10:00:03Z"}}}]}}
        """);
    look();
    assertEquals(
        new Pod.Starts(
            Optional.of(Instant.parse("2026-11-22T10:00:01Z")),
            Optional.of(Instant.parse("2026-11-22T10:00:04Z"))),
        view().pods().getFirst().starts());
  }

  @Test
  void theViewOfPodsIsCurrentAfterAListAndAfterABookmarkAndNotAfterAnEvent()
      throws InterruptedException {
    look();
    awaitWatched(PODS);
    OptionalLong listed = sight().cluster().podsCurrent();
    assertTrue(listed.isPresent(), "after a list");

    server.put(PODS, pod("payments", "api-3", "node-1", "10.244.1.8"));
    sight().awaitView(view -> view.pods().size() == 2);
    assertEquals(listed, sight().cluster().podsCurrent(), "others may be on their way");

    server.say(PODS, "{\"type\": \"BOOKMARK\", \"object\": {\"metadata\": {}}}");
    sight().await(() -> !sight().cluster().podsCurrent().equals(listed));
    assertTrue(
        sight().cluster().podsCurrent().orElseThrow() - listed.getAsLong() > 0, "it goes on");
  }

  private static String from(Request request) {
    return request.parameters().getOrDefault("resourceVersion", "");
  }

  @Test
  void aWatchRequestsBookmarksAndATimeout() throws InterruptedException {
    look();
    awaitWatched(POLICIES);
    Map<String, String> asked = server.requests(watching(POLICIES)).getFirst().parameters();
    int seconds = Integer.parseInt(asked.getOrDefault("timeoutSeconds", "0"));
    assertAll(
        () -> assertEquals("true", asked.get("allowWatchBookmarks")),
        () -> assertTrue(seconds >= 300 && seconds <= 600, () -> seconds + " seconds"));
  }

  @Test
  void longListsComeInPages() throws InterruptedException {
    IntStream.range(0, 600).forEach(i -> server.put(POLICIES, policy("payments", "p" + i, "{}")));
    look();
    assertEquals(601, view().policies().size());
    assertEquals(
        List.of("250/", "250/250", "250/500"),
        server.requests(listing(POLICIES)).stream().map(KubeClusterTest::page).toList());
  }

  private static String page(Request request) {
    return request.parameters().get("limit")
        + "/"
        + request.parameters().getOrDefault("continue", "");
  }

  @Test
  void aListWhoseNextPageHasExpiredStartsOver() throws InterruptedException {
    IntStream.range(0, 300).forEach(i -> server.put(POLICIES, policy("payments", "p" + i, "{}")));
    server.refuse(
        listing(POLICIES).and(request -> request.parameters().containsKey("continue")), 1, 410);
    look();
    assertEquals(301, view().policies().size());
    assertEquals(
        List.of("250/", "250/250", "250/", "250/250"),
        server.requests(listing(POLICIES)).stream().map(KubeClusterTest::page).toList());
    assertEquals(new Counts(0, 1, 0), counts("networkpolicies"));
  }

  @Test
  void onlyTheNodesOwnPodsMayComeFromTheServersMemory() throws InterruptedException {
    look();
    assertAll(
        () ->
            assertEquals(
                Set.of("0", ""),
                Set.copyOf(
                    server.requests(listing(PODS)).stream().map(KubeClusterTest::from).toList())),
        () -> assertEquals("", from(server.requests(listing(POLICIES)).getFirst())));
  }

  @Test
  void anExpiredVersionIsListedAgain() throws InterruptedException {
    look();
    awaitWatched(POLICIES);
    server.refuse(watching(POLICIES), 1, 410);
    server.putUnheard(POLICIES, policy("payments", "allow", "{}"));
    server.say(POLICIES, BOOKMARK); // a watch that ends at once without any event is an error
    server.endWatches(POLICIES);
    awaitPolicies(2);
    assertEquals(new Counts(0, 1, 0), counts("networkpolicies"));
  }

  @Test
  void anEventOfAnExpiredVersionIsListedAgain() throws InterruptedException {
    look();
    awaitWatched(POLICIES);
    int lists = server.requests(listing(POLICIES)).size();
    server.say(
        POLICIES,
        """
        {"type": "ERROR", "object": {"kind": "Status", "code": 410, "message": "too old"}}\
        """);
    sight().await(() -> server.requests(listing(POLICIES)).size() > lists);
    server.put(POLICIES, policy("payments", "allow", "{}"));
    awaitPolicies(2);
    assertEquals(new Counts(0, 1, 0), counts("networkpolicies"));
  }

  @Test
  void anotherErrorIsNoReasonToListAgain() throws InterruptedException {
    look();
    awaitWatched(POLICIES);
    server.say(POLICIES, "{\"type\": \"ERROR\", \"object\": {\"code\": 500}}");
    sight().await(() -> server.requests(watching(POLICIES)).size() > 1);
    assertEquals(new Counts(1, 0, 0), counts("networkpolicies"));
    assertEquals(1, server.requests(listing(POLICIES)).size());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 504})
  void anInvalidVersionIsListedAgain(int code) throws InterruptedException {
    server.refuse(watching(POLICIES), 1, code);
    look();
    awaitWatched(POLICIES);
    assertEquals(new Counts(0, 1, 0), counts("networkpolicies"));
    assertEquals(2, server.requests(listing(POLICIES)).size());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 504})
  void aRejectedListIsAnError(int code) throws InterruptedException {
    server.refuse(listing(POLICIES), 1, code);
    look();
    assertEquals(new Counts(1, 0, 0), counts("networkpolicies"));
  }

  @Test
  void invalidDataInAWatchEndsOnlyTheWatch() throws InterruptedException {
    look();
    awaitWatched(POLICIES);
    server.say(POLICIES, "<html>");
    server.put(POLICIES, policy("payments", "allow", "{}"));
    awaitPolicies(2);
    assertEquals(new Counts(1, 0, 0), counts("networkpolicies"));
  }

  @Test
  void anUnknownTypeOfEventIsIgnored() throws InterruptedException {
    look();
    awaitWatched(POLICIES);
    server.say(POLICIES, "{\"type\": \"TOMORROW\", \"object\": null}");
    server.put(POLICIES, policy("payments", "allow", "{}"));
    awaitPolicies(2);
    assertEquals(new Counts(0, 0, 0), counts("networkpolicies"));
  }

  @Test
  void aSilentConnectionIsAbandoned() throws InterruptedException {
    Timing brief =
        new Timing(
            Duration.ofMillis(2),
            Duration.ofMillis(20),
            Duration.ofMillis(300),
            ObservedCluster.LONG,
            Duration.ofMinutes(5),
            ObservedCluster.LONG,
            ObservedCluster.LONG);
    look(brief);
    awaitWatched(POLICIES);
    server.forsakeWatches(POLICIES);
    server.put(POLICIES, policy("payments", "allow", "{}"));
    awaitPolicies(2);
    assertNotEquals(0, counts("networkpolicies").errors());
  }

  @Test
  void aFailedRequestIsRetried() throws InterruptedException {
    server.refuse(listing(POLICIES), 5, 500);
    server.refuse(watching(POLICIES), 3, 503);
    look();
    awaitWatched(POLICIES);
    assertEquals(1, view().policies().size());
    assertEquals(new Counts(8, 0, 0), counts("networkpolicies"));
  }

  @Test
  void aServerThatEndsWatchesAtOnceIsQueriedWithPauses() throws InterruptedException {
    server.fail(watching(POLICIES), 4, exchange -> exchange.sendResponseHeaders(200, -1));
    Timing patient =
        new Timing(
            Duration.ofMillis(200),
            Duration.ofMillis(200),
            ObservedCluster.LONG,
            ObservedCluster.LONG,
            Duration.ofMinutes(5),
            ObservedCluster.LONG,
            ObservedCluster.LONG);
    look(patient);
    awaitWatched(POLICIES);
    assertEquals(new Counts(4, 0, 0), counts("networkpolicies"));
  }

  @Test
  void aSlowListDelaysNoOther() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    server.fail(
        listing(POLICIES),
        1,
        exchange -> {
          release.await();
          FakeApiServer.send(exchange, 200, "{\"items\": null, \"metadata\": null}");
        });
    open(ObservedCluster.QUICK);
    sight().awaitView(view -> view.pods().size() == 1 && view.dnsPods().size() == 1);
    assertFalse(sight().cluster().synced());
    assertEquals(Optional.empty(), sight().cluster().lastSync());
    release.countDown();
    sight().awaitSynced();
  }

  @Test
  void theLastViewRemainsWhileTheServerIsUnavailable() throws Exception {
    look();
    ClusterView before = view();
    int port = server.port();
    server.close();
    Instant away = Instant.now();
    sight().await(() -> counts("pods").errors() > 3);
    assertSame(before, view());
    assertTrue(sight().cluster().lastSync().orElseThrow().isBefore(away));
    server = FakeApiServer.start(port);
    server.document("/apis", "{}");
    server.put(POLICIES, policy("payments", "other", "{}"));
    sight().await(() -> sight().cluster().lastSync().orElseThrow().isAfter(away));
  }

  @Test
  void theServicesSelectorIsFollowed() throws InterruptedException {
    server.put(PODS, dnsPod("other-dns", "node-1", "10.244.1.3", "other"));
    look();
    assertEquals(List.of("coredns-1"), names(view().dnsPods()));
    server.put(SERVICES, service("other"));
    sight().awaitView(view -> names(view.dnsPods()).equals(List.of("other-dns")));
    server.put(
        SERVICES,
        """
        {"metadata": {"namespace": "kube-system", "name": "kube-dns"}, "spec": {"selector": null}}
        """);
    sight().awaitView(view -> view.dnsPods().isEmpty());
    server.put(PODS, dnsPod("late-dns", "node-1", "10.244.1.4", "other"));
    sight().awaitView(view -> view.pods().size() == 3);
    assertEquals(List.of(), view().dnsPods());
  }

  @Test
  void withoutTheServiceThereIsNothingToWaitFor() throws InterruptedException {
    server.delete(SERVICES, "kube-system", "kube-dns");
    look();
    assertAll(
        () -> assertEquals(Optional.empty(), view().kubeDns()),
        () -> assertEquals(List.of(), view().kubeDnsEndpoints()),
        () -> assertEquals(List.of(), view().dnsPods()));
  }

  @Test
  void unreadableObjectsAreLeftOutAndReportedOnce() throws InterruptedException {
    String weird = "{\"egress\": [{\"to\": [{\"ipBlock\": {\"cidr\": \"everywhere\"}}]}]}";
    server.put(POLICIES, policy("payments", "weird", weird));
    try (LogRecords logRecords = new LogRecords()) {
      look();
      assertEquals(1, view().policies().size());
      awaitWatched(POLICIES);
      server.put(POLICIES, policy("payments", "weird", weird));
      sight().await(() -> counts("networkpolicies").unreadable() == 2);
      assertEquals(
          List.of(
              "Kubernetes API: networkpolicies: payments/weird cannot be read, and what depends on"
                  + " it is unknown: spec.egress[0].to[0].ipBlock.cidr: Invalid value:"
                  + " \"everywhere\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or"
                  + " 2001:db8::/64)"),
          logRecords.lines);
    }
    server.put(POLICIES, policy("payments", "weird", "{}"));
    awaitPolicies(2);
    server.put(POLICIES, policy("payments", "weird", weird));
    awaitPolicies(1);
  }

  @Test
  void aLastingProblemIsReportedOnce() throws InterruptedException {
    server.refuse(listing(POLICIES), 20, 403);
    try (LogRecords logRecords = new LogRecords()) {
      look();
      assertEquals(
          List.of(
              "Kubernetes API: networkpolicies: failed, will be tried again: StatusException: 403"
                  + " refused on request",
              "Kubernetes API: networkpolicies: recovered"),
          logRecords.lines);
    }
  }

  @Test
  void theAgentsDaemonSetShowsTheNumberOfAgents() throws InterruptedException {
    putAgent();
    look();
    sight().awaitView(view -> view.agents().equals(OptionalInt.of(3)));
    server.put(DAEMON_SETS, daemonSet(4));
    sight().awaitView(view -> view.agents().equals(OptionalInt.of(4)));
    server.delete(PODS, "monitoring", "dnsonde-abcde");
    sight().awaitView(view -> view.pods().size() == 1);
    assertEquals(OptionalInt.of(4), view().agents());
  }

  private void putAgent() {
    server.put(
        PODS,
        """
        {"metadata": {"namespace": "monitoring", "name": "dnsonde-abcde", "ownerReferences": [
           {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "dnsonde", "controller": true}]},
         "spec": {"nodeName": "node-1"}}
        """);
    server.put(DAEMON_SETS, daemonSet(3));
  }

  private static String daemonSet(int desired) {
    return """
    {"metadata": {"namespace": "monitoring", "name": "dnsonde"},
     "status": {"desiredNumberScheduled": %d}}
    """
        .formatted(desired);
  }

  @Test
  void foreignKindsOfPolicyAreDiscovered() throws InterruptedException {
    look();
    server.document(
        "/apis/cilium.io/v2",
        """
        {"resources": [
           {"name": "ciliumnetworkpolicies", "kind": "CiliumNetworkPolicy", "fromTomorrow": null},
           {"name": "ciliumendpoints", "kind": "CiliumEndpoint"}, {"kind": null}, {}]}
        """);
    server.document(
        "/apis",
        """
        {"groups": [{"name": "apps", "versions": [{"groupVersion": "apps/v1"}]},
           {"name": "cilium.io", "versions": [{"groupVersion": "cilium.io/v2"}, {}]}]}
        """);
    sight()
        .awaitView(
            view ->
                view.foreignPolicies()
                    .kinds()
                    .equals(Set.of(new PolicyKind("cilium.io", "CiliumNetworkPolicy", true))));
  }

  /** Cilium's ConfigMap is read only if the cluster has Cilium's kinds, and follows changes. */
  @Test
  void ciliumsEnforcementModeIsReadFromItsConfigMap() throws InterruptedException {
    String path = "/api/v1/namespaces/kube-system/configmaps/cilium-config";
    server.document(path, ciliumConfig("always"));
    look();
    assertEquals(0, server.requests(request -> request.path().equals(path)).size());
    serveCilium();
    sight().awaitView(view -> enforcement(view).equals(List.of(Enforcement.ALWAYS)));
    server.document(path, ciliumConfig("never"));
    sight().awaitView(view -> enforcement(view).equals(List.of(Enforcement.NEVER)));
    server.refuse(request -> request.path().equals(path), 1_000, 403);
    sight().awaitView(view -> enforcement(view).isEmpty());
    assertEquals(0, counts("discovery").errors());
  }

  /** A server that is overloaded for a moment does not change the verdicts. */
  @Test
  void ciliumsEnforcementModeStaysWhileItCannotBeRead() throws InterruptedException {
    String path = "/api/v1/namespaces/kube-system/configmaps/cilium-config";
    server.document(path, ciliumConfig("always"));
    serveCilium();
    look();
    sight().awaitView(view -> enforcement(view).equals(List.of(Enforcement.ALWAYS)));
    server.refuse(request -> request.path().equals(path), 1_000, 503);
    server.document(
        "/apis/cilium.io/v2",
        """
        {"resources": [
          {"name": "ciliumnetworkpolicies", "kind": "CiliumNetworkPolicy"},
          {"name": "ciliumclusterwidenetworkpolicies", "kind": "CiliumClusterwideNetworkPolicy"}]}
        """);
    sight().awaitView(view -> view.foreignPolicies().kinds().size() == 2);
    sight().await(() -> counts("discovery").errors() > 0);
    assertEquals(List.of(Enforcement.ALWAYS), enforcement(view()));
  }

  private void serveCilium() {
    server.document(
        "/apis/cilium.io/v2",
        """
        {"resources": [{"name": "ciliumnetworkpolicies", "kind": "CiliumNetworkPolicy"}]}
        """);
    server.document(
        "/apis",
        """
        {"groups": [{"name": "cilium.io", "versions": [{"groupVersion": "cilium.io/v2"}]}]}
        """);
  }

  private static String ciliumConfig(String mode) {
    return """
    {"metadata": {"name": "cilium-config", "namespace": "kube-system"},
     "data": {"debug": "false", "enable-policy": "%s", "tunnel": "vxlan"}}
    """
        .formatted(mode);
  }

  private static List<Enforcement> enforcement(ClusterView view) {
    return view.foreignPolicies().policies().stream()
        .flatMap(policy -> policy.rules().stream())
        .filter(CiliumSettings.class::isInstance)
        .map(rules -> ((CiliumSettings) rules).enforcement())
        .toList();
  }

  @Test
  void aGroupWhoseServerIsDownCountsAsHavingItsKinds() throws InterruptedException {
    server.document(
        "/apis",
        """
        {"groups": [{"name": "projectcalico.org",
           "versions": [{"groupVersion": "projectcalico.org/v3"}]}]}
        """);
    server.refuse(request -> request.path().startsWith("/apis/projectcalico"), 1_000, 503);
    look();
    assertEquals(
        Set.of(
            new PolicyKind("projectcalico.org", "NetworkPolicy", true),
            new PolicyKind("projectcalico.org", "GlobalNetworkPolicy", false),
            new PolicyKind("projectcalico.org", "Tier", false),
            new PolicyKind("projectcalico.org", "NetworkSet", true),
            new PolicyKind("projectcalico.org", "GlobalNetworkSet", false)),
        view().foreignPolicies().kinds());
    assertNotEquals(0, counts("discovery").errors());
  }

  @Test
  void requestsNeedOnlyTheDocumentedPermissions() throws InterruptedException {
    putAgent();
    look();
    sight().awaitView(view -> view.agents().isPresent());
    assertEquals(
        Set.of(
            PODS,
            NAMESPACES,
            POLICIES,
            "/api/v1/namespaces/kube-system/services",
            "/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices",
            "/api/v1/namespaces/kube-system/pods",
            "/apis/apps/v1/namespaces/monitoring/daemonsets",
            "/apis"),
        Set.copyOf(server.requests(request -> true).stream().map(Request::path).toList()));
  }

  @Test
  void noRequestIsSentAfterClose() throws InterruptedException {
    look();
    sight().await(() -> server.watches() == 6);
    sight().close();
    sight().await(this::allWatchesEnded);
    int asked = server.requests(request -> true).size();
    IntStream.range(0, 50).forEach(i -> server.put(NAMESPACES, namespace("late-" + i)));
    assertEquals(1, view().namespaces().size());
    assertEquals(asked, server.requests(request -> true).size());
  }

  /** A server only notices that a connection is closed when it sends something. */
  private boolean allWatchesEnded() {
    Stream.of(PODS, NAMESPACES, POLICIES, SERVICES, SLICES)
        .forEach(collection -> server.say(collection, "{\"type\": \"BOOKMARK\"}"));
    return server.watches() == 0;
  }

  @Test
  void noThreadOfItKeepsAProgramAlive() throws InterruptedException {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    look();
    sight().await(() -> server.watches() == 6);
    assertEquals(
        List.of(),
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> !before.contains(thread) && !thread.isDaemon())
            .toList());
  }
}
