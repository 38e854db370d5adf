package io.github.dnsonde.report;

import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The streaks of all questions on one path. Two failures in a row are a state, as for findings: one
 * may be a lost packet.
 *
 * @param tested true if the latest query of at least one question had a result
 * @param expectedSilent true if no response is expected: then no result counts
 */
record ObservedPath(List<Streak> streaks, boolean tested, boolean expectedSilent) {

  private static final int STATE = 2;

  PathState state() {
    if (expectedSilent) {
      return PathState.EXPECTED;
    }
    if (streaks.isEmpty() || !tested) {
      return PathState.UNTESTED;
    }
    if (streaks.stream().allMatch(ObservedPath::unanswered)) {
      return failures(streaks.stream()) >= STATE ? PathState.UNANSWERED : PathState.UNCERTAIN;
    }
    List<Streak> failing = streaks.stream().filter(streak -> streak.failures() > 0).toList();
    if (failing.isEmpty()) {
      return PathState.GOOD;
    }
    List<Streak> repeated = failing.stream().filter(streak -> streak.failures() >= STATE).toList();
    if (repeated.isEmpty()) {
      return PathState.UNCERTAIN;
    }
    return repeated.stream().allMatch(ObservedPath::late) ? PathState.LATE : PathState.WRONG;
  }

  /** The time since which the state lasts; empty if it is not known. */
  Optional<Instant> since() {
    return switch (state()) {
      case UNTESTED, EXPECTED -> Optional.empty();
      case GOOD -> streaks.stream().map(Streak::since).max(naturalOrder());
      case UNANSWERED, WRONG, LATE, UNCERTAIN ->
          streaks.stream()
              .filter(streak -> streak.failures() > 0)
              .map(Streak::since)
              .min(naturalOrder());
    };
  }

  /** The time of the latest query with a result. */
  Optional<Instant> queried() {
    return streaks.stream().map(streak -> streak.latest().at()).max(naturalOrder());
  }

  /** The streaks that are alike, each as one result. */
  List<PathResult> results(Function<Instant, Duration> age) {
    return streaks.stream()
        .collect(groupingBy(Alike::of, LinkedHashMap::new, toList()))
        .entrySet()
        .stream()
        .map(entry -> result(entry.getKey(), entry.getValue(), age))
        .toList();
  }

  /** Comparisons need the latest beginning of successes, and the first of failures. */
  private static PathResult result(
      Alike alike, List<Streak> streaks, Function<Instant, Duration> age) {
    Stream<Instant> begun = streaks.stream().map(Streak::since);
    Optional<Instant> since =
        alike.reason().isPresent() ? begun.min(naturalOrder()) : begun.max(naturalOrder());
    SortedMap<Reason, Integer> reasons = new TreeMap<>();
    streaks.forEach(
        streak ->
            streak
                .reasons()
                .forEach((reason, count) -> reasons.merge(reason, count, Integer::sum)));
    return new PathResult(
        alike.scope(),
        alike.reason(),
        reasons,
        alike.misunderstood(),
        age.apply(since.orElseThrow()),
        age.apply(
            streaks.stream()
                .map(streak -> streak.latest().at())
                .max(naturalOrder())
                .orElseThrow()));
  }

  private static int failures(Stream<Streak> streaks) {
    return streaks.mapToInt(Streak::failures).sum();
  }

  private static boolean unanswered(Streak streak) {
    return reason(streak).filter(reason -> reason.kind() == Reason.Kind.UNANSWERED).isPresent()
        && streak.latest().ignored().total() == 0;
  }

  private static boolean late(Streak streak) {
    return reason(streak).filter(reason -> reason == Reason.LATE).isPresent();
  }

  private static Optional<Reason> reason(Streak streak) {
    return streak.latest().verdict() instanceof Verdict.Failed(Reason reason)
        ? Optional.of(reason)
        : Optional.empty();
  }

  private record Alike(Scope scope, Optional<Reason> reason, boolean misunderstood) {
    static Alike of(Streak streak) {
      return new Alike(
          streak.latest().probe().question().scope(),
          ObservedPath.reason(streak),
          streak.failures() > 0 && streak.latest().ignored().total() > 0);
    }
  }
}
