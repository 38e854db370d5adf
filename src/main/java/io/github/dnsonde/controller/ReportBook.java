package io.github.dnsonde.controller;

import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.report.Report;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The latest report of each node. Kept in memory only: agents report again soon. Thread-safe. */
final class ReportBook {

  /** A node whose agent is silent for this long is forgotten. */
  private static final Duration FORGOTTEN = Duration.ofMinutes(10);

  /** Three reports were missed. */
  private static final Duration CURRENT = Duration.ofSeconds(30);

  private final Ticker ticker;
  private final Map<String, Received> latest = new ConcurrentHashMap<>();

  /**
   * A report with its time.
   *
   * @param at the ticker's nanoseconds
   */
  record Received(Report report, long at) {}

  ReportBook(Ticker ticker) {
    this.ticker = ticker;
  }

  void add(Report report) {
    latest.put(report.node(), new Received(report, ticker.nanos()));
  }

  /** The latest reports. */
  Collection<Received> all() {
    return List.copyOf(latest.values());
  }

  /** The number of nodes that report regularly. */
  long current() {
    return latest.values().stream().filter(received -> isYounger(received, CURRENT)).count();
  }

  /** Forgets nodes that have been silent for long. */
  void sweep() {
    latest.values().removeIf(received -> !isYounger(received, FORGOTTEN));
  }

  private boolean isYounger(Received received, Duration age) {
    return ticker.nanos() - received.at() < age.toNanos();
  }
}
