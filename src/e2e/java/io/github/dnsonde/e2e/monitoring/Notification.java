package io.github.dnsonde.e2e.monitoring;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;

/**
 * One alert as a person on call would get it (Alertmanager documentation, "webhook_config").
 *
 * @param firing true if it fires, false if it is resolved
 * @param startsAt the time when it began to fire in Prometheus
 * @param receivedAt the time when it was received here
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

  /** Returns the alert's name. */
  public String name() {
    return label("alertname");
  }

  /** Returns a label's value; empty if there is none, which is the same to Prometheus. */
  public String label(String name) {
    return labels.getOrDefault(name, "");
  }

  /** Returns an annotation; empty if there is none. */
  public String annotation(String name) {
    return annotations.getOrDefault(name, "");
  }
}
