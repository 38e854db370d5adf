package io.github.dnsonde.manifest;

import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import io.github.dnsonde.cluster.NetworkPolicy.Port;
import io.github.dnsonde.cluster.NetworkPolicy.Rule;
import io.github.dnsonde.probe.Cidr;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads NetworkPolicies (Kubernetes API reference, NetworkPolicy v1). Absent fields get the API
 * server's defaults. If any part of a policy is not understood, none of it is read: the rest alone
 * would have another meaning.
 */
public final class NetworkPolicies {

  private NetworkPolicies() {}

  /**
   * Reads one policy. A manifest may leave its namespace open; it is empty then.
   *
   * @throws IllegalArgumentException or another RuntimeException if it cannot be understood; the
   *     message has the reason
   */
  public static NetworkPolicy read(Fields object) {
    PolicyReview.ofStored(object).flaws().stream()
        .findFirst()
        .ifPresent(
            flaw -> {
              throw new IllegalArgumentException(flaw.toString());
            });
    return reviewed(object);
  }

  /** Reads a policy in which {@link PolicyReview} has found no flaws. */
  static NetworkPolicy reviewed(Fields object) {
    Fields metadata = object.object("metadata");
    Fields spec = object.object("spec");
    return new NetworkPolicy(
        metadata.word("namespace").orElse(""),
        metadata.word("name").or(() -> metadata.word("generateName")).orElse(""),
        Selectors.of(spec.object("podSelector")),
        rules(spec, Direction.INGRESS, "ingress", "from"),
        rules(spec, Direction.EGRESS, "egress", "to"),
        Origins.of(metadata));
  }

  /**
   * The directions in which a policy isolates pods (Kubernetes API reference, {@code policyTypes}).
   */
  static Set<Direction> directions(Fields spec) {
    List<String> types = spec.texts("policyTypes");
    boolean byDefault = types.isEmpty();
    Set<Direction> directions = EnumSet.noneOf(Direction.class);
    if (byDefault || types.contains("Ingress")) {
      directions.add(Direction.INGRESS);
    }
    if (types.contains("Egress") || (byDefault && spec.size("egress") > 0)) {
      directions.add(Direction.EGRESS);
    }
    return directions;
  }

  private static Optional<List<Rule>> rules(
      Fields spec, Direction direction, String field, String peers) {
    return directions(spec).contains(direction)
        ? Optional.of(spec.objects(field).map(rule -> rule(rule, peers)).toList())
        : Optional.empty();
  }

  private static Rule rule(Fields rule, String peers) {
    return new Rule(
        rule.objects(peers).map(NetworkPolicies::peer).toList(),
        rule.objects("ports").map(NetworkPolicies::port).toList());
  }

  private static Peer peer(Fields peer) {
    return peer.has("ipBlock")
        ? block(peer.object("ipBlock"))
        : new Peer.Selected(
            Selectors.ifAny(peer, "podSelector"), Selectors.ifAny(peer, "namespaceSelector"));
  }

  private static Peer block(Fields block) {
    return new Peer.Block(
        cidr(block.text("cidr").orElse("")),
        block.texts("except").stream().map(NetworkPolicies::cidr).toList());
  }

  private static Cidr cidr(String text) {
    return CidrText.read(text)
        .map(CidrText::block)
        .orElseThrow(() -> new IllegalArgumentException("no CIDR: '" + text + "'"));
  }

  private static Port port(Fields port) {
    return new Port(
        Ports.protocol(port),
        Ports.reference(port, "port"),
        port.number("endPort").map(OptionalInt::of).orElseGet(OptionalInt::empty));
  }
}
