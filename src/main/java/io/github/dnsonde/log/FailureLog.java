package io.github.dnsonde.log;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Tells failed probes in the log, word for word as an operator searches for them, but not each of
 * them.
 *
 * <p>Of each probe: the first failure of a burst; while it goes on, each reason at most once a
 * minute, with the count of failures since the last line; one line at recovery. Late counts as
 * failed. At level debug, each good answer too. An untested probe neither failed nor recovered:
 * each cause is told at most once a minute, all probes together, and the agent's own end never. May
 * be called by any thread.
 */
public final class FailureLog implements Consumer<Outcome> {

  private static final long QUIET = Duration.ofMinutes(1).toNanos();

  private final Log log = Log.named("lookup");
  private final Ticker ticker;
  private final Map<Probe, Burst> bursts = new HashMap<>();
  private final Map<Cause, Untold> untold = new EnumMap<>(Cause.class);

  /** Measures minutes with this ticker. */
  public FailureLog(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Failures of one probe with no success between them. */
  private static final class Burst {
    private final Instant since;
    private final long began;
    private final Map<Reason, Long> told = new EnumMap<>(Reason.class);
    private long failures;
    private long untold;

    Burst(Instant since, long began) {
      this.since = since;
      this.began = began;
    }
  }

  /** Untested probes of one cause. */
  private static final class Untold {
    private long count;
    private long told;
  }

  @Override
  public synchronized void accept(Outcome outcome) {
    switch (outcome.verdict()) {
      case Verdict.Good _ -> good(outcome);
      case Verdict.Failed(Reason reason) -> failed(outcome, reason);
      case Verdict.Untested(Cause cause) -> untested(outcome, cause);
    }
  }

  /** Forgets every probe but these: the others will not be asked again. */
  public synchronized void retain(Collection<Probe> probes) {
    bursts.keySet().retainAll(new HashSet<>(probes));
  }

  private void failed(Outcome outcome, Reason reason) {
    long now = ticker.nanos();
    Burst burst = bursts.computeIfAbsent(outcome.probe(), _ -> new Burst(outcome.at(), now));
    burst.failures++;
    burst.untold++;
    Long told = burst.told.get(reason);
    if (told != null && now - told < QUIET) {
      return;
    }
    Event event =
        with(
            described(
                Wording.lookup(outcome.probe()) + ": " + Wording.failure(outcome, reason),
                outcome,
                "reason",
                reason.label()),
            "detail",
            Wording.detail(outcome));
    log.warn(
        burst.failures == 1
            ? event
            : event.with("count", burst.untold).with("since", Line.time(burst.since)));
    burst.told.put(reason, now);
    burst.untold = 0;
  }

  private void good(Outcome outcome) {
    Burst burst = bursts.remove(outcome.probe());
    if (burst != null) {
      Duration failing = Duration.ofNanos(ticker.nanos() - burst.began);
      log.info(
          described(Wording.lookup(outcome.probe()) + ": answered again", outcome, "reason", "")
              .with("failures", burst.failures)
              .with("failing_for", failing));
    } else if (log.debugs()) {
      log.debug(described(Wording.lookup(outcome.probe()) + ": answered", outcome, "reason", ""));
    }
  }

  private void untested(Outcome outcome, Cause cause) {
    if (cause == Cause.SHUTDOWN) {
      return;
    }
    long now = ticker.nanos();
    boolean first = !untold.containsKey(cause);
    Untold untested = untold.computeIfAbsent(cause, _ -> new Untold());
    untested.count++;
    if (!first && now - untested.told < QUIET) {
      return;
    }
    log.warn(
        with(
                described(
                    Wording.lookup(outcome.probe()) + ": untested",
                    outcome,
                    "cause",
                    cause.label()),
                "detail",
                Wording.detail(outcome))
            .with("count", untested.count));
    untested.told = now;
    untested.count = 0;
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

  /** One more field, unless it says nothing. */
  private static Event with(Event event, String name, String value) {
    return value.isEmpty() ? event : event.with(name, value);
  }
}
