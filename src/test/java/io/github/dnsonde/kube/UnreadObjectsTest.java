package io.github.dnsonde.kube;

import static io.github.dnsonde.kube.SampleObjects.NAMESPACES;
import static io.github.dnsonde.kube.SampleObjects.PODS;
import static io.github.dnsonde.kube.SampleObjects.POLICIES;
import static io.github.dnsonde.kube.SampleObjects.SERVICES;
import static io.github.dnsonde.kube.SampleObjects.SLICES;
import static io.github.dnsonde.kube.SampleObjects.policy;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.Gaps.PodName;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.LabelSelector;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Objects that cannot be read are unknown, and not absent. */
@Timeout(60)
class UnreadObjectsTest {

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

  private ClusterView view() throws InterruptedException {
    ObservedCluster observedCluster = new ObservedCluster(server.url(), ObservedCluster.QUICK);
    looking = observedCluster;
    observedCluster.awaitSynced();
    return observedCluster.view();
  }

  private static String many(int count, String element) {
    return IntStream.range(0, count).mapToObj(element::formatted).collect(joining(","));
  }

  private InvalidPolicy unjudged(String spec) throws InterruptedException {
    server.put(POLICIES, policy("payments", "odd", spec));
    ClusterView view = view();
    assertEquals(List.of("deny"), view.policies().stream().map(each -> each.name()).toList());
    assertEquals(1, view.gaps().invalid().size());
    InvalidPolicy odd = view.gaps().invalid().getFirst();
    assertEquals("payments/odd", odd.namespace() + "/" + odd.name());
    return odd;
  }

  @Test
  void aPolicyWithManyPortsAppliesToThePodsThatItSelects() throws InterruptedException {
    InvalidPolicy odd =
        unjudged(
            """
            {"podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Egress"],
             "egress": [{"ports": [%s]}]}
            """
                .formatted(many(80_000, "{\"protocol\": \"TCP\", \"port\": %d}")));
    assertAll(
        () -> assertTrue(odd.isTooLarge()),
        () -> assertEquals(Optional.of(LabelSelector.of(Map.of("app", "web"))), odd.selects()),
        () -> assertEquals(Set.of(Direction.EGRESS), odd.directions()),
        () ->
            assertTrue(
                odd.toString().startsWith("payments/odd: spec.egress: too large to be judged"),
                odd::toString));
  }

  @Test
  void aPolicyWithOneThousandAndOnePortsIsTooLarge() throws InterruptedException {
    assertTrue(
        unjudged("{\"ingress\": [{\"ports\": [%s]}]}".formatted(many(1_000, "{\"port\": 1%03d}")))
            .isTooLarge());
  }

  @Test
  void aPolicyWithNineHundredPeersIsEvaluated() throws InterruptedException {
    server.put(
        POLICIES,
        policy(
            "payments",
            "large",
            """
            {"policyTypes": ["Egress"], "egress": [{"to": [%s]}]}
            """
                .formatted(
                    many(
                        900,
                        """
                        {"podSelector": {"matchLabels": {"app": "app-%1$d", "tier": "t"}},
                         "namespaceSelector": {"matchLabels": {"team": "team-%1$d"}}}\
                        """))));
    ClusterView view = view();
    assertEquals(List.of(), view.gaps().invalid());
    assertEquals(900, view.policies().getLast().egress().orElseThrow().getFirst().peers().size());
  }

  @Test
  void aPolicyWhoseSelectorIsTooLargeMaySelectAnything() throws InterruptedException {
    InvalidPolicy odd =
        unjudged(
            """
            {"podSelector": {"matchExpressions": [
              {"key": "app", "operator": "In", "values": [%s]}]}, "egress": [{}]}
            """
                .formatted(many(40_000, "\"web-%d\"")));
    assertEquals(Optional.empty(), odd.selects());
    assertEquals(Set.of(Direction.INGRESS, Direction.EGRESS), odd.directions());
  }

  @Test
  void aPolicyThatIsNotUnderstoodAppliesToThePodsThatItSelects() throws InterruptedException {
    InvalidPolicy odd =
        unjudged(
            """
            {"podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Egress"],
             "egress": [{"to": [{"ipBlock": {"cidr": "::ffff:10.0.0.0/400"}}]}]}
            """);
    assertAll(
        () -> assertTrue(!odd.isTooLarge()),
        () -> assertEquals(Optional.of(LabelSelector.of(Map.of("app", "web"))), odd.selects()),
        () -> assertEquals(Set.of(Direction.EGRESS), odd.directions()));
  }

