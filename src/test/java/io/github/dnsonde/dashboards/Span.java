package io.github.dnsonde.dashboards;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The time that is shown, and what Grafana's variables of time are in it
 * (grafana.com/docs/grafana/latest/datasources/prometheus/template-variables).
 *
 * @param scrape how often the agents are scraped
 */
record Span(Instant from, Instant to, Duration scrape) {

  private static final List<Duration> STEPS =
      Stream.concat(
              Stream.of(1, 2, 5, 10, 15, 20, 30).map(Duration::ofSeconds),
              Stream.of(1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 360, 720, 1_440)
                  .map(Duration::ofMinutes))
          .toList();

  /** About one for each three pixels. */
  private static final int USUAL_POINTS = 240;

  /** As Grafana: four scrapes at least, so that two are always in it. */
  private static final int SCRAPES = 4;

  Span {
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException(from + " is not before " + to);
    }
  }

  Duration length() {
    return Duration.between(from, to);
  }

  /** From one value to the next. */
  Duration step(Panel panel, Target target) {
    Duration even = length().dividedBy(panel.maxDataPoints().orElse(USUAL_POINTS));
    Duration least =
        Stream.of(even, scrape, minimum(panel.json()), minimum(target.json()))
            .max(Comparator.naturalOrder())
            .orElse(scrape);
    return STEPS.stream()
        .filter(step -> step.compareTo(least) >= 0)
        .findFirst()
        .orElse(STEPS.getLast());
  }

  private static Duration minimum(JsonNode json) {
    String text = json.path("interval").asString("");
    return text.isEmpty() ? Duration.ZERO : Duration.parse("PT" + text);
  }

  /** The query with all variables filled in: those of the board, then those of time. */
  String fill(String expr, Duration step, Map<String, String> variables) {
    String filled = expr;
    for (Map.Entry<String, String> each : variables.entrySet()) {
      filled = filled.replace("$" + each.getKey(), each.getValue());
    }
    return filled
        .replace("$__rate_interval", seconds(rateInterval(step)))
        .replace("$__interval", seconds(step))
        .replace("$__range", seconds(length()));
  }

  private Duration rateInterval(Duration step) {
    Duration scrapes = scrape.multipliedBy(SCRAPES);
    Duration withOneMore = step.plus(scrape);
    return withOneMore.compareTo(scrapes) > 0 ? withOneMore : scrapes;
  }

  private static String seconds(Duration duration) {
    return duration.toSeconds() + "s";
  }
}
