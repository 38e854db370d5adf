package io.github.dnsonde.kube;

import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.probe.NamespacedName;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What was read of one object while it streamed by.
 *
 * @param fields those that its mask names
 * @param cut the paths of those that were left out because they are too large, such as {@code
 *     spec.egress}; the empty path where that is the whole object
 */
record StreamedObject(Fields fields, SortedSet<String> cut) {

  StreamedObject {
    cut = new TreeSet<>(cut);
  }

  Fields metadata() {
    return fields.object("metadata");
  }

  /** {@code namespace/name}, or the name of what is in no namespace. */
  String key() {
    return new NamespacedName(
            metadata().text("namespace").orElse(""), metadata().text("name").orElse(""))
        .toString();
  }

  /** What a watch can go on from. */
  Optional<String> version() {
    return metadata().text("resourceVersion");
  }

  /** Whether a field, or the object as a whole, was left out. */
  boolean isCut(String path) {
    return cut.contains(path) || cut.contains("");
  }

  /**
   * Makes sure that nothing is missing.
   *
   * @param matters which paths must be there
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
