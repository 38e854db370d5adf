package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import java.util.function.Function;
import java.util.stream.Stream;

/** The result of matching a part of a policy, which may depend on something unknown. */
enum Match {
  YES,
  NO,
  MAYBE;

  static Match of(boolean matches) {
    return matches ? YES : NO;
  }

  /** Returns whether both match. */
  Match and(Match other) {
    if (this == NO || other == NO) {
      return NO;
    }
    return this == YES ? other : this;
  }

  /** Returns whether one of them matches. */
  Match or(Match other) {
    return not().and(other.not()).not();
  }

  Match not() {
    return switch (this) {
      case YES -> NO;
      case NO -> YES;
      case MAYBE -> MAYBE;
    };
  }

  /** Returns whether any of the parts matches. */
  static <T> Match any(Stream<T> parts, Function<T, Match> match) {
    return parts.map(match).reduce(NO, Match::or);
  }

  /** Returns whether a selector matches an object of whose labels only these are known. */
  static Match partly(LabelSelector selector, Labels known) {
    if (selector.surelyMatches(known)) {
      return YES;
    }
    return selector.mayMatch(known) ? MAYBE : NO;
  }
}
