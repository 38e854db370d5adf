package io.github.dnsonde.files;

import java.util.List;
import java.util.Optional;

/** A list of patterns, of which the last matching one decides, as in a gitignore file. */
final class PathPatterns {

  /** An empty list. */
  static final PathPatterns NONE = new PathPatterns(List.of());

  private final List<PathPattern> patterns;

  private PathPatterns(List<PathPattern> patterns) {
    this.patterns = List.copyOf(patterns);
  }

  /** Reads lines in gitignore's syntax. */
  static PathPatterns of(List<String> lines) {
    return new PathPatterns(
        lines.stream()
            .map(PathPatterns::trimmed)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .filter(line -> !line.equals("!") && !line.equals("/"))
            .map(PathPattern::of)
            .toList());
  }

  /** Returns the line without spaces at its end, except for those after a backslash. */
  private static String trimmed(String line) {
    String text = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    while (text.endsWith(" ") && !text.endsWith("\\ ")) {
      text = text.substring(0, text.length() - 1);
    }
    return text;
  }

  boolean isEmpty() {
    return patterns.isEmpty();
  }

  /** Returns whether the patterns exclude a path itself; empty if no pattern matches. */
  Optional<Boolean> takeOut(String path, boolean isFolder) {
    for (int i = patterns.size() - 1; i >= 0; i--) {
      if (patterns.get(i).matches(path, isFolder)) {
        return Optional.of(!patterns.get(i).isNegated());
      }
    }
    return Optional.empty();
  }

  /** Returns whether a path or any folder above it matches. */
  boolean fits(String path, boolean isFolder) {
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      if (takeOut(path.substring(0, slash), true).orElse(false)) {
        return true;
      }
    }
    return takeOut(path, isFolder).orElse(false);
  }
}
