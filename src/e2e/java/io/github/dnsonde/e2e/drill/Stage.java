package io.github.dnsonde.e2e.drill;

import io.github.dnsonde.e2e.monitoring.Prometheus.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;

/** The casts of all scenarios, at work. */
record Stage(Map<Scenario, Cast> casts) implements AutoCloseable {

  private static final Duration STARTED = Duration.ofSeconds(15);

  /** Starts them all. */
  static Stage set(List<Scenario> scenarios, Path folder) throws IOException, InterruptedException {
    Map<Scenario, Cast> casts = new LinkedHashMap<>();
    for (Scenario scenario : scenarios) {
      casts.put(scenario, scenario.staging().start(scenario.name(), folder));
    }
    Thread.sleep(STARTED); // what two dozen agents that start at once measure is no news
    return new Stage(casts);
  }

  /** What is scraped by the Prometheus of this name. */
  List<Target> targets(String prometheus) {
    return casts.entrySet().stream()
        .filter(each -> each.getKey().prometheus().equals(prometheus))
        .map(Entry::getValue)
        .flatMap(cast -> cast.targets().stream())
        .toList();
  }

  @Override
  public void close() {
    casts.values().forEach(Cast::close);
  }
}
