package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.github.dnsonde.probe.Cidr;
import io.github.dnsonde.probe.NamespacedName;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A NetworkPolicy (networking.k8s.io/v1), with the API server's defaulting applied.
 *
 * @param namespace whose pods it selects; empty in a manifest that leaves that to whoever applies
 *     it
 * @param name its name
 * @param selects which pods of its namespace
 * @param ingress what may come in; empty when it does not isolate pods in that direction
 * @param egress what may go out; empty when it does not isolate pods in that direction
 * @param origin who changed it last, and where it comes from
 */
public record NetworkPolicy(
    String namespace,
    String name,
    LabelSelector selects,
    Optional<List<Rule>> ingress,
    Optional<List<Rule>> egress,
    Origin origin) {

  public NetworkPolicy {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(name, "name is null");
    requireNonNull(selects, "selects is null");
    ingress = ingress.map(List::copyOf);
    egress = egress.map(List::copyOf);
    requireNonNull(origin, "origin is null");
  }

  /** {@code shop/default-deny}. */
  public NamespacedName namespacedName() {
    return new NamespacedName(namespace, name);
  }

  /** The same in another namespace. */
  public NetworkPolicy in(String other) {
    return new NetworkPolicy(other, name, selects, ingress, egress, origin);
  }

  /** The same, with the other's ingress rules for whom they let in. */
  public NetworkPolicy withPeersOf(NetworkPolicy other) {
    List<Rule> rules =
        Stream.of(this, other)
            .flatMap(policy -> policy.ingress.stream().flatMap(List::stream))
            .distinct()
            .toList();
    return new NetworkPolicy(
        namespace, name, selects, Optional.of(Rule.merged(rules)), egress, origin);
  }

  /** What may pass in a direction; empty when it does not isolate pods in it. */
  public Optional<List<Rule>> rules(Direction direction) {
    return switch (direction) {
      case INGRESS -> ingress;
      case EGRESS -> egress;
    };
  }

  /** Whether it asks the same as another, whoever changed it last. */
  public boolean rulesLike(NetworkPolicy other) {
    return selects.equals(other.selects)
        && ingress.equals(other.ingress)
        && egress.equals(other.egress);
  }

  /**
   * What one rule lets through: any of the ports with any of the peers.
   *
   * @param peers nobody named: everybody
   * @param ports none named: all
   */
  public record Rule(List<Peer> peers, List<Port> ports) {

    /** Rules for the same ports as one. */
    static List<Rule> merged(List<Rule> rules) {
      Map<List<Port>, List<Rule>> byPorts =
          rules.stream().collect(groupingBy(Rule::ports, LinkedHashMap::new, toList()));
      return byPorts.entrySet().stream()
          .map(
              entry ->
                  new Rule(
                      entry.getValue().stream()
                          .flatMap(rule -> rule.peers().stream())
                          .distinct()
                          .toList(),
                      entry.getKey()))
          .toList();
    }

    public Rule {
      peers = List.copyOf(peers);
      ports = List.copyOf(ports);
    }
  }

  /** The other end of a connection (Kubernetes API reference, NetworkPolicyPeer). */
  public sealed interface Peer {

    /**
     * Pods, by their labels and their namespace's.
     *
     * @param pods empty: every pod of the namespaces selected
     * @param namespaces empty: the policy's own namespace
     */
    record Selected(Optional<LabelSelector> pods, Optional<LabelSelector> namespaces)
        implements Peer {
      public Selected {
        if (pods.isEmpty() && namespaces.isEmpty()) {
          throw new IllegalArgumentException("a peer selects neither by pod nor by namespace");
        }
      }
    }

    /**
     * Addresses, less some.
     *
     * @param except each a part of {@code cidr}, and not all of it
     */
    record Block(Cidr cidr, List<Cidr> except) implements Peer {
      public Block {
        except = List.copyOf(except);
        for (Cidr each : except) {
          if (!cidr.contains(each.base()) || cidr.prefixLength() >= each.prefixLength()) {
            throw new IllegalArgumentException(each + " is not a part of " + cidr);
          }
        }
      }

      /** Whether an address is meant. */
      public boolean contains(InetAddress address) {
        return cidr.contains(address) && except.stream().noneMatch(each -> each.contains(address));
      }
    }
  }

  /**
   * Ports (Kubernetes API reference, NetworkPolicyPort).
   *
   * @param port empty: all ports of the protocol
   * @param endPort the last of a range that starts at {@code port}, which is then a number
   */
  public record Port(Protocol protocol, Optional<PortReference> port, OptionalInt endPort) {
    public Port {
      requireNonNull(protocol, "protocol is null");
      if (endPort.isPresent() && !isRange(port, endPort.getAsInt())) {
        throw new IllegalArgumentException("no ports from " + port + " to " + endPort);
      }
    }

    private static boolean isRange(Optional<PortReference> first, int last) {
      return first.isPresent()
          && first.get() instanceof PortReference.Numbered(int number)
          && number <= last
          && last <= 65_535;
    }
  }
}
