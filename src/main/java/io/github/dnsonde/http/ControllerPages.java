package io.github.dnsonde.http;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.overview.Overview;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The sources of the controller's pages. Each request reads them, on any thread.
 *
 * @param status the present state of the cluster
 * @param api the further documents of the API, by their paths
 */
public record ControllerPages(
    MetricsPage metrics, Health health, Supplier<Overview> status, Map<String, ApiPage> api) {
  public ControllerPages {
    requireNonNull(metrics, "metrics is null");
    requireNonNull(health, "health is null");
    requireNonNull(status, "status is null");
    api = Map.copyOf(api);
  }
}
