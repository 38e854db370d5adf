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
  private final List<Probe> queries = new ArrayList<>();
  private final List<Outcome> own = new ArrayList<>();
  private final List<Outcome> compared = new ArrayList<>();
  private boolean comparing;

  SentPair(Consumer<QueryPair> done) {
    this.done = done;
  }

  /** Adds a query of the lookup, before it is sent. */
  void add(Probe query) {
    queries.add(query);
  }

  /** Its queries; two, unless the lookup ended before it sent the second one. */
  List<Probe> queries() {
    return List.copyOf(queries);
  }

  /**
   * Takes the outcome of a query of the lookup. It may come after the end of the lookup: musl
   * repeats a query while it waits for the reply to the first one, which may still come.
   */
  void ended(Outcome outcome) {
    own.add(outcome);
    report();
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

  private void report() {
    if (own.size() < TWO || (comparing && compared.size() < TWO)) {
      return;
    }
    Probe first = queries.getFirst();
    replies(own)
        .map(
            count ->
                new QueryPair(
                    first.vantage(),
                    first.server(),
                    count,
                    comparing ? replies(compared) : Optional.empty()))
        .ifPresent(done);
  }

  /** The number of replies; empty if an outcome is neither a reply nor silence. */
  private static Optional<Integer> replies(List<Outcome> outcomes) {
    int count = (int) outcomes.stream().filter(SentPair::isReplied).count();
    return outcomes.stream().allMatch(SentPair::isKnown) ? Optional.of(count) : Optional.empty();
  }

  private static boolean isKnown(Outcome outcome) {
    return isReplied(outcome)
        || (outcome.reply() instanceof Reply.TimedOut && outcome.duration().isPresent());
  }

  private static boolean isReplied(Outcome outcome) {
    return outcome.reply() instanceof Reply.Answered;
  }
}
