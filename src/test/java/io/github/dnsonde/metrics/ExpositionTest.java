package io.github.dnsonde.metrics;

import static io.github.dnsonde.testkit.SampleOutcomes.NOON;
import static io.github.dnsonde.testkit.SampleOutcomes.eightProbes;
import static io.github.dnsonde.testkit.SampleOutcomes.good;
import static io.github.dnsonde.testkit.SampleOutcomes.outcast;
import static io.github.dnsonde.testkit.SampleOutcomes.policyVerdict;
import static io.github.dnsonde.testkit.SampleOutcomes.vantage;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.ResolverKind;
import io.github.dnsonde.probe.TrialQuestion;
import io.github.dnsonde.probe.VantageStatus;
import io.github.dnsonde.testkit.SampleLookups;
import io.github.dnsonde.testkit.SampleTrials;
import io.github.dnsonde.testkit.StreakFold;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpositionTest {

  private static final StreakFold FOLD = new StreakFold();

  /**
   * Nothing was untested or wrong here, nothing was found, no vantage is in the background, no
   * namespace declares anything or has an owner, no listener has a certificate, and nothing is
   * reported.
   */
  private static final Set<MetricCatalogue> ABSENT =
      EnumSet.of(
          MetricCatalogue.PROBES_UNTESTED,
          MetricCatalogue.BACKGROUND_PATH_UNANSWERED,
          MetricCatalogue.NAMESPACE_UNTESTED,
          MetricCatalogue.NAMESPACE_WRONG,
          MetricCatalogue.NAMESPACE_EXPECTED,
          MetricCatalogue.NAMESPACE_OWNER,
          MetricCatalogue.FINDING_INFO,
          MetricCatalogue.HTTP_CERTIFICATE_EXPIRY,
          MetricCatalogue.REPORTS,
          MetricCatalogue.REPORT_FAILURES,
          MetricCatalogue.REPORT_AGE);

  private static final String PROTOBUF =
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";
  private static final String OPEN_METRICS = "application/openmetrics-text;version=1.0.0";

  private final Metrics metrics = metrics(Histograms.BOTH);

  @AfterEach
  void close() {
    metrics.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          '' | text/plain; version=0.0.4; charset=utf-8
          */* | text/plain; version=0.0.4; charset=utf-8
          text/html,application/xhtml+xml,*/*;q=0.8 | text/plain; version=0.0.4; charset=utf-8
          text/plain;version=0.0.4;q=0.5,*/*;q=0.1 | text/plain; version=0.0.4; charset=utf-8
          application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2 | application/openmetrics-text; version=1.0.0; charset=utf-8
          application/openmetrics-text;version=1.0.0;escaping=made-up | application/openmetrics-text; version=1.0.0; charset=utf-8
          application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5 | application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited
          """)
  void theScraperGetsTheFormatThatItAccepts(String accept, String contentType) throws IOException {
    assertEquals(contentType, metrics.contentType(accept));
    assertTrue(scrape(accept).length > 1_000, "hardly anything was written");
  }

  @Test
  void openMetricsNamesUnitsAndEndsWithItsMark() throws IOException {
    String page = new String(scrape(OPEN_METRICS), StandardCharsets.UTF_8);
    assertTrue(page.endsWith("# EOF\n"), "no end mark");
    assertTrue(
        page.contains("# UNIT dnsonde_probe_duration_seconds seconds\n"), "no unit of a histogram");
    assertTrue(page.contains("# TYPE dnsonde_probes counter\n"), "no type of a counter");
    assertTrue(page.contains("# TYPE dnsonde_server info\n"), "no type of an info");
    assertTrue(page.contains("\ndnsonde_probes_total{"), "no sample of a counter");
  }

  @Test
  void protobufCarriesEveryFamilyAndTheNativeBuckets() throws IOException {
    Map<String, Protobuf> families = Protobuf.families(new ByteArrayInputStream(scrape(PROTOBUF)));
    for (MetricCatalogue family : MetricCatalogue.values()) {
      boolean empty = !isExpected(family);
      assertEquals(
          !empty, families.containsKey(family.metricName()), family.metricName() + " is there");
    }
    Protobuf histogram = histogram(families);
    assertEquals(1, histogram.number(1), "sample_count");
    assertEquals(0.002, histogram.fraction(2), "sample_sum");
    assertEquals(9, histogram.messages(3).size(), "classic buckets");
    assertEquals(3 << 1, histogram.number(5), "schema 3, zigzag");
    assertEquals(1, histogram.messages(12).size(), "positive spans");
  }

  @Test
  void histogramsHaveTheConfiguredKind() throws IOException {
    try (Metrics classic = metrics(Histograms.CLASSIC);
        Metrics nativeOnly = metrics(Histograms.NATIVE)) {
      Protobuf classicHistogram = histogram(protobuf(classic));
      assertEquals(9, classicHistogram.messages(3).size(), "classic buckets");
      assertFalse(classicHistogram.has(12), "native spans in a classic histogram");
      Protobuf nativeHistogram = histogram(protobuf(nativeOnly));
      assertFalse(nativeHistogram.has(3), "classic buckets in a native histogram");
      assertEquals(1, nativeHistogram.messages(12).size(), "positive spans");
    }
  }

  @Test
  void theVirtualMachineAndTheProcessAreIncluded() throws IOException {
    String page = new String(scrape(""), StandardCharsets.UTF_8);
    for (String name :
        List.of(
            "jvm_memory_used_bytes",
            "jvm_gc_max_data_size_bytes",
            "jvm_threads_live_threads",
            "jvm_classes_loaded_classes",
            "process_uptime_seconds",
            "process_cpu_usage",
            "process_files_open_files")) {
      assertTrue(page.contains("# TYPE " + name + " gauge\n"), name + " is missing");
    }
    assertFalse(page.contains("process_cpu_time_ns_total"), "counts nanoseconds");
    assertFalse(page.contains("system_cpu_count"), "a gauge with a histogram's suffix");
  }

  @Test
  void everyFamilyOfOursIsInTheTableWithItsType() throws IOException {
    List<String> onThePage =
        new String(scrape(""), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.startsWith("# TYPE dnsonde_"))
            .map(line -> line.substring("# TYPE ".length()))
            .toList();
    List<String> inTheTable =
        Stream.of(MetricCatalogue.values())
            .filter(ExpositionTest::isExpected)
            .map(family -> family.metricName() + " " + textType(family))
            .sorted()
            .toList();
    assertEquals(inTheTable, onThePage.stream().sorted().toList());
  }

  /** The controller has a page of its own. */
  private static boolean isExpected(MetricCatalogue family) {
    return !ABSENT.contains(family) && !family.metricName().startsWith("dnsonde_controller_");
  }

  private static String textType(MetricCatalogue family) {
    return switch (family.type()) {
      case COUNTER, GAUGE, HISTOGRAM -> family.type().text();
      case INFO -> "gauge";
    };
  }

  @Test
  void aPageIsWrittenInPiecesNeverAsAWhole() throws IOException {
    List<Probe> many =
        IntStream.range(0, 50)
            .boxed()
            .flatMap(i -> eightProbes(vantage("namespace-" + i)).stream())
            .toList();
    metrics.plan(new Plan(many));
    LargestPiece out = new LargestPiece();
    metrics.write("text/plain", out);
    assertTrue(out.total > 500_000, "only " + out.total + " octets were written");
    assertTrue(out.largest <= 16_384, "a piece of " + out.largest + " octets");
  }

  @Test
  void promtoolFindsNoProblem(@TempDir Path folder) throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/promtool")),
        "promtool is not installed (Debian package prometheus)");
    Path page = folder.resolve("page");
    try (OutputStream out = Files.newOutputStream(page)) {
      metrics.write("text/plain", out);
    }
    Path said = folder.resolve("said");
    Process promtool =
        new ProcessBuilder("/usr/bin/promtool", "check", "metrics")
            .redirectInput(page.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    assertEquals("0: ", promtool.waitFor() + ": " + Files.readString(said));
  }

  private static Metrics metrics(Histograms histograms) {
    Metrics metrics = SampleMetrics.of(histograms, Detail.FULL);
    List<Probe> probes = eightProbes(vantage("shop"));
    metrics.plan(
        new Plan(probes, List.of(outcast("infra", VantageStatus.HOST_NETWORK)))
            .lookingUp(List.of(SampleLookups.lookup(vantage("shop"), ResolverKind.GLIBC)))
            .trying(List.of(SampleTrials.trial(TrialQuestion.Kind.FRESH, "shop"))));
    metrics.cluster(
        new ClusterStatus(
            () -> 1,
            () -> Optional.of(NOON),
            () -> Map.of("pods", 0L),
            () -> Map.of("pods", true),
            () -> Map.of("pods", NOON)));
    metrics.socketPaths(Set.of(ProbePath.of(probes.getFirst())));
    metrics.interval(Map.of("shop", Duration.ofSeconds(10)));
    metrics.policyVerdicts(List.of(policyVerdict(probes.getFirst(), Decision.ALLOW)));
    metrics.scheduleDelay(Duration.ofMillis(1));
    probes.forEach(probe -> FOLD.to(metrics::outcome, good(probe, 2)));
    return metrics;
  }

  private static Protobuf histogram(Map<String, Protobuf> families) {
    return requireNonNull(families.get(MetricCatalogue.PROBE_DURATION.metricName()), "no histogram")
        .messages(4)
        .getFirst()
        .messages(7)
        .getFirst();
  }

  private static Map<String, Protobuf> protobuf(Metrics metrics) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    metrics.write(PROTOBUF, out);
    return Protobuf.families(new ByteArrayInputStream(out.toByteArray()));
  }

  private byte[] scrape(String accept) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    metrics.write(accept, out);
    return out.toByteArray();
  }

  /** Keeps nothing but sizes. */
  private static final class LargestPiece extends OutputStream {
    private long total;
    private int largest;

    @Override
    public void write(int octet) {
      count(1);
    }

    @Override
    public void write(byte[] octets, int offset, int length) {
      count(length);
    }

    private void count(int length) {
      total += length;
      largest = Math.max(largest, length);
    }
  }
}
