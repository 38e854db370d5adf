package io.github.dnsonde.e2e.drill;

import static java.util.stream.Collectors.joining;

import io.github.dnsonde.e2e.monitoring.Daemon;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An agent's configuration file.
 *
 * @param node the node that the agent runs on
 * @param namespace the agent's own
 * @param metrics the address that it listens on
 * @param resolvers the servers to query
 * @param inUse the names of those that pods use
 */
record AgentFile(
    String node,
    String mode,
    String namespace,
    InetSocketAddress metrics,
    List<Resolver> resolvers,
    List<String> inUse) {

  /** The schedule, twice as fast as by default, to shorten the drill. */
  private static final String SCHEDULE = "{period: 5s, timeout: 4s, late: 3s}";

  AgentFile {
    resolvers = List.copyOf(resolvers);
    inUse = List.copyOf(inUse);
  }

  void write(Path file) throws IOException {
    Files.writeString(
        file,
        """
        mode: %s
        vantage: {namespace: %s, workload: web, pod: web-0, node: %s}
        cluster: {dns: [%s]}
        servers:
        %s
        questions:
          - {name: kubernetes.default.svc.cluster.local., expect: {cidrs: [10.96.0.0/12]}}
          - {name: example.com.}
        schedule: %s
        http: {metrics: "%s", api: "127.0.0.1:0"}
        """
            .formatted(
                mode,
                namespace,
                node,
                addressesInUse(),
                servers(),
                SCHEDULE,
                Daemon.text(metrics)));
  }

  private String addressesInUse() {
    return resolvers.stream()
        .filter(resolver -> inUse.contains(resolver.name()))
        .map(resolver -> resolver.address().getAddress().getHostAddress())
        .collect(joining(", "));
  }

  private String servers() {
    return resolvers.stream()
        .map(
            resolver ->
                "  - {name: %s, address: %s, port: %d}"
                    .formatted(
                        resolver.name(),
                        resolver.address().getAddress().getHostAddress(),
                        resolver.address().getPort()))
        .collect(joining("\n"));
  }
}
