package io.github.dnsonde.alerts;

import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Ignored;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A probe of the model: the times of its queries, and their outcomes. */
final class ModelProbe {

  /** Seconds until an agent notices a changed policy, then probes it more often, and how often. */
  private static final double NOTICED = 1;

  private static final double CURIOUS = 15;
  private static final double PAUSE = 0.5;

  private final Scenario scenario;
  private final Map<String, String> labels;
  private final Probe probe;

  /**
   * A query that ended.
   *
   * @param at when it ended, seconds
   */
  record Ended(double at, Outcome outcome) {}

  /**
   * A probe with these labels.
   *
   * @param labels for the faults that match them
   */
  ModelProbe(Scenario scenario, Map<String, String> labels, Probe probe) {
    this.scenario = scenario;
    this.labels = labels;
    this.probe = probe;
  }

  Probe probe() {
    return probe;
  }

  /** Returns all queries from one time to another, seconds. */
  List<Ended> queries(double start, double end) {
    List<Ended> all = new ArrayList<>();
    double period = scenario.period(labels);
    double phase = start + Math.floorMod(labels.hashCode() * 31L, 1000) / 1000.0 * period;
    double at = phase;
    for (long nth = Math.floorMod(labels.hashCode() * 17L, 97); at < end; nth++) {
      Ended query = query(at, nth);
      all.add(query);
      at = next(at, query, phase, period);
    }
    return all;
  }

  private Ended query(double at, long nth) {
    Optional<Fault> fault =
        scenario.faults().stream().filter(each -> each.hits(labels, at, nth)).findFirst();
    double seconds = fault.map(Fault::seconds).orElse(Fault.usual(""));
    String reason = fault.map(Fault::reason).orElse("");
    Outcome outcome =
        new Outcome(
            probe,
            Instant.EPOCH.plusMillis((long) (at * 1000)),
            Optional.of(Duration.ofNanos((long) (seconds * 1e9))),
            Optional.empty(),
            Ignored.NONE,
            reply(seconds),
            reason.isEmpty()
                ? new Verdict.Good()
                : new Verdict.Failed(Reason.valueOf(reason.toUpperCase(Locale.ROOT))));
    return new Ended(at + seconds, outcome);
  }

  /** Returns a reply: the model only needs to know whether there was one. */
  private static Reply reply(double seconds) {
    return seconds < Fault.usual("timeout")
        ? new Reply.Answered(0, false, List.of(new Answer("example.com.", "A", "192.0.2.80")), 56)
        : new Reply.TimedOut(Reply.Phase.RESPONSE);
  }

  private double next(double sent, Ended query, double phase, double usual) {
    boolean good = query.outcome().verdict() instanceof Verdict.Good;
    double period = good ? usual : Math.min(usual, scenario.whenFailing());
    double steps = Math.floor((query.at() - phase) / period) + 1;
    double regular = phase + steps * period;
    Double changed = scenario.policies().get(labels.get("source_namespace"));
    if (changed == null || query.at() > changed + CURIOUS || regular < changed + NOTICED) {
      return regular;
    }
    double soon = Math.max(Math.max(query.at(), sent + PAUSE), changed + NOTICED);
    return Math.min(regular, soon);
  }
}
