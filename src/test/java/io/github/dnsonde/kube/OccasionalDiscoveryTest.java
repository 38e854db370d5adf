package io.github.dnsonde.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.testkit.FakeTicker;
import io.kubernetes.client.util.ClientBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Policies of other kinds, as the controller follows them while something fails. */
@Timeout(60)
class OccasionalDiscoveryTest {

  private static final String CALICO = "/apis/crd.projectcalico.org/v1";
  private static final String GLOBAL = CALICO + "/globalnetworkpolicies";
  private static final Map<String, Labels> SHOP = Map.of("shop", Labels.NONE);

  private final FakeTicker ticker = new FakeTicker();

  private static FakeApiServer server() throws IOException {
    FakeApiServer server = FakeApiServer.start(0);
    server.document(
        "/apis",
        """
        {"groups": [{"name": "crd.projectcalico.org",
           "versions": [{"groupVersion": "crd.projectcalico.org/v1"}],
           "preferredVersion": {"groupVersion": "crd.projectcalico.org/v1"}}]}
        """);
    server.document(
        CALICO,
        "{\"resources\": [{\"name\": \"globalnetworkpolicies\", \"kind\":"
            + " \"GlobalNetworkPolicy\"}]}");
    server.put(
        GLOBAL,
        """
        {"metadata": {"name": "lockdown", "generation": 1}, "spec": {"types": ["Egress"]}}
        """);
    return server;
  }

  private OccasionalDiscovery discovery(FakeApiServer server) {
    return new OccasionalDiscovery(
        new ApiServer(new ClientBuilder().setBasePath(server.url()).build(), ObservedCluster.QUICK),
        ObservedCluster.QUICK,
        ticker);
  }

  private static List<String> known(OccasionalDiscovery discovery) throws IOException {
    NamespaceReader.Others others = discovery.known("kube-system", SHOP, Set.of("kube-system"));
    assertEquals(Optional.empty(), others.gap());
    return others.policies().policies().stream().map(ForeignPolicy::toString).toList();
  }

  @Test
  void theFirstAnswerIsComplete() throws Exception {
    try (FakeApiServer server = server();
        OccasionalDiscovery discovery = discovery(server)) {
      assertEquals(0, server.requests(_ -> true).size(), "requests before a question");
      assertEquals(List.of("GlobalNetworkPolicy.crd.projectcalico.org lockdown"), known(discovery));
    }
  }

  @Test
  void theyAreFollowedUntilNobodyAsksForAWhile() throws Exception {
    try (FakeApiServer server = server();
        OccasionalDiscovery discovery = discovery(server)) {
      List<String> first = known(discovery);
      ticker.advance(OccasionalDiscovery.KEPT.minusSeconds(1));
      List<String> again = known(discovery);
      ticker.advance(OccasionalDiscovery.KEPT.minusSeconds(1));
      discovery.rest();
      assertTrue(discovery.follows(), "ended too early");
      ticker.advance(Duration.ofSeconds(1));
      discovery.rest();
      assertFalse(discovery.follows(), "still followed");
      assertEquals(List.of(first, first), List.of(again, known(discovery)), "after a new question");
    }
  }

  /** A controller asks every five minutes while nothing fails, and a bit later on a busy node. */
  @Test
  void theyAreFollowedBetweenTheQuestionsOfACalmCluster() throws Exception {
    try (FakeApiServer server = server();
        OccasionalDiscovery discovery = discovery(server)) {
      assertEquals(1, known(discovery).size());
      ticker.advance(Duration.ofMinutes(5).plusSeconds(30));
      discovery.rest();
      assertTrue(discovery.follows());
    }
  }

  /** A server that fails must not stop the explanations of everything else. */
  @Test
  void aServerThatFailsIsAGap() throws Exception {
    String why = "the controller could not list the policies of other kinds (StatusException: ";
    assertEquals(why + "503 refused on request)", gap(503));
    assertEquals(
        why + "403 refused on request), and needs get of /apis (cluster role system:discovery)",
        gap(403));
  }

  private String gap(int code) throws IOException {
    try (FakeApiServer server = server();
        OccasionalDiscovery discovery = discovery(server)) {
      server.refuse(request -> request.path().equals("/apis"), Integer.MAX_VALUE, code);
      return discovery.known("kube-system", SHOP, Set.of()).gap().orElse("none");
    }
  }

  @Test
  void whatIsWatchedForAdmissionIsNotFollowedTwice() throws Exception {
    NamespacedName kubeDns = new NamespacedName("kube-system", "kube-dns");
    try (FakeApiServer server = server();
        ControllerCluster cluster =
            new ControllerCluster(
                new ClientBuilder().setBasePath(server.url()).build(),
                Timing.USUAL,
                Ticker.SYSTEM)) {
      AdmissionObjects objects = cluster.admissionObjects(kubeDns);
      objects.start(_ -> {});
      while (!objects.synced()) {
        Thread.onSpinWait();
      }
      assertEquals(
          List.of("GlobalNetworkPolicy.crd.projectcalico.org lockdown"),
          cluster
              .reader(kubeDns)
              .view(Set.of("shop"), Set.of())
              .view()
              .foreignPolicies()
              .policies()
              .stream()
              .map(ForeignPolicy::toString)
              .toList());
      assertEquals(1, server.requests(FakeApiServer.listing("/apis")).size());
    }
  }
}
