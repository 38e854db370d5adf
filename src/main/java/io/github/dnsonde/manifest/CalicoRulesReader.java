package io.github.dnsonde.manifest;

import io.github.dnsonde.cluster.CalicoRules;
import io.github.dnsonde.cluster.CalicoRules.Action;
import io.github.dnsonde.cluster.CalicoRules.Entity;
import io.github.dnsonde.cluster.CalicoRules.Hosts;
import io.github.dnsonde.cluster.CalicoRules.NetworkSet;
import io.github.dnsonde.cluster.CalicoRules.Port;
import io.github.dnsonde.cluster.CalicoRules.Rule;
import io.github.dnsonde.cluster.CalicoRules.Tier;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.LabelExpression;
import io.github.dnsonde.cluster.LabelExpression.Has;
import io.github.dnsonde.cluster.LabelExpression.In;
import io.github.dnsonde.cluster.LabelExpression.Not;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.cluster.PolicyRules;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.manifest.LabelExpressions.Meaning;
import io.github.dnsonde.probe.Cidr;
import io.github.dnsonde.probe.NamespacedName;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the rules of Calico's policies, and the objects that they refer to. */
final class CalicoRulesReader {

  private static final Meaning OF_NAMESPACES =
      new Meaning(
          CalicoRules.OF_NAMESPACE,
          new Has(CalicoRules.NAMESPACE),
          new Not(new Has(CalicoRules.NAMESPACE)));

  private static final Meaning OF_ACCOUNTS =
      new Meaning(CalicoRules.OF_ACCOUNT, LabelExpression.all(), LabelExpression.all());

  /** A port, or the first and the last of a range. */
  private static final Pattern NUMBERS = Pattern.compile("([0-9]+)(?::([0-9]+))?");

  /** A port's name, as Calico accepts it. */
  private static final Pattern PORT_NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");

  private static final Set<String> OF_POLICY =
      Set.of(
          "tier",
          "order",
          "types",
          "selector",
          "namespaceSelector",
          "serviceAccountSelector",
          "ingress",
          "egress",
          "doNotTrack",
          "preDNAT",
          "applyOnForward",
          "performanceHints");

  private static final Set<String> OF_RULE =
      Set.of(
          "action",
          "protocol",
          "notProtocol",
          "ipVersion",
          "icmp",
          "notICMP",
          "http",
          "source",
          "destination",
          "metadata");

  private static final Set<String> OF_ENTITY =
      Set.of(
          "selector",
          "notSelector",
          "namespaceSelector",
          "serviceAccounts",
          "nets",
          "notNets",
          "ports",
          "notPorts",
          "services",
          "domains");

  private CalicoRulesReader() {}

  /**
   * Reads an object.
   *
   * @throws IllegalArgumentException if a part that decides, or a field, is not understood
   */
  static PolicyRules read(PolicyKind kind, Fields object) {
    Fields spec = object.object("spec");
    return switch (kind.kind()) {
      case "Tier" -> tier(spec);
      case "NetworkSet", "GlobalNetworkSet" ->
          networkSet(new Labels(object.object("metadata").map("labels")), spec);
      default -> policy(kind, spec);
    };
  }

  private static Tier tier(Fields spec) {
    spec.requireOnly(Set.of("order", "defaultAction"));
    return new Tier(order(spec), "Pass".equals(spec.text("defaultAction").orElse("")));
  }

  private static NetworkSet networkSet(Labels labels, Fields spec) {
    spec.requireOnly(Set.of("nets", "allowedEgressDomains"));
    return new NetworkSet(labels, nets(spec, "nets"), spec.size("allowedEgressDomains") > 0);
  }

  private static CalicoRules policy(PolicyKind kind, Fields spec) {
    if (spec.names().isEmpty()) {
      throw new IllegalArgumentException("spec is missing");
    }
    spec.requireOnly(OF_POLICY);
    Set<Direction> types = types(spec);
    return new CalicoRules(
        shared(
            spec.word("tier").filter(name -> !name.isEmpty()).orElse(CalicoRules.DEFAULT_TIER),
            CalicoRules.DEFAULT_TIER),
        order(spec),
        types,
        perhaps(kind, spec, types),
        selects(spec),
        hosts(spec),
        spec.objects("ingress").map(rule -> rule(kind, rule)).toList(),
        spec.objects("egress").map(rule -> rule(kind, rule)).toList());
  }

  private static double order(Fields spec) {
    return spec.literal("order").map(Double::parseDouble).orElse(Double.POSITIVE_INFINITY);
  }

  private static Set<Direction> types(Fields spec) {
    Set<Direction> types = EnumSet.noneOf(Direction.class);
    for (String type : spec.texts("types")) {
      types.add(
          switch (type) {
            case "Ingress" -> Direction.INGRESS;
            case "Egress" -> Direction.EGRESS;
            default -> throw new IllegalArgumentException("spec.types has " + type);
          });
    }
    return types.isEmpty() ? byRules(spec) : types;
  }

  /** The directions of a policy without types (Calico documentation, "Network policy"). */
  static Set<Direction> byRules(Fields spec) {
    Set<Direction> types = EnumSet.noneOf(Direction.class);
    if (spec.size("egress") > 0) {
      types.add(Direction.EGRESS);
    }
    if (spec.size("ingress") > 0 || types.isEmpty()) {
      types.add(Direction.INGRESS);
    }
    return types;
  }

  /** The engine takes both directions if Calico's API server did not set the types. */
  private static Set<Direction> perhaps(PolicyKind kind, Fields spec, Set<Direction> types) {
    return kind.group().equals(PolicyKind.CALICO) || spec.size("types") > 0
        ? Set.of()
        : EnumSet.complementOf(EnumSet.copyOf(types));
  }

