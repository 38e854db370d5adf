package io.github.dnsonde.plan;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Trial;
import io.github.dnsonde.probe.TrialQuestion;
import io.github.dnsonde.probe.Vantage;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The trials of a plan, from core vantages to the servers that their pods use. Policies decide
 * which answers arrive, so those about large answers have one vantage in each namespace. Caches
 * belong to servers, and many random names look like a tunnel, so those about fresh names have one
 * vantage in all.
 */
public final class PlannedTrials {

  private PlannedTrials() {}

  /** Returns a plan, whose vantages have their roles, with the configured trials. */
  public static Plan addedTo(Plan plan, Config config) {
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
        config.trials().stream().flatMap(question -> trials(question, paths)).toList());
  }

  private static ProbePath path(Probe probe) {
    return new ProbePath(probe.vantage(), probe.server(), Transport.UDP);
  }

  private static Stream<Trial> trials(TrialQuestion question, List<ProbePath> paths) {
    Set<Vantage> chosen =
        switch (question.kind()) {
          case LARGE -> Set.copyOf(firstOfEach(paths, Vantage::namespace));
          case FRESH -> Set.copyOf(firstOfEach(paths, _ -> ""));
        };
    return paths.stream()
        .filter(path -> chosen.contains(path.vantage()))
        .map(path -> new Trial(path.vantage(), path.server(), question));
  }

  private static List<Vantage> firstOfEach(List<ProbePath> paths, Function<Vantage, String> group) {
    return List.copyOf(
        paths.stream()
            .map(ProbePath::vantage)
            .collect(Collectors.toMap(group, vantage -> vantage, (first, _) -> first))
            .values());
  }
}
