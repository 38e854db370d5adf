package io.github.dnsonde.diagnosis;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Trial;
import io.github.dnsonde.probe.TrialStreak;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Findings for trials: answers that do not fit into a datagram, and names that no cache knows. One
 * finding of each kind for each namespace or server.
 */
final class TrialFindings {

  private static final int MOST_EVIDENCE = 3;

  private TrialFindings() {}

  /** Returns the findings for these trials; the streaks show which paths work otherwise. */
  static List<Finding> of(List<TrialStreak> trials, List<Streak> streaks) {
    Set<ProbePath> working =
        trials.isEmpty()
            ? Set.of()
            : streaks.stream()
                .filter(streak -> streak.failures() == 0)
                .map(streak -> ProbePath.of(streak.latest().probe()))
                .collect(Collectors.toUnmodifiableSet());
    List<TrialStreak> sorted =
        trials.stream()
            .sorted(
                Comparator.comparing((TrialStreak streak) -> trial(streak).vantage().namespace())
                    .thenComparing(streak -> trial(streak).server().name())
                    .thenComparing(streak -> trial(streak).name()))
            .toList();
    Map<List<Object>, List<TrialExplanation>> groups = new LinkedHashMap<>();
    for (TrialStreak streak : sorted) {
      TrialExplanation.of(streak, working.contains(datagrams(trial(streak))))
          .ifPresent(
              each ->
                  groups
                      .computeIfAbsent(List.of(each.code(), subject(each)), _ -> new ArrayList<>())
                      .add(each));
    }
    return groups.values().stream().map(TrialFindings::finding).toList();
  }

  private static Trial trial(TrialStreak streak) {
    return streak.latest().trial();
  }

  private static ProbePath datagrams(Trial trial) {
    return new ProbePath(trial.vantage(), trial.server(), Transport.UDP);
  }

  private static String subject(TrialExplanation explanation) {
    Trial trial = trial(explanation.streak());
    return explanation.code().isOfNamespace() ? trial.vantage().namespace() : trial.server().name();
  }

  private static Finding finding(List<TrialExplanation> explanations) {
    TrialExplanation first =
        explanations.stream().min(Comparator.comparing(TrialExplanation::confidence)).orElseThrow();
    List<TrialStreak> streaks = explanations.stream().map(TrialExplanation::streak).toList();
    return new Finding(
        first.code(),
        new Finding.Subject(
            sorted(streaks, trial -> trial.vantage().namespace()),
            Words.pods(streaks.stream().map(streak -> trial(streak).vantage())),
            sorted(streaks, trial -> trial.server().name()),
            transports(streaks)),
        first.confidence(),
        streaks.stream().map(TrialStreak::since).min(Instant::compareTo).orElseThrow(),
        first.sentence(),
        explanations.stream().limit(MOST_EVIDENCE).map(TrialExplanation::evidence).toList(),
        List.of(),
        Optional.empty());
  }

  private static List<String> sorted(List<TrialStreak> streaks, Function<Trial, String> name) {
    return streaks.stream().map(streak -> name.apply(trial(streak))).distinct().sorted().toList();
  }

  private static List<Transport> transports(List<TrialStreak> streaks) {
    return streaks.stream()
        .flatMap(streak -> trial(streak).question().questions().stream())
        .map(Question::transport)
        .distinct()
        .sorted()
        .toList();
  }
}
