package io.github.dnsonde.manifest;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.yaml.Documents;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** One Kubernetes object in a file, with the line of each of its fields. */
public final class Manifest {

  /** The most nested lists: only attackers write lists of lists. */
  private static final int MAX_LISTS = 8;

  private static final String TEMPLATE =
      "a template, not YAML: render it first (helm template … | dnsonde lint -)";

  private static final Set<Tag> PLAIN =
      Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.TIMESTAMP, Tag.MERGE);

  private final MappingNode node;
  private final YamlFields root;

  private Manifest(MappingNode node, YamlFields root) {
    this.node = node;
    this.root = root;
  }

  /**
   * The objects of a text.
   *
   * @param objects in their order, as far as the text is well-formed; those of a {@code List} one
   *     by one
   * @param mistakes the parts that are not read, with the reason; nothing is left out without one
   */
  public record Text(List<Manifest> objects, List<Problem> mistakes) {
    public Text {
      objects = List.copyOf(objects);
      mistakes = List.copyOf(mistakes);
    }
  }

  /**
   * The reason why a text is no manifest.
   *
   * @param line 1 or more; 0 if it is not due to a line
   */
  public record Problem(int line, String says) {
    public Problem {
      requireNonNull(says, "says is null");
    }

    /** The mistake for a text that must be rendered before it is YAML. */
    public static Problem template(int line) {
      return new Problem(line, TEMPLATE);
    }
  }

  /**
   * Reads the documents of a YAML or JSON text; documents that are no objects are left out.
   *
   * @param json whether the text claims to be JSON
   */
  public static Text read(String text, boolean json) {
    Documents documents = Documents.read(text, json);
    List<Manifest> objects = new ArrayList<>();
    List<Problem> mistakes = new ArrayList<>();
    for (Node document : documents.all()) {
      Optional<Problem> unfit = unfit(document, isObject(document));
      if (unfit.isPresent()) {
        return new Text(objects, List.of(unfit.get()));
      }
      each(document, 0, objects, mistakes);
    }
    documents.problem().map(problem -> mistake(problem, text)).ifPresent(mistakes::add);
    return new Text(objects, mistakes);
  }

  /** Returns the first line with a template's braces, Go's or Jinja's; 0 if there is none. */
  public static int templateLine(String text) {
    int at =
        Stream.of("{{", "{%").mapToInt(text::indexOf).filter(found -> found >= 0).min().orElse(-1);
    return at < 0 ? 0 : 1 + (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
  }

  private static Problem mistake(Documents.Problem problem, String text) {
    int braces = templateLine(text);
    return braces > 0 ? Problem.template(braces) : new Problem(problem.line(), problem.says());
  }

  /** Finds YAML that cannot be converted to JSON, so that no API server accepts it. */
  private static Optional<Problem> unfit(Node node, boolean isObject) {
    Optional<Problem> unfit = Optional.empty();
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        unfit = unfitKey(tuple.getKeyNode(), isObject);
        if (unfit.isEmpty()) {
          unfit = unfit(tuple.getValueNode(), isObject);
        }
        if (unfit.isPresent()) {
          return unfit;
        }
      }
    } else if (node instanceof SequenceNode sequence) {
      for (Node each : sequence.getValue()) {
        unfit = unfit(each, isObject);
        if (unfit.isPresent()) {
          return unfit;
        }
      }
    }
    return unfit;
  }

  /** {@code {{ .Values.name }}} happens to be YAML: a mapping whose key is a mapping. */
  private static Optional<Problem> unfitKey(Node key, boolean isObject) {
    if (key instanceof MappingNode) {
      return Optional.of(Problem.template(line(key)));
    }
    return isObject && key.getTag().equals(Tag.NULL)
        ? Optional.of(
            new Problem(line(key), "a key that is null: expected a text, write it in quotes"))
        : Optional.empty();
  }

  private static void each(
      Node document, int depth, List<Manifest> objects, List<Problem> mistakes) {
    switch (document) {
      case MappingNode mapping -> {
        YamlFields fields = YamlFields.of(mapping);
        Optional<String> item = itemKind(fields);
        if (item.isEmpty() || depth >= MAX_LISTS) {
          objects.add(new Manifest(mapping, fields));
        } else {
          fields.nodes("items").stream()
              .map(node -> typed(node, fields, item.get()))
              .forEach(node -> each(node, depth + 1, objects, mistakes));
        }
      }
      case SequenceNode sequence when sequence.getValue().stream().anyMatch(Manifest::isObject) ->
          mistakes.add(
              new Problem(
                  line(sequence),
                  "a list of objects, which kubectl does not read: use documents with --- between"
                      + " them, or kind: List"));
      default -> {}
    }
  }

  /** The kind of a list's items; empty if each item has its own, or if this is no list. */
  private static Optional<String> itemKind(YamlFields fields) {
    return fields
        .text("kind")
        .filter(kind -> kind.endsWith("List") && fields.isList("items"))
        .map(kind -> kind.substring(0, kind.length() - "List".length()));
  }

  /** The items of a typed list have no kind of their own when an API server writes it. */
  private static Node typed(Node item, YamlFields list, String kind) {
    if (!(item instanceof MappingNode mapping) || kind.isEmpty()) {
      return item;
    }
    List<NodeTuple> tuples = new ArrayList<>(mapping.getValue());
    YamlFields fields = YamlFields.of(mapping);
    if (!fields.has("kind")) {
      tuples.add(scalar("kind", kind, mapping));
    }
    list.text("apiVersion")
        .filter(_ -> !fields.has("apiVersion"))
        .ifPresent(version -> tuples.add(scalar("apiVersion", version, mapping)));
    return new MappingNode(
        mapping.getTag(),
        true,
        tuples,
        mapping.getStartMark(),
        mapping.getEndMark(),
        mapping.getFlowStyle());
  }

  private static NodeTuple scalar(String key, String value, MappingNode at) {
    return new NodeTuple(YamlFields.scalar(key, at), YamlFields.scalar(value, at));
  }

  private static boolean isObject(Node node) {
    return node instanceof MappingNode mapping
        && YamlFields.of(mapping).has("kind")
        && YamlFields.of(mapping).has("apiVersion");
  }

  private static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }

  /** The fields of the object. */
  public Fields fields() {
    return root;
  }

  /** The line on which it begins; 1 or more. */
  public int line() {
    return root.line();
  }

  /**
   * Returns the line on which a field begins, or if there is none the line of the field that would
   * contain it.
   *
   * @param path such as {@code spec.egress[0].ports[1].protocol}
   */
  public int line(String path) {
    return root.lineOf(List.of(path.replace("[", ".[").split("\\.")));
  }

  /**
   * Returns true if every program reads it in the same way: no map has a key twice, and no value
   * has a tag such as {@code !!binary}, which changes the text.
   */
  public boolean isPlain() {
    return !hasRepeatedKey(node) && isPlain(node);
  }

  private static boolean isPlain(Node node) {
    return switch (node) {
      case MappingNode mapping ->
          mapping.getTag().equals(Tag.MAP)
              && mapping.getValue().stream()
                  .allMatch(tuple -> isPlain(tuple.getKeyNode()) && isPlain(tuple.getValueNode()));
      case SequenceNode sequence ->
          sequence.getTag().equals(Tag.SEQ)
              && sequence.getValue().stream().allMatch(Manifest::isPlain);
      default -> PLAIN.contains(node.getTag());
    };
  }

  /** Returns true if it contains a key anywhere. */
  public boolean mentions(String key) {
    return mentions(node, key);
  }

  private static boolean mentions(Node node, String key) {
    return switch (node) {
      case MappingNode mapping ->
          mapping.getValue().stream()
              .anyMatch(
                  tuple ->
                      (tuple.getKeyNode() instanceof ScalarNode scalar
                              && scalar.getValue().equals(key))
                          || mentions(tuple.getValueNode(), key));
      case SequenceNode sequence ->
          sequence.getValue().stream().anyMatch(each -> mentions(each, key));
      default -> false;
    };
  }

  /** The line of the key itself; {@link #line(String)} is that of its value. */
  public int keyLine(String path) {
    List<Key> keys = new ArrayList<>();
    keys(node, "", keys);
    return keys.stream()
        .filter(key -> key.path().equals(path))
        .map(Key::line)
        .findFirst()
        .orElseGet(() -> line(path));
  }

  /** The keys that occur a second time in one map. */
  List<Key> repeatedKeys() {
    if (!hasRepeatedKey(node)) {
      return List.of(); // the usual case, and cheaper
    }
    List<Key> keys = new ArrayList<>();
    keys(node, "", keys);
    Set<String> known = new HashSet<>();
    return keys.stream().filter(key -> !known.add(key.path())).toList();
  }

  private static boolean hasRepeatedKey(Node node) {
    return switch (node) {
      case MappingNode mapping -> {
        Set<String> names = new HashSet<>();
        for (NodeTuple tuple : mapping.getValue()) {
          boolean again =
              tuple.getKeyNode() instanceof ScalarNode key && !names.add(key.getValue());
          if (again || hasRepeatedKey(tuple.getValueNode())) {
            yield true;
          }
        }
        yield false;
      }
      case SequenceNode sequence -> {
        for (Node each : sequence.getValue()) {
          if (hasRepeatedKey(each)) {
            yield true;
          }
        }
        yield false;
      }
      default -> false;
    };
  }

  /**
   * A key.
   *
   * @param path such as {@code spec.egress[0].ports}
   */
  record Key(String path, int line) {}

  private static void keys(Node node, String path, List<Key> found) {
    switch (node) {
      case MappingNode mapping -> {
        for (NodeTuple tuple : mapping.getValue()) {
          if (tuple.getKeyNode() instanceof ScalarNode key) {
            String at = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
            found.add(new Key(at, line(key)));
            keys(tuple.getValueNode(), at, found);
          }
        }
      }
      case SequenceNode sequence -> {
        for (int i = 0; i < sequence.getValue().size(); i++) {
          keys(sequence.getValue().get(i), path + "[" + i + "]", found);
        }
      }
      default -> {}
    }
  }
}
