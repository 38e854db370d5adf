package io.github.dnsonde.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;

/** Pages that people have open: each follows the stream, or reads the state every ten seconds. */
final class OpenPages implements AutoCloseable {

  private static final Duration POLL = Duration.ofSeconds(10);

  private final HttpClient client = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final URI api;
  private final AtomicLong octets = new AtomicLong();
  private final AtomicLong streams = new AtomicLong();

  /**
   * Opens pages.
   *
   * @param api the address of the page
   */
  OpenPages(URI api, int number) {
    this.api = api;
    for (int i = 0; i < number; i++) {
      threads.execute(this::follow);
    }
  }

  /** The number of those that follow the stream. */
  long streams() {
    return streams.get();
  }

  /** Mebibytes of JSON that all pages together have read. */
  double mebibytes() {
    return octets.get() / (double) (1 << 20);
  }

  private void follow() {
    try {
      while (true) {
        HttpResponse<InputStream> stream = get("/api/v1/stream");
        if (stream.statusCode() == 200) {
          streams.incrementAndGet();
          read(stream);
          streams.decrementAndGet();
        } else {
          stream.body().close();
          read(get("/api/v1/status?brief=true"));
        }
        TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
      }
    } catch (IOException | InterruptedException _) {
      // the end
    }
  }

  private HttpResponse<InputStream> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(api.resolve(path)).header("Accept-Encoding", "gzip").build(),
        BodyHandlers.ofInputStream());
  }

  private void read(HttpResponse<InputStream> response) throws IOException {
    try (InputStream in = new GZIPInputStream(response.body())) {
      byte[] buffer = new byte[8_192];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        octets.addAndGet(read);
      }
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
    threads.shutdownNow();
    threads.close();
  }
}
