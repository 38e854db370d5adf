package io.github.dnsonde.plan;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.Server;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who is asked. */
public final class Servers {

  /** The server that the kube-dns Service is. */
  static final String KUBE_DNS = "kube-dns";

  /** The cache on the node. */
  static final String NODE_LOCAL_DNS = "node-local-dns";

  private Servers() {}

  /**
   * Who is asked where the cluster is not known: those listed, else the nameservers of the agent's
   * own pod; a link-local address is the node's cache, the first other one the cluster's DNS.
   */
  public static List<Server> ofSelf(Config config, Knowledge knowledge) {
    return switch (config.servers()) {
      case Config.Servers.Listed(List<Server> listed) -> listed;
      case Config.Servers.Auto _ -> named(Resolvers.ofCluster(config, knowledge));
    };
  }

  private static List<Server> named(List<InetAddress> nameservers) {
    List<Server> servers = new ArrayList<>();
    first(nameservers, false).ifPresent(kubeDns -> servers.add(server(KUBE_DNS, kubeDns)));
    first(nameservers, true).ifPresent(cache -> servers.add(server(NODE_LOCAL_DNS, cache)));
    return servers;
  }

  private static Optional<InetAddress> first(List<InetAddress> nameservers, boolean linkLocal) {
    return nameservers.stream()
        .filter(address -> address.isLinkLocalAddress() == linkLocal)
        .findFirst();
  }

  private static Server server(String name, InetAddress address) {
    return new Server(name, address, Server.DNS_PORT);
  }
}
