package io.github.dnsonde.bench;

import io.github.dnsonde.testkit.RunningPrometheus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A real Prometheus that is queried: one of our own, which scrapes nothing, or one that runs. */
final class QueriedPrometheus implements AutoCloseable {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Optional<RunningPrometheus> process;
  private final URI url;

  private QueriedPrometheus(Optional<RunningPrometheus> process, URI url) {
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
    Files.writeString(folder.resolve("prometheus.yaml"), config);
    String[] all =
        Stream.concat(Stream.of("--storage.tsdb.retention.time=30d"), Stream.of(options))
            .toArray(String[]::new);
    RunningPrometheus process = RunningPrometheus.start(program, folder, Map.of(), all);
    return new QueriedPrometheus(Optional.of(process), process.url());
  }

  /** Returns one that runs already, and continues to. */
  static QueriedPrometheus at(URI url) {
    return new QueriedPrometheus(Optional.empty(), url);
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
    process.ifPresent(RunningPrometheus::close);
  }
}
