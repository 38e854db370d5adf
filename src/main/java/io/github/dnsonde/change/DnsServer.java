package io.github.dnsonde.change;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.policy.Destination;
import java.net.InetAddress;

/**
 * A DNS server that the cluster's pods query.
 *
 * @param name for people, such as {@code kube-dns}
 * @param address the queried address
 * @param cache true for the cache of each node, which answers instead of the cluster's DNS
 * @param destination the server as policies see it
 */
public record DnsServer(String name, InetAddress address, boolean cache, Destination destination) {

  /** The name of every cache. */
  public static final String NODE_LOCAL = "node-local-dns";

  public DnsServer {
    requireNonNull(name, "name is null");
    requireNonNull(address, "address is null");
    requireNonNull(destination, "destination is null");
  }

  DnsServer with(Destination other) {
    return new DnsServer(name, address, cache, other);
  }
}
