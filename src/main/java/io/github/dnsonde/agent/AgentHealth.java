package io.github.dnsonde.agent;

import io.github.dnsonde.http.Health;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.schedule.Periodic;
import io.github.dnsonde.schedule.Scheduler;
import java.time.Duration;
import java.util.Optional;

/** What the kubelet asks: whether the agent lives, whether it is ready. */
final class AgentHealth {

  /** A rollout over many nodes waits for each agent, for this long at most. */
  private static final Duration READY_AT_LATEST = Duration.ofSeconds(10);

  /** The probing thread goes round every second; after this long without, it hangs. */
  private static final Duration HANGS_AFTER = Duration.ofSeconds(30);

  /** A scan, a plan or an inquiry takes milliseconds, and seconds under heavy load. */
  private static final Duration CHORE_HANGS_AFTER = Duration.ofMinutes(1);

  private final Scheduler scheduler;
  private final Periodic chores;
  private final Ticker ticker;
  private final long started;
  private volatile boolean heard;

  AgentHealth(Scheduler scheduler, Periodic chores, Ticker ticker) {
    this.scheduler = scheduler;
    this.chores = chores;
    this.ticker = ticker;
    this.started = ticker.nanos();
  }

  /** A first outcome, of any kind, is in. */
  void heard() {
    heard = true;
  }

  Health answers() {
    return new Health(this::notLive, this::notReady);
  }

  private Optional<String> notLive() {
    return scheduler.turning(HANGS_AFTER)
        ? chores.trouble(CHORE_HANGS_AFTER)
        : Optional.of(
            "the probing thread has not gone round for " + HANGS_AFTER.toSeconds() + " s");
  }

  private Optional<String> notReady() {
    boolean waiting = !heard && ticker.nanos() - started < READY_AT_LATEST.toNanos();
    return waiting ? Optional.of("no question has had an outcome yet") : notLive();
  }
}
