package io.github.dnsonde.config;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern for names, with the wildcards of a shell: {@code *}, {@code ?}, {@code [a-c]}, {@code
 * {a,b}} (glob(7); {@link java.nio.file.FileSystem#getPathMatcher}).
 */
final class Glob {

  private final String text;
  private final PathMatcher matcher;

  private Glob(String text) {
    this.text = text;
    this.matcher = FileSystems.getDefault().getPathMatcher("glob:" + text);
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException if the pattern is invalid; the message says why
   */
  static Glob of(String text) {
    try {
      return new Glob(text);
    } catch (
        PatternSyntaxException e) { // its message has three lines, with a pointer to the position
      throw new IllegalArgumentException(e.getDescription(), e);
    }
  }

  /** Returns whether the pattern matches the whole name. */
  boolean matches(String name) {
    return matcher.matches(Path.of(name));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Glob glob && glob.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
