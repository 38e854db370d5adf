package io.github.dnsonde;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.json.VantagesJson;
import io.github.dnsonde.netns.NetworkNamespaces;
import io.github.dnsonde.netns.SandboxNetworks;
import io.github.dnsonde.plan.Knowledge;
import io.github.dnsonde.plan.Servers;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Vantage;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a command asks from now, and whom unless told otherwise.
 *
 * @param file the network namespace to ask from; empty: this process's own
 */
record Standpoint(Vantage vantage, List<Server> servers, Optional<Path> file) {

  Standpoint {
    servers = List.copyOf(servers);
  }

  /** Asks with sockets of this standpoint. */
  interface Asking {
    void with(Sockets sockets);
  }

  /** From here, or from the namespace that a file is bound to. */
  static Standpoint here(Config config, Knowledge knowledge, Optional<Path> file) {
    return new Standpoint(config.vantage(), Servers.ofSelf(config, knowledge), file);
  }

  /**
   * From a pod that the agent on this node knows, and asking whom that agent asks.
   *
   * @param namespacedName such as {@code payments/web-0}
   */
  static Standpoint of(Config config, String namespacedName) throws IOException {
    AgentApi agent = new AgentApi(config);
    VantagesJson.Vantages known = agent.vantages();
    Candidate pod = agent.pod(known, namespacedName);
    InetAddress address =
        pod.address().orElseThrow(() -> new IOException(namespacedName + " has no address yet"));
    Vantage vantage =
        new Vantage(pod.namespace(), pod.workload(), pod.pod(), config.vantage().node(), address);
    return new Standpoint(vantage, known.servers(), Optional.of(file(config, pod, address)));
  }

  private static Path file(Config config, Candidate pod, InetAddress address) throws IOException {
    List<Path> folders = config.pods().networkNamespaces();
    try (SandboxNetworks networks = new SandboxNetworks(folders)) {
      networks.scan();
      networks.scan(); // an address counts once two looks have found it
      return networks
          .fileOf(address)
          .orElseThrow(
              () ->
                  new IOException(
                      "no network namespace in "
                          + folders
                          + " has "
                          + Addresses.text(address)
                          + "; the agent says of the pod: "
                          + pod.standing().words()));
    } catch (Sockets.Unavailable e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Lends sockets of this place while something is asked. */
  void ask(Asking asking) throws IOException {
    if (file.isEmpty()) {
      asking.with(Sockets.ofThisProcess());
      return;
    }
    try (NetworkNamespaces inside = new NetworkNamespaces(_ -> file)) {
      asking.with(inside);
    } catch (Sockets.Unavailable e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
