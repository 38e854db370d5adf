package io.github.dnsonde.http;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.overview.Timeline;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.status.Outcomes;
import java.util.function.Supplier;

/**
 * The sources of all pages. Each request reads them, on any thread.
 *
 * @param plan the current one
 * @param diagnosis the latest
 * @param state the present state of the node
 * @param timeline the changes and findings of the last day
 */
public record Pages(
    MetricsPage metrics,
    Health health,
    Outcomes outcomes,
    Supplier<Plan> plan,
    Supplier<Diagnosis> diagnosis,
    PresentState state,
    Supplier<Timeline> timeline) {
  public Pages {
    requireNonNull(metrics, "metrics is null");
    requireNonNull(health, "health is null");
    requireNonNull(outcomes, "outcomes is null");
    requireNonNull(plan, "plan is null");
    requireNonNull(diagnosis, "diagnosis is null");
    requireNonNull(state, "state is null");
    requireNonNull(timeline, "timeline is null");
  }
}
