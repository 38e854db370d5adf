package io.github.dnsonde.kube;

import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.probe.NamespacedName;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The fields of one object that were read from the stream.
 *
 * @param fields the fields that its mask names
 * @param cut the paths of the fields that were left out because they are too large, such as {@code
 *     spec.egress}; the empty path if that is the whole object
 */
record StreamedObject(Fields fields, SortedSet<String> cut) {

  StreamedObject {
    cut = new TreeSet<>(cut);
  }

  Fields metadata() {
    return fields.object("metadata");
  }

  /** {@code namespace/name}, or the name of an object without a namespace. */
  String key() {
    return new NamespacedName(
            metadata().text("namespace").orElse(""), metadata().text("name").orElse(""))
        .toString();
  }

  /** The version from which a watch can continue. */
  Optional<String> version() {
    return metadata().text("resourceVersion");
  }

  /** Returns true if a field, or the whole object, was left out. */
  boolean isCut(String path) {
    return cut.contains(path) || cut.contains("");
  }

  /** Returns an object within this one, by its path. */
  StreamedObject within(String path) {
    Fields inner = fields;
    for (String name : path.split("\\.", -1)) {
      inner = inner.object(name);
    }
    SortedSet<String> innerCut = new TreeSet<>();
    for (String each : cut) {
      if (each.isEmpty() || each.equals(path)) {
        innerCut.add("");
      } else if (each.startsWith(path + ".")) {
        innerCut.add(each.substring(path.length() + 1));
      }
    }
    return new StreamedObject(inner, innerCut);
  }

  /**
   * Checks that nothing is missing.
   *
   * @param matters the paths that must be there
   * @throws IllegalArgumentException if one of them was left out
   */
  void requireWhole(Predicate<String> matters) {
    cut.stream()
        .filter(path -> path.isEmpty() || matters.test(path))
        .findFirst()
        .ifPresent(
            path -> {
              throw new IllegalArgumentException(
                  (path.isEmpty() ? "the object" : path) + " is too large");
            });
  }
}
