package io.github.dnsonde.cluster;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;

/**
 * The DNS cache of a node (NodeLocal DNSCache).
 *
 * @param pods its pods on this node. They are in the node's network or, if a local redirect of
 *     Cilium leads to them, in a network of their own
 * @param addresses the addresses of servers that are this cache
 */
public record NodeCache(List<Pod> pods, Set<InetAddress> addresses) {

  /** A node without a cache. */
  public static final NodeCache NONE = new NodeCache(List.of(), Set.of());

  public NodeCache {
    pods = List.copyOf(pods);
    addresses = Set.copyOf(addresses);
  }

  /** Returns true if a server at this address is this cache. */
  public boolean answersAt(InetAddress address) {
    return addresses.contains(address);
  }

  /** Its pods in the node's network, which selectors do not select. */
  public List<Pod> onNode() {
    return pods.stream().filter(Pod::hostNetwork).toList();
  }

  /** Its pods with their own network. Policies treat redirected traffic as traffic to them. */
  public List<Pod> redirectedTo() {
    return pods.stream().filter(pod -> !pod.hostNetwork()).toList();
  }
}
