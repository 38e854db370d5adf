package io.github.dnsonde.manifest;

import io.github.dnsonde.cluster.AdminRules;
import io.github.dnsonde.cluster.CalicoRules;
import io.github.dnsonde.cluster.CiliumRules;
import io.github.dnsonde.cluster.CiliumSettings;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.LabelExpression;
import io.github.dnsonde.cluster.LabelExpression.And;
import io.github.dnsonde.cluster.LabelExpression.Has;
import io.github.dnsonde.cluster.LabelExpression.In;
import io.github.dnsonde.cluster.LabelExpression.Not;
import io.github.dnsonde.cluster.LabelExpression.Or;
import io.github.dnsonde.cluster.LabelExpression.Part;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.probe.Cidr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Writes policies of other kinds than NetworkPolicy for a person to apply: those whose rules allow
 * pods, addresses and ports. A rule with other parts is refused.
 */
final class OtherPolicyYaml {

  private OtherPolicyYaml() {}

  /** Returns who has to apply a policy, or how, as a line of comment; empty if it is usual. */
  static String remark(ForeignPolicy policy) {
    return switch (policy.rules().orElse(null)) {
      case AdminRules rules ->
          "# It concerns the whole cluster: for the platform team to apply.\n"
              + (policy.kind().hasTiers() || rules.blocks().findAny().isEmpty()
                  ? ""
                  : "# It needs the experimental channel of network-policy-api: only that has"
                      + " networks.\n");
      case CalicoRules rules ->
          "# Without Calico's API server, apply it with calicoctl."
              + (rules.tier().equals(CalicoRules.DEFAULT_TIER)
                  ? "\n"
                  : " For the team that maintains the tier " + rules.tier() + ".\n");
      case CiliumRules _ -> "";
      case CiliumSettings _ -> "";
      case CalicoRules.Tier _ -> "";
      case CalicoRules.NetworkSet _ -> "";
      case null -> "";
    };
  }

