package io.github.dnsonde.alerts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.testkit.Commands;
import io.github.dnsonde.testkit.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The longest time from the moment a policy takes effect to DnsondeNamespaceCutOff: at any time
 * between two scrapes, and with any delay between a scrape and an evaluation. Each combination is a
 * cluster of its own, and all of them are one test.
 */
@Tag("long")
class DetectionTest {

  private static final int CUT = 60;
  private static final int STEP = 5;
  private static final int LENGTH = 180;
  private static final Pattern MEASURED =
      Pattern.compile("cluster=\"([A-Z_]+)-(\\d+)\"\\} ([0-9.E+]+)");

  /** The policy engine's way of denying, and whether the agent notices the policy. */
  private enum Cut {
    DROP_NOTICED("timeout", true),
    DROP_UNNOTICED("timeout", false),
    REJECT_NOTICED("connection_refused", true),
    REJECT_UNNOTICED("connection_refused", false);

    private final String reason;
    private final boolean noticed;

    Cut(String reason, boolean noticed) {
      this.reason = reason;
      this.noticed = noticed;
    }
  }

  @Test
  void thePageShowsTheWorstCase() throws IOException {
    Optional<Path> promtool = Programs.find("promtool");
    assumeTrue(promtool.isPresent(), "promtool is not installed (Debian package prometheus)");
    String page = Files.readString(Path.of("docs/alerts.md"));
    List<String> missing = new ArrayList<>();
    for (int interval : List.of(15, 30)) {
      Map<Cut, Double> worst = worst(promtool.get(), interval);
      String row =
          String.format(
              Locale.ROOT,
              "| %d s | %d s | %.0f s | %.0f s | %.0f s | %.0f s |",
              interval,
              interval,
              worst.get(Cut.DROP_NOTICED),
              worst.get(Cut.DROP_UNNOTICED),
              worst.get(Cut.REJECT_NOTICED),
              worst.get(Cut.REJECT_UNNOTICED));
      if (!page.contains(row)) {
        missing.add(row);
      }
    }
    assertEquals(List.of(), missing, "rows that the table in docs/alerts.md should have");
  }

  private static Map<Cut, Double> worst(Path promtool, int interval) throws IOException {
    Map<Cut, Double> worst = new EnumMap<>(Cut.class);
    for (int phase = 0; phase < interval; phase += interval / 3) {
      int clusters = 0;
      var measured = MEASURED.matcher(measure(promtool, interval, phase));
      while (measured.find()) {
        double after = Double.parseDouble(measured.group(3)) - Integer.parseInt(measured.group(2));
        worst.merge(Cut.valueOf(measured.group(1)), after, Math::max);
        clusters++;
      }
      assertEquals(Cut.values().length * interval / STEP, clusters, "clusters that were measured");
    }
    assertTrue(worst.values().stream().allMatch(seconds -> seconds > 0), worst::toString);
    return worst;
  }

  /** Runs a test that cannot succeed: promtool prints the value that it found instead. */
  private static String measure(Path promtool, int interval, int phase) throws IOException {
    List<Map<String, String>> series = new ArrayList<>();
    for (Cut cut : Cut.values()) {
      for (int at = CUT; at < CUT + interval; at += STEP) {
        series.addAll(PromtoolTest.series(scenario(cut, at, interval, phase)));
      }
    }
    Path file = Path.of("target/alerts/detection-" + interval + "-" + phase + ".yaml");
    PromtoolTest.write(file, interval + "s", List.of(test(series)));
    return String.valueOf(
        assertThrows(
                IOException.class,
                () -> Commands.run(promtool.toString(), "test", "rules", file.toString()))
            .getMessage());
  }

  private static Map<String, Object> test(List<Map<String, String>> series) {
    String firing = "ALERTS{alertname=\"DnsondeNamespaceCutOff\",alertstate=\"firing\"}";
    return Map.of(
        "interval",
        Scenario.GRID + "s",
        "input_series",
        series,
        "promql_expr_test",
        List.of(
            Map.of(
                "expr",
                "min by (cluster) (min_over_time(timestamp(" + firing + ")[5m:5s]))",
                "eval_time",
                LENGTH + "s",
                "exp_samples",
                List.of())));
  }

  private static Scenario scenario(Cut cut, int at, int interval, int phase) {
    String name = cut.name() + "-" + at;
    Fault fault =
        new Fault(
            at,
            1e6,
            Map.of("source_namespace", "payments"),
            cut.reason,
            1,
            Fault.usual(cut.reason));
    return new Scenario(
        name,
        List.of("node-a"),
        Map.of("payments", List.of("web"), "shop", List.of("web")),
        Map.of("kube-dns", true),
        10,
        10,
        interval,
        phase,
        LENGTH,
        List.of(fault),
        cut.noticed ? Map.of("payments", (double) at) : Map.of(),
        List.of(),
        Duration.ZERO,
        1,
        Map.of());
  }
}
