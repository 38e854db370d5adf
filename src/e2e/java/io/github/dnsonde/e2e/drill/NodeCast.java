package io.github.dnsonde.e2e.drill;

import static java.util.stream.Collectors.toMap;

import io.github.dnsonde.agent.FakeAgent;
import io.github.dnsonde.e2e.monitoring.Daemon;
import io.github.dnsonde.e2e.monitoring.Prometheus.Target;
import io.github.dnsonde.probe.Vantage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An agent for each node, in this process, that probes from a pod of each namespace. */
final class NodeCast implements Cast {

  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

  private static final Map<String, InetAddress> PODS =
      Map.of(
          "analytics", InetAddress.ofLiteral("127.10.1.5"),
          "payments", InetAddress.ofLiteral("127.10.2.5"),
          "shop", InetAddress.ofLiteral("127.10.3.5"));

  private final List<Resolver> resolvers = new ArrayList<>();
  private final List<FakeAgent> agents = new ArrayList<>();
  private final List<Target> targets = new ArrayList<>();

  private NodeCast() {}

  /**
   * Starts the agents.
   *
   * @param cluster the cluster's name
   * @param nodes the names of the nodes
   * @param inUse the names of the servers that pods use
   * @param ill the faults from the beginning
   */
  static NodeCast start(
      String cluster, List<String> nodes, List<String> inUse, List<Fault> ill, Path folder)
      throws IOException {
    NodeCast cast = new NodeCast();
    for (String node : nodes) {
      cast.add(cluster, node, inUse, ill, folder);
    }
    return cast;
  }

  private void add(String cluster, String node, List<String> inUse, List<Fault> ill, Path folder)
      throws IOException {
    List<Resolver> here =
        Cast.resolvers(
            node, PODS.entrySet().stream().collect(toMap(Map.Entry::getValue, Map.Entry::getKey)));
    resolvers.addAll(here);
    for (Fault fault : ill) {
      suffer(fault);
    }
    Path file = Files.createDirectories(folder).resolve(cluster + "-" + node + ".yaml");
    new AgentFile(node, "node", "dnsonde", ANY, here, inUse).write(file);
    FakeAgent agent = FakeAgent.start(file, vantages(node), OutputStream.nullOutputStream());
    agents.add(agent);
    targets.add(Cast.target(Daemon.text(agent.metricsAddress()), cluster, node, "dnsonde"));
  }

  private static List<Vantage> vantages(String node) {
    return PODS.entrySet().stream()
        .map(pod -> new Vantage(pod.getKey(), "web", "web-" + node, node, pod.getValue()))
        .toList();
  }

  /** Returns its agents, one on each node. */
  List<FakeAgent> agents() {
    return List.copyOf(agents);
  }

  @Override
  public List<Target> targets() {
    return List.copyOf(targets);
  }

  @Override
  public List<Resolver> resolvers() {
    return List.copyOf(resolvers);
  }

  @Override
  public void close() {
    agents.forEach(FakeAgent::close);
    resolvers.forEach(Resolver::close);
  }
}
