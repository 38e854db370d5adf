package io.github.dnsonde.files;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * One pattern of a gitignore file (git documentation, "gitignore", PATTERN FORMAT). The time to
 * match is proportional to the lengths of pattern and path, even for hostile patterns.
 */
final class PathPattern {

  private static final int ANY_IN_NAME = -1;
  private static final int ANY_FOLDERS = -2;
  private static final int EVERYTHING = -3;

  private final boolean negated;
  private final boolean foldersOnly;
  private final List<Part> parts;

  /** A set of characters, or one of the numbers above, which stand for a run of any characters. */
  private record Part(int run, IntPredicate characters) {
    static Part run(int run) {
      return new Part(run, _ -> false);
    }

    static Part of(IntPredicate characters) {
      return new Part(0, characters);
    }
  }

  private PathPattern(boolean negated, boolean foldersOnly, List<Part> parts) {
    this.negated = negated;
    this.foldersOnly = foldersOnly;
    this.parts = List.copyOf(parts);
  }

  /** Reads a line that is neither blank nor a comment. */
  static PathPattern of(String line) {
    boolean negated = line.startsWith("!");
    String text = negated ? line.substring(1) : line;
    boolean foldersOnly = text.endsWith("/");
    text = foldersOnly ? text.substring(0, text.length() - 1) : text;
    boolean anchored = text.contains("/");
    text = text.startsWith("/") ? text.substring(1) : text;
    return new PathPattern(negated, foldersOnly, parts(anchored ? text : "**/" + text));
  }

  private static List<Part> parts(String text) {
    List<Part> parts = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      boolean starts = at == 0 || text.charAt(at - 1) == '/';
      if (starts && text.startsWith("**/", at)) {
        parts.add(Part.run(ANY_FOLDERS));
        at += 3;
      } else if (starts && text.substring(at).equals("**")) {
        parts.add(Part.run(EVERYTHING));
        at += 2;
      } else if (text.charAt(at) == '[' && text.indexOf(']', at + 2) > 0) {
        int end = text.indexOf(']', at + 2);
        parts.add(Part.of(range(text.substring(at + 1, end))));
        at = end + 1;
      } else {
        boolean escaped = text.charAt(at) == '\\' && at + 1 < text.length();
        at += escaped ? 1 : 0;
        parts.add(part(text.charAt(at), escaped));
        at++;
      }
    }
    return parts;
  }

  private static Part part(char c, boolean escaped) {
    if (!escaped && c == '*') {
      return Part.run(ANY_IN_NAME);
    }
    return Part.of(!escaped && c == '?' ? other -> other != '/' : other -> other == c);
  }

  /** Parses the text between brackets: {@code a-c_}, or {@code !a-c}. */
  private static IntPredicate range(String text) {
    boolean not = text.startsWith("!") || text.startsWith("^");
    String set = not ? text.substring(1) : text;
    IntPredicate within = _ -> false;
    for (int i = 0; i < set.length(); i++) {
      char first = set.charAt(i);
      boolean isRange = i + 2 < set.length() && set.charAt(i + 1) == '-';
      char last = isRange ? set.charAt(i + 2) : first;
      within = within.or(c -> first <= c && c <= last);
      i += isRange ? 2 : 0;
    }
    IntPredicate all = within;
    return c -> c != '/' && all.test(c) != not;
  }

  /** Returns whether the pattern includes again what an earlier pattern excludes. */
  boolean isNegated() {
    return negated;
  }

  /**
   * Returns whether the pattern matches a path.
   *
   * @param path the path with slashes between names, relative to the folder of the pattern
   */
  boolean matches(String path, boolean isFolder) {
    if (foldersOnly && !isFolder) {
      return false;
    }
    BitSet places = new BitSet();
    places.set(0);
    for (Part part : parts) {
      places = after(part, places, path);
      if (places.isEmpty()) {
        return false;
      }
    }
    return places.get(path.length());
  }

  private static BitSet after(Part part, BitSet places, String path) {
    BitSet next = new BitSet();
    for (int at = places.nextSetBit(0); at >= 0; at = places.nextSetBit(at + 1)) {
      switch (part.run()) {
        case ANY_IN_NAME -> {
          int end = path.indexOf('/', at);
          next.set(at, (end < 0 ? path.length() : end) + 1);
        }
        case EVERYTHING -> next.set(Math.min(at + 1, path.length() + 1), path.length() + 1);
        case ANY_FOLDERS -> {
          next.set(at);
          for (int slash = path.indexOf('/', at);
              slash >= 0;
              slash = path.indexOf('/', slash + 1)) {
            next.set(slash + 1);
          }
        }
        default -> {
          if (at < path.length() && part.characters().test(path.charAt(at))) {
            next.set(at + 1);
          }
        }
      }
    }
    return next;
  }
}
