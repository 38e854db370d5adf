package io.github.dnsonde.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
  void theReadmeHasTheSameTable() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    int start = readme.indexOf(START);
    int end = readme.indexOf(END);
    assertTrue(start >= 0 && end > start, "README.md has no " + START.strip() + " … " + END);
    assertEquals(
        table(),
        readme.substring(start + START.length(), end),
        "the table of metrics in README.md; replace it by the expected text");
  }

  private static String table() {
    String head = "| metric | type | labels | meaning |\n|---|---|---|---|\n";
    return Stream.of(MetricFamily.values())
        .map(MetricFamilyTest::row)
        .collect(Collectors.joining("", head, ""));
  }

  private static String row(MetricFamily family) {
    String labels =
        Stream.of(family.labelNames())
            .map(label -> "`" + label + "`")
            .collect(Collectors.joining(", "));
    return String.join(
            " | ",
            "| `" + family.metricName() + "`",
            family.type().text(),
            labels.isEmpty() ? "–" : labels,
            family.help().replace("|", "\\|"))
        + " |\n";
  }

  @ParameterizedTest
  @EnumSource
  void noLabelIsOneOfTheScrapes(MetricFamily family) {
    List<String> taken = Stream.of(family.labelNames()).filter(THE_SCRAPES::contains).toList();
    assertEquals(List.of(), taken);
  }

  @ParameterizedTest
  @EnumSource
  void theNameHasProductUnitAndType(MetricFamily family) {
    String name = family.metricName();
    assertTrue(name.startsWith("dnsonde_"), name);
    assertEquals(
        family.type() == MetricFamily.Type.COUNTER, name.endsWith("_total"), name + ": _total");
    assertEquals(family.type() == MetricFamily.Type.INFO, name.endsWith("_info"), name + ": _info");
    assertEquals(
        family.unit() == MetricFamily.Unit.SECONDS, name.contains("_seconds"), name + ": unit");
  }

  @ParameterizedTest
  @EnumSource
  void theHelpConsistsOfSentences(MetricFamily family) {
    assertTrue(family.help().endsWith("."), family.help());
    assertTrue(family.help().length() < 200, family.help());
  }
}
