package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Cidr;
import io.github.dnsonde.probe.NamespacedName;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The rules of a NetworkPolicy or GlobalNetworkPolicy of Calico (Calico documentation, "Network
 * policy", "Global network policy").
 *
 * @param tier the name of its tier
 * @param order policies of a tier are evaluated in this order; infinite if it has none
 * @param types the directions in which it applies
 * @param perhaps directions in which it applies by some versions of Calico, and not by others
 * @param selects the selected endpoints, of its own namespace if it has one
 * @param hosts its effect on host endpoints
 * @param ingress the rules for traffic to the endpoints, in order
 * @param egress the rules for traffic from the endpoints, in order
 */
public record CalicoRules(
    String tier,
    double order,
    Set<Direction> types,
    Set<Direction> perhaps,
    LabelExpression selects,
    Hosts hosts,
    List<Rule> ingress,
    List<Rule> egress)
    implements PolicyRules {

  /** The label of an endpoint with the name of its namespace. */
  public static final String NAMESPACE = "projectcalico.org/namespace";

  /** The label of a pod with the name of its service account. */
  public static final String ACCOUNT = "projectcalico.org/serviceaccount";

  /** The label that namespaces and service accounts have with their own name. */
  public static final String NAME = "projectcalico.org/name";

  /** The prefix of the labels of an endpoint's namespace. */
  public static final String OF_NAMESPACE = "pcns.";

  /** The prefix of the labels of a pod's service account. */
  public static final String OF_ACCOUNT = "pcsa.";

  /** The tier of policies that name none, and of NetworkPolicies. */
  public static final String DEFAULT_TIER = "default";

  /** The protocols of a rule that names none; such rules share them. */
  public static final Set<Protocol> EVERY_PROTOCOL = Set.of(Protocol.values());

  public CalicoRules {
    requireNonNull(tier, "tier is null");
    types = Set.copyOf(types);
    perhaps = Set.copyOf(perhaps);
    requireNonNull(selects, "selects is null");
    requireNonNull(hosts, "hosts is null");
    ingress = List.copyOf(ingress);
    egress = List.copyOf(egress);
    if (Double.isNaN(order)) {
      throw new IllegalArgumentException("order is not a number");
    }
  }

  @Override
  public Stream<String> podKeys() {
    return Stream.concat(
            Stream.of(selects),
            entities()
                .flatMap(
                    entity ->
                        Stream.concat(entity.selector().stream(), entity.notSelector().stream())))
        .flatMap(LabelExpression::keys);
  }

  @Override
  public Stream<Cidr> blocks() {
    return entities()
        .flatMap(entity -> Stream.concat(entity.nets().stream(), entity.notNets().stream()));
  }

  private Stream<Entity> entities() {
    return Stream.of(ingress, egress)
        .flatMap(List::stream)
        .flatMap(rule -> Stream.of(rule.source(), rule.destination()));
  }

  /** Returns the name that people see: Calico stores those of its first tier under a longer one. */
  public static String shownName(String stored) {
    String first = DEFAULT_TIER + ".";
    return stored.startsWith(first) ? stored.substring(first.length()) : stored;
  }

  /** The rules in a direction. */
  public List<Rule> rules(Direction direction) {
    return switch (direction) {
      case INGRESS -> ingress;
      case EGRESS -> egress;
    };
  }

  /** The effect of a policy on host endpoints, through which the traffic of pods is forwarded. */
  public enum Hosts {
    /** Not to forwarded traffic. */
    NOT_FORWARDED,
    /** To forwarded traffic ({@code applyOnForward}), in addition to pods. */
    FORWARDED,
    /** To host endpoints only ({@code preDNAT}, {@code doNotTrack}). */
    ONLY
  }

  /** The effect of a rule on a connection that it matches. */
  public enum Action {
    ALLOW,
    DENY,
    /** The next tier decides. */
    PASS,
    /** None: the next rule decides. */
    LOG
  }

  /**
   * One rule. All its parts must match.
   *
   * @param protocols the protocols that it matches
   * @param ipVersion 4 or 6; empty for both
   * @param application whether it also has criteria that need the packet's content
   */
  public record Rule(
      Action action,
      Set<Protocol> protocols,
      OptionalInt ipVersion,
      Entity source,
      Entity destination,
      boolean application) {
    public Rule {
      requireNonNull(action, "action is null");
      protocols = Set.copyOf(protocols);
      requireNonNull(ipVersion, "ipVersion is null");
      requireNonNull(source, "source is null");
      requireNonNull(destination, "destination is null");
    }
  }

  /**
   * One end of a connection. All its parts must match.
   *
   * @param selector selects endpoints and network sets; empty for every address
   * @param ownNamespace whether these must be of the policy's namespace
   * @param notSelector selects what must not match
   * @param nets any must contain the address; none for every address
   * @param notNets none may contain the address
   * @param ports any must match; none for every port
   * @param notPorts none may match
   * @param service the Service whose endpoint it must be; empty for any
   * @param domains whether it names domains
   */
  public record Entity(
      Optional<LabelExpression> selector,
      boolean ownNamespace,
      Optional<LabelExpression> notSelector,
      List<Cidr> nets,
      List<Cidr> notNets,
      List<Port> ports,
      List<Port> notPorts,
      Optional<NamespacedName> service,
      boolean domains) {

    /** Every end. Most rules have it once, so they share it. */
    public static final Entity EVERY =
        new Entity(
            Optional.empty(),
            false,
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            false);

    public Entity {
      requireNonNull(selector, "selector is null");
      requireNonNull(notSelector, "notSelector is null");
      nets = List.copyOf(nets);
      notNets = List.copyOf(notNets);
      ports = List.copyOf(ports);
      notPorts = List.copyOf(notPorts);
      requireNonNull(service, "service is null");
    }
  }

  /** Ports. */
  public sealed interface Port {

    /** Ports by their numbers. */
    record Range(int first, int last) implements Port {
      public Range {
        if (first < 0 || first > last || last > 65_535) {
          throw new IllegalArgumentException("no ports from " + first + " to " + last);
        }
      }
    }

    /** A port by the name that a container gives it. */
    record Named(String name) implements Port {
      public Named {
        requireNonNull(name, "name is null");
      }
    }
  }

  /**
   * A tier of policies (Calico documentation, "Tier").
   *
   * @param order tiers are evaluated in this order; infinite if it has none
   * @param passes whether traffic that no rule of it matches passes to the next tier
   */
  public record Tier(double order, boolean passes) implements PolicyRules {
    public Tier {
      if (Double.isNaN(order)) {
        throw new IllegalArgumentException("order is not a number");
      }
    }

    @Override
    public Stream<String> podKeys() {
      return Stream.of();
    }

    @Override
    public Stream<Cidr> blocks() {
      return Stream.of();
    }
  }

  /**
   * Addresses with labels (Calico documentation, "Network set", "Global network set").
   *
   * @param domains whether it also has domains
   */
  public record NetworkSet(Labels labels, List<Cidr> nets, boolean domains) implements PolicyRules {
    public NetworkSet {
      requireNonNull(labels, "labels is null");
      nets = List.copyOf(nets);
    }

    @Override
    public Stream<String> podKeys() {
      return Stream.of();
    }

    @Override
    public Stream<Cidr> blocks() {
      return nets.stream();
    }
  }
}
