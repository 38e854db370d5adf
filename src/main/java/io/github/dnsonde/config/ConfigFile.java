package io.github.dnsonde.config;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Reads the configuration from one YAML file and the environment. */
public final class ConfigFile {

  private ConfigFile() {}

  /**
   * Reads a file, with this process's environment.
   *
   * @throws ConfigException with every mistake that is in it
   */
  public static Config read(Path file) throws ConfigException {
    return read(file, System.getenv());
  }

  /**
   * Reads a file.
   *
   * @param environment the variables that stand in for absent keys: {@code POD_NAMESPACE}, {@code
   *     POD_NAME}, {@code NODE_NAME} (Kubernetes documentation, "Expose Pod Information to
   *     Containers Through Environment Variables") and {@code WORKLOAD}
   * @throws ConfigException with every mistake that is in it
   */
  public static Config read(Path file, Map<String, String> environment) throws ConfigException {
    return read(file, Content.of(file), environment);
  }

  /**
   * What an empty file would mean.
   *
   * @throws ConfigException if a variable's value cannot be used
   */
  public static Config withoutFile(Map<String, String> environment) throws ConfigException {
    return ConfigReader.read("no file", ByteBuffer.allocate(0), environment);
  }

  static Config read(Path file, Content content, Map<String, String> environment)
      throws ConfigException {
    return switch (content) {
      case Content.Octets text -> ConfigReader.read(file.toString(), text.octets(), environment);
      case Content.Unreadable(ConfigException.Mistake mistake) ->
          throw new ConfigException(List.of(mistake));
    };
  }

  /** The defaults of the table of keys, with nothing in the environment. */
  static Config defaults() {
    try {
      return withoutFile(Map.of());
    } catch (ConfigException e) {
      throw new IllegalStateException("a default breaks its own rule", e);
    }
  }
}
