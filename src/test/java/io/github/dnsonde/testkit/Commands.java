package io.github.dnsonde.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Commands of the system, run to their end. */
public final class Commands {

  private Commands() {}

  /**
   * How a command ended.
   *
   * @param said on standard output and standard error
   */
  record Ended(int code, String said) {}

  /** Runs a command; returns what it said. */
  public static String run(String... command) throws IOException {
    return run(List.of(command), "");
  }

  /** Runs a command that reads its input; returns what it said. */
  public static String run(List<String> command, String input) throws IOException {
    Ended ended = ended(command, input);
    if (ended.code() != 0) {
      throw new IOException(String.join(" ", command) + ": " + ended.said().strip());
    }
    return ended.said();
  }

  static Ended ended(List<String> command, String input) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedWriter writer = process.outputWriter(UTF_8)) {
      writer.write(input);
    }
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      return new Ended(process.waitFor(), said);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  /** Why network namespaces cannot be made here, with these programs; empty when they can. */
  static Optional<String> noNamespaces(String... programs) throws IOException {
    if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
      return Optional.of("root is needed to make network namespaces");
    }
    for (String program : programs) {
      if (Programs.find(program).isEmpty()) {
        return Optional.of("the program " + program + " is not installed");
      }
    }
    Ended tried = ended(List.of("unshare", "--net", "true"), "");
    return tried.code() == 0
        ? Optional.empty()
        : Optional.of("no network namespace can be made here: " + tried.said().strip());
  }
}
