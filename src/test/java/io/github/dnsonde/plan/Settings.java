package io.github.dnsonde.plan;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.config.ConfigFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Configurations as an operator writes them. */
final class Settings {

  private Settings() {}

  /**
   * A configuration in mode node, in the agent's own pod {@code monitoring/dnsonde-1}, with these
   * lines of YAML.
   */
  static Config node(String yaml) {
    return read("mode: node\n" + yaml);
  }

  static Config self(String yaml) {
    return read("mode: self\n" + yaml);
  }

  private static Config read(String yaml) {
    try {
      Path file = Files.createTempFile("dnsonde-plan", ".yaml");
      try {
        Files.writeString(file, yaml);
        return ConfigFile.read(
            file,
            Map.of("POD_NAMESPACE", "monitoring", "POD_NAME", "dnsonde-1", "WORKLOAD", "dnsonde"));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
