package io.github.dnsonde.lint;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file that was read.
 *
 * @param shown its path as named on the command line, or found below a named folder; {@code -} for
 *     standard input
 * @param path the same, absolute and normalized
 * @param folders its folder, and those that have links to it
 * @param chart the chart from which it was rendered, by Helm's comment above each object
 * @param mayPatch whether it may contain a key of kustomize's patches
 */
record SourceFile(
    String shown, Path path, List<Path> folders, Optional<String> chart, boolean mayPatch) {

  /** The names of a kustomization's file (kustomize documentation). */
  static final List<String> KUSTOMIZATIONS =
      List.of("kustomization.yaml", "kustomization.yml", "Kustomization");

  /** The path of standard input among files: below no folder that has files. */
  private static final Path STDIN = Path.of("/dev/stdin");

  SourceFile {
    requireNonNull(shown, "shown is null");
    requireNonNull(path, "path is null");
    folders = List.copyOf(folders);
    requireNonNull(chart, "chart is null");
  }

  static SourceFile stdin() {
    return of(Input.STDIN, STDIN, List.of(STDIN));
  }

  /** The folder of its path. */
  Path folder() {
    return folders.getFirst();
  }

  static SourceFile of(String shown, Path path, List<Path> folders) {
    return new SourceFile(shown, path, folders, Optional.empty(), true);
  }

  /** Returns the same file, with facts from its text. */
  SourceFile with(Optional<String> itsChart, boolean patches) {
    return new SourceFile(shown, path, folders, itsChart, patches);
  }

  boolean isJson() {
    return shown.endsWith(".json");
  }

  boolean isKustomization() {
    return KUSTOMIZATIONS.contains(String.valueOf(path.getFileName()));
  }
}
