package io.github.dnsonde.e2e.drill;

import io.github.dnsonde.e2e.monitoring.Daemon;
import io.github.dnsonde.e2e.monitoring.Prometheus.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An agent in mode {@code self} for each namespace. Each is a process with its own servers, which
 * can be closed.
 */
final class SelfCast implements Cast {

  static final String NODE = "node-1";

  private static final InetAddress OWN = InetAddress.ofLiteral("127.0.0.1");

  private final String cluster;
  private final List<Resolver> resolvers = new ArrayList<>();
  private final Map<String, AgentProcess> agents = new LinkedHashMap<>();

  private SelfCast(String cluster) {
    this.cluster = cluster;
  }

  /**
   * Starts the agents.
   *
   * @param cluster the cluster's name
   */
  static SelfCast start(String cluster, List<String> namespaces, List<String> inUse, Path folder)
      throws IOException {
    SelfCast cast = new SelfCast(cluster);
    for (String namespace : namespaces) {
      List<Resolver> own = Cast.resolvers(NODE, Map.of(OWN, namespace));
      cast.resolvers.addAll(own);
      cast.agents.put(
          namespace,
          AgentProcess.start(
              new AgentFile(NODE, "self", namespace, Daemon.freeAddress(), own, inUse),
              folder.resolve(cluster + "-" + namespace + ".yaml")));
    }
    return cast;
  }

  /** Returns the agent of a namespace. */
  AgentProcess agent(String namespace) {
    AgentProcess agent = agents.get(namespace);
    if (agent == null) {
      throw new IllegalArgumentException("no agent probes from " + namespace);
    }
    return agent;
  }

  @Override
  public List<Target> targets() {
    return agents.entrySet().stream()
        .map(agent -> Cast.target(agent.getValue().address(), cluster, NODE, agent.getKey()))
        .toList();
  }

  @Override
  public List<Resolver> resolvers() {
    return List.copyOf(resolvers);
  }

  @Override
  public void close() {
    agents.values().forEach(AgentProcess::close);
    resolvers.forEach(Resolver::close);
  }
}
