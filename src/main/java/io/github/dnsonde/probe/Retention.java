package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Set;

/**
 * The time for which a probe that left the plan is remembered: its series, and its streak in case
 * it returns.
 *
 * @param usual the configured time; not negative
 */
public record Retention(Duration usual) {

  /**
   * The least for a blind namespace: an alert must not end because its incident killed the pods.
   */
  private static final Duration WHEN_BLIND = Duration.ofMinutes(10);

  public Retention {
    requireNonNull(usual, "usual is null");
    if (usual.isNegative()) {
      throw new IllegalArgumentException("retention " + usual + " is less than 0");
    }
  }

  /**
   * Returns the time for a probe.
   *
   * @param blind the namespaces that have pods on this node, but no vantage
   */
  public Duration of(Probe probe, Set<String> blind) {
    boolean longer = blind.contains(probe.vantage().namespace()) && usual.compareTo(WHEN_BLIND) < 0;
    return longer ? WHEN_BLIND : usual;
  }
}
