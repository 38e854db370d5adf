package io.github.dnsonde.report;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The latest results of the questions on one path that are alike. Times are ages: the clocks of
 * nodes differ.
 *
 * @param scope the scope of the questions
 * @param reason the reason of the latest failure; empty if the questions are answered rightly
 * @param reasons the number of failures in a row by reason; empty if none failed
 * @param misunderstood messages arrived, but none of them was the answer
 * @param since the age of the row's first query
 * @param queried the age of its latest query
 */
public record PathResult(
    Scope scope,
    Optional<Reason> reason,
    SortedMap<Reason, Integer> reasons,
    boolean misunderstood,
    Duration since,
    Duration queried) {

  public PathResult {
    requireNonNull(scope, "scope is null");
    requireNonNull(reason, "reason is null");
    reasons = Collections.unmodifiableSortedMap(new TreeMap<>(reasons));
    Limits.age("since", since);
    Limits.age("queried", queried);
    if (reasons.values().stream().anyMatch(count -> count < 1)) {
      throw new IllegalArgumentException("a count is below 1: " + reasons);
    }
    if (reason.isPresent() ? !reasons.containsKey(reason.get()) : !reasons.isEmpty()) {
      throw new IllegalArgumentException(
          "the latest reason is "
              + reason.map(Reason::label).orElse("none")
              + ", the reasons are "
              + reasons);
    }
  }
}
