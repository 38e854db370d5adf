package io.github.dnsonde.agent;

import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Verdict.Failed;
import io.github.dnsonde.report.PathResult;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.report.ReportedPath;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The outcomes of all questions on one path, as a report shows them; pure.
 *
 * @param streaks one for each question that has a result
 */
record PathReport(ProbePath path, boolean inUse, List<Streak> streaks) {

  /** The failures in a row that count as silence: one unanswered query may be a lost packet. */
  private static final int SILENCE = 2;

  /** Returns the paths of these probes. */
  static List<PathReport> each(List<Probe> probes, Map<Probe, Streak> streakOf) {
    return probes.stream()
        .collect(groupingBy(ProbePath::of, LinkedHashMap::new, toList()))
        .entrySet()
        .stream()
        .map(
            entry ->
                new PathReport(
                    entry.getKey(),
                    entry.getValue().stream().anyMatch(Probe::inUse),
                    entry.getValue().stream()
                        .flatMap(probe -> Optional.ofNullable(streakOf.get(probe)).stream())
                        .toList()))
        .toList();
  }

  /** Returns the path with ages instead of times. */
  ReportedPath at(Instant now) {
    PathState state = state();
    boolean explained = state != PathState.GOOD && state != PathState.UNTESTED;
    return new ReportedPath(
        path.server(),
        path.transport(),
        inUse,
        state,
        Ages.between(since().orElse(now), now),
        Ages.between(queried(streaks).orElse(now), now),
        explained ? results(now) : List.of());
  }

  PathState state() {
    if (streaks.isEmpty()) {
      return PathState.UNTESTED;
    }
    if (streaks.stream().allMatch(PathReport::isUnanswered)) {
      return failures(streaks.stream()) >= SILENCE ? PathState.UNANSWERED : PathState.UNCERTAIN;
    }
    if (streaks.stream().anyMatch(PathReport::isWrong)) {
      return PathState.WRONG;
    }
    if (streaks.stream().anyMatch(streak -> isOfKind(streak, Reason.Kind.LATE))) {
      return PathState.LATE;
    }
    return streaks.stream().anyMatch(PathReport::isUnanswered)
        ? PathState.UNCERTAIN
        : PathState.GOOD;
  }

  /** Returns true if a question is answered wrongly, or gets no response while others do. */
  private static boolean isWrong(Streak streak) {
    return isOfKind(streak, Reason.Kind.WRONG)
        || isMisunderstood(streak)
        || (isUnanswered(streak) && streak.failures() >= SILENCE);
  }

  private static int failures(Stream<Streak> streaks) {
    return streaks.mapToInt(Streak::failures).sum();
  }

  private static boolean isUnanswered(Streak streak) {
    return isOfKind(streak, Reason.Kind.UNANSWERED) && streak.latest().ignored().total() == 0;
  }

  /** Returns true if messages arrived, and none of them was the answer. */
  private static boolean isMisunderstood(Streak streak) {
    return isOfKind(streak, Reason.Kind.UNANSWERED) && streak.latest().ignored().total() > 0;
  }

  private static boolean isOfKind(Streak streak, Reason.Kind kind) {
    return reason(streak).filter(reason -> reason.kind() == kind).isPresent();
  }

  private static Optional<Reason> reason(Streak streak) {
    return streak.latest().verdict() instanceof Failed(Reason reason)
        ? Optional.of(reason)
        : Optional.empty();
  }

  /** The begin of the failures if there are any, otherwise of the time in which all succeed. */
  private Optional<Instant> since() {
    return streaks.stream()
        .filter(streak -> streak.failures() > 0)
        .map(Streak::since)
        .min(naturalOrder())
        .or(() -> streaks.stream().map(Streak::since).max(naturalOrder()));
  }

  private static Optional<Instant> queried(Collection<Streak> streaks) {
    return streaks.stream().map(streak -> streak.latest().at()).max(naturalOrder());
  }

  /** The streaks that are reported together. */
  private record Alike(Scope scope, Optional<Reason> reason, boolean misunderstood) {
    static Alike of(Streak streak) {
      return new Alike(
          streak.latest().probe().question().scope(),
          PathReport.reason(streak),
          isMisunderstood(streak));
    }
  }

  private List<PathResult> results(Instant now) {
    return streaks.stream()
        .collect(groupingBy(Alike::of, LinkedHashMap::new, toList()))
        .entrySet()
        .stream()
        .map(entry -> result(entry.getKey(), entry.getValue(), now))
        .toList();
  }

  private static PathResult result(Alike alike, List<Streak> streaks, Instant now) {
    SortedMap<Reason, Integer> reasons = new TreeMap<>();
    streaks.forEach(
        streak ->
            streak
                .reasons()
                .forEach((reason, count) -> reasons.merge(reason, count, Integer::sum)));
    Instant since = streaks.stream().map(Streak::since).min(naturalOrder()).orElse(now);
    return new PathResult(
        alike.scope(),
        alike.reason(),
        reasons,
        alike.misunderstood(),
        Ages.between(since, now),
        Ages.between(queried(streaks).orElse(now), now));
  }
}
