package io.github.dnsonde.manifest;

import io.github.dnsonde.cluster.AdminRules;
import io.github.dnsonde.cluster.AdminRules.Action;
import io.github.dnsonde.cluster.AdminRules.Peer;
import io.github.dnsonde.cluster.AdminRules.Port;
import io.github.dnsonde.cluster.AdminRules.Rule;
import io.github.dnsonde.cluster.AdminRules.Selection;
import io.github.dnsonde.cluster.AdminRules.Tier;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.probe.Cidr;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads the rules of the kinds of network-policy-api: AdminNetworkPolicy and
 * BaselineAdminNetworkPolicy (v1alpha1), ClusterNetworkPolicy (v1alpha2).
 */
final class AdminRulesReader {

  private static final List<String> ONLY_BY_ENGINES = List.of("nodes", "domainNames");

  private static final Set<String> OF_SPEC =
      Set.of("tier", "priority", "subject", "ingress", "egress");

  private static final Set<String> OF_PEER =
      Set.of("namespaces", "pods", "nodes", "networks", "domainNames");

  private static final Set<String> OF_PORT = Set.of("portNumber", "portRange", "namedPort");

  private static final Set<String> OF_PROTOCOL =
      Set.of("tcp", "udp", "sctp", "destinationNamedPort");

  private AdminRulesReader() {}

  /**
   * Reads the rules of an object.
   *
   * @throws IllegalArgumentException if a part that decides is missing or not understood, or a
   *     field is not known
   */
  static AdminRules read(PolicyKind kind, Fields spec) {
    spec.requireOnly(OF_SPEC);
    boolean baseline = kind.kind().equals("BaselineAdminNetworkPolicy");
    Fields subject = spec.object("subject");
    return new AdminRules(
        tier(kind, spec),
        baseline ? 0 : spec.number("priority").orElseThrow(() -> missing("spec.priority")),
        selection(subject).orElseThrow(() -> missing("spec.subject")),
        spec.objects("ingress").map(rule -> rule(rule, "from")).toList(),
        spec.objects("egress").map(rule -> rule(rule, "to")).toList());
  }

  private static Tier tier(PolicyKind kind, Fields spec) {
    return switch (kind.kind()) {
      case "AdminNetworkPolicy" -> Tier.ADMIN;
      case "BaselineAdminNetworkPolicy" -> Tier.BASELINE;
      default ->
          switch (spec.text("tier").orElse("")) {
            case "Admin" -> Tier.ADMIN;
            case "Baseline" -> Tier.BASELINE;
            default -> throw missing("spec.tier");
          };
    };
  }

  private static IllegalArgumentException missing(String path) {
    return new IllegalArgumentException(path + " is missing, or has an unknown value");
  }

  private static Optional<Selection> selection(Fields object) {
    if (object.has("pods")) {
      Fields pods = object.object("pods");
      return Optional.of(
          new Selection(
              Selectors.of(pods.object("namespaceSelector")),
              Selectors.of(pods.object("podSelector"))));
    }
    return Selectors.ifAny(object, "namespaces")
        .map(namespaces -> new Selection(namespaces, LabelSelector.EVERYTHING));
  }

  private static Rule rule(Fields rule, String peers) {
    rule.requireOnly(Set.of("name", "action", peers, "ports", "protocols"));
    if (rule.size(peers) == 0) {
      throw missing(peers);
    }
    return new Rule(
        action(rule.text("action").orElse("")),
        rule.objects(peers).map(AdminRulesReader::peer).toList(),
        ports(rule));
  }

  private static Action action(String word) {
    return switch (word) {
      case "Allow", "Accept" -> Action.ACCEPT;
      case "Deny" -> Action.DENY;
      case "Pass" -> Action.PASS;
      default -> throw missing("action");
    };
  }

  /** Reads a peer; one with a field that is not known may be any. */
  private static Peer peer(Fields peer) {
    if (peer.otherThan(OF_PEER).isPresent()) {
      return new Peer.Other("");
    }
    if (peer.isList("networks")) {
      return new Peer.Networks(peer.texts("networks").stream().map(Cidr::around).toList());
    }
    return selection(peer)
        .<Peer>map(Peer.Pods::new)
        .orElseGet(
            () ->
                new Peer.Other(ONLY_BY_ENGINES.stream().filter(peer::has).findFirst().orElse("")));
  }

  private static Optional<List<Port>> ports(Fields rule) {
    if (rule.size("protocols") > 0) {
      return Optional.of(rule.objects("protocols").map(AdminRulesReader::protocol).toList());
    }
    return rule.size("ports") > 0
        ? Optional.of(rule.objects("ports").map(AdminRulesReader::port).toList())
        : Optional.empty();
  }

  /** Reads a port of v1alpha1. */
  private static Port port(Fields port) {
    if (port.otherThan(OF_PORT).isPresent()) {
      return new Port.Other();
    }
    if (port.has("portNumber")) {
      Fields number = port.object("portNumber");
      int only = number.number("port").orElseThrow(() -> missing("portNumber.port"));
      return new Port.Range(Ports.protocol(number), only, only);
    }
    if (port.has("portRange")) {
      Fields range = port.object("portRange");
      return range(range, Ports.protocol(range));
    }
    return named(port, "namedPort").orElseGet(Port.Other::new);
  }

  private static Optional<Port> named(Fields port, String field) {
    return port.word(field).filter(Ports::isName).map(Port.Named::new);
  }

  /** Reads a protocol of v1alpha2. */
  private static Port protocol(Fields protocol) {
    if (protocol.otherThan(OF_PROTOCOL).isPresent()) {
      return new Port.Other();
    }
    return Stream.of(Protocol.values())
        .filter(each -> protocol.has(field(each)))
        .findFirst()
        .map(each -> destination(protocol.object(field(each)), each))
        .or(() -> named(protocol, "destinationNamedPort"))
        .orElseGet(Port.Other::new);
  }

  private static String field(Protocol protocol) {
    return protocol.name().toLowerCase(Locale.ROOT);
  }

  private static Port destination(Fields fields, Protocol protocol) {
    if (fields.otherThan(Set.of("destinationPort")).isPresent()) {
      return new Port.Other();
    }
    if (!fields.has("destinationPort")) {
      return Port.Range.all(protocol);
    }
    Fields port = fields.object("destinationPort");
    if (port.otherThan(Set.of("number", "range")).isPresent()) {
      return new Port.Other();
    }
    return port.has("range")
        ? range(port.object("range"), protocol)
        : port.number("number")
            .<Port>map(number -> new Port.Range(protocol, number, number))
            .orElseGet(Port.Other::new);
  }

  private static Port range(Fields range, Protocol protocol) {
    return new Port.Range(
        protocol,
        range.number("start").orElseThrow(() -> missing("start")),
        range.number("end").orElseThrow(() -> missing("end")));
  }
}
