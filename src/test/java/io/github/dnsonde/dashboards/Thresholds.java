package io.github.dnsonde.dashboards;

import java.awt.Color;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Which colour stands for which values. */
record Thresholds(List<Step> steps) {

  /**
   * One colour.
   *
   * @param from the least value that has it; minus infinity for the first
   */
  record Step(double from, Color colour) {}

  Thresholds {
    steps = List.copyOf(steps);
  }

  static Thresholds of(JsonNode json) {
    return new Thresholds(
        json.path("steps")
            .valueStream()
            .map(
                step ->
                    new Step(
                        step.path("value").asDouble(Double.NEGATIVE_INFINITY),
                        Colours.named(step.path("color").asString())))
            .toList());
  }

  Color of(double value) {
    return steps.stream()
        .filter(step -> value >= step.from())
        .reduce((_, later) -> later)
        .map(Step::colour)
        .orElse(Colours.TEXT);
  }

  /** What the legend says of each. */
  List<String> names(Unit unit) {
    return IntStream.range(0, steps.size())
        .mapToObj(
            number ->
                number == 0 && steps.size() > 1
                    ? "below " + unit.format(steps.get(1).from())
                    : unit.format(steps.get(number).from()) + " and more")
        .toList();
  }
}
