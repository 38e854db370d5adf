package io.github.dnsonde.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A Java process of our own that is asked by lines and ends when we do. */
final class Child implements AutoCloseable {

  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter requests;

  private Child(Process process) {
    this.process = process;
    this.answers = process.inputReader();
    this.requests = process.outputWriter();
  }

  /** Starts this very program with other arguments. */
  static Child start(List<String> jvmOptions, List<String> arguments) throws IOException {
    return start(List.of(), jvmOptions, arguments);
  }

  /** Likewise, by a program that starts others, such as nsenter(1). */
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

  /** The beginning of a command line: the Java that runs this, and its options. */
  static List<String> java(List<String> jvmOptions) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java") + "");
    command.addAll(jvmOptions);
    return command;
  }

  /** The next line that it wrote. */
  String line() throws IOException {
    return Optional.ofNullable(answers.readLine())
        .orElseThrow(() -> new IOException("a child process ended: " + process.info()));
  }

  /** Says an empty line, and gives back the one that comes. */
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
