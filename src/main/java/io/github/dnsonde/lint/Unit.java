package io.github.dnsonde.lint;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.lint.Kustomization.Patched;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Objects that are applied to one cluster together, as far as files show.
 *
 * @param shown its name for people: a folder
 * @param folder the same, absolute
 * @param documents in the order of files and lines
 * @param patched policies that are changed before they are applied
 */
record Unit(String shown, Path folder, Kind kind, List<Document> documents, Patched patched) {

  /** The reason why objects belong together. */
  enum Kind {
    /** Folders without a tool: each with those above it, for each namespace on its own. */
    FOLDERS,
    /** A kustomization and its resources, before patches. */
    KUSTOMIZATION,
    /** The objects that kustomize has built. */
    BUILT,
    /** A Helm chart, or the objects that Helm has rendered from one. */
    CHART,
    /** A folder that the user has declared a unit. */
    GIVEN;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Unit {
    requireNonNull(shown, "shown is null");
    requireNonNull(folder, "folder is null");
    requireNonNull(kind, "kind is null");
    documents = List.copyOf(documents);
    requireNonNull(patched, "patched is null");
  }

  static Unit of(Path folder, Kind kind, List<Document> documents) {
    return new Unit(Units.shown(folder), folder, kind, documents, Patched.NONE);
  }

  @Override
  public String toString() {
    return kind == Kind.FOLDERS ? shown : shown + " (" + kind.label() + ")";
  }
}
