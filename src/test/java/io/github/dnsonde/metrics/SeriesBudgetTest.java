package io.github.dnsonde.metrics;

import static io.github.dnsonde.testkit.SampleOutcomes.eightProbes;
import static io.github.dnsonde.testkit.SampleOutcomes.good;
import static io.github.dnsonde.testkit.SampleOutcomes.replied;
import static io.github.dnsonde.testkit.SampleOutcomes.timeout;
import static io.github.dnsonde.testkit.SampleOutcomes.vantage;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.testkit.SampleOutcomes;
import io.github.dnsonde.testkit.StreakFold;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The number of series for one more vantage with eight probes (two servers, two scopes, two
 * transports), counted on the page. Series cost money, multiplied by a thousand nodes.
 */
class SeriesBudgetTest {

  private static final StreakFold FOLD = new StreakFold();

  private static final List<Probe> FIRST = eightProbes(vantage("first"));
  private static final List<Probe> SECOND = eightProbes(vantage("second"));

  /** The targets: 40 and 72 by default. */
  @ParameterizedTest
  @CsvSource({
    "BOTH, CORE, 70", "CLASSIC, CORE, 70", "NATIVE, CORE, 34",
    "BOTH, FULL, 138", "CLASSIC, FULL, 138", "NATIVE, FULL, 58"
  })
  void oneMoreVantageCostsThisMuch(Histograms histograms, Detail detail, int series) {
    assertEquals(series, Cost.of(histograms, detail).vantage());
  }

  /** Numbers of series, counted on the page of an agent. */
  private record Cost(int agent, int server, int vantage) {

    private static final int SERVERS = 2;

    static Cost of(Histograms histograms, Detail detail) {
      try (Metrics metrics = SampleMetrics.of(histograms, detail)) {
        describe(metrics);
        int agent = count(metrics, histograms);
        int alone = own(metrics, histograms);
        int one = series(metrics, FIRST, histograms);
        int vantage = series(metrics, both(), histograms) - one;
        return new Cost(agent, (one - alone - vantage) / SERVERS, vantage);
      }
    }

    int ofAgent(int vantages, int mostAlone) {
      return mostAlone + SERVERS * server + vantages * vantage;
    }
  }

  /** The page has what this counts, and the agent stays below what the page says. */
  @Test
  void thePageOfTheDocumentationSaysSo() throws IOException {
    List<Cost> costs =
        Stream.of(Detail.values())
            .flatMap(
                detail ->
                    Stream.of(Histograms.NATIVE, Histograms.BOTH)
                        .map(histograms -> Cost.of(histograms, detail)))
            .toList();
    List<Integer> alone = List.of(60, 60, 125, 125);
    for (int i = 0; i < costs.size(); i++) {
      int agent = costs.get(i).agent();
      assertTrue(agent <= alone.get(i), i + ": " + agent + " series of an agent alone");
    }
    String table =
        Stream.of(
                "| series | core, native | core, both or classic | full, native | full, both or"
                    + " classic |",
                "|---|--:|--:|--:|--:|",
                row("an agent by itself", alone, Integer::intValue),
                row("each server", costs, Cost::server),
                row("each vantage with 8 probes", costs, Cost::vantage),
                agents("one agent with 5 vantages", 1, 5, costs, alone),
                agents("one agent with 26 vantages", 1, 26, costs, alone),
                agents("1,000 agents with 26 vantages each", 1_000, 26, costs, alone))
            .collect(joining("\n", "", "\n"));
    String page = Files.readString(Path.of("docs/metrics.md"));
    assertTrue(
        page.contains("<!-- series -->\n" + table + "<!-- /series -->"),
        "docs/metrics.md should have between its <!-- series --> marks:\n" + table);
  }

  private static String agents(
      String name, int agents, int vantages, List<Cost> costs, List<Integer> alone) {
    return row(
        name,
        IntStream.range(0, costs.size()).boxed().toList(),
        i -> agents * costs.get(i).ofAgent(vantages, alone.get(i)));
  }

  private static <T> String row(String name, List<T> of, ToIntFunction<T> number) {
    return of.stream()
        .map(each -> String.format(Locale.ROOT, "%,d", number.applyAsInt(each)))
        .collect(joining(" | ", "| " + name + " | ", " |"));
  }

  /** Adds all series of a node's agent about itself. */
  private static void describe(Metrics metrics) {
    metrics.cluster(
        new ClusterStatus(
            () -> 5,
            () -> Optional.of(SampleOutcomes.NOON),
            () -> resources(0L),
            () -> resources(true),
            () -> resources(SampleOutcomes.NOON)));
    metrics.certificateExpiry(() -> Optional.of(SampleOutcomes.NOON));
    metrics.scheduleDelay(Duration.ofMillis(1));
  }

  private static <T> Map<String, T> resources(T value) {
    return Stream.of(ClusterResource.values()).collect(toMap(ClusterResource::label, _ -> value));
  }

  @Test
  void eachFurtherReasonCostsOneForEachPathAndOneForEachPathOfTheNode() {
    try (Metrics metrics = SampleMetrics.of(Histograms.BOTH, Detail.CORE)) {
      series(metrics, both(), Histograms.BOTH);
      int before = count(metrics);
      SECOND.forEach(probe -> FOLD.to(metrics::outcome, timeout(probe)));
      assertEquals(before, count(metrics), "timeout existed from the start");
      SECOND.forEach(
          probe -> FOLD.to(metrics::outcome, replied(probe, 1, new Reply.PortUnreachable())));
      assertEquals(before + 8, count(metrics));
      SECOND.forEach(
          probe ->
              FOLD.to(
                  metrics::outcome, replied(probe, 1, new Reply.Answered(5, false, List.of(), 9))));
      assertEquals(before + 18, count(metrics), "and one for each of the namespace's two servers");
    }
  }

  /** The number of series after every probe has succeeded, which opens all series of successes. */
  private static int series(Metrics metrics, List<Probe> probes, Histograms histograms) {
    metrics.plan(new Plan(probes));
    metrics.interval(Map.of("first", Duration.ofSeconds(10), "second", Duration.ofSeconds(10)));
    probes.forEach(probe -> FOLD.to(metrics::outcome, good(probe, 1)));
    metrics.policyVerdicts(probes.stream().map(SeriesBudgetTest::policyVerdict).toList());
    return own(metrics, histograms);
  }

  private static int count(Metrics metrics, Histograms histograms) {
    return (int) Page.whole(metrics).names(histograms).count();
  }

  /** Those of dnsonde alone: the virtual machine's grow when it first collects garbage. */
  private static int own(Metrics metrics, Histograms histograms) {
    return (int)
        Page.whole(metrics).names(histograms).filter(name -> name.startsWith("dnsonde_")).count();
  }

  private static ReportedVerdict policyVerdict(Probe probe) {
    return SampleOutcomes.policyVerdict(probe, Decision.ALLOW);
  }

  private static int count(Metrics metrics) {
    return Page.of(metrics).samples().size();
  }

  private static List<Probe> both() {
    return Stream.concat(FIRST.stream(), SECOND.stream()).toList();
  }
}
