package io.github.dnsonde.bench;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * One row of the table.
 *
 * @param what the situation
 * @param resident the resident memory each second, in octets, sorted
 * @param peak the most since the start of the controller, in octets
 * @param cpu user and system time during the measurement
 * @param wall the duration of the measurement
 */
record ControllerRow(
    String what,
    int pods,
    ReportingAgents.Happened happened,
    List<Long> resident,
    long peak,
    Duration cpu,
    Duration wall) {

  static final String HEAD =
      """
      | | seconds | pods | reports/s | median, ms | 99 of 100, ms | refused | memory, MiB | at most, MiB | processors |
      |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\
      """;

  private static final double MEBIBYTE = 1 << 20;

  double peakMebibytes() {
    return peak / MEBIBYTE;
  }

  double processors() {
    return (double) cpu.toNanos() / wall.toNanos();
  }

  int refused() {
    return happened.refusals().values().stream().mapToInt(count -> count).sum();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "| %s | %d | %,d | %.0f | %.1f | %.1f | %s | %.0f | %.0f | %.2f |",
        what,
        wall.toSeconds(),
        pods,
        happened.latencies().size() / (wall.toNanos() / 1e9),
        happened.milliseconds(0.5),
        happened.milliseconds(0.99),
        refused() == 0 ? "0" : happened.refusals().toString(),
        resident.get(resident.size() / 2) / MEBIBYTE,
        peakMebibytes(),
        processors());
  }
}
