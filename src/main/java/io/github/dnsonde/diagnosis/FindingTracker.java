package io.github.dnsonde.diagnosis;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Identity;
import io.github.dnsonde.probe.ProbePath;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The decision when a finding begins and ends, so that each begins and ends once. Outcomes arrive
 * one after another although a cause concerns all of them at once. In the meantime, they suggest
 * wrong causes. Belongs to one thread.
 */
final class FindingTracker {

  /**
   * The time for which a finding that is not settled must hold. Within a default period and timeout
   * (10 s and 7.5 s), every other path of the node has an outcome of its own.
   */
  static final Duration SETTLING = Duration.ofSeconds(20);

  private final Map<Identity, Instant> waiting = new HashMap<>();
  private Map<Identity, ProposedFinding> reported = new LinkedHashMap<>();

  /**
   * Returns the findings to report now.
   *
   * @param proposed the findings that the present outcomes suggest; at most one of each identity
   * @param pending the paths of which nothing is known at present: a policy that concerns them
   *     changed, and no probe that was sent after the change has finished
   */
  List<Finding> update(List<ProposedFinding> proposed, Set<ProbePath> pending, Instant now) {
    waiting.keySet().retainAll(proposed.stream().map(FindingTracker::identity).toList());
    Set<ProbePath> undecided = new HashSet<>(pending);
    Map<Identity, ProposedFinding> next = new LinkedHashMap<>();
    for (ProposedFinding each : proposed) {
      if (isDue(each, now)) {
        next.put(identity(each), continued(each));
      } else {
        undecided.addAll(each.paths());
      }
    }
    reported.forEach(
        (identity, each) -> {
          if (undecided.containsAll(each.paths())) {
            next.putIfAbsent(identity, each);
          }
        });
    reported = next;
    return reported.values().stream().map(ProposedFinding::finding).toList();
  }

  /** Moves the remembered times after the wall clock was set by this much. */
  void clockSet(Duration by) {
    waiting.replaceAll((_, first) -> first.plus(by));
    reported.replaceAll((_, each) -> each.clockSet(by));
  }

  private boolean isDue(ProposedFinding proposed, Instant now) {
    if (proposed.settled() || reported.containsKey(identity(proposed))) {
      waiting.remove(identity(proposed));
      return true;
    }
    Instant first = waiting.computeIfAbsent(identity(proposed), _ -> now);
    return Duration.between(first, now).compareTo(SETTLING) >= 0;
  }

  private ProposedFinding continued(ProposedFinding proposed) {
    ProposedFinding before = reported.get(identity(proposed));
    return before == null
        ? proposed
        : new ProposedFinding(
            proposed.finding().since(before.finding().since()),
            proposed.paths(),
            proposed.settled());
  }

  private static Identity identity(ProposedFinding proposed) {
    return proposed.finding().identity();
  }
}
