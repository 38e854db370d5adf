package io.github.dnsonde.diagnosis;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Vantage;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * All that is known when it is asked why questions fail.
 *
 * @param streaks how each probe fared of late
 * @param cluster what the API server told; {@link ClusterView#EMPTY} where it was not asked
 * @param caches the pods of this node that are its DNS cache
 * @param intercepted vantages where somebody else answers in the servers' place
 * @param now the time
 */
public record Case(
    List<Streak> streaks,
    ClusterView cluster,
    List<Pod> caches,
    Set<Vantage> intercepted,
    Instant now) {

  public Case {
    streaks = List.copyOf(streaks);
    requireNonNull(cluster, "cluster is null");
    caches = List.copyOf(caches);
    intercepted = Set.copyOf(intercepted);
    requireNonNull(now, "now is null");
  }
}
