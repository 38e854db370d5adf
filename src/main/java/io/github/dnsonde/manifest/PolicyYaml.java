package io.github.dnsonde.manifest;

import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.LabelSelector.Requirement;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import io.github.dnsonde.cluster.NetworkPolicy.Port;
import io.github.dnsonde.cluster.NetworkPolicy.Rule;
import io.github.dnsonde.cluster.PolicyObject;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.probe.Cidr;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;

/** Writes a policy in the usual style, for a person to apply. */
public final class PolicyYaml {

  /** The longest key that YAML allows on one line with its value (§7.4.2); a label's is shorter. */
  private static final int MAX_KEY = 1_024;

  private PolicyYaml() {}

  /** Returns one document, always the same for the same policy; defaults are left out. */
  public static String text(PolicyObject policy) {
    return switch (policy) {
      case NetworkPolicy standard -> dump(tree(standard));
      case ForeignPolicy other -> OtherPolicyYaml.remark(other) + dump(OtherPolicyYaml.tree(other));
    };
  }

  /** Returns a document for each policy. */
  public static String texts(Collection<? extends PolicyObject> policies) {
    return String.join("---\n", policies.stream().map(PolicyYaml::text).toList());
  }

  /** Returns the egress rules of a policy as a list; an empty one if it has none. */
  public static String egressRules(NetworkPolicy policy) {
    return dump(rules(policy.egress().orElse(List.of()), "to"));
  }

  private static String dump(Object tree) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(FlowStyle.BLOCK);
    options.setSplitLines(false);
    options.setDereferenceAliases(true);
    options.setAllowUnicode(false);
    options.setMaxSimpleKeyLength(MAX_KEY);
    return new Yaml(new Quoting(options), options).dump(tree);
  }

  /**
   * Quotes each text that a YAML reader could take for another type (YAML 1.1,
   * "Language-Independent Types"; YAML 1.2 §10.3; go-yaml, {@code resolve}).
   */
  private static final class Quoting extends Representer {

    /**
     * A text that starts with a letter, or has a slash, as CIDRs do: never a number, a time or a
     * symbol.
     */
    private static final Pattern PLAIN =
        Pattern.compile("(?:[A-Za-z]|(?=[0-9a-f.:]*/)[0-9a-f])(?:[A-Za-z0-9_./:-]*[A-Za-z0-9])?");

    private static final Set<String> WORDS =
        Set.of("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf");

    Quoting(DumperOptions options) {
      super(options);
      representers.put(String.class, text -> representScalar(Tag.STR, (String) text, style(text)));
    }

    private static ScalarStyle style(Object data) {
      String text = (String) data;
      return PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT))
          ? ScalarStyle.PLAIN
          : ScalarStyle.DOUBLE_QUOTED;
    }
  }

  private static Map<String, Object> tree(NetworkPolicy policy) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("apiVersion", "networking.k8s.io/v1");
    tree.put("kind", "NetworkPolicy");
    tree.put("metadata", metadata(policy.name(), policy.namespace()));
    tree.put("spec", spec(policy));
    return tree;
  }

  static Map<String, Object> metadata(String name, String namespace) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", name);
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    return metadata;
  }

  private static Map<String, Object> spec(NetworkPolicy policy) {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("podSelector", selector(policy.selects()));
    spec.put(
        "policyTypes",
        Stream.of(Direction.values())
            .filter(direction -> policy.rules(direction).isPresent())
            .map(PolicyYaml::word)
            .toList());
    policy.ingress().ifPresent(rules -> spec.put("ingress", rules(rules, "from")));
    policy.egress().ifPresent(rules -> spec.put("egress", rules(rules, "to")));
    return spec;
  }

  static String word(Direction direction) {
    return switch (direction) {
      case INGRESS -> "Ingress";
      case EGRESS -> "Egress";
    };
  }

  private static List<Map<String, Object>> rules(List<Rule> rules, String peers) {
    return rules.stream().map(rule -> rule(rule, peers)).toList();
  }

  private static Map<String, Object> rule(Rule rule, String peers) {
    Map<String, Object> tree = new LinkedHashMap<>();
    putUnlessEmpty(tree, peers, rule.peers().stream().map(PolicyYaml::peer).toList());
    putUnlessEmpty(tree, "ports", rule.ports().stream().map(PolicyYaml::port).toList());
    return tree;
  }

  private static Map<String, Object> peer(Peer peer) {
    Map<String, Object> tree = new LinkedHashMap<>();
    switch (peer) {
      case Peer.Selected(var pods, var namespaces) -> {
        namespaces.ifPresent(each -> tree.put("namespaceSelector", selector(each)));
        pods.ifPresent(each -> tree.put("podSelector", selector(each)));
      }
      case Peer.Block block -> tree.put("ipBlock", block(block));
    }
    return tree;
  }

  private static Map<String, Object> block(Peer.Block block) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("cidr", block.cidr().toString());
    putUnlessEmpty(tree, "except", block.except().stream().map(Cidr::toString).toList());
    return tree;
  }

  private static Map<String, Object> port(Port port) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("protocol", port.protocol().name());
    port.port().ifPresent(reference -> tree.put("port", value(reference)));
    port.endPort().ifPresent(last -> tree.put("endPort", last));
    return tree;
  }

  private static Object value(PortReference reference) {
    return switch (reference) {
      case PortReference.Numbered(int number) -> number;
      case PortReference.Named(String name) -> name;
    };
  }

  static Map<String, Object> selector(LabelSelector selector) {
    Map<String, Object> tree = new LinkedHashMap<>();
    if (!selector.matchLabels().isEmpty()) {
      tree.put("matchLabels", new TreeMap<>(selector.matchLabels()));
    }
    putUnlessEmpty(
        tree,
        "matchExpressions",
        selector.matchExpressions().stream().map(PolicyYaml::requirement).toList());
    return tree;
  }

  private static Map<String, Object> requirement(Requirement requirement) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("key", requirement.key());
    tree.put("operator", requirement.operator().word());
    putUnlessEmpty(tree, "values", requirement.values().stream().sorted().toList());
    return tree;
  }

  static void putUnlessEmpty(Map<String, Object> tree, String name, List<?> list) {
    if (!list.isEmpty()) {
      tree.put(name, list);
    }
  }
}
