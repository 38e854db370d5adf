package io.github.dnsonde.report;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The latest results of the questions on one path that are alike. Times are ages: the clocks of
 * nodes differ. They are kept as numbers, as in {@link ReportedPath}.
 *
 * @param scope the scope of the questions
 * @param reason the reason of the latest failure; empty if the questions are answered rightly
 * @param counts the number of failures in a row by reason, in the order of reasons; empty if none
 *     failed
 * @param misunderstood messages arrived, but none of them was the answer
 * @param sinceMillis the age of the row's first query
 * @param queriedMillis the age of its latest query
 */
public record PathResult(
    Scope scope,
    Optional<Reason> reason,
    List<ReasonCount> counts,
    boolean misunderstood,
    long sinceMillis,
    long queriedMillis) {

  /** The number of failures in a row for one reason. */
  public record ReasonCount(Reason reason, int count) {
    public ReasonCount {
      requireNonNull(reason, "reason is null");
      if (count < 1) {
        throw new IllegalArgumentException("a count is below 1: " + reason.label() + " " + count);
      }
    }
  }

  public PathResult {
    requireNonNull(scope, "scope is null");
    requireNonNull(reason, "reason is null");
    counts = List.copyOf(counts);
    Limits.age("since", Duration.ofMillis(sinceMillis));
    Limits.age("queried", Duration.ofMillis(queriedMillis));
    if (reason.isPresent() ? !has(reason.get(), counts) : !counts.isEmpty()) {
      throw new IllegalArgumentException(
          "the latest reason is "
              + reason.map(Reason::label).orElse("none")
              + ", the reasons are "
              + counts);
    }
  }

  /** Creates a result with ages in whole milliseconds. */
  public PathResult(
      Scope scope,
      Optional<Reason> reason,
      SortedMap<Reason, Integer> reasons,
      boolean misunderstood,
      Duration since,
      Duration queried) {
    this(
        scope,
        reason,
        reasons.entrySet().stream()
            .map(entry -> new ReasonCount(entry.getKey(), entry.getValue()))
            .toList(),
        misunderstood,
        since.toMillis(),
        queried.toMillis());
  }

  private static boolean has(Reason reason, List<ReasonCount> counts) {
    return counts.stream().anyMatch(each -> each.reason() == reason);
  }

  /** The number of failures in a row by reason; empty if none failed. */
  public SortedMap<Reason, Integer> reasons() {
    SortedMap<Reason, Integer> reasons = new TreeMap<>();
    counts.forEach(each -> reasons.merge(each.reason(), each.count(), Integer::sum));
    return reasons;
  }

  /** The age of the row's first query. */
  public Duration since() {
    return Duration.ofMillis(sinceMillis);
  }

  /** The age of its latest query. */
  public Duration queried() {
    return Duration.ofMillis(queriedMillis);
  }
}
