package io.github.dnsonde.bench;

import java.time.Duration;
import java.util.Locale;

/**
 * What the whole agent took.
 *
 * @param probes in its plan
 * @param asked questions that it has asked
 * @param failed those among them without the right answer
 * @param resident memory at the end, in bytes (VmRSS, proc_pid_status(5))
 * @param peak the most that was resident, in bytes (VmHWM)
 * @param cpu user and system time from the first question on
 * @param wall the time in which that was spent
 */
record AgentUse(
    int probes, long asked, long failed, long resident, long peak, Duration cpu, Duration wall) {

  private static final double MEBIBYTE = 1 << 20;

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "The whole agent, %d probes every 10 s, scraped every %d s: %.0f MiB resident after %d s,"
            + " %.0f MiB at most; %.1f %% of one core; %,d asked, %d errors.",
        probes,
        AgentProcess.SCRAPE.toSeconds(),
        resident / MEBIBYTE,
        wall.toSeconds(),
        peak / MEBIBYTE,
        100.0 * cpu.toNanos() / wall.toNanos(),
        asked,
        failed);
  }
}
