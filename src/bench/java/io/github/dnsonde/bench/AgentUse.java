package io.github.dnsonde.bench;

import java.time.Duration;
import java.util.Locale;

/**
 * The resources that the whole agent used.
 *
 * @param page its metrics at the end
 * @param resident memory at the end, in bytes (VmRSS, proc_pid_status(5))
 * @param peak the maximum resident memory, in bytes (VmHWM)
 * @param cpu user and system time during the measurement
 * @param wall the duration of the measurement
 */
record AgentUse(Samples page, long resident, long peak, Duration cpu, Duration wall) {

  private static final double MEBIBYTE = 1 << 20;

  /** Returns the number of tested queries since its start. */
  long asked() {
    return page.sum("dnsonde_probes_total");
  }

  /** Returns the number of those without the right answer. */
  long failed() {
    return page.sum("dnsonde_probe_failures_total");
  }

  double residentMebibytes() {
    return resident / MEBIBYTE;
  }

  double peakMebibytes() {
    return peak / MEBIBYTE;
  }

  /** Returns the CPU use in per cent of one core. */
  double share() {
    return 100.0 * cpu.toNanos() / wall.toNanos();
  }

  /** Returns the values in words. */
  String of(int probes) {
    return String.format(
        Locale.ROOT,
        "The whole agent, %d probes every 10 s, scraped every %d s: %.0f MiB resident after %d s,"
            + " %.0f MiB at most; %.1f %% of one core; %,d queries, %d errors.",
        probes,
        AgentProcess.SCRAPE.toSeconds(),
        residentMebibytes(),
        wall.toSeconds(),
        peakMebibytes(),
        share(),
        asked(),
        failed());
  }
}
