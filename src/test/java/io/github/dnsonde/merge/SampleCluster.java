package io.github.dnsonde.merge;

import static io.github.dnsonde.testkit.SampleOutcomes.KUBE_DNS;
import static io.github.dnsonde.testkit.SampleOutcomes.NOON;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Endpoint;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.cluster.Origin;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.overview.NodeInput;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.report.PathResult;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.report.ReportedFinding;
import io.github.dnsonde.report.ReportedPath;
import io.github.dnsonde.report.ReportedVantage;
import io.github.dnsonde.testkit.SampleReports;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A cluster whose nodes run one pod of each of the namespaces payments, shop and web. All queries
 * are answered, until a test says otherwise.
 */
final class SampleCluster {

  private static final List<String> NAMESPACES = List.of("payments", "shop", "web");
  private static final Server DNS = KUBE_DNS;

  /** Long enough for every decision that waits. */
  private static final Duration WAIT = Duration.ofSeconds(61);

  private final List<String> nodes;
  private final Map<String, String> zones = new HashMap<>();
  private final Map<String, Integer> later = new HashMap<>();
  private final Map<String, PathState> states = new HashMap<>();
  private final List<NetworkPolicy> policies = new ArrayList<>();
  private final Map<String, Collection<String>> withoutAgent = new HashMap<>();
  private final Map<String, String> classes = new HashMap<>();
  private final List<ReportedFinding> reported = new ArrayList<>();
  private final Map<String, List<ReportedFinding>> said = new HashMap<>();
  private Instant received = NOON;
  private boolean endpointReady = true;

  SampleCluster(int nodes) {
    this.nodes = Stream.iterate(1, i -> i <= nodes, i -> i + 1).map(i -> "node" + i).toList();
  }

  /** Puts nodes into a zone. */
  SampleCluster zone(String zone, String... members) {
    for (String node : members) {
      zones.put(node, zone);
    }
    return this;
  }

  /** Sets the state of all paths of a namespace on these nodes; on all nodes if none is given. */
  SampleCluster state(PathState state, String namespace, String... on) {
    for (String node : on.length == 0 ? nodes : List.of(on)) {
      states.put(node + "/" + namespace, state);
    }
    return this;
  }

  /** Sets the state of all paths of these nodes. */
  SampleCluster state(PathState state, List<String> on) {
    for (String node : on) {
      NAMESPACES.forEach(namespace -> states.put(node + "/" + namespace, state));
    }
    return this;
  }

  /** Failures begin this many seconds later on a node. */
  SampleCluster later(String node, int seconds) {
    later.put(node, seconds);
    return this;
  }

  /** Adds a policy that allows no egress to the pods of a namespace. */
  SampleCluster deny(String namespace) {
    policies.add(
        new NetworkPolicy(
            namespace,
            "default-deny",
            LabelSelector.EVERYTHING,
            Optional.empty(),
            Optional.of(List.of()),
            new Origin(Optional.of("kubectl"), NOON.minusSeconds(64), Optional.empty())));
    NAMESPACES.forEach(each -> classes.putIfAbsent(each, "-"));
    classes.put(namespace, "default-deny");
    return this;
  }

  /** Adds a policy that allows everything, with the class that it makes. */
  SampleCluster allow(String namespace) {
    policies.add(
        new NetworkPolicy(
            namespace,
            "allow-all",
            LabelSelector.EVERYTHING,
            Optional.empty(),
            Optional.of(List.of(new NetworkPolicy.Rule(List.of(), List.of()))),
            new Origin(Optional.of("kubectl"), NOON.minusSeconds(70), Optional.empty())));
    classes.put(namespace, "allow-all");
    return this;
  }

  SampleCluster noAgent(String node, String... namespaces) {
    withoutAgent.put(node, List.of(namespaces));
    return this;
  }

  SampleCluster noEndpoint() {
    endpointReady = false;
    return this;
  }

  /** Every agent reports this finding about the pods of a namespace. */
  SampleCluster reports(Finding.Code code, String namespace) {
    reported.add(
        new ReportedFinding(
            code,
            new Finding.Subject(List.of(namespace), List.of(), List.of(), List.of()),
            Finding.Confidence.OBSERVED,
            Duration.ofSeconds(30),
            "Pods of namespace " + namespace + ": " + code.label() + ".",
            List.of("Namespace " + namespace + ": no lookups."),
            List.of(namespace + "/made-up"),
            Optional.of("a policy that the agent wants to be applied")));
    return this;
  }

  /** The agent of one node reports this about the pods of a namespace, and these pods of it. */
  SampleCluster says(
      String node, Finding.Code code, String namespace, Duration since, String sentence, int pods) {
    said.computeIfAbsent(node, _ -> new ArrayList<>())
        .add(
            new ReportedFinding(
                code,
                new Finding.Subject(
                    List.of(namespace),
                    Stream.iterate(0, i -> i < pods, i -> i + 1).map(i -> "pod-" + i).toList(),
                    List.of(),
                    List.of()),
                Finding.Confidence.LIKELY,
                since,
                sentence,
                List.of("One of " + node + ".", "Two of " + node + "."),
                List.of(),
                Optional.empty()));
    return this;
  }

