package io.github.dnsonde.log;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes failed probes to the log, in the words that operators search for. It does not write every
 * failure: a probe writes at most one line a minute. Every failure is in the {@code count} of some
 * line, or has its own line.
 *
 * <p>The first failure of a healthy probe is logged at once. Late counts as failed. A probe has
 * recovered after two good answers in a row. At level debug, each good answer is also logged. An
 * untested probe has neither failed nor recovered: each cause is logged at most once a minute, all
 * probes together; an untested query of an agent that stops never is. Failures that a later query
 * of the same probe overtook are counted in a line of their own, all probes together. Any thread
 * may call it.
 */
public final class FailureLog implements AutoCloseable {

  /** The good answers in a row that make a recovery. A single one is common during packet loss. */
  private static final int RECOVERED = 2;

  private final Log log = Log.named("lookup");
  private final Ticker ticker;
  private final Duration span;
  private final Map<Probe, Recent> recents = new HashMap<>();
  private final Map<Cause, LineLimit> untested = new EnumMap<>(Cause.class);
  private final LineLimit gone;
  private final LineLimit overtaken;

  /** Creates a log that measures minutes with this ticker. */
  public FailureLog(Ticker ticker) {
    this(ticker, LineLimit.MINUTE);
  }

  /** Creates a log that writes at most one line of a probe in each span. */
  public FailureLog(Ticker ticker, Duration span) {
    this.ticker = ticker;
    this.span = span;
    this.gone = new LineLimit(ticker, span);
    this.overtaken = new LineLimit(ticker, span);
  }

  /** The recent failures and lines of one probe. */
  private static final class Recent {
    private final LineLimit limit;
    private final Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    private Optional<Instant> since = Optional.empty();
    private long began;
    private long failures;
    private long goodSince;

    Recent(LineLimit limit) {
      this.limit = limit;
    }

    boolean failing() {
      return since.isPresent();
    }

    /** Adds a failure; the first of an outage brings those that its streak has already. */
    void failed(Streak streak, Reason reason, long now) {
      if (failing()) {
        failures++;
      } else {
        since = Optional.of(streak.since());
        began = now - Duration.between(streak.since(), streak.latest().at()).toNanos();
        failures = streak.failures();
      }
      reasons.add(reason);
      limit.event();
    }

    void good(Streak streak, long now) {
      if (streak.length() == 1) {
        goodSince = now;
      }
    }

    Duration failingFor() {
      return Duration.ofNanos(goodSince - began);
    }

    void recovered() {
      since = Optional.empty();
      failures = 0;
      reasons.clear();
    }
  }

  /**
   * Takes note of an outcome.
   *
   * @param streak the probe's streak, with this outcome; present if the outcome was tested
   */
  public synchronized void accept(Outcome outcome, Optional<Streak> streak) {
    switch (outcome.verdict()) {
      case Verdict.Good _ -> good(outcome, streak.orElseThrow());
      case Verdict.Failed(Reason reason) -> failed(outcome, streak.orElseThrow(), reason);
      case Verdict.Untested(Cause cause) -> untested(outcome, cause);
    }
    logUncounted();
  }

  /**
   * Records an outcome that arrived after that of a later query. It neither begins nor ends a
   * streak of failures, and does not delay a recovery.
   */
  public synchronized void overtaken(Outcome outcome) {
    switch (outcome.verdict()) {
      case Verdict.Good _ -> debug(outcome);
      case Verdict.Failed _ -> overtaken.event();
      case Verdict.Untested(Cause cause) -> untested(outcome, cause);
    }
    logUncounted();
  }

  /**
   * Forgets all other probes, because they no longer run. The time of a probe's last line is kept
   * for its minute, since the probe may return.
   */
  public synchronized void retain(Collection<Probe> probes) {
    Set<Probe> kept = new HashSet<>(probes);
    recents.entrySet().removeIf(entry -> !kept.contains(entry.getKey()) && left(entry.getValue()));
    logUncounted();
  }

  private boolean left(Recent recent) {
    gone.events(recent.limit.drain());
    recent.recovered();
    return recent.limit.open();
  }

