package io.github.dnsonde.config.yaml;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A declaration of a key of the configuration file. Each key is declared once: the reader knows no
 * other keys, and the reference is generated from the same declarations.
 *
 * @param <T> the type of its value
 */
public sealed interface Key<T> {

  /** Returns the key's name in its map, such as {@code period}. */
  String name();

  /**
   * Creates the value; only called if no mistake was found in the file.
   *
   * @param values the values of the section that has this key
   */
  T make(Values values);

  /** A key of one scalar. */
  record Scalar<T>(
      String name, ValueType<T> type, Default fallback, String meaning, boolean needsRestart)
      implements Key<T> {

    /** Creates a scalar whose default is written in YAML. */
    public static <T> Scalar<T> of(String name, ValueType<T> type, String yaml, String meaning) {
      return of(name, type, new Default.Written(yaml), meaning);
    }

    /** Creates a scalar with any kind of default. */
    public static <T> Scalar<T> of(
        String name, ValueType<T> type, Default fallback, String meaning) {
      return new Scalar<>(name, type, fallback, meaning, false);
    }

    /** Creates a scalar that must be given. */
    public static <T> Scalar<T> required(String name, ValueType<T> type, String meaning) {
      return of(name, type, new Default.Required(), meaning);
    }

    /** Returns the same key, with a value that takes effect only at the next start. */
    public Scalar<T> fixedAtStart() {
      return new Scalar<>(name, type, fallback, meaning, true);
    }

    @Override
    public T make(Values values) {
      return values.scalar(this).get();
    }
  }

  /**
   * A key of a list of scalars without duplicates.
   *
   * @param yaml the default
   */
  record ScalarList<T>(
      String name,
      ValueType<T> type,
      int least,
      int most,
      String yaml,
      String meaning,
      boolean needsRestart)
      implements Key<List<T>> {

    /** Creates a list whose default is written in YAML. */
    public static <T> ScalarList<T> of(
        String name, ValueType<T> type, int least, int most, String yaml, String meaning) {
      return new ScalarList<>(name, type, least, most, yaml, meaning, false);
    }

    /** Returns the same key, with a value that takes effect only at the next start. */
    public ScalarList<T> fixedAtStart() {
      return new ScalarList<>(name, type, least, most, yaml, meaning, true);
    }

    @Override
    public List<T> make(Values values) {
      return values.list(this).stream().<T>map(Value::get).toList();
    }
  }

  /**
   * A key of a map of texts, whose keys the user chooses.
   *
   * @param entry the name of an entry in messages and in the reference, such as {@code label}
   * @param yaml the default
   */
  record TextMap(
      String name,
      String entry,
      ValueType<String> keys,
      ValueType<String> values,
      String yaml,
      String meaning)
      implements Key<Map<String, String>> {

    @Override
    public Map<String, String> make(Values values) {
      Map<String, String> texts = new LinkedHashMap<>();
      values.texts(this).forEach((key, value) -> texts.put(key, value.get()));
      return texts;
    }
  }

  /**
   * A key of a list of maps, which all have the same keys.
   *
   * @param word a word that may be given instead of the list
   * @param yaml the default
   * @param check adds mistakes that show only when the items are compared
   */
  record SectionList<T>(
      String name,
      int least,
      int most,
      Section<T> item,
      Optional<String> word,
      String yaml,
      String meaning,
      Consumer<List<Values>> check)
      implements Key<List<T>> {

    /** Creates a list whose default is written in YAML, without a comparison of its items. */
    public static <T> SectionList<T> of(
        String name, int least, int most, Section<T> item, String yaml, String meaning) {
      return new SectionList<>(name, least, most, item, Optional.empty(), yaml, meaning, _ -> {});
    }

    /** Returns the same key, for which a word may be given instead of the list. */
    public SectionList<T> orWord(String instead) {
      return new SectionList<>(name, least, most, item, Optional.of(instead), yaml, meaning, check);
    }

    /** Returns the same key, with a check that compares its items. */
    public SectionList<T> checked(Consumer<List<Values>> items) {
      return new SectionList<>(name, least, most, item, word, yaml, meaning, items);
    }

    /** Creates the list, which is empty if the word is given. */
    @Override
    public List<T> make(Values values) {
      return values.sections(this).stream().map(item.maker()).toList();
    }
  }

  /**
   * A section of the file: a key of a map whose keys are known.
   *
   * @param check adds mistakes that show only when the values are compared
   * @param maker creates the section's value
   */
  record Section<T>(
      String name, List<Key<?>> keys, Consumer<Values> check, Function<Values, T> maker)
      implements Key<T> {

    public Section {
      keys = List.copyOf(keys);
    }

    /** Creates a section whose keys need no comparison. */
    public static <T> Section<T> of(String name, Function<Values, T> maker, Key<?>... keys) {
      return new Section<>(name, List.of(keys), _ -> {}, maker);
    }

    /** Returns the same section, with a check that compares its values. */
    public Section<T> checked(Consumer<Values> values) {
      return new Section<>(name, keys, values, maker);
    }

    /** Returns the names of the keys, in the order of the reference. */
    public List<String> names() {
      return keys.stream().map(Key::name).toList();
    }

    /** Returns a row for each key below this section, except for sections themselves. */
    public List<Row> rows() {
      return rows("").toList();
    }

    private Stream<Row> rows(String prefix) {
      return keys.stream()
          .flatMap(
              key -> {
                String path = prefix + key.name();
                return switch (key) {
                  case Section<?> section -> section.rows(path + ".");
                  case SectionList<?> list ->
                      Stream.concat(Stream.of(new Row(path, list)), list.item().rows(path + "[]."));
                  case Scalar<?> _, ScalarList<?> _, TextMap _ -> Stream.of(new Row(path, key));
                };
              });
    }

    @Override
    public T make(Values values) {
      return maker.apply(values.section(this));
    }
  }

  /**
   * A key and its place in the file.
   *
   * @param path from the root, such as {@code schedule.period}; {@code []} follows a list of maps
   */
  record Row(String path, Key<?> key) {}

  /**
   * The values that were read for the keys of one section. Each method takes only keys of that
   * section.
   */
  interface Values {

    /** Creates the value of a key; only called if no mistake was found in the file. */
    default <T> T get(Key<T> key) {
      return key.make(this);
    }

    /** Returns the given scalar, or empty if its default derives from other keys. */
    <T> Optional<T> given(Scalar<T> key);

    /** Returns the scalar of a key that is required or has its own default. */
    <T> Value<T> scalar(Scalar<T> key);

    /** Returns the items of a list. */
    <T> List<Value<T>> list(ScalarList<T> key);

    /** Returns the entries of a map of texts. */
    Map<String, Value<String>> texts(TextMap key);

    /** Returns the values of a section within this one. */
    Values section(Section<?> key);

    /** Returns the values of each section of a list. */
    List<Values> sections(SectionList<?> key);

    /** Returns true if the word is given that may replace the list. */
    boolean hasWord(SectionList<?> key);

    /** Returns the line of this section, or of the nearest enclosing section in the file. */
    int line();

    /** Returns the path of this section, such as {@code servers[1]}. */
    String path();

    /** Returns the path of a key of this section. */
    default String path(Key<?> key) {
      return path().isEmpty() ? key.name() : path() + "." + key.name();
    }

    /** Adds a mistake at any line and path of the file. */
    void mistake(int line, String path, String found, String expected);
  }
}
