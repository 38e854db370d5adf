package io.github.dnsonde.e2e.drill;

import io.github.dnsonde.e2e.monitoring.Prometheus.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;

/** The running casts of all scenarios. */
record Stage(Map<Scenario, Cast> casts) implements AutoCloseable {

  private static final Duration STARTED = Duration.ofSeconds(15);

  /** Starts all casts. */
  static Stage set(List<Scenario> scenarios, Path folder) throws IOException, InterruptedException {
    Map<Scenario, Cast> casts = new LinkedHashMap<>();
    for (Scenario scenario : scenarios) {
      casts.put(scenario, scenario.staging().start(scenario.name(), folder));
    }
    Thread.sleep(
        STARTED); // the first measurements of two dozen agents that start at once mean nothing
    return new Stage(casts);
  }

  /** Returns the targets of the Prometheus with this name. */
  List<Target> targets(String prometheus) {
    return casts.entrySet().stream()
        .filter(entry -> entry.getKey().prometheus().equals(prometheus))
        .map(Entry::getValue)
        .flatMap(cast -> cast.targets().stream())
        .toList();
  }

  @Override
  public void close() {
    casts.values().forEach(Cast::close);
  }
}
