package io.github.dnsonde.e2e.drill;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.e2e.monitoring.Notification;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A fault in a separate simulated cluster, and its fix.
 *
 * @param name the name of the scenario and of its cluster
 * @param story the equivalent in a real cluster
 * @param expected the alerts that it must cause; it may cause no others
 * @param begins the healthy time before the fault
 * @param within the longest time from the fault until all expected alerts have fired
 * @param lasts the minimum duration, in which alerts of other namespaces would also fire
 * @param apart whether a separate Prometheus watches it
 */
record Scenario(
    String name,
    String story,
    Staging staging,
    Act breaking,
    Act fix,
    List<Expected> expected,
    Duration begins,
    Duration within,
    Duration lasts,
    boolean apart) {

  /** The usual duration: more than any {@code for} in the drill but the slowest, and half more. */
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(190);

  /** More than the longest {@code for} in the drill. */
  private static final Duration SOON_ENOUGH = Duration.ofMinutes(6);

  private static final Duration WELL_BEFORE = Duration.ofSeconds(60);

  /** The Prometheus for most scenarios; {@link #APART} is for those that must be alone. */
  static final String COMMON = "common";

  static final String APART = "apart";

  /** Starts agents and their servers. */
  @FunctionalInterface
  interface Staging {
    Cast start(String cluster, Path folder) throws IOException, InterruptedException;
  }

  /** Changes the agents or servers. */
  @FunctionalInterface
  interface Act {
    void on(Cast cast) throws IOException, InterruptedException;
  }

  Scenario {
    requireNonNull(staging, "staging is null");
    requireNonNull(breaking, "breaking is null");
    requireNonNull(fix, "fix is null");
    expected = List.copyOf(expected);
  }

  /** Creates a scenario without a fault. */
  static Scenario of(String name, String story, Staging staging) {
    return new Scenario(
        name,
        story,
        staging,
        _ -> {},
        _ -> {},
        List.of(),
        WELL_BEFORE,
        SOON_ENOUGH,
        LONG_ENOUGH,
        false);
  }

  /** Returns the scenario with a fault of the DNS. */
  Scenario suffering(Fault fault) {
    return acting(cast -> cast.suffer(fault), Cast::recover);
  }

  /** Returns the scenario with another change, and the opposite change. */
  Scenario acting(Act breaking, Act fix) {
    return new Scenario(
        name, story, staging, breaking, fix, expected, begins, within, lasts, apart);
  }

  Scenario expecting(Expected... alerts) {
    return new Scenario(
        name, story, staging, breaking, fix, List.of(alerts), begins, within, lasts, apart);
  }

  /** Returns the scenario with an early fault that ends after all expected alerts. */
  Scenario briefAfter(Duration well) {
    return new Scenario(
        name, story, staging, breaking, fix, expected, well, within, Duration.ZERO, apart);
  }

  /** Returns the scenario with alerts that fire late. */
  Scenario firingWithin(Duration time) {
    return new Scenario(name, story, staging, breaking, fix, expected, begins, time, lasts, apart);
  }

  /** Returns the scenario with a separate Prometheus. */
  Scenario watchedApart() {
    return new Scenario(name, story, staging, breaking, fix, expected, begins, within, lasts, true);
  }

  /** Returns the name of the Prometheus that watches it. */
  String prometheus() {
    return apart ? APART : COMMON;
  }

  /**
   * Returns whether an alert is of this scenario. One without a cluster is of all in its
   * Prometheus.
   */
  boolean concerns(Notification alert) {
    return alert.label("prometheus").equals(prometheus())
        && (alert.label("cluster").isEmpty() || alert.label("cluster").equals(name));
  }
}
