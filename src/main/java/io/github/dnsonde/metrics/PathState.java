package io.github.dnsonde.metrics;

import io.github.dnsonde.metrics.QueryCounts.Answered;
import io.github.dnsonde.metrics.QueryCounts.Failed;
import io.github.dnsonde.metrics.QueryCounts.Slow;
import io.github.dnsonde.metrics.QueryCounts.Tested;
import io.github.dnsonde.metrics.QueryCounts.Untested;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Verdict;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * The state of one path: of all queries from one vantage to one server over one transport. Alert
 * rules use it as it is, instead of computing it from counters. Not thread-safe.
 */
final class PathState {

  /** A path is unanswered for certain from here on. */
  static final Duration CERTAIN = Duration.ofSeconds(20);

  /** So many queries in a row: a policy engine that reloads loses one or two. */
  private static final int IN_A_ROW = 3;

  /**
   * A path that has not worked for longer is not expected to: a week, for whoever is on call once a
   * week, and a day to spare. The alert rules forget a path after the same time. If the agent
   * forgot it first, the rules would blame policies for what the node still is to blame for.
   */
  static final Duration EXPECTED = Duration.ofDays(8);

  /** The value of a path of which too few queries in a row were lost: just not certain. */
  private static final double UNCERTAIN = CERTAIN.toSeconds() - 1.0;

  private final QueryWindow window = new QueryWindow();
  private int planned;
  private int unanswered;
  private boolean answered;
  private long since;
  private boolean tested;

  /** One more probe of the path is in the plan. */
  void plan() {
    planned++;
  }

  /** One probe of the path less is in the plan. */
  void unplan() {
    planned--;
  }

  boolean planned() {
    return planned > 0;
  }

  /** Takes the result of a query. */
  void take(Outcome outcome, long now) {
    count(outcome, now);
    switch (outcome.verdict()) {
      case Verdict.Good() -> answered(now);
      case Verdict.Failed(var reason) -> failed(reason, outcome, now);
      case Verdict.Untested _ -> {}
    }
  }

  /** Takes the result of a query that a later one has overtaken: the state does not change. */
  void takeOvertaken(Outcome outcome, long now) {
    count(outcome, now);
  }

  private void failed(Reason reason, Outcome outcome, long now) {
    if (reason.kind() != Reason.Kind.UNANSWERED) {
      answered(now); // wrong or late: but the path carries queries and responses
      return;
    }
    if (!tested) {
      tested = true;
      since = now - outcome.duration().orElse(Duration.ZERO).toNanos();
    }
    unanswered++;
    if (unanswered >= IN_A_ROW && now - since >= CERTAIN.toNanos()) {
      window.clear(); // from here on it is an outage, and no longer a loss of single queries
    }
  }

  private void answered(long now) {
    tested = true;
    answered = true;
    unanswered = 0;
    since = now;
  }

  private void count(Outcome outcome, long now) {
    Scope scope = outcome.probe().question().scope();
    switch (outcome.verdict()) {
      case Verdict.Good() -> {
        window.add(now, new Tested(scope));
        measure(outcome, now);
      }
      case Verdict.Failed(var reason) -> {
        window.add(now, new Tested(scope));
        window.add(now, new Failed(scope, reason));
        if (reason == Reason.LATE) {
          measure(outcome, now);
        }
      }
      case Verdict.Untested(var cause) -> window.add(now, new Untested(cause));
    }
  }

  /** Right answers only: a server may well take its time over a SERVFAIL. */
  private void measure(Outcome outcome, long now) {
    Scope scope = outcome.probe().question().scope();
    window.add(now, new Answered(scope));
    if (outcome.duration().orElse(Duration.ZERO).compareTo(slow(scope)) > 0) {
      window.add(now, new Slow(scope));
    }
  }

  /**
   * The cluster's own names come from memory: half a second is a server without processor time. For
   * external names CoreDNS grants an upstream two seconds.
   */
  private static Duration slow(Scope scope) {
    return switch (scope) {
      case INTERNAL -> Duration.ofMillis(500);
      case EXTERNAL -> Duration.ofSeconds(2);
    };
  }

  /**
   * Returns the seconds since the last response, while queries get none: 0 after a response; less
   * than {@link #CERTAIN} until three queries in a row got none; infinite if there never was a
   * response. Empty while nothing is known: before the first response, until three queries and 20 s
   * went by without one.
   */
  OptionalDouble unansweredSeconds(long now) {
    if (unanswered == 0) {
      return tested ? OptionalDouble.of(0) : OptionalDouble.empty();
    }
    boolean certain = unanswered >= IN_A_ROW;
    double seconds = Seconds.of(Duration.ofNanos(Math.max(1_000_000, now - since)));
    if (!answered) {
      return certain && seconds >= CERTAIN.toSeconds()
          ? OptionalDouble.of(Double.POSITIVE_INFINITY)
          : OptionalDouble.empty();
    }
    return OptionalDouble.of(certain ? seconds : Math.min(seconds, UNCERTAIN));
  }

  /** Returns whether this agent has seen the path work within the last days. */
  boolean expectedToWork(long now) {
    return answered && now - since < EXPECTED.toNanos();
  }

  /** Returns the numbers of its queries of the last two minutes, by result. */
  QueryCounts queries(long now) {
    return window.counts(now);
  }
}
