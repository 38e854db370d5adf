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
 * @param written what it is, of policies
 * @param moved the namespace that a kustomization puts it into, whatever it says itself
 * @param made where it shows, if kustomize has made it: its own lines are in no file
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
    requireNonNull(sourceFile, "source is null");
    requireNonNull(manifest, "manifest is null");
    requireNonNull(written, "written is null");
    requireNonNull(moved, "moved is null");
    requireNonNull(made, "made is null");
  }

  /**
   * What kustomize has made an object of.
   *
   * @param kustomization its file
   * @param written the object as a file has it; empty where that is not found
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

  /** An object that kustomize has made. */
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
    return sourceFile.mayPatch() && DIRECTIVES.stream().anyMatch(manifest::mentions);
  }

  SourceLocation place() {
    return place("");
  }

  /** Of a field, or of what would hold it. */
  SourceLocation place(String path) {
    return made.map(each -> each.place(path))
        .orElseGet(
            () ->
                new SourceLocation(file(), path.isEmpty() ? manifest.line() : manifest.line(path)));
  }
}
