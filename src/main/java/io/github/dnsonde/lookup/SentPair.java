package io.github.dnsonde.lookup;

import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.QueryPair;
import io.github.dnsonde.probe.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Two queries from one socket, and perhaps the same two from a socket each. Reports how many
 * replies they got, once all is known. A pair with another error than silence is not reported.
 */
final class SentPair {

  private static final int TWO = 2;

  private final Consumer<QueryPair> done;
  private final List<Integer> steps = new ArrayList<>();
  private final List<Outcome> compared = new ArrayList<>();
  private boolean comparing;
  private Optional<QueryPair> pair = Optional.empty();

  SentPair(Consumer<QueryPair> done) {
    this.done = done;
  }

  /** Adds a query of the lookup, by the index of its step. */
  void add(int step) {
    steps.add(step);
  }

  /** The indexes of its steps; two, unless the lookup ended before it sent the second query. */
  List<Integer> steps() {
    return List.copyOf(steps);
  }

  /** States that the same queries are sent for comparison. */
  void compare() {
    comparing = true;
  }

  /** Takes the outcome of a query for comparison. */
  void compared(Outcome outcome) {
    compared.add(outcome);
    report();
  }

  /**
   * Takes the outcomes of the lookup's queries; an empty one is that of a query that the resolver
   * has repeated, so that its reply is lost.
   */
  void ended(Probe first, List<Optional<Outcome>> outcomes) {
    Optional<Integer> replies = replies(outcomes);
    pair =
        outcomes.size() == TWO && replies.isPresent()
            ? Optional.of(
                new QueryPair(first.vantage(), first.server(), replies.get(), Optional.empty()))
            : Optional.empty();
    report();
  }

  private void report() {
    if (pair.isEmpty() || (comparing && compared.size() < TWO)) {
      return;
    }
    QueryPair ended = pair.get();
    pair = Optional.empty();
    Optional<Integer> others =
        comparing ? replies(compared.stream().map(Optional::of).toList()) : Optional.empty();
    done.accept(new QueryPair(ended.vantage(), ended.server(), ended.replies(), others));
  }

  /** The number of replies; empty if an outcome is neither a reply nor silence. */
  private static Optional<Integer> replies(List<Optional<Outcome>> outcomes) {
    boolean known = outcomes.stream().allMatch(SentPair::isKnown);
    int count = (int) outcomes.stream().filter(SentPair::isReplied).count();
    return known ? Optional.of(count) : Optional.empty();
  }

  private static boolean isKnown(Optional<Outcome> outcome) {
    return outcome
        .map(
            each ->
                isReplied(outcome)
                    || (each.reply() instanceof Reply.TimedOut && each.duration().isPresent()))
        .orElse(true);
  }

  private static boolean isReplied(Optional<Outcome> outcome) {
    return outcome.filter(each -> each.reply() instanceof Reply.Answered).isPresent();
  }
}
