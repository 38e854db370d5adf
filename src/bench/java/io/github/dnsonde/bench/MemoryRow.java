package io.github.dnsonde.bench;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * One row of the table.
 *
 * @param askedBefore the number of queries before the measurement
 */
record MemoryRow(long askedBefore, AgentUse use) {

  private static final int SCOPES = 2;

  static final String HEAD =
      """
      | vantages | probes | resident, MiB | at most, MiB | of one core, % | queries/s | failures | untested | synced |
      |--:|--:|--:|--:|--:|--:|--:|--:|---|\
      """;

  /** Returns whether all queries from this many vantages were sent and answered right. */
  boolean well(int wanted) {
    return vantages() == wanted
        && use.asked() > askedBefore
        && use.failed() == 0
        && untested() == 0
        && synced();
  }

  private long vantages() {
    return use.page().sum("dnsonde_vantages");
  }

  private long untested() {
    return use.page().sum("dnsonde_probes_untested_total");
  }

  private boolean synced() {
    return use.page().series("dnsonde_kube_sync_age_seconds") > 0;
  }

  private double rate() {
    return (use.asked() - askedBefore)
        * (double) TimeUnit.SECONDS.toNanos(1)
        / use.wall().toNanos();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "| %d | %d | %.0f | %.0f | %.1f | %.1f | %d | %d | %s |",
        vantages(),
        SCOPES * use.page().series("dnsonde_probes_total"), // no two share their other labels
        use.residentMebibytes(),
        use.peakMebibytes(),
        use.share(),
        rate(),
        use.failed(),
        untested(),
        synced() ? "yes" : "no");
  }
}