  /** The agents have been silent since. */
  SampleCluster receivedAt(Instant time) {
    received = time;
    return this;
  }

  /** The findings after everything that waits has been decided. */
  List<Finding> findings() {
    return found().all();
  }

  /** The same, with the number of those that there is no room for. */
  ClusterFindings.Found found() {
    NodeDiagnoses diagnoses =
        new NodeDiagnoses(policy -> "fix of " + ((NetworkPolicy) policy).namespace());
    Map<String, NodeScene> scenes = new HashMap<>();
    nodes.forEach(node -> scenes.put(node, scene(node)));
    List<NodeInput> first = nodes.stream().map(this::input).toList();
    List<JudgedNode> judged = List.of();
    for (Duration after : List.of(Duration.ZERO, WAIT)) {
      Instant now = NOON.plus(after);
      List<NodeInput> inputs =
          after.isZero() || !received.equals(NOON)
              ? first
              : first.stream()
                  .map(input -> new NodeInput(input.report(), now, input.zone()))
                  .toList();
      judged =
          diagnoses.of(inputs, input -> scenes.getOrDefault(input.node(), NodeScene.UNKNOWN), now);
    }
    return ClusterFindings.of(judged, withoutAgent, NOON.plus(WAIT));
  }

  private NodeInput input(String node) {
    return new NodeInput(
        SampleReports.of(
            node,
            NAMESPACES.stream().map(namespace -> vantage(node, namespace)).toList(),
            Stream.concat(reported.stream(), said.getOrDefault(node, List.of()).stream()).toList()),
        received,
        Optional.ofNullable(zones.get(node)));
  }

  private ReportedVantage vantage(String node, String namespace) {
    PathState state = states.getOrDefault(node + "/" + namespace, PathState.GOOD);
    return new ReportedVantage(
        namespace,
        "app",
        "app-" + node,
        classes.getOrDefault(namespace, "-"),
        true,
        Stream.of(Transport.values()).map(transport -> path(node, transport, state)).toList());
  }

  private ReportedPath path(String node, Transport transport, PathState state) {
    Duration since =
        Duration.ofSeconds(state == PathState.GOOD ? 600 : 60 - later.getOrDefault(node, 0));
    Duration queried = Duration.ofSeconds(1);
    return new ReportedPath(
        DNS,
        transport,
        true,
        state,
        since,
        queried,
        switch (state) {
          case GOOD, EXPECTED, UNTESTED -> List.of();
          case UNANSWERED -> List.of(result(Reason.TIMEOUT, since, queried));
          case WRONG -> List.of(result(Reason.SERVFAIL, since, queried));
          case LATE -> List.of(result(Reason.LATE, since, queried));
          case UNCERTAIN -> List.of(result(Reason.TIMEOUT, since, queried));
        });
  }

  private static PathResult result(Reason reason, Duration since, Duration queried) {
    return new PathResult(
        Scope.INTERNAL,
        Optional.of(reason),
        new TreeMap<>(Map.of(reason, 8)),
        false,
        since,
        queried);
  }

  private NodeScene scene(String node) {
    Map<String, Labels> namespaces = new HashMap<>();
    NAMESPACES.forEach(
        namespace ->
            namespaces.put(
                namespace, new Labels(Map.of("kubernetes.io/metadata.name", namespace))));
    namespaces.put("kube-system", new Labels(Map.of("kubernetes.io/metadata.name", "kube-system")));
    Pod dns = pod("kube-system", "coredns-1", "node1", 200, Map.of("k8s-app", "kube-dns"));
    List<Pod> pods = new ArrayList<>();
    for (String namespace : NAMESPACES) {
      pods.add(pod(namespace, "app-" + node, node, 10 + pods.size(), Map.of("app", "app")));
    }
    return new NodeScene(
        new ClusterView(
            namespaces,
            pods,
            List.of(dns),
            policies,
            Optional.of(kubeDns()),
            List.of(
                new Endpoint(
                    dns.addresses().getFirst(), 53, endpointReady, Optional.of(dns.name()))),
            OtherPolicies.NONE,
            OptionalInt.of(nodes.size())),
        NodeCache.NONE);
  }

  static Service kubeDns() {
    return new Service(
        "kube-system",
        "kube-dns",
        List.of(KUBE_DNS.address()),
        new Labels(Map.of("k8s-app", "kube-dns")),
        List.of(port("dns", Protocol.UDP), port("dns-tcp", Protocol.TCP)));
  }

  private static Service.Port port(String name, Protocol protocol) {
    return new Service.Port(name, 53, protocol, new PortReference.Numbered(53));
  }

  static Pod pod(String namespace, String name, String node, int host, Map<String, String> labels) {
    return new Pod(
        namespace,
        name,
        node,
        Optional.empty(),
        new Labels(labels),
        List.of(InetAddress.ofLiteral("10.244.0." + host)),
        false,
        Optional.empty(),
        Pod.Phase.RUNNING,
        true,
        false,
        NOON,
        Optional.of(NOON),
        Pod.Dns.CLUSTER,
        List.of());
  }
}
