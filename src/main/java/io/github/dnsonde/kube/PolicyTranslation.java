package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import io.github.dnsonde.cluster.NetworkPolicy.Port;
import io.github.dnsonde.cluster.NetworkPolicy.Rule;
import io.github.dnsonde.probe.Cidr;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads NetworkPolicies (Kubernetes API reference, NetworkPolicy v1). What is absent is given the
 * value that the API server gives it. A policy of which any part is not understood is not read at
 * all: the rest of it would say something else.
 */
final class PolicyTranslation implements Translation<NetworkPolicy> {

  @Override
  public NetworkPolicy read(Fields object) {
    Fields metadata = object.object("metadata");
    Fields spec = object.object("spec");
    List<String> types = spec.texts("policyTypes");
    boolean anyEgress = spec.objects("egress").findAny().isPresent();
    return new NetworkPolicy(
        metadata.word("namespace").orElse(""),
        metadata.word("name").orElse(""),
        Selectors.of(spec.object("podSelector")),
        types.isEmpty() || types.contains("Ingress")
            ? Optional.of(rules(spec, "ingress", "from"))
            : Optional.empty(),
        (types.isEmpty() && anyEgress) || types.contains("Egress")
            ? Optional.of(rules(spec, "egress", "to"))
            : Optional.empty(),
        Origins.of(metadata));
  }

  private static List<Rule> rules(Fields spec, String direction, String peers) {
    return spec.objects(direction).map(rule -> rule(rule, peers)).toList();
  }

  private static Rule rule(Fields rule, String peers) {
    return new Rule(
        rule.objects(peers).map(PolicyTranslation::peer).toList(),
        rule.objects("ports").map(PolicyTranslation::port).toList());
  }

  private static Peer peer(Fields peer) {
    return peer.has("ipBlock")
        ? block(peer.object("ipBlock"))
        : new Peer.Selected(
            Selectors.ifAny(peer, "podSelector"), Selectors.ifAny(peer, "namespaceSelector"));
  }

  private static Peer block(Fields block) {
    return new Peer.Block(
        Cidr.around(
            block
                .text("cidr")
                .orElseThrow(() -> new IllegalArgumentException("an ipBlock has no cidr"))),
        block.texts("except").stream().map(Cidr::around).toList());
  }

  private static Port port(Fields port) {
    return new Port(
        Ports.protocol(port),
        Ports.reference(port, "port"),
        port.number("endPort").map(OptionalInt::of).orElseGet(OptionalInt::empty));
  }
}
