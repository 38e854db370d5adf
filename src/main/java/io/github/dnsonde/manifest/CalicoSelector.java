package io.github.dnsonde.manifest;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.LabelSelector.Operator;
import io.github.dnsonde.cluster.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads Calico's selectors, {@code has(a) && b in {'c', 'd'}} (Calico documentation, "Selectors"),
 * as alternatives of which one must match. A selector that is not understood may match everything.
 */
final class CalicoSelector {

  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(&&|\\|\\||==|!=|!|\\(|\\)|\\{|}|,|'[^']*'|\"[^\"]*\"|[A-Za-z0-9_./-]+)");

  private static final int MOST_TOKENS = 1_000;
  private static final int MOST_ALTERNATIVES = 100;
  private static final int MAX_DEPTH = 50;

  private final List<String> tokens;
  private int at;

  private CalicoSelector(List<String> tokens) {
    this.tokens = tokens;
  }

  /** Returns selectors of which any may match; an empty text selects every object. */
  static List<LabelSelector> read(String text) {
    List<LabelSelector> everything = List.of(LabelSelector.EVERYTHING);
    if (text.isBlank()) {
      return everything;
    }
    try {
      CalicoSelector selector = new CalicoSelector(tokens(text));
      List<LabelSelector> all = selector.either(false, 0);
      return selector.at == selector.tokens.size() ? all : everything;
    } catch (NotUnderstood _) {
      return everything;
    }
  }

  private static List<String> tokens(String text) throws NotUnderstood {
    List<String> tokens = new ArrayList<>();
    String rest = text.strip();
    Matcher matcher = TOKEN.matcher(rest);
    int end = 0;
    while (end < rest.length()) {
      matcher.region(end, rest.length());
      if (!matcher.lookingAt() || tokens.size() >= MOST_TOKENS) {
        throw new NotUnderstood();
      }
      tokens.add(matcher.group(1));
      end = matcher.end();
    }
    return tokens;
  }

  /**
   * Reads alternatives; a negation turns them into requirements (De Morgan), and the other way
   * round.
   */
  private List<LabelSelector> either(boolean denied, int depth) throws NotUnderstood {
    if (depth > MAX_DEPTH) {
      throw new NotUnderstood();
    }
    List<LabelSelector> all = both(denied, depth);
    while (take("||")) {
      List<LabelSelector> more = both(denied, depth);
      all = denied ? product(all, more) : union(all, more);
    }
    return all;
  }

  private List<LabelSelector> both(boolean denied, int depth) throws NotUnderstood {
    List<LabelSelector> all = one(denied, depth);
    while (take("&&")) {
      List<LabelSelector> more = one(denied, depth);
      all = denied ? union(all, more) : product(all, more);
    }
    return all;
  }

  private List<LabelSelector> one(boolean denied, int depth) throws NotUnderstood {
    if (take("!")) {
      return one(!denied, depth + 1);
    }
    if (take("(")) {
      List<LabelSelector> all = either(denied, depth + 1);
      expect(")");
      return all;
    }
    String key = next();
    if (take("(")) {
      return call(key, denied);
    }
    return switch (next()) {
      case "==" -> in(key, Set.of(value()), denied);
      case "!=" -> in(key, Set.of(value()), !denied);
      case "in" -> in(key, values(), denied);
      case "not" -> {
        expect("in");
        yield in(key, values(), !denied);
      }
      default -> throw new NotUnderstood();
    };
  }

  private List<LabelSelector> call(String name, boolean denied) throws NotUnderstood {
    if (name.equals("has")) {
      String key = next();
      expect(")");
      return of(new Requirement(key, denied ? Operator.DOES_NOT_EXIST : Operator.EXISTS, Set.of()));
    }
    expect(")");
    if (name.equals("all")) {
      return denied ? List.of() : List.of(LabelSelector.EVERYTHING);
    }
    throw new NotUnderstood();
  }

  private List<LabelSelector> in(String key, Set<String> values, boolean denied) {
    if (values.isEmpty()) {
      return denied ? List.of(LabelSelector.EVERYTHING) : List.of();
    }
    return of(new Requirement(key, denied ? Operator.NOT_IN : Operator.IN, values));
  }

  private static List<LabelSelector> of(Requirement requirement) {
    return List.of(new LabelSelector(Map.of(), List.of(requirement)));
  }

  private Set<String> values() throws NotUnderstood {
    Set<String> values = new TreeSet<>();
    expect("{");
    while (!take("}")) {
      values.add(value());
      take(",");
    }
    return values;
  }

  private String value() throws NotUnderstood {
    String token = next();
    if (!token.startsWith("'") && !token.startsWith("\"")) {
      throw new NotUnderstood();
    }
    return token.substring(1, token.length() - 1);
  }

  private static List<LabelSelector> union(List<LabelSelector> one, List<LabelSelector> other)
      throws NotUnderstood {
    return bounded(Stream.concat(one.stream(), other.stream()).toList());
  }

  private static List<LabelSelector> product(List<LabelSelector> one, List<LabelSelector> other)
      throws NotUnderstood {
    if ((long) one.size() * other.size() > MOST_ALTERNATIVES) {
      throw new NotUnderstood();
    }
    return one.stream().flatMap(left -> other.stream().map(right -> joined(left, right))).toList();
  }

  private static LabelSelector joined(LabelSelector left, LabelSelector right) {
    return new LabelSelector(
        Map.of(),
        Stream.concat(left.matchExpressions().stream(), right.matchExpressions().stream())
            .toList());
  }

  private static List<LabelSelector> bounded(List<LabelSelector> all) throws NotUnderstood {
    if (all.size() > MOST_ALTERNATIVES) {
      throw new NotUnderstood();
    }
    return all;
  }

  private boolean take(String token) {
    boolean is = at < tokens.size() && tokens.get(at).equals(token);
    at += is ? 1 : 0;
    return is;
  }

  private void expect(String token) throws NotUnderstood {
    if (!take(token)) {
      throw new NotUnderstood();
    }
  }

  private String next() throws NotUnderstood {
    if (at >= tokens.size()) {
      throw new NotUnderstood();
    }
    return tokens.get(at++);
  }

  /** Thrown if the selector has more than is read here. */
  private static final class NotUnderstood extends Exception {
    private static final long serialVersionUID = 1L;

    NotUnderstood() {
      super("not understood", null, false, false);
    }
  }
}
