package io.github.dnsonde.testkit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of the system that some tests need. */
public final class Programs {

  /** Folders of servers and network tools, which are not always in the PATH. */
  private static Stream<String> alsoIn() {
    return Stream.of("/usr/sbin", "/sbin", "/usr/local/sbin");
  }

  private Programs() {}

  /** The first executable program of this name. */
  public static Optional<Path> find(String name) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.concat(Stream.of(path.split(File.pathSeparator, -1)), alsoIn())
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
