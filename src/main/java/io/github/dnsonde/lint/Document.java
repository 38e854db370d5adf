package io.github.dnsonde.lint;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.manifest.Manifest;
import java.util.Optional;
import java.util.Set;

/**
 * One object, and the file that holds it.
 *
 * @param source the file
 * @param manifest the object
 * @param moved the namespace that a kustomization puts it into, whatever it says itself
 */
record Document(Source source, Manifest manifest, Optional<String> moved) {

  /** Keys of kustomize's patches, which no object has. */
  private static final Set<String> DIRECTIVES = Set.of("$patch", "$retainKeys");

  Document {
    requireNonNull(source, "source is null");
    requireNonNull(manifest, "manifest is null");
    requireNonNull(moved, "moved is null");
  }

  /** The same object in another namespace. */
  Document in(Optional<String> namespace) {
    return namespace.isPresent() ? new Document(source, manifest, namespace) : this;
  }

  String file() {
    return source.shown();
  }

  Fields fields() {
    return manifest.fields();
  }

  Fields metadata() {
    return fields().object("metadata");
  }

  String kind() {
    return fields().text("kind").orElse("");
  }

  /** What a server makes up the rest of counts as a name. */
  String name() {
    return metadata()
        .text("name")
        .filter(name -> !name.isEmpty())
        .or(() -> metadata().text("generateName"))
        .orElse("");
  }

  /** Empty where it does not tell. */
  String namespace() {
    return moved.or(() -> metadata().text("namespace")).orElse("");
  }

  /** Whether it is a change to an object, and none itself. */
  boolean isPatch() {
    return DIRECTIVES.stream().anyMatch(manifest::mentions);
  }

  Place place() {
    return new Place(file(), manifest.line());
  }

  /** Of a field, or of what would hold it. */
  Place place(String path) {
    return new Place(file(), manifest.line(path));
  }
}
