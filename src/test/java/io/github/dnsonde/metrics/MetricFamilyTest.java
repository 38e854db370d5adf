package io.github.dnsonde.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.testkit.Markdown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MetricFamilyTest {

  private static final String START = "<!-- metrics -->\n";
  private static final String END = "<!-- /metrics -->";

  /** Labels of the scrape itself: a label of ours would become {@code exported_…}. */
  private static final Set<String> THE_SCRAPES =
      Set.of("namespace", "pod", "node", "instance", "job", "service", "container", "endpoint");

  @Test
  void thePageHasTheSameList() throws IOException {
    String page = Files.readString(Path.of("docs/metrics.md"));
    int start = page.indexOf(START);
    int end = page.indexOf(END);
    assertTrue(start >= 0 && end > start, "docs/metrics.md has no " + START.strip() + " … " + END);
    assertEquals(
        Markdown.listed(table()),
        page.substring(start + START.length(), end),
        "the list of metrics in docs/metrics.md; put there what is expected here");
  }

  private static String table() {
    String head = "| metric | type | labels | meaning |\n|---|---|---|---|\n";
    return Stream.of(MetricCatalogue.values())
        .map(MetricFamilyTest::row)
        .collect(Collectors.joining("", head, ""));
  }

  private static String row(MetricCatalogue family) {
    String labels =
        Stream.of(family.labelNames())
            .map(label -> "`" + label + "`")
            .collect(Collectors.joining(", "));
    return String.join(
            " | ",
            "| `" + family.metricName() + "`",
            family.type().text(),
            labels.isEmpty() ? "–" : labels,
            family.help().replace("|", "\\|") + detail(family))
        + " |\n";
  }

  private static String detail(MetricCatalogue family) {
    if (!Detail.CORE.exports(family)) {
      return " Only with `metrics.detail: full`.";
    }
    return family.labels().stream()
        .filter(label -> Detail.CORE.joins(family, label))
        .map(label -> " `" + label.text() + "` is empty without `metrics.detail: full`.")
        .collect(Collectors.joining());
  }

  @ParameterizedTest
  @EnumSource
  void noLabelIsOneOfTheScrapes(MetricCatalogue family) {
    List<String> taken = Stream.of(family.labelNames()).filter(THE_SCRAPES::contains).toList();
    assertEquals(List.of(), taken);
  }

  @ParameterizedTest
  @EnumSource
  void theNameHasProductUnitAndType(MetricCatalogue family) {
    String name = family.metricName();
    assertTrue(name.startsWith("dnsonde_"), name);
    assertEquals(
        family.type() == MetricCatalogue.Type.COUNTER, name.endsWith("_total"), name + ": _total");
    assertEquals(
        family.type() == MetricCatalogue.Type.INFO, name.endsWith("_info"), name + ": _info");
    assertEquals(
        family.unit() == MetricCatalogue.Unit.SECONDS, name.contains("_seconds"), name + ": unit");
  }

  @ParameterizedTest
  @EnumSource
  void theHelpConsistsOfSentences(MetricCatalogue family) {
    assertTrue(family.help().endsWith("."), family.help());
    assertTrue(family.help().length() < 200, family.help());
  }
}