  /**
   * Returns a policy as a tree.
   *
   * @throws IllegalArgumentException if it has a part that is not written
   */
  static Map<String, Object> tree(ForeignPolicy policy) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("apiVersion", apiVersion(policy));
    tree.put("kind", policy.kind().kind());
    tree.put(
        "metadata", PolicyYaml.metadata(policy.name().orElse(""), policy.namespace().orElse("")));
    tree.put(
        "spec",
        switch (policy.rules().orElse(null)) {
          case AdminRules rules -> Admin.spec(rules, policy.kind().hasTiers());
          case CalicoRules rules -> Calico.spec(rules, policy.kind().namespaced());
          case CiliumRules rules -> Cilium.spec(rules);
          case CiliumSettings _ -> throw unwritten("a ConfigMap");
          case CalicoRules.Tier _ -> throw unwritten("a tier");
          case CalicoRules.NetworkSet _ -> throw unwritten("a network set");
          case null -> throw unwritten("a policy without rules");
        });
    return tree;
  }

  private static String apiVersion(ForeignPolicy policy) {
    String version =
        policy.kind().isOfCalico()
            ? "v3"
            : policy.kind().isForAdministrators()
                ? policy.kind().hasTiers() ? "v1alpha2" : "v1alpha1"
                : "v2";
    return policy.kind().group() + "/" + version;
  }

  private static IllegalArgumentException unwritten(String what) {
    return new IllegalArgumentException(what + " cannot be written");
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw unwritten(what);
    }
  }

  /** The kinds of network-policy-api; v1alpha2 has tiers, and other words. */
  private static final class Admin {

    static Map<String, Object> spec(AdminRules rules, boolean tiers) {
      Map<String, Object> spec = new LinkedHashMap<>();
      if (tiers) {
        spec.put("tier", rules.tier() == AdminRules.Tier.ADMIN ? "Admin" : "Baseline");
      }
      spec.put("priority", rules.priority());
      spec.put("subject", selection(rules.subject()));
      PolicyYaml.putUnlessEmpty(spec, "ingress", rules(rules.ingress(), "from", tiers));
      PolicyYaml.putUnlessEmpty(spec, "egress", rules(rules.egress(), "to", tiers));
      return spec;
    }

    private static List<Map<String, Object>> rules(
        List<AdminRules.Rule> rules, String peers, boolean tiers) {
      return rules.stream().map(rule -> rule(rule, peers, tiers)).toList();
    }

    private static Map<String, Object> rule(AdminRules.Rule rule, String peers, boolean tiers) {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put(
          "action",
          switch (rule.action()) {
            case ACCEPT -> tiers ? "Accept" : "Allow";
            case DENY -> "Deny";
            case PASS -> "Pass";
          });
      tree.put(peers, rule.peers().stream().map(Admin::peer).toList());
      rule.ports()
          .ifPresent(
              ports ->
                  tree.put(
                      tiers ? "protocols" : "ports",
                      ports.stream().map(port -> tiers ? protocol(port) : port(port)).toList()));
      return tree;
    }

    private static Map<String, Object> peer(AdminRules.Peer peer) {
      return switch (peer) {
        case AdminRules.Peer.Pods(var selection) -> selection(selection);
        case AdminRules.Peer.Networks(var blocks) -> Map.of("networks", texts(blocks));
        case AdminRules.Peer.Other(String field) -> throw unwritten("a peer by " + field);
      };
    }

    private static Map<String, Object> selection(AdminRules.Selection selection) {
      Map<String, Object> namespaces = PolicyYaml.selector(selection.namespaces());
      if (selection.pods().equals(LabelSelector.EVERYTHING)) {
        return Map.of("namespaces", namespaces);
      }
      Map<String, Object> pods = new LinkedHashMap<>();
      pods.put("namespaceSelector", namespaces);
      pods.put("podSelector", PolicyYaml.selector(selection.pods()));
      return Map.of("pods", pods);
    }

    private static Map<String, Object> port(AdminRules.Port port) {
      Map<String, Object> tree = new LinkedHashMap<>();
      return switch (port) {
        case AdminRules.Port.Range(Protocol protocol, int first, int last) -> {
          tree.put("protocol", protocol.name());
          if (first == last) {
            tree.put("port", first);
            yield Map.of("portNumber", tree);
          }
          tree.put("start", first);
          tree.put("end", last);
          yield Map.of("portRange", tree);
        }
        case AdminRules.Port.Named(String name) -> Map.of("namedPort", name);
        case AdminRules.Port.Other() -> throw unwritten("such a port");
      };
    }

    private static Map<String, Object> protocol(AdminRules.Port port) {
      return switch (port) {
        case AdminRules.Port.Range(Protocol protocol, int first, int last) -> {
          Map<String, Object> range = new LinkedHashMap<>();
          range.put("start", first);
          range.put("end", last);
          yield Map.of(
              protocol.name().toLowerCase(Locale.ROOT),
              Map.of(
                  "destinationPort",
                  first == last ? Map.of("number", first) : Map.of("range", range)));
        }
        case AdminRules.Port.Named(String name) -> Map.of("destinationNamedPort", name);
        case AdminRules.Port.Other() -> throw unwritten("such a port");
      };
    }
  }

  private static List<String> texts(List<Cidr> blocks) {
    return blocks.stream().map(Cidr::toString).toList();
  }

  /** Calico's policies. */
  private static final class Calico {

    static Map<String, Object> spec(CalicoRules rules, boolean namespaced) {
      require(rules.hosts() == CalicoRules.Hosts.NOT_FORWARDED, "a policy for hosts");
      require(rules.perhaps().isEmpty(), "a policy without types");
      Map<String, Object> spec = new LinkedHashMap<>();
      spec.put("tier", rules.tier());
      if (Double.isFinite(rules.order())) {
        spec.put("order", number(rules.order()));
      }
      spec.putAll(selectors(rules.selects(), ""));
      spec.put("types", rules.types().stream().sorted().map(PolicyYaml::word).toList());
      PolicyYaml.putUnlessEmpty(spec, "ingress", rules(rules.ingress(), namespaced));
      PolicyYaml.putUnlessEmpty(spec, "egress", rules(rules.egress(), namespaced));
      return spec;
    }

    private static Object number(double order) {
      return order == Math.rint(order) ? (Object) (long) order : (Object) order;
    }

    private static List<Map<String, Object>> rules(
        List<CalicoRules.Rule> rules, boolean namespaced) {
      return rules.stream().map(rule -> rule(rule, namespaced)).toList();
    }

    private static Map<String, Object> rule(CalicoRules.Rule rule, boolean namespaced) {
      require(!rule.application() && rule.ipVersion().isEmpty(), "such a rule");
      Map<String, Object> tree = new LinkedHashMap<>();
      String action = rule.action().name();
      tree.put("action", action.charAt(0) + action.substring(1).toLowerCase(Locale.ROOT));
      if (!rule.protocols().equals(Set.of(Protocol.values()))) {
        require(rule.protocols().size() == 1, "a rule for several protocols");
        tree.put("protocol", rule.protocols().iterator().next().name());
      }
      putUnlessEmpty(tree, "source", entity(rule.source(), namespaced));
      putUnlessEmpty(tree, "destination", entity(rule.destination(), namespaced));
      return tree;
    }

    private static void putUnlessEmpty(
        Map<String, Object> tree, String name, Map<String, Object> part) {
      if (!part.isEmpty()) {
        tree.put(name, part);
      }
    }

    private static Map<String, Object> entity(CalicoRules.Entity entity, boolean namespaced) {
      boolean plain =
          !entity.ownNamespace()
              && entity.notSelector().isEmpty()
              && entity.notNets().isEmpty()
              && entity.notPorts().isEmpty()
              && entity.service().isEmpty()
              && !entity.domains();
      require(plain, "a rule with such a part");
      Map<String, Object> tree = new LinkedHashMap<>();
      entity.selector().ifPresent(selector -> tree.putAll(selectors(selector, "of a peer")));
      require(
          !namespaced || entity.selector().isEmpty() || tree.containsKey("namespaceSelector"),
          "a peer of any namespace");
      PolicyYaml.putUnlessEmpty(tree, "nets", texts(entity.nets()));
      PolicyYaml.putUnlessEmpty(tree, "ports", entity.ports().stream().map(Calico::port).toList());
      return tree;
    }

    private static Object port(CalicoRules.Port port) {
      return switch (port) {
        case CalicoRules.Port.Range(int first, int last) when first == last -> first;
        case CalicoRules.Port.Range(int first, int last) -> first + ":" + last;
        case CalicoRules.Port.Named(String name) -> name;
      };
    }

    /** Returns the selectors that a joint one is made of: their keys show what they select by. */
    private static Map<String, Object> selectors(LabelExpression joint, String peer) {
      List<LabelExpression> parts =
          new ArrayList<>(joint instanceof And(var all) ? all : List.of(joint));
      Map<String, Object> tree = new LinkedHashMap<>();
      Optional<String> namespaces = taken(parts, CalicoRules.OF_NAMESPACE);
      boolean ofAccounts = parts.stream().anyMatch(part -> isOf(part, CalicoRules.OF_ACCOUNT));
      require(!ofAccounts || peer.isEmpty(), "a peer by its account");
      Optional<String> accounts = taken(parts, CalicoRules.OF_ACCOUNT);
      if (accounts.isPresent()) {
        parts.remove(new Has(CalicoRules.ACCOUNT));
      }
      namespaces.ifPresent(text -> tree.put("namespaceSelector", text));
      if (!parts.isEmpty() || (peer.isEmpty() && accounts.isEmpty() && namespaces.isEmpty())) {
        tree.put("selector", text(LabelExpression.all(parts), ""));
      }
      accounts.ifPresent(text -> tree.put("serviceAccountSelector", text));
      return tree;
    }

    private static Optional<String> taken(List<LabelExpression> parts, String prefix) {
      List<LabelExpression> own = parts.stream().filter(part -> isOf(part, prefix)).toList();
      parts.removeAll(own);
      return own.isEmpty() ? Optional.empty() : Optional.of(text(LabelExpression.all(own), prefix));
    }

    private static boolean isOf(LabelExpression part, String prefix) {
      List<String> keys = part.keys().toList();
      return !keys.isEmpty() && keys.stream().allMatch(key -> key.startsWith(prefix));
    }

    private static String text(LabelExpression expression, String prefix) {
      return switch (expression) {
        case Has(String key) -> "has(" + bare(key, prefix) + ")";
        case In(String key, Set<String> values) when values.size() == 1 ->
            bare(key, prefix) + " == " + quoted(values.iterator().next());
        case In(String key, Set<String> values) ->
            values.stream()
                .sorted()
                .map(Calico::quoted)
                .collect(Collectors.joining(", ", bare(key, prefix) + " in {", "}"));
        case Part(String key, var place, String text) ->
            bare(key, prefix)
                + switch (place) {
                  case ANYWHERE -> " contains ";
                  case START -> " starts with ";
                  case END -> " ends with ";
                }
                + quoted(text);
        case Not(LabelExpression other) -> "!(" + text(other, prefix) + ")";
        case And(var parts) when parts.isEmpty() -> "all()";
        case Or(var parts) when parts.isEmpty() -> "!all()";
        case And(var parts) -> joined(parts, " && ", prefix, Or.class::isInstance);
        case Or(var parts) -> joined(parts, " || ", prefix, _ -> false);
      };
    }

    private static String joined(
        List<LabelExpression> parts,
        String operator,
        String prefix,
        Predicate<LabelExpression> looser) {
      return parts.stream()
          .map(part -> looser.test(part) ? "(" + text(part, prefix) + ")" : text(part, prefix))
          .collect(Collectors.joining(operator));
    }

    private static String bare(String key, String prefix) {
      return key.substring(prefix.length());
    }

    /** A text in Calico's language has no escapes, and so not both quotes. */
    private static String quoted(String text) {
      char quote = text.indexOf('\'') < 0 ? '\'' : '"';
      return quote + text + quote;
    }
  }

  /** Cilium's policies. */
  private static final class Cilium {

    static Map<String, Object> spec(CiliumRules rules) {
      require(rules.specs().size() == 1, "several specifications");
      CiliumRules.Spec spec = rules.specs().getFirst();
      require(!spec.ofNodes(), "a policy for nodes");
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("endpointSelector", PolicyYaml.selector(spec.subject()));
      PolicyYaml.putUnlessEmpty(tree, "ingress", rules(spec.ingress(), "from"));
      PolicyYaml.putUnlessEmpty(tree, "egress", rules(spec.egress(), "to"));
      return tree;
    }

    private static List<Map<String, Object>> rules(CiliumRules.Section section, String prefix) {
      require(section.denied().isEmpty(), "a rule that denies");
      require(section.defaultDeny() || section.isEmpty(), "a policy without default deny");
      return section.allowed().stream().map(rule -> rule(rule, prefix)).toList();
    }

    private static Map<String, Object> rule(CiliumRules.Traffic rule, String prefix) {
      require(!rule.authenticated(), "authentication");
      Map<String, Object> tree = new LinkedHashMap<>();
      switch (rule.peers()) {
        case CiliumRules.Peers.Endpoints(var selectors) ->
            tree.put(prefix + "Endpoints", selectors.stream().map(PolicyYaml::selector).toList());
        case CiliumRules.Peers.Entities(var entities) ->
            tree.put(
                prefix + "Entities",
                entities.stream().map(CiliumRules.Entity::word).sorted().toList());
        case CiliumRules.Peers.Blocks(var blocks, boolean elsewhere) -> {
          require(
              !elsewhere && blocks.stream().allMatch(block -> block.except().isEmpty()),
              "blocks with exceptions");
          tree.put(prefix + "CIDR", texts(blocks.stream().map(CiliumRules.Block::cidr).toList()));
        }
        case CiliumRules.Peers.Everything() -> {}
        case CiliumRules.Peers.Nothing _,
            CiliumRules.Peers.Services _,
            CiliumRules.Peers.Domains _,
            CiliumRules.Peers.Nodes _ ->
            throw unwritten("such a peer");
      }
      rule.ports().ifPresent(ports -> tree.put("toPorts", List.of(ports(ports))));
      return tree;
    }

    private static Map<String, Object> ports(List<CiliumRules.Port> ports) {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("ports", ports.stream().map(Cilium::port).toList());
      List<CiliumRules.Filter> filters =
          ports.stream().map(CiliumRules.Port::filter).distinct().toList();
      require(filters.size() == 1, "ports with several filters");
      switch (filters.getFirst()) {
        case CiliumRules.Filter.None() -> {}
        case CiliumRules.Filter.Names(var names) ->
            tree.put(
                "rules",
                Map.of(
                    "dns",
                    names.stream()
                        .map(
                            name ->
                                Map.of(name.pattern() ? "matchPattern" : "matchName", name.text()))
                        .toList()));
        case CiliumRules.Filter.Other() -> throw unwritten("such a filter");
      }
      return tree;
    }

    private static Map<String, Object> port(CiliumRules.Port port) {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put(
          "port",
          switch (port.first().orElse(null)) {
            case PortReference.Numbered(int number) -> String.valueOf(number);
            case PortReference.Named(String name) -> name;
            case null -> "0";
          });
      port.last().ifPresent(last -> tree.put("endPort", last));
      tree.put("protocol", port.protocol().map(Protocol::name).orElse("ANY"));
      return tree;
    }
  }
}
