package io.github.dnsonde.yaml;

/**
 * Rewrites a YAML text: tabs between tokens become spaces, and {@code \/} in double quotes becomes
 * {@code /}. kubectl's parser accepts both, SnakeYAML neither. Indentation by tabs stays an error,
 * except within brackets, where indentation has no meaning. Line numbers stay the same.
 */
public final class Separators {

  private final String text;
  private final StringBuilder out;
  private int at;
  private int depth;

  /** The indentation of the line that began a block scalar; -1 outside of one. */
  private int block = -1;

  private Separators(String text) {
    this.text = text;
    this.out = new StringBuilder(text.length());
  }

  /** Returns the same text in the form that SnakeYAML accepts. */
  public static String spaced(String text) {
    return text.indexOf('\t') < 0 && !text.contains("\\/") ? text : new Separators(text).rewrite();
  }

  private String rewrite() {
    while (at < text.length()) {
      line();
    }
    return out.toString();
  }

  private void line() {
    int end = end();
    int content = at;
    while (content < end && text.charAt(content) == ' ') {
      content++;
    }
    boolean blank = text.substring(at, end).isBlank();
    if (block >= 0 && (blank || content - at > block)) {
      copy(end);
    } else {
      block = -1;
      int indentation = key(content, end) - at;
      copy(content);
      tokens(indentation);
    }
  }

  /** Returns the end of this line, after its line feed. */
  private int end() {
    int feed = text.indexOf('\n', at);
    return feed < 0 ? text.length() : feed + 1;
  }

  /** Returns the position of a line's key, after the dashes before it. */
  private int key(int from, int end) {
    int place = from;
    while (place + 1 < end && text.charAt(place) == '-' && isBlank(text.charAt(place + 1))) {
      int next = place + 1;
      while (next < end && isBlank(text.charAt(next))) {
        next++;
      }
      if (next >= end || text.charAt(next) == '\n' || text.charAt(next) == '#') {
        return place;
      }
      if (text.charAt(next) == '|' || text.charAt(next) == '>') {
        return place;
      }
      place = next;
    }
    return place;
  }

  /** Copies the tokens of a line, or of several lines if quotes or brackets span them. */
  private void tokens(int indentation) {
    boolean leading = depth == 0;
    boolean plain = false;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n') {
        copy(at + 1);
        return;
      }
      if (c == '\t' && !leading && !(plain && isWithinPlain())) {
        out.append(' ');
        at++;
        continue;
      }
      leading &= c == ' ' || c == '\t';
      plain = token(c, plain, indentation);
    }
  }

  /** Copies one token, or a character of a plain scalar; returns whether it was the latter. */
  private boolean token(char c, boolean plain, int indentation) {
    if (c == '#' && (at == 0 || Character.isWhitespace(text.charAt(at - 1)))) {
      copy(lineEnd());
    } else if (c == '"' && !plain) {
      doubleQuoted();
    } else if (c == '\'' && !plain) {
      singleQuoted();
    } else if ((c == '[' || c == '{') && (!plain || depth > 0)) {
      depth++;
      copy(at + 1);
    } else if ((c == ']' || c == '}') && depth > 0) {
      depth--;
      copy(at + 1);
      return false;
    } else if ((c == '|' || c == '>') && !plain && depth == 0 && isHeader()) {
      block = indentation;
      copy(lineEnd());
    } else {
      copy(at + 1);
      return isPlain(c, plain);
    }
    return plain;
  }

  /** Returns whether a plain scalar continues after the character that was just copied. */
  private boolean isPlain(char c, boolean plain) {
    if (c == ' ' || c == '\t') {
      return plain;
    }
    boolean ends = at >= text.length() || Character.isWhitespace(text.charAt(at));
    boolean separates =
        (c == ':' && (ends || depth > 0))
            || (c == '-' && ends && !plain)
            || (c == ',' && depth > 0);
    return !separates;
  }

  /** Returns whether more of a plain scalar follows a tab. */
  private boolean isWithinPlain() {
    int next = at;
    while (next < text.length() && isBlank(text.charAt(next))) {
      next++;
    }
    return next < text.length()
        && text.charAt(next) != '\n'
        && text.charAt(next) != '\r'
        && text.charAt(next) != '#';
  }

  /** Returns whether this is {@code |-} or {@code >2}, followed by nothing but a comment. */
  private boolean isHeader() {
    return text.substring(at + 1, lineEnd()).strip().matches("[-+0-9]{0,2}(\\s+#.*)?");
  }

  private void doubleQuoted() {
    copy(at + 1);
    while (at < text.length() && text.charAt(at) != '"') {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        if (text.charAt(at + 1) == '/') {
          at++;
          copy(at + 1);
        } else {
          copy(at + 2);
        }
      } else {
        copy(at + 1);
      }
    }
    copy(Math.min(text.length(), at + 1));
  }

  private void singleQuoted() {
    copy(at + 1);
    while (at < text.length() && text.charAt(at) != '\'') {
      copy(at + 1);
    }
    copy(Math.min(text.length(), at + 1));
  }

  private int lineEnd() {
    int feed = text.indexOf('\n', at);
    return feed < 0 ? text.length() : feed;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private void copy(int to) {
    out.append(text, at, to);
    at = to;
  }
}
