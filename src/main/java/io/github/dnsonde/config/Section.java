package io.github.dnsonde.config;

import io.github.dnsonde.config.Key.Fallback;
import io.github.dnsonde.config.Key.Many;
import io.github.dnsonde.config.Key.Maps;
import io.github.dnsonde.config.Key.One;
import io.github.dnsonde.config.Key.Pairs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * One map of the file, or the place where one could be. Reads keys by their rows in {@link Keys}
 * and notes what is wrong; reading always goes on.
 */
final class Section {

  /** A key that can stand in a path as it is. */
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_-]{1,60}");

  /** What all sections of one reading share. */
  record Reading(Map<String, String> environment, Mistakes mistakes) {}

  /**
   * A node and where it stands.
   *
   * @param line 0 when it is a default, which stands nowhere
   */
  private record Spot(Node node, int line) {
    static Spot given(Node node) {
      return new Spot(node, YamlText.line(node.getStartMark()));
    }

    static Spot fallback(String yaml) {
      return new Spot(YamlText.own(yaml), 0);
    }

    /** A node inside this one. */
    Spot inner(Node inner) {
      return line == 0 ? new Spot(inner, 0) : given(inner);
    }
  }

  private final Reading reading;
  private final String path;
  private final int line;
  private final Map<String, Spot> entries = new LinkedHashMap<>();

  private Section(Reading reading, String path, int line) {
    this.reading = reading;
    this.path = path;
    this.line = line;
  }

  /** The whole file. */
  static Section root(Reading reading, Optional<Node> document) {
    Section root = new Section(reading, "", 1);
    document.map(Spot::given).ifPresent(root::fill);
    return root;
  }

  String path() {
    return path;
  }

  int line() {
    return line;
  }

  /** The map at a key of this one; an empty one if there is none. */
  Section section(String name) {
    Spot spot = entries.get(name);
    if (spot == null) {
      return new Section(reading, below(name), line);
    }
    Section section = new Section(reading, below(name), spot.line());
    section.fill(spot);
    return section;
  }

  /** The scalar at a key. */
  <T> Value<T> one(One<T> key) {
    Spot spot = entries.get(key.name());
    return spot != null
        ? scalar(spot, below(key.name()), key.kind())
        : switch (key.fallback()) {
          case Fallback.Written(String yaml) ->
              scalar(Spot.fallback(yaml), below(key.name()), key.kind());
          case Fallback.Variable(String variable, String yaml) ->
              variable(variable, yaml, below(key.name()), key.kind());
          case Fallback.Required _, Fallback.Derived _ -> {
            mistake(line, below(key.name()), "nothing", key.kind().expected());
            yield Value.broken(line);
          }
        };
  }

  /** The scalar at a key that has no default of its own. */
  <T> Optional<Value<T>> given(One<T> key) {
    return Optional.ofNullable(entries.get(key.name()))
        .map(spot -> scalar(spot, below(key.name()), key.kind()));
  }

  /** The list of scalars at a key; of each its value and line. */
  <T> List<Value<T>> many(Many<T> key) {
    List<Spot> items = items(key, key.least(), key.most(), "items, each " + key.kind().expected());
    List<Value<T>> values = new ArrayList<>();
    Set<T> seen = new HashSet<>();
    for (int i = 0; i < items.size(); i++) {
      String at = below(key.name()) + "[" + i + "]";
      Value<T> value = scalar(items.get(i), at, key.kind());
      if (value.sound().filter(sound -> !seen.add(sound)).isPresent()) {
        mistake(value.line(), at, Mistakes.quoted(value.text()) + " again", "each only once");
        value = Value.broken(value.line());
      }
      values.add(value);
    }
    return values;
  }

  /** Whether the word stands at a key that may be given instead of a list. */
  boolean says(Maps key) {
    Spot spot = entries.get(key.name());
    Node node =
        spot == null
            ? Spot.fallback(((Fallback.Written) key.fallback()).yaml()).node()
            : spot.node();
    return node instanceof ScalarNode scalar
        && key.word().filter(scalar.getValue()::equals).isPresent();
  }

  /** The map of texts at a key. */
  Map<String, Value<String>> pairs(Pairs key) {
    Spot spot = entries.get(key.name());
    if (spot == null) {
      spot = Spot.fallback(((Fallback.Written) key.fallback()).yaml());
    }
    if (!(spot.node() instanceof MappingNode map)) {
      mistake(spot.line(), below(key.name()), found(spot.node()), "a map of labels");
      return Map.of();
    }
    Map<String, Value<String>> pairs = new LinkedHashMap<>();
    for (NodeTuple entry : map.getValue()) {
      Value<String> name =
          scalar(spot.inner(entry.getKeyNode()), below(key.name()), Kind.LABEL_KEY);
      if (name.sound().isEmpty()) {
        continue;
      }
      String at = below(key.name()) + "." + name.get();
      Value<String> value = scalar(spot.inner(entry.getValueNode()), at, Kind.LABEL_VALUE);
      if (pairs.putIfAbsent(name.get(), value) != null) {
        mistake(name.line(), at, "the key again", "it once");
      }
    }
    return pairs;
  }

  /** The list of maps at a key; items that are no maps are left out. */
  List<Section> maps(Maps key) {
    String known = String.join(", ", Keys.namesIn(key.path() + "[]"));
    String word = key.word().map(each -> ", or the word " + each).orElse("");
    List<Spot> items = items(key, key.least(), key.most(), "maps with keys " + known + word);
    List<Section> sections = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      Section section =
          new Section(reading, below(key.name()) + "[" + i + "]", items.get(i).line());
      if (section.fill(items.get(i))) {
        sections.add(section);
      }
    }
    return sections;
  }

  /** Notes a mistake about this map as a whole, or about something it says elsewhere. */
  void mistake(int at, String key, String found, String expected) {
    reading.mistakes().add(at, key, found, expected);
  }

  private List<Spot> items(Key<?> key, int least, int most, String what) {
    Spot spot = entries.get(key.name());
    if (spot == null) {
      spot = Spot.fallback(((Fallback.Written) key.fallback()).yaml());
    }
    String expected = "a list of " + least + " to " + most + " " + what;
    if (!(spot.node() instanceof SequenceNode list)) {
      mistake(spot.line(), below(key.name()), found(spot.node()), expected);
      return List.of();
    }
    int size = list.getValue().size();
    if (size < least || size > most) {
      mistake(
          spot.line(),
          below(key.name()),
          size == 0 ? "an empty list" : "a list of " + size,
          expected);
      return List.of();
    }
    return list.getValue().stream().map(spot::inner).toList();
  }

  private <T> Value<T> scalar(Spot spot, String at, Kind<T> kind) {
    if (!(spot.node() instanceof ScalarNode scalar) || YamlText.isNothing(scalar)) {
      mistake(spot.line(), at, found(spot.node()), kind.expected());
      return Value.broken(spot.line());
    }
    String text = scalar.getValue();
    try {
      return new Value<>(Optional.of(kind.read(text)), spot.line(), text);
    } catch (Kind.Unfit e) {
      mistake(spot.line(), at, Mistakes.quoted(text), e.expected());
      return Value.broken(spot.line());
    }
  }

  private <T> Value<T> variable(String variable, String yaml, String at, Kind<T> kind) {
    String text = reading.environment().getOrDefault(variable, "");
    if (text.isEmpty()) {
      return scalar(Spot.fallback(yaml), at, kind);
    }
    try {
      return new Value<>(Optional.of(kind.read(text)), 0, text);
    } catch (Kind.Unfit e) {
      reading.mistakes().addVariable(variable, text, e.expected());
      return Value.broken(0);
    }
  }

  /** Takes the entries of a map; false, and a mistake, if it is none. */
  private boolean fill(Spot spot) {
    if (!(spot.node() instanceof MappingNode map)) {
      mistake(
          spot.line(),
          path,
          found(spot.node()),
          "a map with keys " + String.join(", ", Keys.namesIn(schema())));
      return false;
    }
    Map<String, Integer> lines = new HashMap<>();
    map.getValue().forEach(entry -> fill(spot, entry, lines));
    return true;
  }

  private void fill(Spot map, NodeTuple entry, Map<String, Integer> lines) {
    int at = map.inner(entry.getKeyNode()).line();
    if (!(entry.getKeyNode() instanceof ScalarNode scalar)) {
      mistake(at, path, found(entry.getKeyNode()) + " as a key", "a word");
      return;
    }
    String name = scalar.getValue();
    Integer first = lines.putIfAbsent(name, at);
    if (first != null) {
      mistake(at, below(name), "the key again", "it once (first on line " + first + ")");
    } else if (Keys.namesIn(schema()).contains(name)) {
      entries.put(name, map.inner(entry.getValueNode()));
    } else {
      mistake(at, below(name), "an unknown key", Spelling.expected(name, schema()));
    }
  }

  /** This map's path as the table of keys writes it. */
  private String schema() {
    return path.replaceAll("\\[[0-9]+]", "[]");
  }

  private String below(String name) {
    String shown = WORD.matcher(name).matches() ? name : Mistakes.quoted(name);
    return path.isEmpty() ? shown : path + "." + shown;
  }

  private static String found(Node node) {
    return switch (node.getNodeId()) {
      case mapping -> "a map";
      case sequence -> "a list";
      case scalar, anchor ->
          YamlText.isNothing(node) ? "nothing" : Mistakes.quoted(((ScalarNode) node).getValue());
    };
  }
}
