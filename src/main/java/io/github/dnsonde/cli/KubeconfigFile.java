package io.github.dnsonde.cli;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Finds the kubeconfig that kubectl would use. */
final class KubeconfigFile {

  private KubeconfigFile() {}

  /** Returns the file; empty if there is none, as in a container of a cluster. */
  static Optional<Path> usual() {
    return usual(
        System.getenv().getOrDefault("KUBECONFIG", ""), Path.of(System.getProperty("user.home")));
  }

  /**
   * Returns the file. If the variable lists several, the first that exists counts: they are not
   * merged.
   */
  static Optional<Path> usual(String variable, Path home) {
    if (!variable.isEmpty()) {
      Path[] all =
          Arrays.stream(variable.split(File.pathSeparator, -1))
              .filter(name -> !name.isEmpty())
              .map(Path::of)
              .toArray(Path[]::new);
      return Arrays.stream(all)
          .filter(Files::exists)
          .findFirst()
          .or(() -> Arrays.stream(all).findFirst());
    }
    return Optional.of(home.resolve(".kube").resolve("config")).filter(Files::exists);
  }
}
