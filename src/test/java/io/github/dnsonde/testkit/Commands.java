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
   * The result of a command.
   *
   * @param said the output on standard output and standard error
   */
  public record Ended(int code, String said) {}

  /** Runs a command; returns its output. */
  public static String run(String... command) throws IOException {
    return run(List.of(command), "");
  }

  /** Runs a command that reads its input; returns its output. */
  public static String run(List<String> command, String input) throws IOException {
    Ended ended = ended(command, input);
    if (ended.code() != 0) {
      throw new IOException(String.join(" ", command) + ": " + ended.said().strip());
    }
    return ended.said();
  }

  /** Runs a command that reads its input; returns how it ended. */
  public static Ended ended(List<String> command, String input) throws IOException {
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

  /**
   * The reason why network namespaces cannot be created here, with these programs; empty if they
   * can.
   */
  static Optional<String> noNamespaces(String... programs) throws IOException {
    if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
      return Optional.of("root is needed to create network namespaces");
    }
    for (String program : programs) {
      if (Programs.find(program).isEmpty()) {
        return Optional.of("the program " + program + " is not installed");
      }
    }
    Ended tried = ended(List.of("unshare", "--net", "true"), "");
    return tried.code() == 0
        ? Optional.empty()
        : Optional.of("no network namespace can be created here:  " + tried.said().strip());
  }
}
