package io.github.dnsonde.manifest;

import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * The most suspicious reader of YAML: a text that any specification or program takes for another
 * type is no text. After yaml.org/type (YAML 1.1: bool, int, float, null, timestamp, merge, value),
 * YAML 1.2.2 §10.3.2, and the additions of go-yaml (0o17, 0X1f, 1e3 and so on).
 */
final class YamlReaders extends Resolver {

  private static final Set<String> WORDS =
      Stream.of("y", "yes", "on", "true", "n", "no", "off", "false", "null", "nan", "inf")
          .collect(Collectors.toSet());

  private static final List<Pattern> OTHERS =
      Stream.of(
              "~|<<|=|",
              "[-+]?0[bB][0-1_]+",
              "[-+]?0[oO]?[0-7_]+",
              "[-+]?[0-9][0-9_]*",
              "[-+]?0[xX][0-9a-fA-F_]+",
              "[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\\.[0-9_]*)?",
              "[-+]?([0-9][0-9_]*)?\\.[0-9._]*([eE][-+]?[0-9]+)?",
              "[-+]?[0-9][0-9_]*(\\.[0-9_]*)?([eE][-+]?[0-9]+)?",
              "[-+]?\\.(inf|Inf|INF|nan|NaN|NAN)",
              "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]|[ \\t]+)?.*")
          .map(Pattern::compile)
          .toList();

  @Override
  public Tag resolve(NodeId kind, String value, boolean implicit) {
    if (kind != NodeId.scalar || !implicit) {
      return super.resolve(kind, value, implicit);
    }
    boolean other =
        WORDS.contains(value.toLowerCase(java.util.Locale.ROOT))
            || OTHERS.stream().anyMatch(each -> each.matcher(value).matches());
    return other ? new Tag("!other") : Tag.STR;
  }

  /** Returns the texts of a mapping below a path of keys; empty if a key or value is no text. */
  static Optional<Map<String, String>> texts(String yaml, String... path) {
    LoaderOptions options = new LoaderOptions();
    DumperOptions none = new DumperOptions();
    Node node =
        new Yaml(
                new SafeConstructor(options),
                new Representer(none),
                none,
                options,
                new YamlReaders())
            .compose(new StringReader(yaml));
    for (String key : path) {
      node = child(node, key);
    }
    Map<String, String> texts = new LinkedHashMap<>();
    for (var tuple : ((MappingNode) node).getValue()) {
      if (!isText(tuple.getKeyNode()) || !isText(tuple.getValueNode())) {
        return Optional.empty();
      }
      texts.put(value(tuple.getKeyNode()), value(tuple.getValueNode()));
    }
    return Optional.of(texts);
  }

  private static Node child(Node node, String key) {
    return node instanceof SequenceNode sequence
        ? sequence.getValue().get(Integer.parseInt(key))
        : ((MappingNode) node)
            .getValue().stream()
                .filter(tuple -> value(tuple.getKeyNode()).equals(key))
                .findFirst()
                .orElseThrow()
                .getValueNode();
  }

  private static boolean isText(Node node) {
    return node.getTag().equals(Tag.STR);
  }

  private static String value(Node node) {
    return ((ScalarNode) node).getValue();
  }
}
