package io.github.dnsonde.manifest;

import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.cluster.CiliumRules;
import io.github.dnsonde.cluster.CiliumRules.Block;
import io.github.dnsonde.cluster.CiliumRules.DnsName;
import io.github.dnsonde.cluster.CiliumRules.Entity;
import io.github.dnsonde.cluster.CiliumRules.Filter;
import io.github.dnsonde.cluster.CiliumRules.Peers;
import io.github.dnsonde.cluster.CiliumRules.Port;
import io.github.dnsonde.cluster.CiliumRules.Section;
import io.github.dnsonde.cluster.CiliumRules.ServiceReference;
import io.github.dnsonde.cluster.CiliumRules.Spec;
import io.github.dnsonde.cluster.CiliumRules.Traffic;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.probe.Cidr;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the rules of Cilium's policies (Cilium documentation, "Network Policy"; API of {@code
 * cilium.io/v2}). Cilium does not apply a policy that it refuses, but keeps to what it was before.
 * So a policy with a mistake, or with a field that is not known here, is not read at all.
 */
final class CiliumRulesReader {

  private static final Set<String> OF_SPEC =
      Set.of(
          "endpointSelector",
          "nodeSelector",
          "ingress",
          "ingressDeny",
          "egress",
          "egressDeny",
          "enableDefaultDeny",
          "labels",
          "description",
          "log");

  /** Fields of a rule that are no peers. */
  private static final Set<String> OF_RULE = Set.of("toPorts", "icmps", "authentication");

  private static final Set<String> OF_PORTS =
      Set.of("ports", "rules", "terminatingTLS", "originatingTLS", "serverNames", "listener");