  private static LabelExpression selects(Fields spec) {
    List<LabelExpression> parts = new ArrayList<>();
    selector(spec, "selector", Meaning.OF_ENDPOINTS).ifPresent(parts::add);
    selector(spec, "namespaceSelector", OF_NAMESPACES).ifPresent(parts::add);
    selector(spec, "serviceAccountSelector", OF_ACCOUNTS)
        .ifPresent(
            selector -> {
              parts.add(new Has(CalicoRules.ACCOUNT));
              parts.add(selector);
            });
    return LabelExpression.all(parts);
  }

  private static Optional<LabelExpression> selector(Fields fields, String name, Meaning meaning) {
    return fields
        .text(name)
        .filter(text -> !text.isBlank())
        .map(text -> LabelExpressions.parse(text, meaning));
  }

  private static Hosts hosts(Fields spec) {
    if (spec.flag("doNotTrack").orElse(false) || spec.flag("preDNAT").orElse(false)) {
      return Hosts.ONLY;
    }
    return spec.flag("applyOnForward").orElse(false) ? Hosts.FORWARDED : Hosts.NOT_FORWARDED;
  }

  private static Rule rule(PolicyKind kind, Fields rule) {
    rule.requireOnly(OF_RULE);
    Optional<Integer> version = rule.number("ipVersion");
    return new Rule(
        action(rule.text("action").orElse("")),
        protocols(rule),
        version.isPresent() ? OptionalInt.of(version.get()) : OptionalInt.empty(),
        shared(entity(kind, rule.object("source")), Entity.EVERY),
        shared(entity(kind, rule.object("destination")), Entity.EVERY),
        rule.has("http"));
  }

  /** Returns the usual value if it is equal, so that rules share it. */
  private static <T> T shared(T read, T usual) {
    return read.equals(usual) ? usual : read;
  }

  private static Action action(String word) {
    return switch (word) {
      case "Allow" -> Action.ALLOW;
      case "Deny" -> Action.DENY;
      case "Pass" -> Action.PASS;
      case "Log" -> Action.LOG;
      default -> throw new IllegalArgumentException("action is missing, or has an unknown value");
    };
  }

  private static Set<Protocol> protocols(Fields rule) {
    Set<Protocol> protocols = EnumSet.allOf(Protocol.class);
    rule.literal("protocol").map(CalicoRulesReader::protocol).ifPresent(protocols::retainAll);
    rule.literal("notProtocol").map(CalicoRulesReader::protocol).ifPresent(protocols::removeAll);
    return rule.has("icmp") ? Set.of() : shared(protocols, CalicoRules.EVERY_PROTOCOL);
  }

  /** Reads a protocol by its name or number (IANA, "Protocol Numbers"). */
  private static Set<Protocol> protocol(String word) {
    return switch (word) {
      case "TCP", "tcp", "6" -> Set.of(Protocol.TCP);
      case "UDP", "udp", "17" -> Set.of(Protocol.UDP);
      case "SCTP", "sctp", "132" -> Set.of(Protocol.SCTP);
      default -> Set.of();
    };
  }

  private static Entity entity(PolicyKind kind, Fields entity) {
    entity.requireOnly(OF_ENTITY);
    List<LabelExpression> parts = new ArrayList<>();
    Optional<LabelExpression> namespaces = selector(entity, "namespaceSelector", OF_NAMESPACES);
    namespaces.ifPresent(parts::add);
    Fields accounts = entity.object("serviceAccounts");
    selector(accounts, "selector", OF_ACCOUNTS).ifPresent(parts::add);
    if (accounts.size("names") > 0) {
      parts.add(new In(CalicoRules.ACCOUNT, Set.copyOf(accounts.texts("names"))));
    }
    selector(entity, "selector", Meaning.OF_ENDPOINTS).ifPresent(parts::add);
    Optional<LabelExpression> notSelector = selector(entity, "notSelector", Meaning.OF_ENDPOINTS);
    boolean selects = !parts.isEmpty() || notSelector.isPresent();
    boolean own = kind.namespaced() && namespaces.isEmpty() && selects;
    return new Entity(
        parts.isEmpty() && !own ? Optional.empty() : Optional.of(LabelExpression.all(parts)),
        own,
        notSelector,
        nets(entity, "nets"),
        nets(entity, "notNets"),
        ports(entity, "ports"),
        ports(entity, "notPorts"),
        service(entity.object("services")),
        entity.size("domains") > 0);
  }

  private static List<Cidr> nets(Fields fields, String name) {
    return fields.texts(name).stream().map(Cidr::around).toList();
  }

  private static List<Port> ports(Fields fields, String name) {
    return fields.literals(name).stream().map(CalicoRulesReader::port).toList();
  }

  /** Reads {@code 53}, {@code 1024:65535} or a port's name. */
  private static Port port(String text) {
    Matcher numbers = NUMBERS.matcher(text);
    if (numbers.matches()) {
      int first = Integer.parseInt(numbers.group(1));
      return new Port.Range(
          first, Optional.ofNullable(numbers.group(2)).map(Integer::parseInt).orElse(first));
    }
    if (!PORT_NAME.matcher(text).matches()) {
      throw new IllegalArgumentException("'" + text + "' is neither ports nor a port's name");
    }
    return new Port.Named(text.intern());
  }

  private static Optional<NamespacedName> service(Fields services) {
    return services
        .text("name")
        .map(name -> new NamespacedName(services.text("namespace").orElse(""), name));
  }
}
