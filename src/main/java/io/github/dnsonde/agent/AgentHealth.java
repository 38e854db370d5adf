package io.github.dnsonde.agent;

import io.github.dnsonde.http.Health;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.schedule.Periodic;
import io.github.dnsonde.schedule.Scheduler;
import java.time.Duration;
import java.util.Optional;

/** The liveness and readiness of the agent, for the kubelet. */
final class AgentHealth {

  /**
   * The latest time of readiness. A rollout over many nodes waits at most this long for each agent.
   */
  private static final Duration READY_AT_LATEST = Duration.ofSeconds(10);

  /**
   * The probing thread runs its loop every few seconds; after this long without a run, it hangs.
   */
  private static final Duration HANGS_AFTER = Duration.ofSeconds(30);

  /** A scan, a plan or a diagnosis takes milliseconds, and seconds under heavy load. */
  private static final Duration CHORE_HANGS_AFTER = Duration.ofMinutes(1);

  private final Scheduler scheduler;
  private final Periodic chores;
  private final Ticker ticker;
  private final long started;
  private volatile boolean outcomeReceived;

  AgentHealth(Scheduler scheduler, Periodic chores, Ticker ticker) {
    this.scheduler = scheduler;
    this.chores = chores;
    this.ticker = ticker;
    this.started = ticker.nanos();
  }

  /** Records that a first outcome, of any kind, exists. */
  void outcomeReceived() {
    outcomeReceived = true;
  }

  Health answers() {
    return new Health(this::notLive, this::notReady);
  }

  private Optional<String> notLive() {
    return scheduler.turning(HANGS_AFTER)
        ? chores.trouble(CHORE_HANGS_AFTER)
        : Optional.of(
            "the probing thread has stalled for more than " + HANGS_AFTER.toSeconds() + " s");
  }

  private Optional<String> notReady() {
    boolean waiting = !outcomeReceived && ticker.nanos() - started < READY_AT_LATEST.toNanos();
    return waiting ? Optional.of("no query has an outcome yet") : notLive();
  }
}
