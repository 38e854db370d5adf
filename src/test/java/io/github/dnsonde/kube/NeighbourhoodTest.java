package io.github.dnsonde.kube;

import static io.github.dnsonde.kube.FakeApiServer.listing;
import static io.github.dnsonde.kube.FakeApiServer.watching;
import static io.github.dnsonde.kube.SampleObjects.NAMESPACES;
import static io.github.dnsonde.kube.SampleObjects.PODS;
import static io.github.dnsonde.kube.SampleObjects.POLICIES;
import static io.github.dnsonde.kube.SampleObjects.namespace;
import static io.github.dnsonde.kube.SampleObjects.pod;
import static io.github.dnsonde.kube.SampleObjects.policy;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Gaps;
import io.github.dnsonde.kube.FakeApiServer.Request;
import io.github.dnsonde.kube.KubeCluster.Counts;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Policies and labels are kept for the namespaces that matter to the node. */
@Timeout(60)
class NeighbourhoodTest {

  private static final String IN_SHOP =
      "/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies";

  private FakeApiServer server;
  private @Nullable ObservedCluster looking;

  @BeforeEach
  void start() throws IOException {
    server = FakeApiServer.start(0);
    SampleObjects.fill(server);
    server.put(NAMESPACES, namespace("shop"));
    server.put(NAMESPACES, namespace("kube-system"));
    server.put(POLICIES, policy("shop", "web", "{}"));
    server.put(POLICIES, policy("shop", "db", "{}"));
    server.put(POLICIES, policy("kube-system", "dns", "{}"));
  }

  @AfterEach
  void stop() {
    if (looking != null) {
      looking.close();
    }
    server.close();
  }

  private ObservedCluster look() throws InterruptedException {
    ObservedCluster observedCluster = new ObservedCluster(server.url(), ObservedCluster.QUICK);
    looking = observedCluster;
    observedCluster.awaitSynced();
    observedCluster.await(() -> server.watches(POLICIES) > 0 && server.watches(NAMESPACES) > 0);
    return observedCluster;
  }

  private static boolean listsShop(Request request) {
    return !request.watches() && request.path().equals(IN_SHOP);
  }

  private static Set<String> policies(ClusterView view) {
    return view.policies().stream().map(each -> each.namespacedName().toString()).collect(toSet());
  }

  private void addPodOfShop() {
    server.put(PODS, pod("shop", "web-1", "node-1", "10.244.1.9"));
  }

  @Test
  void onlyRelevantObjectsAreKept() throws InterruptedException {
    ObservedCluster observedCluster = look();
    assertAll(
        () ->
            assertEquals(
                Set.of("payments/deny", "kube-system/dns"), policies(observedCluster.view())),
        () ->
            assertEquals(
                Set.of("payments", "kube-system"), observedCluster.view().namespaces().keySet()),
        () -> assertEquals(Gaps.NONE, observedCluster.view().gaps()));
    observedCluster.awaitQuiet(server);
    int changes = observedCluster.changes();
    server.put(POLICIES, policy("shop", "api", "{}"));
    server.put(POLICIES, policy("payments", "other", "{}"));
    observedCluster.awaitView(view -> policies(view).contains("payments/other"));
    observedCluster.await(() -> observedCluster.changes() > changes);
    assertEquals(changes + 1, observedCluster.changes(), "what does not matter is no change");
  }

  @Test
  void aNamespaceWithAFirstPodIsListedByItself() throws InterruptedException {
    ObservedCluster observedCluster = look();
    addPodOfShop();
    observedCluster.awaitView(view -> view.gaps().equals(Gaps.NONE) && view.pods().size() == 2);
    assertAll(
        () ->
            assertEquals(
                Set.of("payments/deny", "kube-system/dns", "shop/web", "shop/db"),
                policies(observedCluster.view())),
        () -> assertTrue(observedCluster.view().namespaces().containsKey("shop")),
        () ->
            assertEquals(
                List.of("NotOlderThan"),
                server.requests(NeighbourhoodTest::listsShop).stream()
                    .map(each -> each.parameters().getOrDefault("resourceVersionMatch", ""))
                    .toList()),
        () -> assertEquals(1, server.requests(everywhere(POLICIES)).size(), "lists of all"),
        () ->
            assertEquals(
                List.of("", "metadata.name=shop"),
                server.requests(listing(NAMESPACES)).stream()
                    .map(each -> each.parameters().getOrDefault("fieldSelector", ""))
                    .toList()));
    observedCluster.await(() -> server.watches(POLICIES) > 0);
    server.put(POLICIES, policy("shop", "late", "{}"));
    observedCluster.awaitView(view -> policies(view).contains("shop/late"));
    server.delete(POLICIES, "shop", "web");
    observedCluster.awaitView(view -> !policies(view).contains("shop/web"));
    assertEquals(new Counts(0, 0, 0), observedCluster.cluster().counts().get("networkpolicies"));
  }

