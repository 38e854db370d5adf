package io.github.dnsonde.alerts;

import static io.github.dnsonde.alerts.ModelAgent.with;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One probe: when it is asked, how that ends, and what is exported of it at a scrape. */
final class ModelProbe {

  private static final double[] BOUNDS = {0.001, 0.005, 0.025, 0.1, 0.5, 1, 2, 5};

  /** A changed policy is asked about so much later, for so long, and so often. */
  private static final double NOTICED = 1;

  private static final double CURIOUS = 15;
  private static final double PAUSE = 0.5;

  private final Scenario scenario;
  private final Map<String, String> labels;
  private final List<Outcome> outcomes = new ArrayList<>();

  // What is exported, and how far.
  private int next;
  private int probes;
  private int streak;
  private double lastSuccess = Double.NEGATIVE_INFINITY;
  private final Map<String, Integer> failures = new LinkedHashMap<>();
  private final Map<Double, Integer> buckets = new HashMap<>();
  private double sum;
  private int answered;

  /** How a question ended, and when; the reason is empty when all was well. */
  private record Outcome(double at, String reason, double seconds) {}

  ModelProbe(Scenario scenario, Map<String, String> labels, double start, double end) {
    this.scenario = scenario;
    this.labels = labels;
    failures.put("timeout", 0);
    failures.put("servfail", 0);
    ask(Math.max(start, -3 * scenario.period()), Math.min(end, scenario.length()));
  }

  private void ask(double start, double end) {
    double phase = Math.floorMod(labels.hashCode() * 31L, 1000) / 1000.0 * scenario.period();
    double at = start + phase;
    for (long nth = phaseOfFaults(); at < end; nth++) {
      Outcome outcome = outcome(at, nth);
      outcomes.add(outcome);
      at = next(at, outcome, start + phase);
    }
  }

  private long phaseOfFaults() {
    return Math.floorMod(labels.hashCode() * 17L, 97);
  }

  private Outcome outcome(double at, long nth) {
    Optional<Fault> fault =
        scenario.faults().stream().filter(each -> each.hits(labels, at, nth)).findFirst();
    double seconds = fault.map(Fault::seconds).orElse(Fault.usual(""));
    return new Outcome(at + seconds, fault.map(Fault::reason).orElse(""), seconds);
  }

  private double next(double asked, Outcome outcome, double phase) {
    double period = outcome.reason().isEmpty() ? scenario.period() : scenario.whenFailing();
    double steps = Math.floor((outcome.at() - phase) / period) + 1;
    double regular = phase + steps * period;
    Double changed = scenario.policies().get(labels.get("source_namespace"));
    if (changed == null || outcome.at() > changed + CURIOUS || regular < changed + NOTICED) {
      return regular;
    }
    double soon = Math.max(Math.max(outcome.at(), asked + PAUSE), changed + NOTICED);
    return Math.min(regular, soon);
  }

  private void count(Outcome outcome) {
    probes++;
    if (outcome.reason().isEmpty()) {
      streak = 0;
      lastSuccess = outcome.at();
    } else {
      streak++;
      failures.merge(outcome.reason(), 1, Integer::sum);
    }
    if (outcome.seconds() < Fault.usual("timeout")) {
      answered++;
      sum += outcome.seconds();
      for (double bound : BOUNDS) {
        buckets.merge(bound, outcome.seconds() <= bound ? 1 : 0, Integer::sum);
      }
    }
  }

  /** Counts all until then, and exports it. */
  void sample(Samples samples, int at) {
    for (; next < outcomes.size() && outcomes.get(next).at() <= at; next++) {
      count(outcomes.get(next));
    }
    samples.put("dnsonde_probes_total", labels, at, probes);
    samples.put("dnsonde_probe_consecutive_failures", labels, at, streak);
    failures.forEach(
        (reason, count) ->
            samples.put("dnsonde_probe_failures_total", with(labels, "reason", reason), at, count));
    if (scenario.durations()) {
      durations(samples, at);
    }
  }

  /** As of the latest scrape, seconds; infinitely long ago when there was none. */
  double lastSuccess(int at) {
    return Math.min(lastSuccess, at);
  }

  private void durations(Samples samples, int at) {
    Map<String, String> own = new LinkedHashMap<>(labels);
    own.remove("in_use");
    own.remove("source_workload");
    for (double bound : BOUNDS) {
      samples.put(
          "dnsonde_probe_duration_seconds_bucket",
          with(own, "le", Double.toString(bound)),
          at,
          buckets.getOrDefault(bound, 0));
    }
    samples.put("dnsonde_probe_duration_seconds_bucket", with(own, "le", "+Inf"), at, answered);
    samples.put("dnsonde_probe_duration_seconds_count", own, at, answered);
    samples.put("dnsonde_probe_duration_seconds_sum", own, at, sum);
  }
}
