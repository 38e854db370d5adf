package io.github.dnsonde.diagnosis;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.probe.LookupStreak;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.PairLosses;
import io.github.dnsonde.probe.StaleSocket;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.TrialStreak;
import io.github.dnsonde.probe.Vantage;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Everything that is known when failures are explained.
 *
 * @param streaks the recent outcomes of each probe
 * @param lookups the recent outcomes of each lookup
 * @param pairs the pairs of A and AAAA that lost replies lately
 * @param trials the recent outcomes of each trial
 * @param canaries addresses of names that do not exist
 * @param sockets the long-lived sockets that get no answers
 * @param cluster the view of the cluster from the API server; {@link ClusterView#EMPTY} if none was
 *     used
 * @param cache the DNS cache of this node
 * @param intercepted vantages whose answers come from a proxy and not from the servers
 * @param now the present time
 */
public record DiagnosisInput(
    List<Streak> streaks,
    List<LookupStreak> lookups,
    List<PairLosses> pairs,
    List<TrialStreak> trials,
    List<Outcome> canaries,
    List<StaleSocket> sockets,
    ClusterView cluster,
    NodeCache cache,
    Set<Vantage> intercepted,
    Instant now) {

  public DiagnosisInput {
    streaks = List.copyOf(streaks);
    lookups = List.copyOf(lookups);
    pairs = List.copyOf(pairs);
    trials = List.copyOf(trials);
    canaries = List.copyOf(canaries);
    sockets = List.copyOf(sockets);
    requireNonNull(cluster, "cluster is null");
    requireNonNull(cache, "cache is null");
    intercepted = Set.copyOf(intercepted);
    requireNonNull(now, "now is null");
  }

  /** Creates an input without lookups, trials, canaries and sockets. */
  public DiagnosisInput(
      List<Streak> streaks,
      ClusterView cluster,
      NodeCache cache,
      Set<Vantage> intercepted,
      Instant now) {
    this(
        streaks,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        cluster,
        cache,
        intercepted,
        now);
  }
}
