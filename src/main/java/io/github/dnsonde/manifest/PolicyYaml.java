package io.github.dnsonde.manifest;

import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.LabelSelector.Requirement;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import io.github.dnsonde.cluster.NetworkPolicy.Port;
import io.github.dnsonde.cluster.NetworkPolicy.Rule;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.probe.Cidr;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.Yaml;

/** Writes a NetworkPolicy as a person would, for a person to apply. */
final class PolicyYaml {

  private PolicyYaml() {}

  /** One document, always the same for the same policy; what is the default is left out. */
  static String text(NetworkPolicy policy) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(FlowStyle.BLOCK);
    options.setSplitLines(false);
    options.setDereferenceAliases(true);
    return new Yaml(options).dump(tree(policy));
  }

  private static Map<String, Object> tree(NetworkPolicy policy) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("apiVersion", "networking.k8s.io/v1");
    tree.put("kind", "NetworkPolicy");
    tree.put("metadata", metadata(policy));
    tree.put("spec", spec(policy));
    return tree;
  }

  private static Map<String, Object> metadata(NetworkPolicy policy) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", policy.name());
    if (!policy.namespace().isEmpty()) {
      metadata.put("namespace", policy.namespace());
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

  private static String word(Direction direction) {
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

  private static Map<String, Object> selector(LabelSelector selector) {
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

  private static void putUnlessEmpty(Map<String, Object> tree, String name, List<?> list) {
    if (!list.isEmpty()) {
      tree.put(name, list);
    }
  }
}