  private void logUncounted() {
    long count = gone.take();
    if (count > 0) {
      log.warn(uncounted(count).with("why", "their probes no longer run"));
    }
    long late = overtaken.take();
    if (late > 0) {
      log.info(uncounted(late).with("why", "later queries of the same probes ended before them"));
    }
  }

  private static Event uncounted(long failures) {
    return Event.of("failed lookups not counted by another line").with("count", failures);
  }

  private void failed(Outcome outcome, Streak streak, Reason reason) {
    Recent recent =
        recents.computeIfAbsent(outcome.probe(), _ -> new Recent(new LineLimit(ticker, span)));
    recent.failed(streak, reason, ticker.nanos());
    long count = recent.limit.take();
    if (count == 0) {
      return;
    }
    Event event =
        described(
            GoResolverText.lookup(outcome.probe()) + ": " + GoResolverText.failure(outcome, reason),
            outcome,
            "reason",
            reason.label());
    event = with(event, "detail", GoResolverText.detail(outcome));
    log.warn(recent.failures == 1 ? event : counted(event, recent, count));
    recent.reasons.clear();
  }

  private static Event counted(Event event, Recent recent, long count) {
    return with(event, "reasons", several(recent.reasons))
        .with("count", count)
        .with("since", recent.since.map(Line::time).orElse(""));
  }

  /** Returns the reasons if there are several; a single one has its own field. */
  private static String several(Set<Reason> reasons) {
    return reasons.size() < 2
        ? ""
        : reasons.stream().map(Reason::label).collect(Collectors.joining(" "));
  }

  private void good(Outcome outcome, Streak streak) {
    Recent recent = recents.get(outcome.probe());
    if (recent != null && recent.failing()) {
      recent.good(streak, ticker.nanos());
      if (streak.length() >= RECOVERED && recent.limit.open()) {
        recovered(outcome, recent);
        return;
      }
    } else if (recent != null && recent.limit.open()) {
      recents.remove(outcome.probe());
    }
    debug(outcome);
  }

  private void debug(Outcome outcome) {
    if (log.debugs()) {
      log.debug(
          described(GoResolverText.lookup(outcome.probe()) + ": answered", outcome, "reason", ""));
    }
  }

  private void recovered(Outcome outcome, Recent recent) {
    Event event =
        described(
                GoResolverText.lookup(outcome.probe()) + ": answered again", outcome, "reason", "")
            .with("failures", recent.failures)
            .with("failing_for", recent.failingFor());
    long count = recent.limit.write();
    log.info(count == 0 ? event : counted(event, recent, count));
    recent.recovered();
  }

  private void untested(Outcome outcome, Cause cause) {
    if (cause == Cause.SHUTDOWN) {
      return;
    }
    LineLimit limit = untested.computeIfAbsent(cause, _ -> new LineLimit(ticker, span));
    limit.event();
    long count = limit.take();
    if (count > 0) {
      Event event =
          described(
              GoResolverText.lookup(outcome.probe()) + ": untested",
              outcome,
              "cause",
              cause.label());
      log.warn(with(event, "detail", GoResolverText.detail(outcome)).with("count", count));
    }
  }

  /** Logs the number of failures that no line has counted. */
  @Override
  public synchronized void close() {
    long count =
        gone.drain()
            + overtaken.drain()
            + recents.values().stream().mapToLong(recent -> recent.limit.drain()).sum();
    if (count > 0) {
      log.warn(uncounted(count).with("why", "the agent is stopping"));
    }
  }

  private static Event described(String message, Outcome outcome, String why, String label) {
    Vantage vantage = outcome.probe().vantage();
    Question question = outcome.probe().question();
    Event event = Event.of(message).with("source_namespace", vantage.namespace());
    event = with(event, "workload", vantage.workload());
    event = with(event, "pod", vantage.pod());
    event = with(event, "node", vantage.node());
    event = event.with("server", outcome.probe().server().name());
    event = event.with("transport", question.transport().label());
    event = event.with("type", question.type().name());
    event = event.with("scope", question.scope().label());
    event = with(event, why, label);
    event = event.with("verdict", outcome.verdict().label());
    return with(event, "duration", outcome.duration().map(Elapsed::text).orElse(""));
  }

  /** Adds a field, unless it is empty. */
  private static Event with(Event event, String name, String value) {
    return value.isEmpty() ? event : event.with(name, value);
  }
}
