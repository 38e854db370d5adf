package io.github.dnsonde.plan;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.ExpectedSilence;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Trial;
import io.github.dnsonde.probe.TrialQuestion;
import io.github.dnsonde.probe.Vantage;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The trials of a plan, from core vantages to the servers that their pods use. Policies decide
 * which answers arrive, so those about large answers have one vantage in each namespace. Caches
 * belong to servers, and many random names look like a tunnel, so those about fresh names have one
 * vantage in all: one that is expected to get responses, and whose pod uses the most servers.
 */
public final class PlannedTrials {

  private PlannedTrials() {}

  /**
   * Returns a plan, whose vantages have their roles, with the configured trials.
   *
   * @param silence the pods that get no response from DNS, as expected
   */
  public static Plan addedTo(Plan plan, Config config, ExpectedSilence silence) {
    if (config.trials().isEmpty()) {
      return plan;
    }
    List<ProbePath> paths =
        plan.probes().stream()
            .filter(probe -> probe.inUse() && plan.isCore(probe.vantage()))
            .map(PlannedTrials::path)
            .distinct()
            .toList();
    return plan.trying(
        config.trials().stream().flatMap(question -> trials(question, paths, silence)).toList());
  }

  private static ProbePath path(Probe probe) {
    return new ProbePath(probe.vantage(), probe.server(), Transport.UDP);
  }

  private static Stream<Trial> trials(
      TrialQuestion question, List<ProbePath> paths, ExpectedSilence silence) {
    Set<Vantage> chosen =
        switch (question.kind()) {
          case LARGE -> firstOfEachNamespace(paths);
          case FRESH -> best(paths, silence).stream().collect(Collectors.toUnmodifiableSet());
        };
    return paths.stream()
        .filter(path -> chosen.contains(path.vantage()))
        .map(path -> new Trial(path.vantage(), path.server(), question));
  }

  private static Set<Vantage> firstOfEachNamespace(List<ProbePath> paths) {
    return Set.copyOf(
        paths.stream()
            .map(ProbePath::vantage)
            .collect(Collectors.toMap(Vantage::namespace, vantage -> vantage, (first, _) -> first))
            .values());
  }

  /** The first of equally good vantages, so that another plan has the same one. */
  private static Optional<Vantage> best(List<ProbePath> paths, ExpectedSilence silence) {
    Map<Vantage, Long> servers =
        paths.stream()
            .collect(
                Collectors.groupingBy(
                    ProbePath::vantage, LinkedHashMap::new, Collectors.counting()));
    return servers.keySet().stream()
        .min(
            Comparator.comparing(silence::covers)
                .thenComparing(servers::get, Comparator.reverseOrder()));
  }
}
