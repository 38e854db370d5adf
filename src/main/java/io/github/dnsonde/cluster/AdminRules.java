package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Cidr;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The rules of an AdminNetworkPolicy, a BaselineAdminNetworkPolicy or a ClusterNetworkPolicy
 * (network-policy-api). The first rule that matches a connection decides.
 *
 * @param tier before or after NetworkPolicies
 * @param priority 0 to 1000; the policy with the lowest number of a tier is evaluated first
 * @param subject the pods that it applies to
 * @param ingress the rules for traffic to these pods, in order; none does not affect it
 * @param egress the rules for traffic from these pods, likewise
 */
public record AdminRules(
    Tier tier, int priority, Selection subject, List<Rule> ingress, List<Rule> egress)
    implements PolicyRules {

  private static final int LAST_PRIORITY = 1000;

  public AdminRules {
    requireNonNull(tier, "tier is null");
    requireNonNull(subject, "subject is null");
    ingress = List.copyOf(ingress);
    egress = List.copyOf(egress);
    if (priority < 0 || priority > LAST_PRIORITY) {
      throw new IllegalArgumentException(
          "priority " + priority + " is not within 0 to " + LAST_PRIORITY);
    }
  }

  @Override
  public Stream<String> podKeys() {
    return Stream.concat(
            Stream.of(subject),
            peers().flatMap(peer -> peer instanceof Peer.Pods(var pods) ? Stream.of(pods) : null))
        .flatMap(selection -> selection.pods().keys());
  }

  @Override
  public Stream<Cidr> blocks() {
    return peers().flatMap(peer -> peer instanceof Peer.Networks(var all) ? all.stream() : null);
  }

  private Stream<Peer> peers() {
    return Stream.of(ingress, egress).flatMap(List::stream).flatMap(rule -> rule.peers().stream());
  }

  /** The rules in a direction. */
  public List<Rule> rules(Direction direction) {
    return switch (direction) {
      case INGRESS -> ingress;
      case EGRESS -> egress;
    };
  }

  /** When a policy is evaluated. */
  public enum Tier {
    /** Before NetworkPolicies. */
    ADMIN,
    /** After NetworkPolicies, for pods that none of them isolates. */
    BASELINE
  }

  /** The effect of a rule on a connection that it matches. */
  public enum Action {
    /** It is allowed, whatever follows. */
    ACCEPT,
    /** It is denied, whatever follows. */
    DENY,
    /** The next tier decides. */
    PASS
  }

  /**
   * Pods, selected by their labels and their namespace's. Pods in a node's network are not
   * selected.
   */
  public record Selection(LabelSelector namespaces, LabelSelector pods) {
    public Selection {
      requireNonNull(namespaces, "namespaces is null");
      requireNonNull(pods, "pods is null");
    }
  }

  /**
   * One rule.
   *
   * @param peers any of them must match
   * @param ports any of them must match; empty if the rule is for all ports
   */
  public record Rule(Action action, List<Peer> peers, Optional<List<Port>> ports) {
    public Rule {
      requireNonNull(action, "action is null");
      peers = List.copyOf(peers);
      ports = ports.map(List::copyOf);
    }
  }

  /** The other end of a connection. */
  public sealed interface Peer {

    /** Pods. */
    record Pods(Selection selection) implements Peer {
      public Pods {
        requireNonNull(selection, "selection is null");
      }
    }

    /** Blocks of addresses, which may be those of pods. */
    record Networks(List<Cidr> blocks) implements Peer {
      public Networks {
        blocks = List.copyOf(blocks);
      }
    }

    /**
     * A peer that only the engine can match.
     *
     * @param field its field, such as {@code domainNames}; empty if it has none that is known here
     */
    record Other(String field) implements Peer {
      public Other {
        requireNonNull(field, "field is null");
      }
    }
  }

  /** Ports of a protocol. */
  public sealed interface Port {

    /** Ports by their numbers. */
    record Range(Protocol protocol, int first, int last) implements Port {
      public Range {
        requireNonNull(protocol, "protocol is null");
        if (first < 1 || first > last || last > 65_535) {
          throw new IllegalArgumentException("no ports from " + first + " to " + last);
        }
      }

      /** Returns all ports of a protocol. */
      public static Range all(Protocol protocol) {
        return new Range(protocol, 1, 65_535);
      }
    }

    /** A port of any protocol by the name that a container gives it. */
    record Named(String name) implements Port {
      public Named {
        requireNonNull(name, "name is null");
      }
    }

    /** A port of which no field is known here. */
    record Other() implements Port {}
  }
}
