package io.github.dnsonde.change;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.ClusterSnapshot;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.policy.Destination;
import io.github.dnsonde.probe.Server;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything in a cluster that decides whether its pods reach DNS.
 *
 * @param pods the pods that may be affected; others may be missing
 * @param servers the servers that pods query
 */
public record ClusterState(PolicySet policies, List<Pod> pods, List<DnsServer> servers) {

  public ClusterState {
    requireNonNull(policies, "policies is null");
    pods = List.copyOf(pods);
    servers = List.copyOf(servers);
  }

  /** Returns the state of a live cluster, without servers if its DNS could not be read. */
  public static ClusterState of(ClusterSnapshot snapshot) {
    ClusterView view = snapshot.view();
    return new ClusterState(
        PolicySet.of(view),
        view.pods(),
        Stream.concat(
                view.kubeDns().stream().flatMap(service -> kubeDns(service, view.dnsPods())),
                caches(snapshot.cache()))
            .toList());
  }

  /** Returns the same state with other servers. */
  public ClusterState with(List<DnsServer> others) {
    return new ClusterState(policies, pods, others);
  }

  /** The Service by each of its addresses, without those of a family that no pod of it has. */
  private static Stream<DnsServer> kubeDns(Service service, List<Pod> pods) {
    Set<Integer> lengths =
        pods.stream()
            .flatMap(pod -> pod.addresses().stream())
            .map(address -> address.getAddress().length)
            .collect(Collectors.toSet());
    return service.clusterIps().stream()
        .filter(address -> lengths.isEmpty() || lengths.contains(address.getAddress().length))
        .map(
            address ->
                new DnsServer(
                    service.name(),
                    address,
                    false,
                    new Destination.Balanced(service, address, pods)));
  }

  /** All nodes are alike, so one pod of the cache is enough. */
  private static Stream<DnsServer> caches(NodeCache cache) {
    List<Pod> redirected = cache.redirectedTo();
    boolean onNode = redirected.isEmpty() || !cache.onNode().isEmpty();
    return cache.addresses().stream()
        .sorted(comparing(InetAddress::getHostAddress))
        .map(
            address ->
                new DnsServer(
                    DnsServer.NODE_LOCAL,
                    address,
                    true,
                    onNode
                        ? new Destination.Address(
                            address, cache.onNode().stream().limit(1).toList())
                        : redirected(address, redirected)));
  }

  /** A local redirect of Cilium leads to pods with networks of their own. */
  private static Destination redirected(InetAddress address, List<Pod> pods) {
    return new Destination.Balanced(
        new Service(
            pods.getFirst().namespace(),
            DnsServer.NODE_LOCAL,
            List.of(address),
            pods.getFirst().labels().lasting(),
            Stream.of(Protocol.UDP, Protocol.TCP)
                .map(
                    protocol ->
                        new Service.Port(
                            "dns",
                            Server.DNS_PORT,
                            protocol,
                            new PortReference.Numbered(Server.DNS_PORT)))
                .toList()),
        address,
        pods);
  }

  /** The namespaces of the servers' pods. */
  Set<String> dnsNamespaces() {
    Set<String> all = new HashSet<>();
    servers.forEach(
        server -> {
          if (server.destination() instanceof Destination.Balanced balanced) {
            all.add(balanced.service().namespace());
          }
        });
    return all;
  }

  /** The servers' own pods, which do not query themselves. */
  Set<Pod> dnsPods() {
    return servers.stream()
        .flatMap(
            server ->
                switch (server.destination()) {
                  case Destination.Balanced balanced -> balanced.backends().stream();
                  case Destination.Address(_, List<Pod> pods) -> pods.stream();
                  case Destination.Direct(Pod pod, _) -> Stream.of(pod);
                  case Destination.Unread _, Destination.Itself _ -> Stream.<Pod>empty();
                })
        .collect(Collectors.toSet());
  }
}
