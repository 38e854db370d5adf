package io.github.dnsonde.merge;

import static io.github.dnsonde.testkit.SampleOutcomes.KUBE_DNS;
import static io.github.dnsonde.testkit.SampleOutcomes.NOON;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Endpoint;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.cluster.Origin;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.manifest.PolicyYaml;
import io.github.dnsonde.overview.NodeInput;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.report.PathResult;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.report.ReportedPath;
import io.github.dnsonde.report.ReportedVantage;
import io.github.dnsonde.testkit.SampleReports;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An outage of a whole cluster: no query of any pod is answered. Fifty namespaces, as many as a
 * controller reads, have pods on every node; in each a policy denies DNS if {@code denied} is true.
 */
final class LargeOutage {

  private static final int NAMESPACES = 50;

  private static final List<Server> SERVERS =
      List.of(
          KUBE_DNS,
          new Server("node-local-dns", InetAddress.ofLiteral("169.254.20.10"), Server.DNS_PORT));

  private static final Duration SINCE = Duration.ofSeconds(60);
  private static final Duration QUERIED = Duration.ofSeconds(1);

  private List<NodeInput> nodes;
  private final Map<String, NodeScene> scenes = new HashMap<>();
  private final NodeDiagnoses diagnoses = new NodeDiagnoses(PolicyYaml::text);

  LargeOutage(int nodes, int vantages, boolean denied) {
    ClusterView whole = view(nodes, denied);
    this.nodes =
        IntStream.range(0, nodes)
            .mapToObj(
                node ->
                    new NodeInput(
                        SampleReports.of(
                            "node" + node,
                            IntStream.range(0, vantages).mapToObj(i -> vantage(node, i)).toList()),
                        NOON,
                        Optional.of("zone" + node % 3)))
            .toList();
    for (int node = 0; node < nodes; node++) {
      scenes.put("node" + node, scene(whole, node, vantages));
    }
  }

  /** All agents report again. */
  void reported(Instant at) {
    nodes = nodes.stream().map(node -> new NodeInput(node.report(), at, node.zone())).toList();
  }

  /** Returns the nodes with what explains their failures, as the controller does each second. */
  List<JudgedNode> judged(Instant now) {
    return diagnoses.of(nodes, node -> scenes.getOrDefault(node.node(), NodeScene.UNKNOWN), now);
  }

  /** Returns the nodes with one finding each: about all pods, or about those of one namespace. */
  List<JudgedNode> judgedAs(Finding.Code code) {
    return nodes.stream()
        .map(
            node ->
                new JudgedNode(
                    node,
                    NodeScene.UNKNOWN,
                    new Diagnosis(List.of(finding(code, node)), verdicts(node))))
        .toList();
  }

  private static Finding finding(Finding.Code code, NodeInput node) {
    List<ReportedVantage> affected =
        node.report().vantages().stream()
            .filter(vantage -> !code.isOfNamespace() || vantage.namespace().equals(namespace(0)))
            .toList();
    return new Finding(
        code,
        new Finding.Subject(
            affected.stream().map(ReportedVantage::namespace).distinct().sorted().toList(),
            affected.stream()
                .map(vantage -> vantage.namespace() + "/" + vantage.pod())
                .sorted()
                .toList(),
            SERVERS.stream().map(Server::name).sorted().toList(),
            List.of(Transport.values())),
        Finding.Confidence.LIKELY,
        NOON.minus(SINCE),
        "Nothing answers on this node.",
        List.of("The policies allow it."),
        List.of(),
        Optional.empty());
  }

  private static List<ReportedVerdict> verdicts(NodeInput node) {
    return node.report().vantages().stream()
        .flatMap(
            vantage ->
                vantage.paths().stream()
                    .map(
                        path ->
                            new ReportedVerdict(
                                vantage.namespace(),
                                vantage.workload(),
                                vantage.pod(),
                                path.server().name(),
                                path.transport(),
                                Decision.ALLOW,
                                Decision.ALLOW,
                                List.of(),
                                "No policy isolates the pod.")))
        .toList();
  }

  /** Prints what the explanations of an outage cost. */
  public static void main(String[] args) {
    LargeOutage outage =
        new LargeOutage(
            Integer.parseInt(args[0]), Integer.parseInt(args[1]), Boolean.parseBoolean(args[2]));
    outage.judged(NOON);
    outage.reported(NOON.plus(SINCE));
    List<JudgedNode> judged = outage.judged(NOON.plus(SINCE));
    ClusterFindings.Found found = ClusterFindings.of(judged, Map.of(), NOON.plus(SINCE));
    System.out.println(
        found.all().size()
            + " findings on "
            + found.all().getFirst().subject().nodes().size()
            + " nodes");
  }

  private static ReportedVantage vantage(int node, int number) {
    return new ReportedVantage(
        namespace(number),
        "app",
        pod(node, number),
        "default-deny",
        true,
        SERVERS.stream()
            .flatMap(server -> Stream.of(Transport.values()).map(over -> path(server, over)))
            .toList());
  }

  private static ReportedPath path(Server server, Transport transport) {
    return new ReportedPath(
        server,
        transport,
        true,
        PathState.UNANSWERED,
        SINCE,
        QUERIED,
        List.of(
            new PathResult(
                Scope.INTERNAL,
                Optional.of(Reason.TIMEOUT),
                new TreeMap<>(Map.of(Reason.TIMEOUT, 8)),
                false,
                SINCE,
                QUERIED)));
  }

  private static String namespace(int number) {
    return "team-" + number % NAMESPACES;
  }

  private static String pod(int node, int number) {
    return "app-7d4b9c6f5-" + node + "-" + number;
  }

  private static NodeScene scene(ClusterView whole, int node, int vantages) {
    List<Pod> pods =
        IntStream.range(0, vantages)
            .mapToObj(
                i ->
                    SampleCluster.pod(
                        namespace(i), pod(node, i), "node" + node, 1, Map.of("app", "app")))
            .toList();
    return new NodeScene(
        new ClusterView(
            whole.namespaces(),
            pods,
            whole.dnsPods(),
            whole.policies(),
            whole.kubeDns(),
            whole.kubeDnsEndpoints(),
            OtherPolicies.NONE,
            whole.agents()),
        NodeCache.NONE);
  }

  private static ClusterView view(int nodes, boolean denied) {
    Map<String, Labels> namespaces = new HashMap<>();
    List<NetworkPolicy> policies = new ArrayList<>();
    for (int i = 0; i < NAMESPACES; i++) {
      String namespace = namespace(i);
      namespaces.put(namespace, new Labels(Map.of("kubernetes.io/metadata.name", namespace)));
      if (denied) {
        policies.add(
            new NetworkPolicy(
                namespace,
                "default-deny",
                LabelSelector.EVERYTHING,
                Optional.empty(),
                Optional.of(List.of()),
                new Origin(Optional.of("kubectl"), NOON.minusSeconds(64), Optional.empty())));
      }
    }
    namespaces.put("kube-system", new Labels(Map.of("kubernetes.io/metadata.name", "kube-system")));
    Pod dns =
        SampleCluster.pod("kube-system", "coredns-1", "node0", 1, Map.of("k8s-app", "kube-dns"));
    return new ClusterView(
        namespaces,
        List.of(),
        List.of(dns),
        policies,
        Optional.of(SampleCluster.kubeDns()),
        List.of(new Endpoint(dns.addresses().getFirst(), 53, true, Optional.of(dns.name()))),
        OtherPolicies.NONE,
        OptionalInt.of(nodes));
  }
}
