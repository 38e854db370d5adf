package io.github.dnsonde.agent;

import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.probe.QueryPair;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.schedule.Periodic;
import java.time.Duration;
import java.util.Optional;

/**
 * The times of diagnoses: every second while something fails or has changed, otherwise seldom. On a
 * healthy node a diagnosis finds the same as the one before, and costs more than the probes.
 */
final class DiagnosisPace {

  /** The interval while there is news. People read findings, so a second is soon enough. */
  private static final Duration OFTEN = Duration.ofSeconds(1);

  private static final Duration SELDOM = Duration.ofSeconds(15);

  /**
   * The time for which news matters: a finding waits 20 s before it is reported, and the outcomes
   * after a change of policies are awaited for a minute.
   */
  static final Duration NEWS = Duration.ofSeconds(90);

  private final Ticker ticker;
  private volatile Runnable diagnoseSoon = () -> {};
  private volatile long latestNews;

  DiagnosisPace(Ticker ticker) {
    this.ticker = ticker;
    this.latestNews = ticker.nanos();
  }

  /** Starts the diagnoses, as one of these periodic tasks. */
  void start(Periodic chores, Runnable diagnosis) {
    diagnoseSoon =
        chores.onDemand(
            "findings",
            OFTEN,
            SELDOM,
            () -> {
              diagnosis.run();
              if (ticker.nanos() - latestNews < NEWS.toNanos()) {
                diagnoseSoon.run();
              }
            });
  }

  /** Reports a change that a diagnosis may depend on. May be called by any thread. */
  void news() {
    latestNews = ticker.nanos();
    diagnoseSoon.run();
  }

  /**
   * Takes the streak of a probe. It is news if the probe fails, or was answered for the first time
   * since it failed. May be called by any thread.
   */
  void accept(Optional<Streak> streak) {
    if (streak.filter(known -> known.failures() > 0 || known.length() == 1).isPresent()) {
      news();
    }
  }

  /**
   * Takes the findings of a diagnosis. One that hurts may end, or change, as time goes by; one that
   * does not can wait, and may never end. May be called by any thread.
   */
  void accept(Diagnosis diagnosis) {
    if (diagnosis.findings().stream().anyMatch(finding -> finding.code().hurts())) {
      news();
    }
  }

  /**
   * Takes a pair of A and AAAA. It is news if it was compared, and a reply was lost. May be called
   * by any thread.
   */
  void accept(QueryPair pair) {
    if (pair.fromTwoSockets().isPresent() && (pair.lostOne() || pair.lostOneFromTwoSockets())) {
      news();
    }
  }
}
