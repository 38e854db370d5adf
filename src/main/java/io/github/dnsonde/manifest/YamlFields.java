package io.github.dnsonde.manifest;

import static java.util.stream.Collectors.toMap;

import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;

/**
 * The fields of one YAML mapping. JSON is YAML, too.
 *
 * @param line where it begins, 1 or more; 0 for one that is not there
 * @param nodes its values, by name
 */
record YamlFields(int line, Map<String, Node> nodes) implements Fields {

  /** A chart's largest CustomResourceDefinition is some 15 deep. */
  private static final int MAX_DEPTH = 50;

  private static final YamlFields NONE = new YamlFields(0, Map.of());

  /**
   * The documents of a text that are mappings, in their order.
   *
   * @throws org.yaml.snakeyaml.error.YAMLException if it is not YAML; the message says where
   */
  static List<YamlFields> documents(String text) {
    Iterable<Node> all = compose(text);
    return StreamSupport.stream(all.spliterator(), false).flatMap(YamlFields::mapping).toList();
  }

  /** The documents of a text, one after the other. */
  static Iterable<Node> compose(String text) {
    LoaderOptions options = options();
    DumperOptions none = new DumperOptions();
    return new Yaml(
            new SafeConstructor(options),
            new Representer(none),
            none,
            options,
            new KubernetesResolver())
        .composeAll(new StringReader(text));
  }

  private static LoaderOptions options() {
    LoaderOptions options = new LoaderOptions();
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setCodePointLimit(Integer.MAX_VALUE);
    options.setMergeOnCompose(true);
    return options;
  }

  static Stream<YamlFields> mapping(@Nullable Node node) {
    return node instanceof MappingNode mapping ? Stream.of(of(mapping)) : Stream.empty();
  }

  private static YamlFields of(MappingNode mapping) {
    Map<String, Node> nodes =
        mapping.getValue().stream()
            .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode)
            .collect(
                toMap(
                    tuple -> name((ScalarNode) tuple.getKeyNode()),
                    NodeTuple::getValueNode,
                    (first, last) -> last,
                    LinkedHashMap::new));
    return new YamlFields(mapping.getStartMark().getLine() + 1, nodes);
  }

  private static String name(ScalarNode key) {
    return KubernetesResolver.name(key.getTag(), key.getValue());
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
    return Optional.ofNullable(nodes.get(name)).filter(YamlFields::isText).map(YamlFields::textOf);
  }

  /** A whole number that is written with a point is one in JSON as well. */
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
   * The line of a field, or of the nearest that would hold it.
   *
   * @param path names, and indexes such as {@code [1]}
   */
  int lineOf(List<String> path) {
    Node node = nodes.get(path.getFirst());
    return node == null ? line : lineOf(node, path.subList(1, path.size()));
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
    return IntStream.range(0, elements.size())
        .filter(index -> isNull(elements.get(index)))
        .boxed()
        .collect(Collectors.toSet());
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

  private List<Node> elements(String name) {
    return nodes.get(name) instanceof SequenceNode sequence ? sequence.getValue() : List.of();
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  /** Times are texts, as in JSON; {@code <<} merges only where it is a key. */
  private static boolean isText(Node node) {
    return node instanceof ScalarNode
        && Set.of(Tag.STR, Tag.TIMESTAMP, Tag.MERGE).contains(node.getTag());
  }

  private static String textOf(Node node) {
    return isText(node) ? ((ScalarNode) node).getValue() : "";
  }
}
