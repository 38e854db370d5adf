package io.github.dnsonde.e2e.drill;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.e2e.monitoring.Notification;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Something that goes wrong in a make-believe cluster of its own, and is fixed.
 *
 * @param name also the cluster's
 * @param story what it would be in a real one
 * @param expected the alerts that it must bring about, and no others
 * @param begins after all has been well for so long
 * @param lasts at least so long, that neighbours' alerts had time to come
 * @param apart watched by a Prometheus of its own
 */
record Scenario(
    String name,
    String story,
    Staging staging,
    Act breaking,
    Act fix,
    List<Expected> expected,
    Duration begins,
    Duration lasts,
    boolean apart) {

  /** Longer than the longest {@code for} of what is drilled but for the slowest, and a half. */
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(190);

  private static final Duration WELL_BEFORE = Duration.ofSeconds(60);

  /** The Prometheus that watches most of them, and the one that watches who must be alone. */
  static final String COMMON = "common";

  static final String APART = "apart";

  /** Brings up agents and what they ask. */
  @FunctionalInterface
  interface Staging {
    Cast start(String cluster, Path folder) throws IOException, InterruptedException;
  }

  /** Does something to them. */
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

  /** Nothing goes wrong. */
  static Scenario of(String name, String story, Staging staging) {
    return new Scenario(
        name, story, staging, _ -> {}, _ -> {}, List.of(), WELL_BEFORE, LONG_ENOUGH, false);
  }

  /** The DNS fails. */
  Scenario suffering(Fault fault) {
    return acting(cast -> cast.suffer(fault), Cast::recover);
  }

  /** Something else is done, and undone. */
  Scenario acting(Act breaking, Act fix) {
    return new Scenario(name, story, staging, breaking, fix, expected, begins, lasts, apart);
  }

  Scenario expecting(Expected... alerts) {
    return new Scenario(name, story, staging, breaking, fix, List.of(alerts), begins, lasts, apart);
  }

  /** The fault begins that soon, and ends when all that is expected has come. */
  Scenario briefAfter(Duration well) {
    return new Scenario(name, story, staging, breaking, fix, expected, well, Duration.ZERO, apart);
  }

  /** With a Prometheus of its own. */
  Scenario watchedApart() {
    return new Scenario(name, story, staging, breaking, fix, expected, begins, lasts, true);
  }

  /** The name of the Prometheus that watches it. */
  String prometheus() {
    return apart ? APART : COMMON;
  }

  /** Whether an alert is of this scenario; one of no cluster is of all that its Prometheus sees. */
  boolean concerns(Notification alert) {
    return alert.label("prometheus").equals(prometheus())
        && (alert.label("cluster").isEmpty() || alert.label("cluster").equals(name));
  }
}
