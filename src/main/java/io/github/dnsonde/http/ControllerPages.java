package io.github.dnsonde.http;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * The sources of the controller's pages. Each request reads them, on any thread.
 *
 * @param api the documents of the API, by their paths
 */
public record ControllerPages(MetricsPage metrics, Health health, Map<String, ApiPage> api) {
  public ControllerPages {
    requireNonNull(metrics, "metrics is null");
    requireNonNull(health, "health is null");
    api = Map.copyOf(api);
  }
}
