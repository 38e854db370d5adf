package io.github.dnsonde.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads a sequence of JSON values (RFC 8259) like kubectl, with or without {@code ---} between
 * them. A YAML parser is not enough: JSON may be indented by tabs, may escape slashes, and needs no
 * separator between values.
 */
final class JsonDocuments {

  private final String text;
  private final boolean lenient;
  private int at;
  private int line;
  private int depth;

  private JsonDocuments(String text, boolean lenient) {
    this.text = text;
    this.lenient = lenient;
  }

  /** Reads JSON like kubectl. */
  static Documents read(String text) {
    return new JsonDocuments(text, false).read();
  }

  /**
   * Reads JSON with comments and with commas before a closing bracket, as in the settings of
   * editors and compilers.
   */
  static Documents readSettings(String text) {
    return new JsonDocuments(text, true).read();
  }

  private Documents read() {
    List<Node> all = new ArrayList<>();
    try {
      while (next()) {
        all.add(value());
      }
      return new Documents(all, Optional.empty());
    } catch (Broken e) {
      return new Documents(
          all, Optional.of(new Documents.Problem(line + 1, "broken JSON: " + e.getMessage())));
    }
  }

  /** Advances to the next value, if there is one. */
  private boolean next() {
    space();
    while (text.startsWith("---", at)) {
      at += 3;
      space();
    }
    return at < text.length();
  }

  private Node value() throws Broken {
    space();
    if (depth > Documents.MAX_DEPTH) {
      throw new Broken("nested deeper than " + Documents.MAX_DEPTH);
    }
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      default -> word();
    };
  }

  private Node object() throws Broken {
    Mark start = mark();
    List<NodeTuple> tuples = new ArrayList<>();
    depth++;
    expect('{');
    space();
    boolean more = peek() != '}';
    while (more) {
      space();
      if (peek() != '"') {
        throw new Broken("expected a key in double quotes, found " + found());
      }
      Node key = string();
      space();
      expect(':');
      tuples.add(new NodeTuple(key, value()));
      more = comma('}');
    }
    expect('}');
    depth--;
    return new MappingNode(Tag.MAP, true, tuples, start, mark(), FlowStyle.FLOW);
  }

  private Node array() throws Broken {
    Mark start = mark();
    List<Node> values = new ArrayList<>();
    depth++;
    expect('[');
    space();
    boolean more = peek() != ']';
    while (more) {
      values.add(value());
      more = comma(']');
    }
    expect(']');
    depth--;
    return new SequenceNode(Tag.SEQ, true, values, start, mark(), FlowStyle.FLOW);
  }

  private boolean comma(char end) throws Broken {
    space();
    if (peek() == end) {
      return false;
    }
    expect(',');
    space();
    return !lenient || peek() != end;
  }

  private Node string() throws Broken {
    Mark start = mark();
    StringBuilder value = new StringBuilder();
    expect('"');
    while (peek() != '"') {
      char c = text.charAt(at++);
      if (c == '\n') {
        throw new Broken("a string that does not end on its line");
      }
      value.append(c == '\\' ? escaped() : c);
    }
    expect('"');
    return new ScalarNode(Tag.STR, value.toString(), start, mark(), ScalarStyle.DOUBLE_QUOTED);
  }

  private char escaped() throws Broken {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw new Broken("unknown escape: \\" + c);
    };
  }

  private char unicode() throws Broken {
    try {
      char c = (char) Integer.parseInt(text.substring(at, Math.min(text.length(), at + 4)), 16);
      at += 4;
      return c;
    } catch (NumberFormatException _) {
      throw new Broken("expected four hexadecimal digits after \\u");
    }
  }

  /** Reads a number, {@code true}, {@code false} or {@code null}. */
  private Node word() throws Broken {
    Mark start = mark();
    int from = at;
    while (at < text.length() && isOfWord(text.charAt(at))) {
      at++;
    }
    String word = text.substring(from, at);
    Tag tag =
        switch (word) {
          case "true", "false" -> Tag.BOOL;
          case "null" -> Tag.NULL;
          default -> number(word);
        };
    return new ScalarNode(tag, word, start, mark(), ScalarStyle.PLAIN);
  }

  private Tag number(String word) throws Broken {
    if (!word.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?")) {
      throw new Broken("expected a value, found " + (word.isEmpty() ? found() : "'" + word + "'"));
    }
    return word.matches("-?[0-9]+") ? Tag.INT : Tag.FLOAT;
  }

  private static boolean isOfWord(char c) {
    return Character.isLetterOrDigit(c) || c == '-' || c == '+' || c == '.';
  }

  private void space() {
    while (at < text.length()) {
      if (" \t\r\n".indexOf(text.charAt(at)) >= 0) {
        line += text.charAt(at) == '\n' ? 1 : 0;
        at++;
      } else if (lenient && (text.startsWith("//", at) || text.startsWith("/*", at))) {
        comment();
      } else {
        return;
      }
    }
  }

  /** Skips a comment up to its end, or to the end of the text. */
  private void comment() {
    boolean isBlock = text.charAt(at + 1) == '*';
    int end = text.indexOf(isBlock ? "*/" : "\n", at + 2);
    int next = end < 0 ? text.length() : end + (isBlock ? 2 : 0);
    line += (int) text.substring(at, next).chars().filter(c -> c == '\n').count();
    at = next;
  }

  private char peek() throws Broken {
    if (at >= text.length()) {
      throw new Broken("the text ends too early");
    }
    return text.charAt(at);
  }

  private void expect(char wanted) throws Broken {
    if (peek() != wanted) {
      throw new Broken("expected '" + wanted + "', found " + found());
    }
    at++;
  }

  private String found() {
    return at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
  }

  private Mark mark() {
    return new Mark("", at, line, 0, new int[0], 0);
  }

  /** Thrown at the place from which the text is not JSON. */
  private static final class Broken extends Exception {
    private static final long serialVersionUID = 1L;

    Broken(String message) {
      super(message, null, false, false);
    }
  }
}
