package io.github.dnsonde.manifest;

import io.github.dnsonde.cluster.LabelExpression;
import io.github.dnsonde.cluster.LabelExpression.Has;
import io.github.dnsonde.cluster.LabelExpression.In;
import io.github.dnsonde.cluster.LabelExpression.Not;
import io.github.dnsonde.cluster.LabelExpression.Or;
import io.github.dnsonde.cluster.LabelExpression.Part;
import io.github.dnsonde.cluster.LabelExpression.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Parses selectors in Calico's language, such as {@code has(a) && b in {'c', 'd'}} (Calico
 * documentation, "Selectors"). {@code &&} binds more tightly than {@code ||}.
 */
final class LabelExpressions {

  private static final int MAX_LENGTH = 16_384;
  private static final int MAX_DEPTH = 50;
  private static final int MAX_KEY = 512;

  private final String text;
  private final Meaning meaning;
  private int at;

  /**
   * The meaning of a selector in its place.
   *
   * @param prefix a prefix of all keys
   * @param all the meaning of {@code all()}
   * @param global the meaning of {@code global()}
   */
  record Meaning(String prefix, LabelExpression all, LabelExpression global) {

    /** A selector of endpoints by their own labels. */
    static final Meaning OF_ENDPOINTS =
        new Meaning("", LabelExpression.all(), LabelExpression.all());
  }

  private LabelExpressions(String text, Meaning meaning) {
    this.text = text;
    this.meaning = meaning;
  }

  /**
   * Parses a selector; an empty text selects everything.
   *
   * @throws IllegalArgumentException if Calico would not accept it, or it is too large
   */
  static LabelExpression parse(String text, Meaning meaning) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("the selector is longer than " + MAX_LENGTH);
    }
    LabelExpressions parser = new LabelExpressions(text, meaning);
    parser.skipBlanks();
    if (parser.at == text.length()) {
      return LabelExpression.all();
    }
    LabelExpression parsed = parser.either(0);
    if (parser.at < text.length()) {
      throw parser.mistake("the end");
    }
    return parsed;
  }

  private LabelExpression either(int depth) {
    if (depth > MAX_DEPTH) {
      throw mistake("fewer parentheses");
    }
    List<LabelExpression> parts = parts("||", () -> both(depth));
    return parts.size() == 1 ? parts.getFirst() : new Or(parts);
  }

  private LabelExpression both(int depth) {
    return LabelExpression.all(parts("&&", () -> one(depth)));
  }

  private List<LabelExpression> parts(String operator, Supplier<LabelExpression> part) {
    List<LabelExpression> parts = new ArrayList<>();
    do {
      parts.add(part.get());
    } while (take(operator));
    return parts;
  }

  private LabelExpression one(int depth) {
    boolean denied = false;
    while (!text.startsWith("!=", at) && take("!")) {
      denied = !denied;
    }
    LabelExpression plain = plain(depth);
    return denied ? new Not(plain) : plain;
  }

  private LabelExpression plain(int depth) {
    if (take("(")) {
      LabelExpression within = either(depth + 1);
      expect(")");
      return within;
    }
    if (take("has(")) {
      LabelExpression has = new Has(key());
      expect(")");
      return has;
    }
    if (take("all(")) {
      expect(")");
      return meaning.all;
    }
    if (take("global(")) {
      expect(")");
      return meaning.global;
    }
    return comparison(key());
  }

  private LabelExpression comparison(String key) {
    if (take("==")) {
      return new In(key, Set.of(value()));
    }
    if (take("!=")) {
      return new Not(new In(key, Set.of(value())));
    }
    if (take("contains")) {
      return new Part(key, Place.ANYWHERE, value());
    }
    if (take("starts")) {
      expect("with");
      return new Part(key, Place.START, value());
    }
    if (take("ends")) {
      expect("with");
      return new Part(key, Place.END, value());
    }
    if (take("not")) {
      expect("in");
      return new Not(new In(key, values()));
    }
    expect("in");
    return new In(key, values());
  }

  private Set<String> values() {
    Set<String> values = new TreeSet<>();
    expect("{");
    while (!take("}")) {
      values.add(value());
      if (!take(",")) {
        expect("}");
        break;
      }
    }
    return values;
  }

  private String value() {
    char quote = at < text.length() ? text.charAt(at) : ' ';
    int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
    if (end < 0) {
      throw mistake("a value in quotes");
    }
    String value = text.substring(at + 1, end).intern();
    at = end + 1;
    skipBlanks();
    return value;
  }

  private String key() {
    int from = at;
    while (at < text.length() && isOfKey(text.charAt(at))) {
      at++;
    }
    if (from == at || at - from > MAX_KEY) {
      throw mistake("a label's key");
    }
    String key = (meaning.prefix + text.substring(from, at)).intern();
    skipBlanks();
    return key;
  }

  private static boolean isOfKey(char letter) {
    return (letter >= 'a' && letter <= 'z')
        || (letter >= 'A' && letter <= 'Z')
        || (letter >= '0' && letter <= '9')
        || "_./-".indexOf(letter) >= 0;
  }

  private boolean take(String token) {
    boolean is = text.startsWith(token, at);
    if (is) {
      at += token.length();
      skipBlanks();
    }
    return is;
  }

  private void expect(String token) {
    if (!take(token)) {
      throw mistake(token);
    }
  }

  private void skipBlanks() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }

  private IllegalArgumentException mistake(String expected) {
    return new IllegalArgumentException(
        "selector: expected " + expected + " at character " + (at + 1));
  }
}
