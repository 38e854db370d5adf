package io.github.dnsonde.e2e.drill;

import io.github.dnsonde.e2e.monitoring.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The unchanged command {@code dnsonde agent} in a separate process. */
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
   * Starts an agent.
   *
   * @param file the file for its configuration
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
            "-Xmx26m",
            "-XX:NewRatio=5",
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

  /** Returns the address to scrape. */
  String address() {
    return Daemon.text(config.metrics());
  }

  /** Kills the process. */
  void kill() throws InterruptedException {
    running.kill();
  }

  /** Starts a replacement. */
  void restart() throws IOException {
    running.close();
    running = run();
  }

  /** Writes a mistake into its configuration. */
  void spoil() throws IOException {
    Files.writeString(file, "schedule: {period: soon}\n");
  }

  /** Removes the mistake. */
  void repair() throws IOException {
    config.write(file);
  }

  @Override
  public void close() {
    running.close();
  }
}
