package io.github.dnsonde.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A Java process of our own that answers lines of input and ends with this one. */
final class Child implements AutoCloseable {

  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter requests;

  private Child(Process process) {
    this.process = process;
    this.answers = process.inputReader();
    this.requests = process.outputWriter();
  }

  /** Starts this program with other arguments. */
  static Child start(List<String> jvmOptions, List<String> arguments) throws IOException {
    return start(List.of(), jvmOptions, arguments);
  }

  /** Starts this program by one that starts others, such as nsenter(1). */
  static Child start(List<String> starter, List<String> jvmOptions, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(starter);
    command.addAll(java(jvmOptions));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path", ""), Benchmark.class.getName()));
    command.addAll(arguments);
    return new Child(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Returns the start of a command line: the Java that runs this program, and its options. */
  static List<String> java(List<String> jvmOptions) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java") + "");
    command.addAll(jvmOptions);
    return command;
  }

  /** Returns the user and system time of the process since its start. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Returns the next line of its output. */
  String line() throws IOException {
    return Optional.ofNullable(answers.readLine())
        .orElseThrow(() -> new IOException("a child process ended: " + process.info()));
  }

  /** Sends an empty line, and returns the response. */
  String request() throws IOException {
    say("");
    return line();
  }

  void say(String line) throws IOException {
    requests.write(line);
    requests.newLine();
    requests.flush();
  }

  @Override
  public void close() throws IOException {
    requests.close();
    try {
      process.waitFor();
    } catch (InterruptedException _) {
      process.destroy();
      Thread.currentThread().interrupt();
    }
  }
}
