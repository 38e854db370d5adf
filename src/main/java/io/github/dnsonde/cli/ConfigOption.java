package io.github.dnsonde.cli;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.config.ConfigFile;
import io.github.dnsonde.config.ConfigWatch;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option {@code --config}, the same for every command that accepts it. */
final class ConfigOption {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML file; every key is optional. Default: built-in values.")
  private Optional<Path> file = Optional.empty();

  /** The name of the configuration in messages. */
  String name() {
    return file.map(Path::toString).orElse("built-in defaults");
  }

  /**
   * Reads the file; without one, returns the defaults.
   *
   * @throws ConfigException with all mistakes
   */
  Config read() throws ConfigException {
    return file.isPresent() ? ConfigFile.read(file.get()) : ConfigFile.withoutFile(System.getenv());
  }

  /**
   * Reads the file and follows it; without one there is nothing to watch.
   *
   * @throws ConfigException with all mistakes
   */
  Optional<ConfigWatch> watch() throws ConfigException {
    return file.isPresent()
        ? Optional.of(ConfigWatch.open(file.get(), System.getenv()))
        : Optional.empty();
  }
}