  private static Predicate<Request> everywhere(String collection) {
    return listing(collection).and(request -> request.path().equals(collection));
  }

  @Test
  void policiesOfANamespaceAreUnknownUntilItIsListed() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    server.fail(
        NeighbourhoodTest::listsShop,
        1,
        exchange -> {
          release.await();
          FakeApiServer.send(exchange, 410, "{\"kind\": \"Status\", \"code\": 410}");
        });
    ObservedCluster observedCluster = look();
    addPodOfShop();
    observedCluster.awaitView(view -> view.gaps().policies().keySet().equals(Set.of("shop")));
    assertEquals(2, observedCluster.view().pods().size());
    release.countDown();
    observedCluster.awaitView(view -> policies(view).containsAll(Set.of("shop/web", "shop/db")));
    assertEquals(Map.of(), observedCluster.view().gaps().policies());
    assertEquals(1, server.requests(everywhere(POLICIES)).size(), "no reason to list all again");
  }

  /** The list is newer than the watch, which repeats what the list contained. */
  @Test
  void aWatchThatRepeatsTheListEndsInTheSameState() throws InterruptedException {
    ObservedCluster observedCluster = look();
    server.fail(watching(POLICIES), 1, exchange -> FakeApiServer.send(exchange, 500, "{}"));
    server.endWatches(POLICIES);
    addPodOfShop();
    server.put(POLICIES, policy("shop", "web", "{\"policyTypes\": [\"Egress\"]}"));
    server.delete(POLICIES, "shop", "db");
    observedCluster.awaitView(
        view ->
            policies(view).contains("shop/web")
                && !policies(view).contains("shop/db")
                && view.gaps().equals(Gaps.NONE)
                && view.policies().stream()
                    .filter(each -> each.name().equals("web"))
                    .allMatch(each -> each.egress().isPresent()));
  }

  @Test
  void aNamespaceIsKeptForAWhileAfterItsLastPod() throws InterruptedException {
    ObservedCluster observedCluster = look();
    server.delete(PODS, "payments", "api-1");
    observedCluster.awaitView(view -> view.pods().isEmpty());
    server.put(PODS, pod("payments", "api-9", "node-1", "10.244.1.10"));
    observedCluster.awaitView(view -> view.pods().size() == 1);
    assertTrue(policies(observedCluster.view()).contains("payments/deny"));
    assertEquals(1, server.requests(listing(POLICIES)).size());
  }

  @Test
  void podsAreNeverListedOlderThanTheKnownVersion() throws InterruptedException {
    ObservedCluster observedCluster = look();
    observedCluster.await(() -> server.watches(PODS) > 1);
    Predicate<Request> ofNode = request -> request.path().equals(PODS);
    server.refuse(watching(PODS).and(ofNode), 1, 410);
    server.refuse(
        listing(PODS)
            .and(ofNode)
            .and(request -> request.parameters().containsKey("resourceVersionMatch")),
        1,
        504);
    addPodOfShop();
    observedCluster.awaitView(view -> view.pods().size() == 2);
    String known = version(server.requests(watching(PODS).and(ofNode)).getFirst());
    server.endWatches(PODS);
    observedCluster.await(() -> server.requests(listing(PODS).and(ofNode)).size() == 3);
    List<String> versions =
        server.requests(listing(PODS).and(ofNode)).stream()
            .map(NeighbourhoodTest::version)
            .toList();
    assertEquals("0", versions.getFirst(), "nothing is known yet");
    assertTrue(
        Integer.parseInt(versions.get(1)) >= Integer.parseInt(known), () -> versions.toString());
    assertEquals("", versions.get(2), "the latest, where a server has not come so far");
  }

  private static String version(Request request) {
    return request.parameters().getOrDefault("resourceVersion", "");
  }

  @Test
  void theNamespaceOfAnUnreadablePodIsAlsoRelevant() throws InterruptedException {
    ObservedCluster observedCluster = look();
    String labels = "x".repeat(5_000);
    server.put(
        PODS,
        """
        {"metadata": {"namespace": "shop", "name": "huge", "labels": {"a": "%s"}},
         "spec": {"nodeName": "node-1"}}
        """
            .formatted(labels));
    observedCluster.awaitView(
        view ->
            view.gaps().pods().equals(List.of(new Gaps.PodName("shop", "huge")))
                && policies(view).contains("shop/web"));
    assertEquals(1, observedCluster.view().pods().size());
    assertEquals(
        1, Objects.requireNonNull(observedCluster.cluster().counts().get("pods")).unreadable());
  }
}
