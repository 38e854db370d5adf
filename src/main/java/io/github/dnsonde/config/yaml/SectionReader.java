package io.github.dnsonde.config.yaml;

import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.ScalarList;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.Key.SectionList;
import io.github.dnsonde.config.yaml.Key.TextMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads one section of the file, which may be absent: all its keys, and the checks that compare
 * them. It collects mistakes and continues after each.
 */
final class SectionReader implements Key.Values {

  /** A key that needs no quotes in a path. */
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_-]{1,60}");

  /**
   * The parts that all sections of one reading share.
   *
   * @param root the section that is the whole file
   */
  record Scope(Section<?> root, Map<String, String> environment, Mistakes mistakes) {}

  /**
   * A node and its line.
   *
   * @param line 0 for a default, which is not in the file
   */
  private record Spot(Node node, int line) {
    static Spot given(Node node) {
      return new Spot(node, YamlText.line(node.getStartMark()));
    }

    static Spot fallback(String yaml) {
      return new Spot(YamlText.own(yaml), 0);
    }

    /** Returns the position of a node inside this one. */
    Spot inner(Node inner) {
      return line == 0 ? new Spot(inner, 0) : given(inner);
    }
  }

  private final Scope scope;
  private final Section<?> section;
  private final String path;
  private final int line;
  private final Map<String, Spot> entries = new LinkedHashMap<>();
  private final IdentityHashMap<Key<?>, Object> read = new IdentityHashMap<>();

  private SectionReader(Scope scope, Section<?> section, String path, int line) {
    this.scope = scope;
    this.section = section;
    this.path = path;
    this.line = line;
  }

  /** Reads the whole file. */
  static SectionReader root(Scope scope, Optional<Node> document) {
    SectionReader root = new SectionReader(scope, scope.root(), "", 1);
    document.map(Spot::given).ifPresent(root::fill);
    root.readKeys();
    return root;
  }

  private void readKeys() {
    section.keys().forEach(key -> read.put(key, read(key)));
    section.check().accept(this);
  }

  private Object read(Key<?> key) {
    return switch (key) {
      case Scalar<?> scalar -> readScalar(scalar);
      case ScalarList<?> list -> readList(list);
      case TextMap map -> readTexts(map);
      case Section<?> inner -> readSection(inner);
      case SectionList<?> list -> readSections(list);
    };
  }

  /** The values by key; the type of a value follows from the type of its key. */
  @SuppressWarnings("unchecked")
  private <R> R read(Key<?> key, Class<? super R> type) {
    Object value = read.get(key);
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException("section '" + path + "' has no such key: " + key.name());
    }
    return (R) value;
  }

  @Override
  public <T> Optional<T> given(Scalar<T> key) {
    return scalar(key).sound();
  }

  @Override
  public <T> Value<T> scalar(Scalar<T> key) {
    return read(key, Value.class);
  }

  @Override
  public <T> List<Value<T>> list(ScalarList<T> key) {
    return read(key, List.class);
  }

  @Override
  public Map<String, Value<String>> texts(TextMap key) {
    return read(key, Map.class);
  }

  @Override
  public Key.Values section(Section<?> key) {
    return read(key, Key.Values.class);
  }

  @Override
  public List<Key.Values> sections(SectionList<?> key) {
    return read(key, List.class);
  }

  @Override
  public boolean hasWord(SectionList<?> key) {
    return isWord(spot(key.name(), key.yaml()), key);
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public int line() {
    return line;
  }

  @Override
  public void mistake(int at, String key, String found, String expected) {
    scope.mistakes().add(at, key, found, expected);
  }

  /** Passes on the path and the value of each key that takes effect only at the next start. */
  void fixedAtStart(BiConsumer<String, Object> values) {
    for (Key<?> key : section.keys()) {
      switch (key) {
        case Scalar<?> scalar when scalar.needsRestart() -> values.accept(path(key), get(scalar));
        case ScalarList<?> list when list.needsRestart() -> values.accept(path(key), get(list));
        case Section<?> inner ->
            this.<SectionReader>read(inner, SectionReader.class).fixedAtStart(values);
        case Scalar<?> _, ScalarList<?> _, TextMap _, SectionList<?> _ -> {}
      }
    }
  }

  private SectionReader readSection(Section<?> key) {
    Spot spot = entries.get(key.name());
    SectionReader inner =
        new SectionReader(scope, key, below(key.name()), spot == null ? line : spot.line());
    if (spot != null) {
      inner.fill(spot);
    }
    inner.readKeys();
    return inner;
  }

  private <T> Value<T> readScalar(Scalar<T> key) {
    Spot spot = entries.get(key.name());
    String at = below(key.name());
    if (spot != null) {
      return scalar(spot, at, key.type());
    }
    return switch (key.fallback()) {
      case Default.Written(String yaml) -> scalar(Spot.fallback(yaml), at, key.type());
      case Default.Variable(String variable, String yaml) ->
          variable(variable, yaml, at, key.type());
      case Default.Derived _ -> Value.broken(line);
      case Default.Required _ -> {
        mistake(line, at, "nothing", key.type().expected());
        yield Value.broken(line);
      }
    };
  }

  private <T> List<Value<T>> readList(ScalarList<T> key) {
    String what = "items, each " + key.type().expected();
    List<Spot> items =
        items(spot(key.name(), key.yaml()), key.name(), key.least(), key.most(), what);
    List<Value<T>> values = new ArrayList<>();
    Set<T> seen = new HashSet<>();
    for (int i = 0; i < items.size(); i++) {
      String at = below(key.name()) + "[" + i + "]";
      Value<T> value = scalar(items.get(i), at, key.type());
      if (value.sound().filter(sound -> !seen.add(sound)).isPresent()) {
        mistake(value.line(), at, Mistake.quoted(value.text()) + " again", "each only once");
        value = Value.broken(value.line());
      }
      values.add(value);
    }
    return values;
  }

  private Map<String, Value<String>> readTexts(TextMap key) {
    Spot spot = spot(key.name(), key.yaml());
    if (!(spot.node() instanceof MappingNode map)) {
      mistake(spot.line(), below(key.name()), found(spot.node()), "a map of " + key.entry() + "s");
      return Map.of();
    }
    Map<String, Value<String>> texts = new LinkedHashMap<>();
    for (NodeTuple entry : map.getValue()) {
      Value<String> name = scalar(spot.inner(entry.getKeyNode()), below(key.name()), key.keys());
      if (name.sound().isEmpty()) {
        continue;
      }
      String at = below(key.name()) + "." + name.get();
      Value<String> value = scalar(spot.inner(entry.getValueNode()), at, key.values());
      if (texts.putIfAbsent(name.get(), value) != null) {
        mistake(name.line(), at, "the key again", "it once");
      }
    }
    return texts;
  }

  /** Reads a list of maps; omits items that are not maps. */
  private List<SectionReader> readSections(SectionList<?> key) {
    Spot spot = spot(key.name(), key.yaml());
    if (isWord(spot, key)) {
      return List.of();
    }
    String known = String.join(", ", key.item().names());
    String word = key.word().map(instead -> ", or the word " + instead).orElse("");
    String what = "maps with keys " + known + word;
    List<Spot> items = items(spot, key.name(), key.least(), key.most(), what);
    List<SectionReader> sections = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      SectionReader item =
          new SectionReader(
              scope, key.item(), below(key.name()) + "[" + i + "]", items.get(i).line());
      if (item.fill(items.get(i))) {
        item.readKeys();
        sections.add(item);
      }
    }
    key.check().accept(List.copyOf(sections));
    return sections;
  }

  private Spot spot(String name, String yaml) {
    Spot spot = entries.get(name);
    return spot == null ? Spot.fallback(yaml) : spot;
  }

  private static boolean isWord(Spot spot, SectionList<?> key) {
    return spot.node() instanceof ScalarNode scalar
        && key.word().filter(scalar.getValue()::equals).isPresent();
  }

  private List<Spot> items(Spot spot, String name, int least, int most, String what) {
    String expected = "a list of " + least + " to " + most + " " + what;
    if (!(spot.node() instanceof SequenceNode list)) {
      mistake(spot.line(), below(name), found(spot.node()), expected);
      return List.of();
    }
    int size = list.getValue().size();
    if (size < least || size > most) {
      String found = size == 0 ? "an empty list" : "a list of " + size;
      mistake(spot.line(), below(name), found, expected);
      return List.of();
    }
    return list.getValue().stream().map(spot::inner).toList();
  }

  private <T> Value<T> scalar(Spot spot, String at, ValueType<T> type) {
    if (!(spot.node() instanceof ScalarNode scalar) || YamlText.isNothing(scalar)) {
      mistake(spot.line(), at, found(spot.node()), type.expected());
      return Value.broken(spot.line());
    }
    String text = scalar.getValue();
    try {
      return new Value<>(Optional.of(type.read(text)), spot.line(), text);
    } catch (InvalidValue e) {
      mistake(spot.line(), at, Mistake.quoted(text), e.expected());
      return Value.broken(spot.line());
    }
  }

  private <T> Value<T> variable(String variable, String yaml, String at, ValueType<T> type) {
    String text = scope.environment().getOrDefault(variable, "");
    if (text.isEmpty()) {
      return scalar(Spot.fallback(yaml), at, type);
    }
    try {
      return new Value<>(Optional.of(type.read(text)), 0, text);
    } catch (InvalidValue e) {
      scope.mistakes().addVariable(variable, text, e.expected());
      return Value.broken(0);
    }
  }

  /** Reads the entries of a map; adds a mistake and returns false if the node is not a map. */
  private boolean fill(Spot spot) {
    if (!(spot.node() instanceof MappingNode map)) {
      mistake(
          spot.line(),
          path,
          found(spot.node()),
          "a map with keys " + String.join(", ", section.names()));
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
    } else if (section.names().contains(name)) {
      entries.put(name, map.inner(entry.getValueNode()));
    } else {
      mistake(
          at, below(name), "an unknown key", KeySuggestions.expected(name, section, scope.root()));
    }
  }

  private String below(String name) {
    String shown = WORD.matcher(name).matches() ? name : Mistake.quoted(name);
    return path.isEmpty() ? shown : path + "." + shown;
  }

  private static String found(Node node) {
    return switch (node.getNodeId()) {
      case mapping -> "a map";
      case sequence -> "a list";
      case scalar, anchor ->
          YamlText.isNothing(node) ? "nothing" : Mistake.quoted(((ScalarNode) node).getValue());
    };
  }
}
