package io.github.dnsonde.e2e.drill;

import io.github.dnsonde.e2e.monitoring.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The command {@code dnsonde agent} as it is, in a process of its own. */
final class AgentProcess implements AutoCloseable {

  private final AgentFile config;
  private final Path file;
  private Daemon running;

  private AgentProcess(AgentFile config, Path file) throws IOException {
    this.config = config;
    this.file = file;
    this.running = run();
  }

  /**
   * Starts it.
   *
   * @param file for its configuration
   */
  static AgentProcess start(AgentFile config, Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    config.write(file);
    return new AgentProcess(config, file);
  }

  private Daemon run() throws IOException {
    return Daemon.start(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx32m",
            "-Xss256k",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "io.github.dnsonde.Main",
            "agent",
            "--config",
            file.toString()),
        file.resolveSibling(file.getFileName() + ".log"));
  }

  /** Where it is scraped. */
  String address() {
    return Daemon.text(config.metrics());
  }

  /** Ends it without a warning. */
  void kill() throws InterruptedException {
    running.kill();
  }

  /** Starts another in its place. */
  void restart() throws IOException {
    running.close();
    running = run();
  }

  /** Puts a mistake into its configuration. */
  void spoil() throws IOException {
    Files.writeString(file, "schedule: {period: soon}\n");
  }

  /** Takes the mistake out. */
  void repair() throws IOException {
    config.write(file);
  }

  @Override
  public void close() {
    running.close();
  }
}
