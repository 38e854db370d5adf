package io.github.dnsonde.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A program of the system that runs to its end, with fixed first arguments. */
public record Program(List<String> beginning, Map<String, String> environment) {

  public Program {
    beginning = List.copyOf(beginning);
    environment = Map.copyOf(environment);
  }

  /**
   * Runs it.
   *
   * @return its standard output
   * @throws IOException if it failed; the message is its output
   */
  public String run(String... arguments) throws IOException {
    return run("", arguments);
  }

  /** Runs it with an input. */
  public String reading(String input, String... arguments) throws IOException {
    return run(input, arguments);
  }

  private String run(String input, String[] arguments) throws IOException {
    List<String> line = Stream.concat(beginning.stream(), Arrays.stream(arguments)).toList();
    Path complaint = Files.createTempFile("complaint", ".txt");
    try {
      ProcessBuilder builder = new ProcessBuilder(line).redirectError(complaint.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      try (BufferedWriter writer = process.outputWriter(UTF_8)) {
        writer.write(input);
      } catch (IOException _) {
        // it did not read its input; its exit status shows why
      }
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      int status = process.waitFor();
      if (status != 0) {
        String why = (Files.readString(complaint) + said).strip();
        throw new IOException(String.join(" ", line) + ": status " + status + ": " + why);
      }
      return said;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while running " + String.join(" ", line), e);
    } finally {
      Files.delete(complaint);
    }
  }
}