  @Test
  void aPolicyWhoseSelectorIsNotUnderstoodMaySelectAnything() throws InterruptedException {
    assertEquals(
        Optional.empty(),
        unjudged(
                """
                {"podSelector": {"matchExpressions": [{"key": "a", "operator": "Gt"}]}}
                """)
            .selects());
  }

  @Test
  void aFewOfThemAreNamedInTheLog() throws InterruptedException {
    for (int i = 0; i < 100; i++) {
      server.put(POLICIES, policy("payments", "odd-" + i, "{\"egress\": [{\"to\": [{}]}]}"));
    }
    try (LogRecords logRecords = new LogRecords()) {
      assertEquals(100, view().gaps().invalid().size());
      assertEquals(
          10, logRecords.lines.stream().filter(line -> line.contains("cannot be read")).count());
    }
  }

  @Test
  void aNamespaceWithTooManyLabelsHasUnknownOnes() throws InterruptedException {
    server.put(
        NAMESPACES,
        "{\"metadata\": {\"name\": \"payments\", \"labels\": {%s}}}"
            .formatted(many(30_000, "\"label-%d\": \"value\"")));
    ClusterView view = view();
    assertEquals(Set.of("payments"), view.gaps().labels());
    assertEquals(Set.of(), view.namespaces().keySet());
  }

  @Test
  void aPodIsReadWhateverItsOtherFields() throws InterruptedException {
    server.put(
        PODS,
        """
        {"metadata": {"namespace": "payments", "name": "huge",
           "annotations": {"a": "%1$s"}, "managedFields": [{"fieldsV1": {"f:%1$s": {}}}]},
         "spec": {"nodeName": "node-1", "containers": [{"name": "c", "env": [%2$s],
           "ports": [%3$s]}]},
         "status": {"podIP": "10.244.1.8", "message": "%1$s"}}
        """
            .formatted(
                "x".repeat(250_000),
                many(20_000, "{\"name\": \"N%d\", \"value\": \"of some length, as they are\"}"),
                many(20_000, "{\"containerPort\": %d}")));
    ClusterView view = view();
    assertEquals(List.of(), view.gaps().pods());
    assertEquals(List.of("api-1", "huge"), view.pods().stream().map(each -> each.name()).toList());
  }

  @Test
  void aPodOfTheDnsNamespaceIsUnreadWithTooManyPorts() throws InterruptedException {
    server.put(
        PODS,
        """
        {"metadata": {"namespace": "kube-system", "name": "coredns-2",
           "labels": {"k8s-app": "kube-dns"}},
         "spec": {"nodeName": "node-1", "containers": [{"ports": [%s]}]}}
        """
            .formatted(many(20_000, "{\"containerPort\": %d}")));
    ClusterView view = view();
    assertEquals(List.of(new PodName("kube-system", "coredns-2")), view.gaps().pods());
    assertTrue(
        view.gaps()
            .of(ClusterResource.DNS_PODS)
            .orElse("")
            .startsWith("kube-system/coredns-2 cannot be read"),
        () -> view.gaps().toString());
  }

  @Test
  void aServiceThatCannotBeReadIsNotAbsent() throws InterruptedException {
    server.put(
        SERVICES,
        """
        {"metadata": {"namespace": "kube-system", "name": "kube-dns"},
         "spec": {"clusterIP": "10.96.0.10", "ports": [%s]}}
        """
            .formatted(many(20_000, "{\"port\": %d}")));
    ObservedCluster observedCluster = new ObservedCluster(server.url(), ObservedCluster.QUICK);
    looking = observedCluster;
    observedCluster.awaitView(view -> view.gaps().of(ClusterResource.SERVICES).isPresent());
    observedCluster.awaitView(
        view ->
            view.gaps()
                .of(ClusterResource.SERVICES)
                .filter(why -> why.startsWith("kube-system/kube-dns cannot be read"))
                .isPresent());
    assertTrue(observedCluster.view().gaps().of(ClusterResource.DNS_PODS).isPresent());
  }

  @Test
  void aSliceThatCannotBeReadIsNotAbsent() throws InterruptedException {
    server.put(
        SLICES,
        """
        {"metadata": {"namespace": "kube-system", "name": "kube-dns-x",
           "labels": {"kubernetes.io/service-name": "kube-dns"}},
         "endpoints": [{"addresses": [%s]}], "ports": [{"port": 53}]}
        """
            .formatted(many(20_000, "\"10.0.0.%d\"")));
    assertTrue(view().gaps().of(ClusterResource.ENDPOINT_SLICES).isPresent());
  }
}
