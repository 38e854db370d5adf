package io.github.dnsonde;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.config.ConfigFile;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --config}, the same for every command that takes it. */
final class ConfigOption {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML file; every key is optional. Default: built-in values.")
  private Optional<Path> file = Optional.empty();

  Optional<Path> file() {
    return file;
  }

  /**
   * Reads the file; without one, the defaults.
   *
   * @throws ConfigException if the file has mistakes: all of them
   */
  Config read() throws ConfigException {
    return file.isPresent() ? ConfigFile.read(file.get()) : ConfigFile.defaults();
  }
}
