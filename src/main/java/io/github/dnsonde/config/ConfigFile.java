package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Mistake;
import io.github.dnsonde.config.yaml.Reading;
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
    return read(file, FileSnapshot.of(file), environment).value();
  }

  /**
   * Reads an empty file.
   *
   * @throws ConfigException if a variable's value cannot be used
   */
  public static Config withoutFile(Map<String, String> environment) throws ConfigException {
    return valid("no file", ByteBuffer.allocate(0), environment).value();
  }

  static Reading.Valid<Config> read(
      Path file, FileSnapshot content, Map<String, String> environment) throws ConfigException {
    return switch (content) {
      case FileSnapshot.Octets text -> valid(file.toString(), text.octets(), environment);
      case FileSnapshot.Unreadable(Mistake mistake) -> throw new ConfigException(List.of(mistake));
    };
  }

  private static Reading.Valid<Config> valid(
      String file, ByteBuffer content, Map<String, String> environment) throws ConfigException {
    return switch (Reading.of(RootSection.SECTION, file, content, environment)) {
      case Reading.Valid<Config> valid -> valid;
      case Reading.Invalid<Config>(List<Mistake> mistakes) -> throw new ConfigException(mistakes);
    };
  }
}
