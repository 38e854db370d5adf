package io.github.dnsonde.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A real Prometheus that is queried: one of our own, which scrapes nothing, or one that runs. */
final class QueriedPrometheus implements AutoCloseable {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Optional<Process> process;
  private final URI url;

  private QueriedPrometheus(Optional<Process> process, URI url) {
    this.process = process;
    this.url = url;
  }

  /**
   * Starts it; it is ready when this returns.
   *
   * @param folder a folder for its configuration and its log, with its blocks in {@code data}
   */
  static QueriedPrometheus start(String program, Path folder, String config, String... options)
      throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("prometheus.yaml"), config);
    URI url = URI.create("http://127.0.0.1:" + freePort());
    List<String> command = new ArrayList<>();
    command.add(program);
    command.add("--config.file=" + file);
    command.add("--storage.tsdb.path=" + folder.resolve("data"));
    command.add("--storage.tsdb.retention.time=30d");
    command.add("--web.listen-address=" + url.getAuthority());
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    QueriedPrometheus started = new QueriedPrometheus(Optional.of(process), url);
    started.awaitReady();
    return started;
  }

  /** Returns one that runs already, and continues to. */
  static QueriedPrometheus at(URI url) {
    return new QueriedPrometheus(Optional.empty(), url);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitReady() throws IOException, InterruptedException {
    for (int tries = 0; ; tries++) {
      try {
        get("/-/ready");
        return;
      } catch (IOException notYet) {
        if (tries > 1_200 || process.stream().noneMatch(Process::isAlive)) {
          close();
          throw notYet;
        }
        Thread.sleep(100); // a starting program has nothing to notify us by
      }
    }
  }

  URI url() {
    return url;
  }

  /**
   * Returns the text that it answers.
   *
   * @throws IOException if it refuses, with its message
   */
  String get(String path) throws IOException, InterruptedException {
    HttpResponse<String> response =
        CLIENT.send(
            HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE).build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(path + ": " + response.statusCode() + " " + response.body());
    }
    return response.body();
  }

  /** Returns the processor time that it has taken so far. */
  Duration processorTime() throws IOException, InterruptedException {
    double seconds =
        get("/metrics")
            .lines()
            .filter(line -> line.startsWith("process_cpu_seconds_total "))
            .mapToDouble(line -> Double.parseDouble(line.split(" ", 2)[1]))
            .sum();
    return Duration.ofMillis(Math.round(seconds * 1_000));
  }

  @Override
  public void close() {
    process.ifPresent(QueriedPrometheus::end);
  }

  private static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
