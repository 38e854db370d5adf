package io.github.dnsonde.e2e.monitoring;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;

/**
 * One alert as somebody on call would get it (Alertmanager documentation, "webhook_config").
 *
 * @param firing else resolved
 * @param startsAt when Prometheus let it fire
 * @param receivedAt when it came here
 */
public record Notification(
    boolean firing,
    Map<String, String> labels,
    Map<String, String> annotations,
    Instant startsAt,
    Instant receivedAt) {

  public Notification {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
    requireNonNull(startsAt, "startsAt is null");
    requireNonNull(receivedAt, "receivedAt is null");
  }

  /** The alert's name. */
  public String name() {
    return label("alertname");
  }

  /** A label's value; empty where there is none, which to Prometheus is the same. */
  public String label(String name) {
    return labels.getOrDefault(name, "");
  }

  /** An annotation; empty where there is none. */
  public String annotation(String name) {
    return annotations.getOrDefault(name, "");
  }
}
