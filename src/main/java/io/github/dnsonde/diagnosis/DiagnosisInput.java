package io.github.dnsonde.diagnosis;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.NodeCache;
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
 * @param cache the DNS cache of this node
 * @param intercepted vantages where what is answered is the word of somebody else than the servers
 * @param now the time
 */
public record DiagnosisInput(
    List<Streak> streaks,
    ClusterView cluster,
    NodeCache cache,
    Set<Vantage> intercepted,
    Instant now) {

  public DiagnosisInput {
    streaks = List.copyOf(streaks);
    requireNonNull(cluster, "cluster is null");
    requireNonNull(cache, "cache is null");
    intercepted = Set.copyOf(intercepted);
    requireNonNull(now, "now is null");
  }
}