  /** Protocols without ports, and those that DNS does not use. */
  private static final Set<String> WITHOUT_DNS =
      Set.of("ICMP", "ICMPV6", "VRRP", "IGMP", "GRE", "IPIP", "IPV6", "ESP", "AH");

  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,4}");

  private static final Pattern DNS_NAME = Pattern.compile("[-a-zA-Z0-9_.]{1,255}");
  private static final Pattern DNS_PATTERN = Pattern.compile("[-a-zA-Z0-9_.*]{1,255}");

  private final boolean namespaced;

  private CiliumRulesReader(boolean namespaced) {
    this.namespaced = namespaced;
  }

  /**
   * Reads the rules of a policy.
   *
   * @throws IllegalArgumentException if Cilium refuses it, or it has a field that is not known here
   */
  static CiliumRules read(PolicyKind kind, Fields object) {
    CiliumRulesReader reader = new CiliumRulesReader(kind.namespaced());
    return new CiliumRules(specs(object).map(reader::spec).toList());
  }

  /** The specifications of a policy: {@code spec}, and those in {@code specs}. */
  static Stream<Fields> specs(Fields object) {
    return Stream.concat(
        object.has("spec") ? Stream.of(object.object("spec")) : Stream.empty(),
        object.objects("specs"));
  }

  private Spec spec(Fields spec) {
    spec.requireOnly(OF_SPEC);
    boolean ofNodes = spec.has("nodeSelector");
    require(ofNodes != spec.has("endpointSelector"), "not one of endpointSelector, nodeSelector");
    require(!ofNodes || !namespaced, "nodeSelector in a policy of a namespace");
    Section ingress = section(spec, "ingress", "from");
    Section egress = section(spec, "egress", "to");
    require(!ingress.isEmpty() || !egress.isEmpty(), "no rules");
    return new Spec(
        selector(spec.object(ofNodes ? "nodeSelector" : "endpointSelector")),
        ofNodes,
        ingress,
        egress);
  }

  private static Section section(Fields spec, String name, String prefix) {
    List<Traffic> allowed = rules(spec, name, prefix);
    List<Traffic> denied = rules(spec, name + "Deny", prefix);
    boolean defaultDeny = spec.object("enableDefaultDeny").flag(name).orElse(true);
    return allowed.isEmpty() && denied.isEmpty()
        ? Section.NONE
        : new Section(defaultDeny, allowed, denied);
  }

  private static List<Traffic> rules(Fields spec, String name, String prefix) {
    require(spec.objects(name).count() == spec.size(name), name + " has more than rules");
    return spec.objects(name)
        .map(rule -> new Rule(rule, prefix, name.endsWith("Deny")).read())
        .toList();
  }

  /**
   * One rule.
   *
   * @param prefix of the names of its peers: {@code to} or {@code from}
   */
  private record Rule(Fields rule, String prefix, boolean denies) {

    Traffic read() {
      Optional<List<Port>> ports = ports();
      String mode = rule.object("authentication").text("mode").orElse("disabled");
      return new Traffic(peers(ports.isPresent()), ports, !mode.equals("disabled"));
    }

    private Peers peers(boolean withPorts) {
      rule.requireOnly(
          Stream.concat(
                  OF_RULE.stream(),
                  Stream.of(
                          "Endpoints",
                          "Requires",
                          "CIDR",
                          "CIDRSet",
                          "Entities",
                          "Services",
                          "Groups",
                          "Nodes",
                          "FQDNs")
                      .map(prefix::concat))
              .collect(toSet()));
      require(rule.size(prefix + "Requires") == 0, prefix + "Requires");
      List<Peers> all =
          Stream.of(
                  endpoints(),
                  entities(),
                  addresses(),
                  blocks(),
                  services(),
                  nodes(),
                  groups(),
                  domains())
              .flatMap(Optional::stream)
              .toList();
      require(all.size() < 2, "peers of several kinds in one rule");
      if (hasEmptyPeers() || (all.isEmpty() && !withPorts)) {
        return new Peers.Nothing();
      }
      return all.isEmpty() ? new Peers.Everything() : all.getFirst();
    }

    /** Cilium distinguishes an empty list of peers from none: it selects nothing. */
    private boolean hasEmptyPeers() {
      return Stream.of("Endpoints", "Nodes", "Entities", "CIDR", "CIDRSet")
          .map(prefix::concat)
          .anyMatch(name -> rule.isList(name) && rule.size(name) == 0);
    }

    private Optional<Peers> endpoints() {
      return some("Endpoints", name -> new Peers.Endpoints(selectors(rule, name)));
    }

    private Optional<Peers> entities() {
      return some("Entities", name -> new Peers.Entities(entities(rule.texts(name))));
    }

    private static Set<Entity> entities(List<String> words) {
      Set<Entity> entities = EnumSet.noneOf(Entity.class);
      for (String word : words) {
        entities.add(
            Entity.of(word)
                .orElseThrow(() -> new IllegalArgumentException("entity '" + word + "'")));
      }
      return entities;
    }

    private Optional<Peers> addresses() {
      return some(
          "CIDR",
          name ->
              new Peers.Blocks(
                  rule.texts(name).stream()
                      .map(text -> new Block(Cidr.around(text), List.of()))
                      .toList(),
                  false));
    }

    private Optional<Peers> blocks() {
      return some(
          "CIDRSet",
          name ->
              new Peers.Blocks(
                  rule.objects(name)
                      .filter(block -> block.text("cidr").isPresent())
                      .map(Rule::block)
                      .toList(),
                  rule.objects(name).anyMatch(block -> block.text("cidr").isEmpty())));
    }

    private static Block block(Fields block) {
      String cidr = block.text("cidr").orElseThrow();
      require(cidr.indexOf('/') > 0, "cidr '" + cidr + "' has no prefix length");
      return new Block(
          Cidr.around(cidr), block.texts("except").stream().map(Cidr::around).toList());
    }

    private Optional<Peers> services() {
      Optional<Peers> services =
          some(
              "Services",
              name -> new Peers.Services(rule.objects(name).flatMap(Rule::services).toList()));
      require(services.isEmpty() || !denies, prefix + "Services in a rule that denies");
      return services;
    }

    private static Stream<ServiceReference> services(Fields service) {
      Fields named = service.object("k8sService");
      Fields selected = service.object("k8sServiceSelector");
      return service.has("k8sServiceSelector")
          ? Stream.of(new ServiceReference(Optional.empty(), filled(selected, "namespace")))
          : service.has("k8sService")
              ? Stream.of(
                  new ServiceReference(
                      Optional.of(named.text("serviceName").orElse("")),
                      filled(named, "namespace")))
              : Stream.empty();
    }

    private static Optional<String> filled(Fields fields, String name) {
      return fields.word(name).filter(text -> !text.isEmpty());
    }

    private Optional<Peers> nodes() {
      return some("Nodes", _ -> new Peers.Nodes());
    }

    private Optional<Peers> groups() {
      return some("Groups", _ -> new Peers.Blocks(List.of(), true));
    }

    private Optional<Peers> domains() {
      return some("FQDNs", _ -> new Peers.Domains());
    }

    private Optional<Peers> some(String name, Function<String, Peers> read) {
      return rule.size(prefix + name) == 0
          ? Optional.empty()
          : Optional.of(read.apply(prefix + name));
    }

    /** Reads the ports; those of ICMP match nothing of DNS, and still limit the rule. */
    private Optional<List<Port>> ports() {
      boolean ofIcmp = rule.size("icmps") > 0;
      boolean ofPorts = rule.size("toPorts") > 0;
      require(!ofIcmp || !ofPorts, "both toPorts and icmps in one rule");
      return ofIcmp || ofPorts
          ? Optional.of(rule.objects("toPorts").flatMap(this::ports).toList())
          : Optional.empty();
    }

    private Stream<Port> ports(Fields rules) {
      rules.requireOnly(OF_PORTS);
      Filter filter = filter(rules);
      require(
          !(filter instanceof Filter.Names) || prefix.equals("to"), "a rule for names on ingress");
      require(
          !(filter instanceof Filter.Names) || rules.size("ports") > 0,
          "a rule for names without port 53");
      return rules.objects("ports").flatMap(port -> port(port, filter).stream());
    }

    private static Optional<Port> port(Fields port, Filter filter) {
      port.requireOnly(Set.of("port", "endPort", "protocol"));
      String protocol = port.text("protocol").orElse("").toUpperCase(Locale.ROOT);
      if (WITHOUT_DNS.contains(protocol)) {
        return Optional.empty();
      }
      Optional<PortReference> first =
          reference(port.text("port").orElse("").toLowerCase(Locale.ROOT));
      OptionalInt last = last(first, port.number("endPort").orElse(0));
      require(
          !(filter instanceof Filter.Names) || (first.isPresent() && !isRange(first, last)),
          "a rule for names on several ports");
      return Optional.of(
          new Port(
              Set.of("", "ANY").contains(protocol)
                  ? Optional.empty()
                  : Optional.of(Protocol.valueOf(protocol)),
              first,
              last,
              filter));
    }

    private static Optional<PortReference> reference(String port) {
      if (Ports.isName(port)) {
        return Optional.of(new PortReference.Named(port));
      }
      require(NUMBER.matcher(port).matches(), "port '" + port + "'");
      return port.equals("0")
          ? Optional.empty()
          : Optional.of(new PortReference.Numbered(Integer.parseInt(port)));
    }

    /** Cilium takes a port with an end of the range for another than the same without one. */
    private static OptionalInt last(Optional<PortReference> first, int endPort) {
      return first.orElse(null) instanceof PortReference.Numbered(int number) && endPort > 0
          ? OptionalInt.of(Math.max(number, endPort))
          : OptionalInt.empty();
    }

    private static boolean isRange(Optional<PortReference> first, OptionalInt last) {
      return last.isPresent()
          && !first.equals(Optional.of(new PortReference.Numbered(last.getAsInt())));
    }

    private static Filter filter(Fields rules) {
      Fields filters = rules.object("rules");
      List<DnsName> names = filters.objects("dns").flatMap(Rule::names).toList();
      boolean other =
          filters.names().stream().anyMatch(name -> !name.equals("dns") && filters.has(name))
              || Stream.of("terminatingTLS", "originatingTLS", "serverNames", "listener")
                  .anyMatch(rules::has);
      if (other) {
        return new Filter.Other();
      }
      return filters.size("dns") == 0 ? new Filter.None() : new Filter.Names(names);
    }

    private static Stream<DnsName> names(Fields name) {
      return Stream.concat(
          name.text("matchName").filter(text -> !text.isEmpty()).stream()
              .map(text -> name(text, false, DNS_NAME)),
          name.text("matchPattern").filter(text -> !text.isEmpty()).stream()
              .map(text -> name(text, true, DNS_PATTERN)));
    }

    private static DnsName name(String text, boolean pattern, Pattern valid) {
      require(valid.matcher(text).matches(), "a name that is none");
      return new DnsName(text, pattern);
    }
  }

  private static List<LabelSelector> selectors(Fields rule, String name) {
    return rule.objects(name).map(CiliumRulesReader::selector).toList();
  }

  /** Cilium keeps one of two values if a key is written with the source {@code any} and without. */
  private static LabelSelector selector(Fields fields) {
    LabelSelector selector = Selectors.of(fields);
    Set<String> keys = selector.matchLabels().keySet();
    require(
        keys.stream().noneMatch(key -> keys.contains("any:" + key)), "a key twice in matchLabels");
    return selector;
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
