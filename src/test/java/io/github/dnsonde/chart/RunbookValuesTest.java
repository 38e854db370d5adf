package io.github.dnsonde.chart;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.dnsonde.testkit.Runbook;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Values that the runbooks tell to set are values of the chart. */
class RunbookValuesTest {

  private static final Pattern SET = Pattern.compile("--set ([A-Za-z.]+)=([^\\s`]+)");

  /** Blocks that begin like the chart's values, and what follows each {@code --set}. */
  static Set<String> values() throws IOException {
    Set<String> keys =
        Rendered.yaml(Files.readString(Rendered.CHART.resolve("values.yaml"))).properties().stream()
            .map(Map.Entry::getKey)
            .collect(toSet());
    Set<String> values = new TreeSet<>();
    for (Runbook page : Runbook.all()) {
      page.blocks("yaml").stream()
          .filter(block -> keys.contains(firstKey(Rendered.yaml(block))))
          .forEach(values::add);
      SET.matcher(page.typed())
          .results()
          .map(set -> nested(set.group(1), set.group(2)))
          .forEach(values::add);
    }
    return values;
  }

  private static String firstKey(JsonNode map) {
    return map.propertyNames().iterator().next();
  }

  /** As Helm reads {@code a.b=c}. */
  private static String nested(String path, String value) {
    List<String> names = new ArrayList<>(Arrays.asList(path.split("[.]", -1)));
    Collections.reverse(names);
    String nested = value;
    for (String name : names) {
      nested = "{" + name + ": " + nested + "}";
    }
    return nested;
  }

  @ParameterizedTest
  @MethodSource("values")
  void theChartTakesThem(String values) {
    assertFalse(Rendered.with(values).objects().isEmpty());
  }
}
