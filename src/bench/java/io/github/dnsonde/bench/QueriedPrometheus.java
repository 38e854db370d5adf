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
import java.util.concurrent.TimeUnit;

/** A real Prometheus that scrapes nothing: it has blocks, and is queried. */
final class QueriedPrometheus implements AutoCloseable {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Process process;
  private final URI url;

  private QueriedPrometheus(Process process, URI url) {
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
    QueriedPrometheus started = new QueriedPrometheus(process, url);
    started.awaitReady();
    return started;
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
        if (tries > 1_200 || !process.isAlive()) {
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
  Duration processorTime() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public void close() {
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
