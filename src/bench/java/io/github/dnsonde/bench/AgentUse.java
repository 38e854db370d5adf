package io.github.dnsonde.bench;

import java.time.Duration;
import java.util.Locale;

/**
 * What the whole agent took.
 *
 * @param page its metrics at the end
 * @param resident memory at the end, in bytes (VmRSS, proc_pid_status(5))
 * @param peak the most that was resident, in bytes (VmHWM)
 * @param cpu user and system time meanwhile
 * @param wall the time in which that was spent
 */
record AgentUse(Samples page, long resident, long peak, Duration cpu, Duration wall) {

  private static final double MEBIBYTE = 1 << 20;

  /** Questions asked and judged since its start. */
  long asked() {
    return page.sum("dnsonde_probes_total");
  }

  /** Those among them without the right answer. */
  long failed() {
    return page.sum("dnsonde_probe_failures_total");
  }

  double residentMebibytes() {
    return resident / MEBIBYTE;
  }

  double peakMebibytes() {
    return peak / MEBIBYTE;
  }

  /** Per cent of one core. */
  double share() {
    return 100.0 * cpu.toNanos() / wall.toNanos();
  }

  /** In words. */
  String of(int probes) {
    return String.format(
        Locale.ROOT,
        "The whole agent, %d probes every 10 s, scraped every %d s: %.0f MiB resident after %d s,"
            + " %.0f MiB at most; %.1f %% of one core; %,d asked, %d errors.",
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
