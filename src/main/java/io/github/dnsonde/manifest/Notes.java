package io.github.dnsonde.manifest;

import io.github.dnsonde.cluster.InvalidPolicy.Fault;
import io.github.dnsonde.cluster.InvalidPolicy.Flaw;
import io.github.dnsonde.probe.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * The findings in one manifest while it is read field by field. API servers reject a field of
 * another type than the API's (they decode JSON into Go's types: null is the empty value).
 */
final class Notes {

  /** The most findings in one manifest: more do not help anyone. */
  static final int MOST = 100;

  private static final int LONGEST_VALUE = 200;

  private final List<Flaw> flaws = new ArrayList<>();
  private final List<Surprise> surprises = new ArrayList<>();

  List<Flaw> flaws() {
    return List.copyOf(flaws);
  }

  List<Surprise> surprises() {
    return List.copyOf(surprises);
  }

  void refuse(String path, String says) {
    refuse(Fault.OTHER, path, says);
  }

  void refuse(Fault fault, String path, String says) {
    if (flaws.size() < MOST) {
      flaws.add(new Flaw(fault, path, says));
    }
  }

  void surprise(Surprise.Kind kind, String path, String says) {
    if (surprises.size() < MOST) {
      surprises.add(new Surprise(kind, path, says));
    }
  }

  /** The value as API servers quote it, but truncated. */
  static String quote(String text) {
    return "\"" + SafeText.part(text, LONGEST_VALUE) + "\"";
  }

  static String invalid(String value, String says) {
    return "Invalid value: " + value + ": " + says;
  }

  static String at(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** Returns the object of a field; one without fields if there is none, or something else. */
  Fields object(Fields parent, String name, String path) {
    if (parent.has(name) && !parent.isObject(name)) {
      refuse(at(path, name), "Invalid value: must be an object");
    }
    return parent.object(name);
  }

  /** Returns the text of a field; empty if there is none, or something else. */
  Optional<String> text(Fields parent, String name, String path) {
    Optional<String> text = parent.text(name);
    if (parent.has(name) && text.isEmpty()) {
      refuse(at(path, name), "Invalid value: must be a text (in quotes)");
    }
    return text;
  }

  /**
   * Passes each object of a list to a check, with its path.
   *
   * @param ifNull the meaning of an empty dash for API servers; empty if the check rejects it
   */
  void each(
      Fields parent,
      String name,
      String path,
      Optional<String> ifNull,
      BiConsumer<Fields, String> check) {
    List<Fields> all = parent.objects(name).toList();
    list(parent, name, path, all.size(), ifNull);
    for (int i = 0; i < all.size(); i++) {
      check.accept(all.get(i), at(path, name) + "[" + i + "]");
    }
  }

  /** Returns the texts of a list. */
  List<String> texts(Fields parent, String name, String path, Optional<String> ifNull) {
    List<String> texts = parent.texts(name);
    list(parent, name, path, texts.size(), ifNull);
    return texts;
  }

  private void list(
      Fields parent, String name, String path, int understood, Optional<String> ifNull) {
    if (parent.has(name) && (!parent.isList(name) || understood != parent.size(name))) {
      refuse(at(path, name), "Invalid value: not a list of what belongs there");
    }
    Set<Integer> nulls = ifNull.isPresent() ? parent.nulls(name) : Set.of();
    for (int index : new TreeSet<>(nulls)) {
      surprise(
          Surprise.Kind.EMPTY_ITEM,
          at(path, name) + "[" + index + "]",
          "is null, as an empty dash is: API servers take it as " + ifNull.orElseThrow());
    }
  }
}
