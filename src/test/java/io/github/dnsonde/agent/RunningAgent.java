package io.github.dnsonde.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.Main;
import io.github.dnsonde.config.ConfigFile;
import io.github.dnsonde.log.Logging;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** An agent in this process, with access to its metrics, its API and its log. */
final class RunningAgent implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final HttpClient client = HttpClient.newHttpClient();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final Path folder;
  private final Agent agent;

  private RunningAgent(Path folder, String yaml, AgentMode.Factory surroundings) throws Exception {
    this.folder = folder;
    Path file = Files.writeString(folder.resolve("dnsonde.yaml"), yaml + HTTP.formatted(0));
    this.agent =
        Agent.start(
            ConfigFile.read(file, Map.of()),
            new Agent.Setup(Optional.empty(), surroundings, log, _ -> {}));
  }

  private static final String HTTP = "\nhttp: {metrics: \"127.0.0.1:0\", api: \"127.0.0.1:%d\"}\n";

  /** Starts an agent with this configuration, which does not contain {@code http}. */
  static RunningAgent start(Path folder, String yaml, AgentMode.Factory surroundings)
      throws Exception {
    return new RunningAgent(folder, yaml, surroundings);
  }

  /** All metrics as text. */
  String metrics() {
    try {
      String url = "http://127.0.0.1:" + agent.metricsAddress().getPort() + "/metrics";
      return client
          .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
          .body();
    } catch (InterruptedException | IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Our own samples that have all these parts in their line. */
  List<String> samples(String... parts) {
    return metrics()
        .lines()
        .filter(line -> line.startsWith("dnsonde_"))
        .filter(line -> List.of(parts).stream().allMatch(line::contains))
        .toList();
  }

  /** The output of {@code dnsonde vantages} for this agent. */
  String vantages() throws IOException {
    return said(0, "vantages");
  }

  /** The output of a command that queries this agent, and ends with this status. */
  String said(int status, String... words) {
    StringWriter said = new StringWriter();
    assertEquals(status, run(said, words), said::toString);
    return said.toString();
  }

  /** The exit status of such a command. */
  int run(StringWriter said, String... words) {
    try {
      Path config =
          Files.writeString(
              folder.resolve("client.yaml"), HTTP.formatted(agent.apiAddress().getPort()));
      return Main.commandLine()
          .setOut(new PrintWriter(said, true))
          .setErr(new PrintWriter(said, true))
          .execute(
              Stream.concat(Stream.of(words), Stream.of("--config", config.toString()))
                  .toArray(String[]::new));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  String log() {
    return log.toString(UTF_8);
  }

  /** Number of log lines that contain these words. */
  long logged(String words) {
    return log().lines().filter(line -> line.contains(words)).count();
  }

  void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(
          System.nanoTime() < deadline,
          () -> "not within " + LIMIT + ": " + what + "\n" + log() + metrics());
      Thread.sleep(PAUSE); // a page of metrics cannot notify us
    }
  }

  @Override
  public void close() {
    agent.close();
    Logging.configure(Logging.Format.LOGFMT, System.Logger.Level.INFO, System.err);
  }
}
