package io.github.dnsonde.bench;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Verdict;
import io.github.dnsonde.testkit.DeafListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The results of the queries from many pods. Any thread may call it. */
final class PodOutcomes extends DeafListener {

  /** The number of false failures to print in full. */
  private static final int PRINTED = 5;

  private final Map<String, Long> counts = new TreeMap<>();
  private final Map<String, Long> expected = new HashMap<>();
  private final List<Long> untilFirst = new ArrayList<>();
  private final List<Long> scans = new ArrayList<>();
  private long falseOnes;
  private long standstills;

  /** Adds a pod, with the time when the creation of its file began, by {@link System#nanoTime}. */
  synchronized void expect(String pod, long since) {
    expected.put(pod, since);
  }

  synchronized void scanned(long nanos) {
    scans.add(nanos);
  }

  synchronized void starved(Duration gap) {
    standstills++;
  }

  @Override
  public synchronized void outcome(Outcome outcome, Optional<Streak> streak) {
    Long since = expected.remove(outcome.probe().vantage().pod());
    if (since != null) {
      untilFirst.add(System.nanoTime() - since);
    }
    counts.merge(word(outcome.verdict()), 1L, Long::sum);
    if (isFalse(outcome.verdict()) && falseOnes++ < PRINTED) {
      System.err.println("false: " + outcome);
    }
  }

  private static boolean isFalse(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Good _ -> false;
      case Verdict.Failed _ -> true;
      case Verdict.Untested(Cause cause) -> cause != Cause.VANTAGE_GONE && cause != Cause.SHUTDOWN;
    };
  }

  private static String word(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Good good -> good.label();
      case Verdict.Failed(var reason) -> reason.label();
      case Verdict.Untested(Cause cause) -> cause.label();
    };
  }

  @Override
  public void overtaken(Outcome outcome) {
    outcome(outcome, Optional.empty());
  }

  synchronized String report() {
    return "outcomes %s, false=%d (standstills %d), a file's first outcome %s ms, a scan %s ms"
        .formatted(counts, falseOnes, standstills, spread(untilFirst), spread(scans));
  }

  /** Returns the median and the maximum, in milliseconds. */
  private static String spread(List<Long> nanos) {
    if (nanos.isEmpty()) {
      return "-";
    }
    List<Long> sorted = nanos.stream().sorted().toList();
    return String.format(
        Locale.ROOT,
        "%.1f (at most %.1f)",
        millis(sorted.get(sorted.size() / 2)),
        millis(sorted.getLast()));
  }

  private static double millis(long nanos) {
    return nanos / (double) TimeUnit.MILLISECONDS.toNanos(1);
  }
}
