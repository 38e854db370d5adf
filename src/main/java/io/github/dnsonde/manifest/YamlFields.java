package io.github.dnsonde.manifest;

import io.github.dnsonde.yaml.Documents;
import io.github.dnsonde.yaml.KubernetesResolver;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * The fields of one YAML mapping. JSON is also YAML.
 *
 * @param line the line on which it begins, 1 or more; 0 for a mapping that does not exist
 * @param nodes its values, by name
 */
record YamlFields(int line, Map<String, Node> nodes) implements Fields {

  private static final YamlFields NONE = new YamlFields(0, Map.of());

  private static final Set<Tag> TEXTS = Set.of(Tag.STR, Tag.TIMESTAMP, Tag.MERGE);

  /** Returns the documents of a text that are mappings, in their order. */
  static List<YamlFields> documents(String text) {
    return Documents.read(text, false).all().stream().flatMap(YamlFields::mapping).toList();
  }

  static Stream<YamlFields> mapping(@Nullable Node node) {
    return node instanceof MappingNode mapping ? Stream.of(of(mapping)) : Stream.empty();
  }

  /** If two fields have one name, the last counts. */
  static YamlFields of(MappingNode mapping) {
    Map<String, Node> nodes = LinkedHashMap.newLinkedHashMap(mapping.getValue().size());
    for (NodeTuple tuple : mapping.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode key) {
        nodes.put(name(key), tuple.getValueNode());
      }
    }
    return new YamlFields(mapping.getStartMark().getLine() + 1, nodes);
  }

  private static String name(ScalarNode key) {
    return key.getTag().equals(Tag.STR)
        ? key.getValue()
        : KubernetesResolver.name(key.getTag(), key.getValue());
  }

  @Override
  public boolean has(String name) {
    Node node = nodes.get(name);
    return node != null && !isNull(node);
  }

  @Override
  public Set<String> names() {
    return nodes.keySet();
  }

  @Override
  public boolean isObject(String name) {
    return nodes.get(name) instanceof MappingNode;
  }

  @Override
  public Optional<String> text(String name) {
    return nodes.get(name) instanceof ScalarNode scalar && isText(scalar)
        ? Optional.of(scalar.getValue())
        : Optional.empty();
  }

  /** A whole number with a decimal point is also one in JSON. */
  @Override
  public Optional<Integer> number(String name) {
    try {
      return scalar(name, Tag.INT)
          .map(text -> KubernetesResolver.integer(text).intValueExact())
          .or(
              () ->
                  scalar(name, Tag.FLOAT)
                      .map(text -> KubernetesResolver.decimal(text).intValueExact()));
    } catch (NumberFormatException _) {
      return Optional.empty(); // infinite, or with a tag of its own
    }
  }

  @Override
  public Optional<Boolean> flag(String name) {
    return scalar(name, Tag.BOOL).map(KubernetesResolver::flag);
  }

  @Override
  public Optional<String> literal(String name) {
    return Optional.ofNullable(nodes.get(name)).flatMap(YamlFields::literal);
  }

  @Override
  public List<String> literals(String name) {
    return elements(name).stream().flatMap(node -> literal(node).stream()).toList();
  }

  private static Optional<String> literal(Node node) {
    if (isText(node)) {
      return Optional.of(textOf(node));
    }
    try {
      return node instanceof ScalarNode scalar && node.getTag().equals(Tag.INT)
          ? Optional.of(KubernetesResolver.integer(scalar.getValue()).toString())
          : node instanceof ScalarNode decimal && node.getTag().equals(Tag.FLOAT)
              ? Optional.of(KubernetesResolver.decimal(decimal.getValue()).toPlainString())
              : Optional.empty();
    } catch (NumberFormatException _) {
      return Optional.empty(); // infinite, or with a tag of its own
    }
  }

  @Override
  public YamlFields object(String name) {
    return nodes.get(name) instanceof MappingNode mapping ? of(mapping) : NONE;
  }

  @Override
  public Stream<Fields> objects(String name) {
    return elements(name).stream().flatMap(node -> isNull(node) ? Stream.of(NONE) : mapping(node));
  }

  Stream<YamlFields> mappings(String name) {
    return elements(name).stream().flatMap(YamlFields::mapping);
  }

  /**
   * Returns the line of a field, or of the nearest field that would contain it.
   *
   * @param path names, and indexes such as {@code [1]}
   */
  int lineOf(List<String> path) {
    for (int names = 1; names <= path.size(); names++) { // keys may have dots
      Node node = nodes.get(String.join(".", path.subList(0, names)));
      if (node != null) {
        return lineOf(node, path.subList(names, path.size()));
      }
    }
    return line;
  }

  private static int lineOf(Node node, List<String> path) {
    if (path.isEmpty()) {
      return node.getStartMark().getLine() + 1;
    }
    return switch (node) {
      case MappingNode mapping -> of(mapping).lineOf(path);
      case SequenceNode sequence ->
          element(sequence, path.getFirst())
              .map(each -> lineOf(each, path.subList(1, path.size())))
              .orElse(sequence.getStartMark().getLine() + 1);
      default -> node.getStartMark().getLine() + 1;
    };
  }

  private static Optional<Node> element(SequenceNode sequence, String index) {
    int at = Integer.parseInt(index.substring(1, index.length() - 1));
    return at < sequence.getValue().size()
        ? Optional.of(sequence.getValue().get(at))
        : Optional.empty();
  }

  @Override
  public List<String> texts(String name) {
    return elements(name).stream()
        .filter(node -> isText(node) || isNull(node))
        .map(YamlFields::textOf)
        .toList();
  }

  @Override
  public Set<Integer> nulls(String name) {
    List<Node> elements = elements(name);
    Set<Integer> nulls = new HashSet<>();
    for (int i = 0; i < elements.size(); i++) {
      if (isNull(elements.get(i))) {
        nulls.add(i);
      }
    }
    return nulls;
  }

  @Override
  public boolean isList(String name) {
    return nodes.get(name) instanceof SequenceNode;
  }

  @Override
  public int size(String name) {
    return elements(name).size();
  }

  @Override
  public Map<String, String> map(String name) {
    Map<String, String> texts = new LinkedHashMap<>();
    object(name).nodes().forEach((key, node) -> texts.put(key, textOf(node)));
    return texts;
  }

  private Optional<String> scalar(String name, Tag tag) {
    return nodes.get(name) instanceof ScalarNode scalar && scalar.getTag().equals(tag)
        ? Optional.of(scalar.getValue())
        : Optional.empty();
  }

  /** Returns a plain text in the place of a mapping. */
  static ScalarNode scalar(String text, MappingNode at) {
    return new ScalarNode(
        Tag.STR, text, at.getStartMark(), at.getStartMark(), DumperOptions.ScalarStyle.PLAIN);
  }

  /** The elements of a list, of any type. */
  List<Node> nodes(String name) {
    return elements(name);
  }

  private List<Node> elements(String name) {
    return nodes.get(name) instanceof SequenceNode sequence ? sequence.getValue() : List.of();
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  /** Times are texts, as in JSON; {@code <<} merges only where it is a key. */
  private static boolean isText(Node node) {
    return node instanceof ScalarNode && TEXTS.contains(node.getTag());
  }

  private static String textOf(Node node) {
    return isText(node) ? ((ScalarNode) node).getValue() : "";
  }
}
