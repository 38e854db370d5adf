package io.github.dnsonde.manifest;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The fields of one object, by name, whatever its format. A field that is absent, null or of
 * another type than requested counts as absent: servers may be older or newer than this program.
 */
public interface Fields {

  /** Returns true if there is such a field, of any type, and not null. */
  boolean has(String name);

  /** The names of all existing fields, null or not. */
  Set<String> names();

  /** Returns a field that is none of these and not null. */
  default Optional<String> otherThan(Set<String> known) {
    return names().stream().filter(name -> !known.contains(name) && has(name)).findFirst();
  }

  /**
   * Checks that there is no field but these.
   *
   * @throws IllegalArgumentException if there is
   */
  default void requireOnly(Set<String> known) {
    otherThan(known)
        .ifPresent(
            name -> {
              throw new IllegalArgumentException("field '" + name + "' is not known");
            });
  }

  Optional<String> text(String name);

  /**
   * A whole number.
   *
   * @throws ArithmeticException if it does not fit
   */
  Optional<Integer> number(String name);

  Optional<Boolean> flag(String name);

  /** Returns a text, or a number as one. */
  Optional<String> literal(String name);

  /** Returns the texts of a list, and its numbers as texts; other elements are left out. */
  List<String> literals(String name);

  /** Returns an object; one without fields if there is none. */
  Fields object(String name);

  /** Returns true if there is an object, even one without fields. */
  default boolean isObject(String name) {
    return has(name)
        && !isList(name)
        && text(name).isEmpty()
        && flag(name).isEmpty()
        && !isNumber(name);
  }

  private boolean isNumber(String name) {
    try {
      return number(name).isPresent();
    } catch (ArithmeticException _) {
      return true; // that does not fit
    }
  }

  /**
   * The objects of a list. A null is an object without fields, as it is to programs in Go; elements
   * of other types are left out.
   */
  Stream<Fields> objects(String name);

  /**
   * The texts of a list. A null is the empty text, as it is to programs in Go; elements of other
   * types are left out.
   */
  List<String> texts(String name);

  /** The indexes of a list's nulls. API servers deliver none: to them they are empty elements. */
  default Set<Integer> nulls(String name) {
    return Set.of();
  }

  /** Returns true if there is a list, whatever its elements. */
  boolean isList(String name);

  /** Returns the number of a list's elements, of any type; 0 if there is no list. */
  int size(String name);

  /**
   * Returns keys and texts, as {@link #word}; null is the empty text, as it is to programs in Go.
   */
  Map<String, String> map(String name);

  /**
   * Returns a text that many objects share, such as a namespace: the same instance for all of them.
   */
  default Optional<String> word(String name) {
    return text(name).map(String::intern);
  }

  /** Returns a time in the API's format (RFC 3339). */
  default Optional<Instant> time(String name) {
    return text(name)
        .flatMap(
            text -> {
              try {
                return Optional.of(Instant.parse(text));
              } catch (DateTimeException _) {
                return Optional.empty();
              }
            });
  }

  /** The objects of a list that have a matching text in a field. */
  default Stream<Fields> objects(String name, String field, Predicate<String> wanted) {
    return objects(name).filter(object -> object.text(field).filter(wanted).isPresent());
  }

  /**
   * Returns one of a status's conditions if it has that status (Kubernetes API reference,
   * Condition).
   */
  default Optional<Fields> condition(String type, String status) {
    return objects("conditions", "type", type::equals)
        .filter(condition -> condition.text("status").filter(status::equals).isPresent())
        .findFirst();
  }
}
