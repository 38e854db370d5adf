package io.github.dnsonde.e2e.drill;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What our advice on Alertmanager says of alerts that keep others quiet. */
final class Inhibition {

  private static final String KEY = "inhibit_rules";

  private Inhibition() {}

  /** That part of a configuration file alone; nothing where there is no such file. */
  static String of(Path file) throws IOException {
    if (!Files.exists(file)) {
      return "";
    }
    Object all = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
    if (all instanceof Map<?, ?> map && map.get(KEY) != null) {
      return KEY + ": " + new Gson().toJson(map.get(KEY)); // JSON is YAML
    }
    throw new IOException(file + " has no " + KEY);
  }
}
