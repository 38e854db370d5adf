package io.github.dnsonde.e2e.drill;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Our advised configuration of Alertmanager: the grouping and the inhibition of alerts. */
record Advice(Map<?, ?> configuration) {

  /** Reads the configuration. */
  static Advice read(Path file) throws IOException {
    Object all = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
    if (all instanceof Map<?, ?> map) {
      return new Advice(map);
    }
    throw new IOException(file + " is not a configuration");
  }

  /** Returns its {@code inhibit_rules}, as YAML. */
  String inhibition() {
    return part(configuration, "inhibit_rules");
  }

  /** Returns the time to wait for wider alerts, in the syntax of Prometheus. */
  String groupWait() {
    return String.valueOf(route().get("group_wait"));
  }

  private Map<?, ?> route() {
    if (configuration.get("route") instanceof Map<?, ?> route) {
      return route;
    }
    throw new IllegalArgumentException("no route in " + configuration.keySet());
  }

  private static String part(Map<?, ?> map, String key) {
    if (!map.containsKey(key)) {
      throw new IllegalArgumentException("no " + key + " in " + map.keySet());
    }
    return key + ": " + new Gson().toJson(map.get(key)); // JSON is YAML
  }
}
