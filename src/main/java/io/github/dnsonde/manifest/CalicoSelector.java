package io.github.dnsonde.manifest;

import io.github.dnsonde.cluster.LabelExpression;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.LabelSelector.Operator;
import io.github.dnsonde.cluster.LabelSelector.Requirement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Turns selectors in Calico's language into alternatives of which one must match, for a first look
 * at which pods they may select. A selector that is not understood may match everything.
 */
final class CalicoSelector {

  private static final List<LabelSelector> EVERYTHING = List.of(LabelSelector.EVERYTHING);

  private static final int MOST_ALTERNATIVES = 100;

  /** The maximum number of requirements in all alternatives together. */
  private static final int MOST_REQUIREMENTS = 1_000;

  private CalicoSelector() {}

  /** Returns selectors of which any may match; an empty text selects every object. */
  static List<LabelSelector> read(String text) {
    try {
      return alternatives(
          LabelExpressions.parse(text, LabelExpressions.Meaning.OF_ENDPOINTS), false);
    } catch (IllegalArgumentException _) {
      return EVERYTHING;
    }
  }

  /**
   * Returns the alternatives; a negation turns them into requirements (De Morgan), and the other
   * way round.
   */
  private static List<LabelSelector> alternatives(LabelExpression expression, boolean denied) {
    return switch (expression) {
      case LabelExpression.Not(LabelExpression other) -> alternatives(other, !denied);
      case LabelExpression.And(List<LabelExpression> parts) ->
          denied ? union(parts, true) : product(parts, false);
      case LabelExpression.Or(List<LabelExpression> parts) ->
          denied ? product(parts, true) : union(parts, false);
      case LabelExpression.Has(String key) ->
          of(new Requirement(key, denied ? Operator.DOES_NOT_EXIST : Operator.EXISTS, Set.of()));
      case LabelExpression.In(String key, Set<String> values) -> in(key, values, denied);
      case LabelExpression.Part _ -> EVERYTHING;
    };
  }

  private static List<LabelSelector> in(String key, Set<String> values, boolean denied) {
    if (values.isEmpty()) {
      return denied ? EVERYTHING : List.of();
    }
    return of(new Requirement(key, denied ? Operator.NOT_IN : Operator.IN, values));
  }

  private static List<LabelSelector> of(Requirement requirement) {
    return List.of(new LabelSelector(Map.of(), List.of(requirement)));
  }

  private static List<LabelSelector> union(List<LabelExpression> parts, boolean denied) {
    return bounded(parts.stream().flatMap(part -> alternatives(part, denied).stream()));
  }

  private static List<LabelSelector> product(List<LabelExpression> parts, boolean denied) {
    List<LabelSelector> all = EVERYTHING;
    for (LabelExpression part : parts) {
      List<LabelSelector> more = alternatives(part, denied);
      List<LabelSelector> left = all;
      require(
          left.size() * more.size() <= MOST_ALTERNATIVES
              && requirements(left) * more.size() + requirements(more) * left.size()
                  <= MOST_REQUIREMENTS);
      all = left.stream().flatMap(one -> more.stream().map(other -> joined(one, other))).toList();
    }
    return all;
  }

  private static LabelSelector joined(LabelSelector left, LabelSelector right) {
    return new LabelSelector(
        Map.of(),
        Stream.concat(left.matchExpressions().stream(), right.matchExpressions().stream())
            .toList());
  }

  private static List<LabelSelector> bounded(Stream<LabelSelector> alternatives) {
    List<LabelSelector> all = alternatives.limit(MOST_ALTERNATIVES + 1L).toList();
    require(all.size() <= MOST_ALTERNATIVES && requirements(all) <= MOST_REQUIREMENTS);
    return all;
  }

  private static int requirements(List<LabelSelector> alternatives) {
    return alternatives.stream().mapToInt(each -> each.matchExpressions().size()).sum();
  }

  private static void require(boolean small) {
    if (!small) {
      throw new IllegalArgumentException("the selector has too many alternatives");
    }
  }
}
