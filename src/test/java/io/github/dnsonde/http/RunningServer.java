package io.github.dnsonde.http;

import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.overview.Overview;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.status.Outcomes;
import io.github.dnsonde.testkit.FixedState;
import io.github.dnsonde.testkit.SampleReports;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Both listeners on loopback ports, with methods to send them requests. */
final class RunningServer implements AutoCloseable {

  static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

  private static final Duration LIMIT = Duration.ofSeconds(20);

  final AtomicReference<Optional<String>> notLive = new AtomicReference<>(Optional.empty());
  final AtomicReference<Optional<String>> notReady = new AtomicReference<>(Optional.empty());
  final Outcomes outcomes = new Outcomes();
  final AtomicReference<Plan> plan = new AtomicReference<>(Plan.EMPTY);
  final AtomicReference<Diagnosis> diagnosis = new AtomicReference<>(Diagnosis.NONE);
  final AtomicReference<Overview> status = new AtomicReference<>(SampleReports.overview());
  final HttpListeners listeners;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(LIMIT).build();

  RunningServer(MetricsPage metrics, Patience patience) throws IOException {
    this(metrics, patience, HttpListeners.Setup.plain(ANY_PORT, ANY_PORT));
  }

  RunningServer(MetricsPage metrics, Patience patience, HttpListeners.Setup setup)
      throws IOException {
    listeners =
        HttpListeners.start(
            setup,
            new Pages(
                metrics,
                new Health(notLive::get, notReady::get),
                outcomes,
                plan::get,
                diagnosis::get,
                new FixedState(status::get, true),
                SampleReports::timeline),
            patience);
  }

  static RunningServer withPage(String page) throws IOException {
    return new RunningServer(new FixedPage(page), Patience.DEFAULT);
  }

  HttpResponse<String> get(InetSocketAddress listener, String path, String... headers)
      throws IOException, InterruptedException {
    return send("GET", listener, path, headers);
  }

  HttpResponse<String> send(
      String method, InetSocketAddress listener, String path, String... headers)
      throws IOException, InterruptedException {
    return client.send(request(method, listener, path, headers), BodyHandlers.ofString());
  }

  HttpResponse<byte[]> octets(InetSocketAddress listener, String path, String... headers)
      throws IOException, InterruptedException {
    return client.send(request("GET", listener, path, headers), BodyHandlers.ofByteArray());
  }

  private static HttpRequest request(
      String method, InetSocketAddress listener, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(listener, path))
            .timeout(LIMIT)
            .method(method, HttpRequest.BodyPublishers.noBody());
    return (headers.length == 0 ? request : request.headers(headers)).build();
  }

  private static URI uri(InetSocketAddress listener, String path) {
    return URI.create("http://127.0.0.1:" + listener.getPort() + path);
  }

  InetSocketAddress metrics() {
    return listeners.metricsAddress();
  }

  InetSocketAddress health() {
    return listeners.healthAddress().orElseThrow();
  }

  InetSocketAddress api() {
    return listeners.apiAddress();
  }

  /** Sends octets as they are and returns everything received until the server closes. */
  static String raw(InetSocketAddress listener, String request) throws IOException {
    try (Socket socket = connect(listener)) {
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      return readAll(socket.getInputStream());
    }
  }

  static Socket connect(InetSocketAddress listener) throws IOException {
    Socket socket = new Socket(listener.getAddress(), listener.getPort());
    socket.setSoTimeout((int) LIMIT.toMillis());
    return socket;
  }

  static String readAll(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    client.close();
    listeners.close();
  }

  /** A page of text that remembers its Accept header. */
  static class FixedPage implements MetricsPage {
    final AtomicReference<String> accepted = new AtomicReference<>("");
    private final String text;

    FixedPage(String text) {
      this.text = text;
    }

    @Override
    public String contentType(String accept) {
      return "text/plain; version=0.0.4; charset=utf-8";
    }

    @Override
    public void write(String accept, OutputStream out) throws IOException {
      accepted.set(accept);
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
