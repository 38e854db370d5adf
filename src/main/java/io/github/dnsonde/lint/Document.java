package io.github.dnsonde.lint;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.manifest.Manifest;
import io.github.dnsonde.manifest.PolicyReader;
import io.github.dnsonde.manifest.PolicyReader.Written;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One object, and the file that holds it.
 *
 * @param sourceFile the file
 * @param manifest the object
 * @param written the policy that it contains, if any
 * @param moved the namespace in which a kustomization puts it, whatever the object itself says
 * @param made the origin, if kustomize has built it: its own lines are in no file
 */
record Document(
    SourceFile sourceFile,
    Manifest manifest,
    Written written,
    Optional<String> moved,
    Optional<Origin> made) {

  /** Keys of kustomize's patches, which no object has. */
  private static final Set<String> DIRECTIVES = Set.of("$patch", "$retainKeys");

  Document {
    requireNonNull(sourceFile, "sourceFile is null");
    requireNonNull(manifest, "manifest is null");
    requireNonNull(written, "written is null");
    requireNonNull(moved, "moved is null");
    requireNonNull(made, "made is null");
  }

  /**
   * The origin of an object that kustomize has built.
   *
   * @param kustomization its file
   * @param written the object as a file has it; empty if it was not found
   */
  record Origin(SourceFile kustomization, Optional<Document> written) {

    SourceLocation place(String path) {
      return written
          .map(each -> each.place(path))
          .orElse(new SourceLocation(kustomization.shown(), 1));
    }
  }

  static Document of(SourceFile sourceFile, Manifest manifest) {
    return new Document(
        sourceFile, manifest, PolicyReader.read(manifest), Optional.empty(), Optional.empty());
  }

  /** Returns a document for an object that kustomize has built. */
  static Document made(Kustomization by, Manifest manifest, List<Document> of) {
    SourceFile sourceFile = by.document().sourceFile();
    Document document = of(sourceFile, manifest);
    Optional<Document> origin =
        of.stream()
            .filter(each -> each.kind().equals(document.kind()))
            .filter(each -> !each.name().isEmpty() && document.name().contains(each.name()))
            .max(Comparator.comparingInt(each -> each.name().length()));
    return new Document(
        sourceFile,
        manifest,
        document.written,
        Optional.empty(),
        Optional.of(new Origin(sourceFile, origin)));
  }

  /** The same object in another namespace. */
  Document in(Optional<String> namespace) {
    return namespace.isPresent()
        ? new Document(sourceFile, manifest, written, namespace, made)
        : this;
  }

  String file() {
    return sourceFile.shown();
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

  /** The name of the object, or its prefix if the server completes the name. */
  String name() {
    return metadata()
        .text("name")
        .filter(name -> !name.isEmpty())
        .or(() -> metadata().text("generateName"))
        .orElse("");
  }

  /** The namespace; empty if the object has none. */
  String namespace() {
    return moved.or(() -> metadata().text("namespace")).orElse("");
  }

  /** Returns true if it is a change to an object, and not an object itself. */
  boolean isPatch() {
    return sourceFile.mayPatch() && DIRECTIVES.stream().anyMatch(manifest::mentions);
  }

  SourceLocation place() {
    return place("");
  }

  /** The location of a field, or of the field that would contain it. */
  SourceLocation place(String path) {
    return made.map(each -> each.place(path))
        .orElseGet(
            () ->
                new SourceLocation(file(), path.isEmpty() ? manifest.line() : manifest.line(path)));
  }
}
