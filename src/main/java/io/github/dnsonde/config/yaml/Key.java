package io.github.dnsonde.config.yaml;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A key of the configuration file, as it is declared once: the reader knows no other keys, and the
 * reference is made from the same declarations.
 *
 * @param <T> the value that is made of it
 */
public sealed interface Key<T> {

  /** Returns the key's name in its map, such as {@code period}. */
  String name();

  /**
   * Makes the value; only when no mistake was found in the file.
   *
   * @param values the values of the section that has this key
   */
  T make(Values values);

  /** A key with one scalar. */
  record Scalar<T>(
      String name, ValueType<T> type, Default fallback, String meaning, boolean needsRestart)
      implements Key<T> {

    /** A scalar whose default is written in YAML. */
    public static <T> Scalar<T> of(String name, ValueType<T> type, String yaml, String meaning) {
      return of(name, type, new Default.Written(yaml), meaning);
    }

    /** A scalar with any kind of default. */
    public static <T> Scalar<T> of(
        String name, ValueType<T> type, Default fallback, String meaning) {
      return new Scalar<>(name, type, fallback, meaning, false);
    }

    /** A scalar that must be given. */
    public static <T> Scalar<T> required(String name, ValueType<T> type, String meaning) {
      return of(name, type, new Default.Required(), meaning);
    }

    /** Returns the same key, with a value that takes effect at the next start only. */
    public Scalar<T> fixedAtStart() {
      return new Scalar<>(name, type, fallback, meaning, true);
    }

    @Override
    public T make(Values values) {
      return values.scalar(this).get();
    }
  }

  /**
   * A key with a list of scalars, each of them at most once.
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

    /** A list whose default is written in YAML. */
    public static <T> ScalarList<T> of(
        String name, ValueType<T> type, int least, int most, String yaml, String meaning) {
      return new ScalarList<>(name, type, least, most, yaml, meaning, false);
    }

    /** Returns the same key, with a value that takes effect at the next start only. */
    public ScalarList<T> fixedAtStart() {
      return new ScalarList<>(name, type, least, most, yaml, meaning, true);
    }

    @Override
    public List<T> make(Values values) {
      return values.list(this).stream().<T>map(Value::get).toList();
    }
  }

  /**
   * A key with a map of texts whose keys are the user's own.
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
   * A key with a list of maps, which all have the same keys.
   *
   * @param word a word that may be given instead of the list
   * @param yaml the default
   * @param check notes what is wrong with the items among each other
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

    /** A list whose default is written in YAML; its items are not compared with each other. */
    public static <T> SectionList<T> of(
        String name, int least, int most, Section<T> item, String yaml, String meaning) {
      return new SectionList<>(name, least, most, item, Optional.empty(), yaml, meaning, _ -> {});
    }

    /** Returns the same key, for which a word may be given instead of the list. */
    public SectionList<T> orWord(String instead) {
      return new SectionList<>(name, least, most, item, Optional.of(instead), yaml, meaning, check);
    }

    /** Returns the same key, with a check of its items among each other. */
    public SectionList<T> checked(Consumer<List<Values>> items) {
      return new SectionList<>(name, least, most, item, word, yaml, meaning, items);
    }

    /** Makes the list, which is empty if the word is given. */
    @Override
    public List<T> make(Values values) {
      return values.sections(this).stream().map(item.maker()).toList();
    }
  }

  /**
   * A key with a map whose keys are known: a section of the file.
   *
   * @param check notes what is wrong with the values among each other
   * @param maker makes the section's value
   */
  record Section<T>(
      String name, List<Key<?>> keys, Consumer<Values> check, Function<Values, T> maker)
      implements Key<T> {

    public Section {
      keys = List.copyOf(keys);
    }

    /** A section whose keys need not be compared with each other. */
    public static <T> Section<T> of(String name, Function<Values, T> maker, Key<?>... keys) {
      return new Section<>(name, List.of(keys), _ -> {}, maker);
    }

    /** Returns the same section, with a check of its values among each other. */
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
   * The values that were read for the keys of one section. Each method takes keys of that section
   * only.
   */
  interface Values {

    /** Makes the value of a key; only when no mistake was found in the file. */
    default <T> T get(Key<T> key) {
      return key.make(this);
    }

    /** Returns the scalar that is given, or empty if its default derives from other keys. */
    <T> Optional<T> given(Scalar<T> key);

    /** Returns the scalar at a key that is required or has a default of its own. */
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

    /** Returns the line of this section, or of the nearest one around it that is in the file. */
    int line();

    /** Returns the path of this section, such as {@code servers[1]}. */
    String path();

    /** Returns the path of a key of this section. */
    default String path(Key<?> key) {
      return path().isEmpty() ? key.name() : path() + "." + key.name();
    }

    /** Notes a mistake at any line and path of the file. */
    void mistake(int line, String path, String found, String expected);
  }
}
