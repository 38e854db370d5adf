package io.github.dnsonde.bench;

import static java.util.stream.Collectors.toMap;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Origin;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.config.ResolvConf;
import io.github.dnsonde.plan.NetworkSurvey;
import io.github.dnsonde.plan.PlanInput;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.testkit.FoundNetworks;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A cluster of many nodes, the same in every run. Each namespace has five NetworkPolicies and four
 * Deployments; of those, egress policies select two by label: three policy classes.
 */
final class SimulatedCluster {

  static final int NODES = 1_000;
  static final int NAMESPACES = 500;

  private static final int DEPLOYMENTS = 4;
  private static final InetAddress KUBE_DNS = InetAddress.ofLiteral("10.96.0.10");
  private static final long HOUR = Duration.ofHours(1).toNanos();
  private static final ResolvConf RESOLV_CONF =
      new ResolvConf(new ResolverSettings(List.of(KUBE_DNS), List.of(), List.of()), List.of());
  private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

  private final List<String> names =
      IntStream.range(0, NAMESPACES).mapToObj("team-%03d"::formatted).toList();
  private final Map<String, Labels> namespaces =
      names.stream()
          .collect(
              toMap(
                  name -> name,
                  name -> new Labels(Map.of("kubernetes.io/metadata.name", name, "env", "prod"))));
  private final List<NetworkPolicy> policies =
      names.stream().flatMap(SimulatedCluster::policies).toList();
  private final Service kubeDns =
      new Service(
          "kube-system",
          "kube-dns",
          List.of(KUBE_DNS),
          new Labels(Map.of("k8s-app", "kube-dns")),
          List.of(
              new Service.Port("dns", 53, Protocol.UDP, new PortReference.Numbered(53)),
              new Service.Port("dns-tcp", 53, Protocol.TCP, new PortReference.Numbered(53))));

  int policies() {
    return policies.size();
  }

  /** Returns the knowledge of one node's agent, which has found every pod's network namespace. */
  PlanInput of(int node, Shape shape) {
    List<Pod> pods = new ArrayList<>(pods(node, shape));
    NetworkSurvey networks =
        new NetworkSurvey(
            FoundNetworks.ofPods(pods.stream().map(Pod::addresses).toList()),
            HOUR,
            LONG_AGO,
            OptionalLong.of(HOUR));
    pods.add(cache(node));
    return PlanInput.ofNode(view(pods), networks, RESOLV_CONF);
  }

  private ClusterView view(List<Pod> pods) {
    return new ClusterView(
        namespaces,
        pods,
        List.of(),
        policies,
        Optional.of(kubeDns),
        List.of(),
        OtherPolicies.NONE,
        OptionalInt.of(NODES));
  }

  private List<Pod> pods(int node, Shape shape) {
    List<String> here = new ArrayList<>(names);
    Random random = new Random(node);
    Collections.shuffle(here, random);
    return IntStream.range(0, shape.pods())
        .mapToObj(
            i -> workload(node, i, here.get(i % shape.namespaces()), random.nextInt(DEPLOYMENTS)))
        .toList();
  }

  private static Pod workload(int node, int number, String namespace, int deployment) {
    String app = "app-" + deployment;
    Labels labels =
        new Labels(
            Map.of(
                "app", app,
                "app.kubernetes.io/name", app,
                "app.kubernetes.io/instance", namespace,
                "pod-template-hash", "7d4b9c6f5"));
    String name = "%s-7d4b9c6f5-%d-%d".formatted(app, node, number);
    String address = "10.%d.%d.%d".formatted(64 + node / 256, node % 256, number + 2);
    return pod(
        namespace, name, new Pod.Owner("Deployment", app), labels, "node-" + node, address, false);
  }

  private static Pod cache(int node) {
    return pod(
        "kube-system",
        "node-local-dns-" + node,
        new Pod.Owner("DaemonSet", "node-local-dns"),
        new Labels(Map.of("k8s-app", "node-local-dns")),
        "node-" + node,
        "192.168.%d.%d".formatted(node / 250, node % 250 + 1),
        true);
  }

  private static Pod pod(
      String namespace,
      String name,
      Pod.Owner owner,
      Labels labels,
      String node,
      String address,
      boolean hostNetwork) {
    return new Pod(
        namespace,
        name,
        node,
        Optional.of(owner),
        labels,
        List.of(InetAddress.ofLiteral(address)),
        hostNetwork,
        Optional.empty(),
        Pod.Phase.RUNNING,
        true,
        false,
        LONG_AGO,
        Optional.of(LONG_AGO),
        Pod.Dns.CLUSTER,
        List.of());
  }

  private static Stream<NetworkPolicy> policies(String namespace) {
    return Stream.of(
        policy(namespace, "default-deny", Map.of(), Optional.of(List.of()), egress()),
        policy(namespace, "allow-dns", Map.of(), Optional.empty(), egress(dns())),
        policy(namespace, "app-0-out", Map.of("app", "app-0"), Optional.empty(), egress(dns())),
        policy(namespace, "app-1-out", Map.of("app", "app-1"), Optional.empty(), egress(dns())),
        policy(namespace, "app-0-in", Map.of("app", "app-0"), egress(dns()), Optional.empty()));
  }

  private static NetworkPolicy policy(
      String namespace,
      String name,
      Map<String, String> selected,
      Optional<List<NetworkPolicy.Rule>> ingress,
      Optional<List<NetworkPolicy.Rule>> egress) {
    return new NetworkPolicy(
        namespace,
        name,
        LabelSelector.of(selected),
        ingress,
        egress,
        new Origin(Optional.of("argocd-controller"), LONG_AGO, Optional.empty()));
  }

  private static Optional<List<NetworkPolicy.Rule>> egress(NetworkPolicy.Rule... rules) {
    return Optional.of(List.of(rules));
  }

  private static NetworkPolicy.Rule dns() {
    return new NetworkPolicy.Rule(
        List.of(
            new NetworkPolicy.Peer.Selected(
                Optional.of(LabelSelector.of(Map.of("k8s-app", "kube-dns"))),
                Optional.of(
                    LabelSelector.of(Map.of("kubernetes.io/metadata.name", "kube-system"))))),
        Stream.of(Protocol.UDP, Protocol.TCP)
            .map(
                protocol ->
                    new NetworkPolicy.Port(
                        protocol, Optional.of(new PortReference.Numbered(53)), OptionalInt.empty()))
            .toList());
  }
}
