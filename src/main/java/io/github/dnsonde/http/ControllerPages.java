package io.github.dnsonde.http;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.overview.Timeline;
import java.util.function.Supplier;

/**
 * The sources of the controller's pages. Each request reads them, on any thread.
 *
 * @param diagnosis the latest, over all nodes
 * @param state the present state of the cluster
 * @param timeline the changes and findings of the last day
 */
public record ControllerPages(
    MetricsPage metrics,
    Health health,
    Supplier<Diagnosis> diagnosis,
    PresentState state,
    Supplier<Timeline> timeline) {
  public ControllerPages {
    requireNonNull(metrics, "metrics is null");
    requireNonNull(health, "health is null");
    requireNonNull(diagnosis, "diagnosis is null");
    requireNonNull(state, "state is null");
    requireNonNull(timeline, "timeline is null");
  }
}
