package io.github.dnsonde.diagnosis;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Verdict.Failed;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The outcomes of all queries on one path.
 *
 * @param streaks one for each question; at least one
 */
record PathObservation(ProbePath path, List<Streak> streaks) {

  /** The failures in a row that count as silence: one unanswered query may be a lost packet. */
  private static final int SILENCE = 2;

  PathObservation {
    streaks = List.copyOf(streaks);
    if (streaks.isEmpty()) {
      throw new IllegalArgumentException("nothing was asked on " + path);
    }
  }

  /** Returns one observation for each path of these outcomes. */
  static Collection<PathObservation> of(List<Streak> streaks) {
    return streaks.stream()
        .collect(groupingBy(streak -> ProbePath.of(streak.latest().probe())))
        .entrySet()
        .stream()
        .map(entry -> new PathObservation(entry.getKey(), entry.getValue()))
        .collect(collectingAndThen(toList(), List::copyOf));
  }

  /** Returns true if the path is no longer answered. */
  boolean silent() {
    return streaks.stream().allMatch(PathObservation::unanswered)
        && streaks.stream().mapToInt(Streak::failures).sum() >= SILENCE;
  }

  /** Returns true if the latest query of any question was answered, rightly or wrongly. */
  boolean answered() {
    return !streaks.stream().allMatch(PathObservation::unanswered);
  }

  /** Returns true if nothing answers, but not for long enough to count as silence. */
  boolean wavering() {
    return !answered() && !silent();
  }

  /** The time at which the latest query with an outcome was sent. */
  Instant queriedAt() {
    return streaks.stream().map(streak -> streak.latest().at()).max(naturalOrder()).orElseThrow();
  }

  /** The time at which the latest answered query was sent; only for a path with answers. */
  Instant answeredAt() {
    return answeredStreaks().map(streak -> streak.latest().at()).max(naturalOrder()).orElseThrow();
  }

  /** The time since which queries are answered; only for a path with answers. */
  Instant answeredSince() {
    return answeredStreaks()
        .map(streak -> streak.failures() == 0 ? streak.since() : streak.latest().at())
        .max(naturalOrder())
        .orElseThrow();
  }

  /**
   * The time at which the first query of the failures in a row was sent; of the successes if none
   * failed.
   */
  Instant since() {
    return streaks.stream()
        .min(comparing((Streak streak) -> streak.failures() == 0).thenComparing(Streak::since))
        .orElseThrow()
        .since();
  }

  /** The number of failures in a row, by reason. */
  SortedMap<Reason, Integer> failures() {
    SortedMap<Reason, Integer> failures = new TreeMap<>();
    streaks.forEach(
        streak ->
            streak
                .reasons()
                .forEach((reason, count) -> failures.merge(reason, count, Integer::sum)));
    return failures;
  }

  private Stream<Streak> answeredStreaks() {
    return streaks.stream().filter(streak -> !unanswered(streak));
  }

  private static boolean unanswered(Streak streak) {
    return failsUnanswered(streak) && !spokenTo(streak);
  }

  /**
   * Returns true if the latest query got messages but no answer. Then something is wrong with the
   * server, and no policy denies the path.
   */
  static boolean misunderstood(Streak streak) {
    return failsUnanswered(streak) && spokenTo(streak);
  }

  private static boolean failsUnanswered(Streak streak) {
    return reason(streak).filter(reason -> reason.kind() == Reason.Kind.UNANSWERED).isPresent();
  }

  private static boolean spokenTo(Streak streak) {
    return streak.latest().ignored().total() > 0;
  }

  /** The reason of the latest failure; empty if the latest query succeeded. */
  static Optional<Reason> reason(Streak streak) {
    return streak.latest().verdict() instanceof Failed(Reason reason)
        ? Optional.of(reason)
        : Optional.empty();
  }
}
