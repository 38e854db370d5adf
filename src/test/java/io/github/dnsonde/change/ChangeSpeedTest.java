package io.github.dnsonde.change;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Origin;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.policy.Destination;
import io.github.dnsonde.testkit.PodBuilder;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Judgements in a cluster of 2,500 policies and 5,000 pods. */
class ChangeSpeedTest {

  private static final InetAddress CLUSTER_IP = InetAddress.ofLiteral("10.96.0.10");
  private static final int NAMESPACES = 50;
  private static final int PODS = 5_000;
  private static final int POLICIES = 2_500;

  /** All that one change at admission may take, with room for a machine that is busy. */
  private static final Duration ONE = Duration.ofMillis(500);

  /** Everything at once. */
  private static final Duration ALL = Duration.ofSeconds(5);

  private static Pod pod(String namespace, int n, Map<String, String> labels) {
    return PodBuilder.pod(namespace, "app-" + n, "10.244." + n / 250 + "." + n % 250)
        .on("node-" + n % 100)
        .ownedBy("Deployment", "app-" + n / 5)
        .labels(labels)
        .build();
  }

  private static NetworkPolicy policy(String namespace, String name, LabelSelector selects) {
    return new NetworkPolicy(
        namespace, name, selects, Optional.empty(), Optional.of(List.of()), Origin.NONE);
  }

  private static ClusterState cluster() {
    List<Pod> pods =
        IntStream.range(0, PODS)
            .mapToObj(
                n ->
                    pod(
                        "ns-" + n % NAMESPACES,
                        n,
                        Map.of("app", "app-" + n / 5, "pod-name", "app-" + n)))
            .toList();
    List<NetworkPolicy> policies =
        IntStream.range(0, POLICIES)
            .mapToObj(
                n ->
                    policy(
                        "ns-" + n % NAMESPACES,
                        "p-" + n,
                        LabelSelector.of(Map.of("app", "other-" + n))))
            .toList();
    List<Pod> dns =
        IntStream.range(0, 10)
            .mapToObj(n -> pod("kube-system", n, Map.of("k8s-app", "kube-dns")))
            .toList();
    Service service =
        new Service(
            "kube-system",
            "kube-dns",
            List.of(CLUSTER_IP),
            new Labels(Map.of("k8s-app", "kube-dns")),
            List.of(
                new Service.Port("dns", 53, Protocol.UDP, new PortReference.Numbered(53)),
                new Service.Port("dns-tcp", 53, Protocol.TCP, new PortReference.Numbered(53))));
    return new ClusterState(
        new PolicySet(Map.of(), policies, List.of(), List.of()),
        pods,
        List.of(
            new DnsServer(
                "kube-dns",
                CLUSTER_IP,
                false,
                new Destination.Balanced(service, CLUSTER_IP, dns))));
  }

  @Test
  void everyNamespaceAtOnce() {
    ClusterState cluster = cluster();
    List<NetworkPolicy> denies = new ArrayList<>();
    IntStream.range(0, NAMESPACES)
        .forEach(n -> denies.add(policy("ns-" + n, "deny", LabelSelector.EVERYTHING)));
    Change change = new Change(denies, Set.of(), Map.of(), List.of(), List.of());
    long began = System.nanoTime();
    ChangeVerdict verdict = ChangeJudge.judge(cluster, change);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    System.out.println("judged " + PODS + " pods in " + took.toMillis() + " ms");
    assertEquals(PODS, verdict.consequences().stream().mapToInt(Consequence::pods).sum());
    assertTrue(took.compareTo(ALL) < 0, took::toString);
  }

  /** Policies of others select by a label that is different for each pod. */
  @Test
  void podsThatOnlyOthersDistinguish() {
    ClusterState cluster = cluster();
    NetworkPolicy distinguishing =
        new NetworkPolicy(
            "ns-8",
            "peers",
            LabelSelector.of(Map.of("app", "none")),
            Optional.empty(),
            Optional.of(
                List.of(
                    new NetworkPolicy.Rule(
                        List.of(
                            new NetworkPolicy.Peer.Selected(
                                Optional.of(LabelSelector.of(Map.of("pod-name", "a"))),
                                Optional.of(LabelSelector.EVERYTHING))),
                        List.of()))),
            Origin.NONE);
    Change change =
        new Change(
            List.of(distinguishing, policy("ns-7", "deny", LabelSelector.EVERYTHING)),
            Set.of(),
            Map.of(),
            List.of(),
            List.of());
    Duration best = ALL;
    for (int i = 0; i < 3; i++) {
      long began = System.nanoTime();
      Consequence cut = ChangeJudge.judge(cluster, change).consequences().getFirst();
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      best = took.compareTo(best) < 0 ? took : best;
      assertEquals(PODS / NAMESPACES, cut.pods());
      assertEquals(1, cut.suggestedPolicies().size());
    }
    System.out.println("judged pods that only others distinguish in " + best.toMillis() + " ms");
    assertTrue(best.compareTo(ONE) < 0, best::toString);
  }

  @Test
  void onePolicyAtATime() {
    ClusterState cluster = cluster();
    Change change = Change.of(policy("ns-7", "deny", LabelSelector.EVERYTHING));
    Duration best = ALL;
    for (int i = 0; i < 20; i++) {
      long began = System.nanoTime();
      ChangeVerdict verdict = ChangeJudge.judge(cluster, change);
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      best = took.compareTo(best) < 0 ? took : best;
      assertEquals(PODS / NAMESPACES, verdict.consequences().getFirst().pods());
    }
    System.out.println("judged one policy in " + best.toMillis() + " ms");
    assertTrue(best.compareTo(ONE) < 0, best::toString);
  }
}
