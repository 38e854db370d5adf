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
 * @param namespace the namespace of the pods it selects; empty in a manifest that leaves it open
 * @param name its name
 * @param selects selector of pods of its namespace
 * @param ingress the allowed ingress; empty if it does not isolate pods in that direction
 * @param egress the allowed egress; empty if it does not isolate pods in that direction
 * @param origin the last change, and the source of the object
 */
public record NetworkPolicy(
    String namespace,
    String name,
    LabelSelector selects,
    Optional<List<Rule>> ingress,
    Optional<List<Rule>> egress,
    Origin origin)
    implements PolicyObject {

  public NetworkPolicy {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(name, "name is null");
    requireNonNull(selects, "selects is null");
    ingress = ingress.map(List::copyOf);
    egress = egress.map(List::copyOf);
    requireNonNull(origin, "origin is null");
  }

  /** Namespace and name, such as {@code shop/default-deny}. */
  public NamespacedName namespacedName() {
    return new NamespacedName(namespace, name);
  }

  @Override
  public NetworkPolicy in(String other) {
    return new NetworkPolicy(other, name, selects, ingress, egress, origin);
  }

  /** Returns the same policy with another name. */
  public NetworkPolicy named(String other) {
    return new NetworkPolicy(namespace, other, selects, ingress, egress, origin);
  }

  /** Returns the same policy with additional ingress rules: those of the other policy. */
  public NetworkPolicy withPeersOf(NetworkPolicy other) {
    List<Rule> rules =
        Stream.of(this, other)
            .flatMap(policy -> policy.ingress.stream().flatMap(List::stream))
            .distinct()
            .toList();
    return new NetworkPolicy(
        namespace, name, selects, Optional.of(Rule.merged(rules)), egress, origin);
  }

  /** Returns true if it selects a pod. */
  public boolean selects(Pod pod) {
    return namespace.equals(pod.namespace()) && selects.matches(pod.labels());
  }

  /** The allowed traffic in a direction; empty if it does not isolate pods in it. */
  public Optional<List<Rule>> rules(Direction direction) {
    return switch (direction) {
      case INGRESS -> ingress;
      case EGRESS -> egress;
    };
  }

  /** Returns true if its rules equal those of another, regardless of the last change. */
  public boolean rulesLike(NetworkPolicy other) {
    return selects.equals(other.selects)
        && ingress.equals(other.ingress)
        && egress.equals(other.egress);
  }

  /**
   * One rule, which allows any of the ports with any of the peers.
   *
   * @param peers empty for all peers
   * @param ports empty for all ports
   */
  public record Rule(List<Peer> peers, List<Port> ports) {

    /** Merges rules for the same ports. */
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
     * Pods, selected by their labels and their namespace's.
     *
     * @param pods empty for every pod of the selected namespaces
     * @param namespaces empty for the policy's own namespace
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
     * A block of addresses with exceptions.
     *
     * @param except each a proper part of {@code cidr}
     */
    record Block(Cidr cidr, List<Cidr> except) implements Peer {
      public Block {
        except = List.copyOf(except);
        for (Cidr excluded : except) {
          if (!cidr.contains(excluded.base()) || cidr.prefixLength() >= excluded.prefixLength()) {
            throw new IllegalArgumentException(excluded + " is not a part of " + cidr);
          }
        }
      }

      /** Returns true if an address is selected. */
      public boolean contains(InetAddress address) {
        return cidr.contains(address)
            && except.stream().noneMatch(excluded -> excluded.contains(address));
      }
    }
  }

  /**
   * Ports (Kubernetes API reference, NetworkPolicyPort).
   *
   * @param port empty for all ports of the protocol
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
