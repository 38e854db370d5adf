package io.github.dnsonde.e2e.drill;

import io.github.dnsonde.testkit.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * Half an hour of a healthy past for one cluster, because the error budget's alert does not fire
 * without one. Alerts fire only for the present.
 */
final class Past {

  private static final Duration FROM = Duration.ofMinutes(40);
  private static final Duration TO = Duration.ofMinutes(10);
  private static final Duration STEP = Duration.ofSeconds(30);

  /** The number of namespaces, of which none has a recorded share of lost queries in this past. */
  private static final String NAMESPACES = "server:dnsonde_namespace_in_use:count";

  private Past() {}

  /**
   * Writes the past (Prometheus documentation, "Backfilling from OpenMetrics format").
   *
   * @param prometheus the program; the promtool next to it is used, otherwise that of the system
   * @param data Prometheus' folder, before it starts
   */
  static void write(String prometheus, String cluster, Path data) throws IOException {
    Files.createDirectories(data);
    Path file = data.resolveSibling("past.txt");
    Files.writeString(file, text(cluster, Instant.now()));
    Path beside = Path.of(prometheus).resolveSibling("promtool");
    Commands.run(
        Files.isExecutable(beside) ? beside.toString() : "promtool",
        "tsdb",
        "create-blocks-from",
        "openmetrics",
        file.toString(),
        data.toString());
  }

  private static String text(String cluster, Instant now) {
    StringBuilder text = new StringBuilder("# TYPE " + NAMESPACES + " gauge\n");
    for (Instant time = now.minus(FROM); time.isBefore(now.minus(TO)); time = time.plus(STEP)) {
      text.append(NAMESPACES)
          .append("{cluster=\"")
          .append(cluster)
          .append("\",server=\"")
          .append(Cast.KUBE_DNS)
          .append("\"} 2 ")
          .append(time.getEpochSecond())
          .append('\n');
    }
    return text.append("# EOF\n").toString();
  }
}
