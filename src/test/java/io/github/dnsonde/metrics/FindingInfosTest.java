package io.github.dnsonde.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bounds of the findings on a page, whose texts come from tenants. */
class FindingInfosTest {

  private static final String FAMILY = "dnsonde_finding_info";
  private static final int MOST_SERIES = 20;
  private static final int MOST_LABELS = 15;
  private static final int MOST_CHARACTERS = 200;

  private final Metrics metrics = SampleMetrics.of(Histograms.NATIVE, Detail.CORE);

  @AfterEach
  void close() {
    metrics.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "\n",
        "\"",
        "\\",
        "\u202e",
        "\u0000",
        "##",
        "::warning ",
        "\ud83d\ude00",
        "\ud83d",
        "}\n# TYPE x gauge\nx 1\n"
      })
  void hostileNamesStayWithinTheBounds(String part) {
    List<String> names = IntStream.range(0, 30).mapToObj(i -> i + "/" + part.repeat(400)).toList();
    metrics.findings(
        Collections.nCopies(30, finding(Finding.Code.EGRESS_DENIED, names, names)), true);
    List<ScrapedSeries> shown = shown();
    assertEquals(MOST_SERIES, shown.size());
    for (ScrapedSeries series : shown) {
      assertTrue(series.labels().size() <= MOST_LABELS, () -> series.labels().toString());
      series.labels().forEach(FindingInfosTest::isBounded);
    }
    assertEquals(MOST_SERIES, Page.of(metrics).linesWith(FAMILY + "{").size(), "one line each");
  }

  /** Escapes of the text format, a backslash before each of three characters, do not count. */
  private static void isBounded(String label, String escaped) {
    String value = escaped.replaceAll("\\\\(.)", "$1");
    assertTrue(value.length() <= MOST_CHARACTERS, () -> label + " has " + value.length());
    assertEquals(value, new String(value.getBytes(UTF_8), UTF_8), () -> label + " is split");
  }

  @Test
  void longNamesAreCutVisibly() {
    metrics.findings(
        List.of(
            finding(
                Finding.Code.EGRESS_DENIED, List.of("shop"), List.of("shop/" + "p".repeat(253)))),
        true);
    String policies = shown().getFirst().labels().get("policies");
    assertEquals("shop/" + "p".repeat(192) + "...", policies);
  }

  /** With an external lookup, each namespace of a node has such a finding. */
  @Test
  void theCostOfSearchListsCrowdsOutNoOtherFinding() {
    List<Finding> findings =
        Stream.concat(
                IntStream.range(0, 25)
                    .mapToObj(i -> finding(Finding.Code.SEARCH_LIST_COST, List.of("ns-" + i))),
                Stream.of(
                    finding(Finding.Code.OLD_SOCKETS_FAIL, List.of("shop")),
                    finding(Finding.Code.LARGE_ANSWERS_FAIL, List.of("shop"))))
            .toList();
    metrics.findings(findings, true);
    List<String> codes = shown().stream().map(series -> series.labels().get("code")).toList();
    assertEquals(MOST_SERIES, codes.size());
    assertTrue(codes.contains("old_sockets_fail"), codes::toString);
    assertTrue(codes.contains("large_answers_fail"), codes::toString);
  }

  private static Finding finding(Finding.Code code, List<String> namespaces) {
    return finding(code, namespaces, List.of());
  }

  @ParameterizedTest
  @EnumSource(names = "NO_DNS_DECLARED", mode = EnumSource.Mode.EXCLUDE) // it has no such series
  void withoutPolicyNamesNoTextHasThem(Finding.Code code) {
    Finding finding = finding(code, List.of("shop"), List.of("shop/secret-plan", "pay/secret-too"));
    metrics.findings(List.of(finding), false);
    assertEquals(1, shown().size());
    assertEquals(List.of(), Page.of(metrics).linesWith("secret"));
    metrics.findings(List.of(finding), true);
    assertEquals(1, Page.of(metrics).linesWith("policies=\"shop/secret-plan").size());
    metrics.findings(List.of(finding), false);
    assertEquals(List.of(), Page.of(metrics).linesWith("secret"), "after the key was changed");
  }

  private List<ScrapedSeries> shown() {
    return ScrapedSeries.of(metrics).stream()
        .filter(series -> series.name().equals(FAMILY))
        .toList();
  }

  private static Finding finding(
      Finding.Code code, List<String> namespaces, List<String> policies) {
    return new Finding(
        code,
        new Finding.Subject(
            namespaces, List.of("shop/web-0"), List.of("kube-dns"), List.of(Transport.UDP)),
        Finding.Confidence.LIKELY,
        SampleOutcomes.NOON,
        "Denied by " + policies + ".",
        List.of("One: " + policies),
        policies,
        Optional.empty());
  }
}
