package io.github.dnsonde.chart;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.testkit.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Checks that the values that documents and runbooks advise to set are values of the chart. */
class PageValuesTest {

  private static final Pattern SET = Pattern.compile("--set ([A-Za-z.]+)=([^\\s`]+)");

  /** The page whose YAML is the agent's configuration, with keys of the same names. */
  private static final Path CONFIGURATION = Page.DOCS.resolve("configuration.md");

  /** Blocks that begin like the chart's values, and the text after each {@code --set}. */
  static Set<String> values() throws IOException {
    Set<String> keys =
        Rendered.yaml(Files.readString(Rendered.CHART.resolve("values.yaml"))).properties().stream()
            .map(Map.Entry::getKey)
            .collect(toSet());
    Set<String> values = new TreeSet<>();
    for (Page page : Page.all()) {
      if (!page.file().equals(CONFIGURATION)) {
        page.blocks("yaml").stream()
            .filter(block -> !block.contains("\n---\n")) // values are one document
            .filter(block -> keys.contains(firstKey(Rendered.yaml(block))))
            .forEach(values::add);
      }
      page.typed()
          .replace("\\\n", " ")
          .lines()
          .filter(line -> SET.matcher(line).find())
          .map(PageValuesTest::together)
          .forEach(values::add);
    }
    return values;
  }

  private static String firstKey(JsonNode block) {
    return block.isObject() ? block.propertyNames().iterator().next() : "";
  }

  /** Returns what a command sets, as Helm reads it: {@code '{c,d}'} is a list. */
  private static String together(String command) {
    ObjectNode values = YAMLMapper.shared().createObjectNode();
    for (MatchResult set : SET.matcher(command).results().toList()) {
      String[] names = set.group(1).split("[.]", -1);
      ObjectNode map = values;
      for (int level = 0; level < names.length - 1; level++) {
        map = map.withObjectProperty(names[level]);
      }
      map.set(
          names[names.length - 1],
          Rendered.yaml(set.group(2).replace("'{", "[").replace("}'", "]")));
    }
    return YAMLMapper.shared().writeValueAsString(values);
  }

  @ParameterizedTest
  @MethodSource("values")
  void theChartAcceptsThem(String values) {
    assertFalse(Rendered.with(values).objects().isEmpty());
  }

  @Test
  void bothKindsOfPagesHaveSome() throws IOException {
    Set<String> values = values();
    assertTrue(values.stream().anyMatch(set -> set.contains("payments")), values::toString);
    assertTrue(values.contains("---\npodMonitor:\n  enabled: true\n"), values::toString);
  }
}
