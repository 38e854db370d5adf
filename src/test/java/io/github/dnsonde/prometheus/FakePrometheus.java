package io.github.dnsonde.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.github.dnsonde.testkit.IssuedCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server that answers as a test wants, and remembers what it was asked. */
final class FakePrometheus implements AutoCloseable {

  final List<String> queries = new CopyOnWriteArrayList<>();
  final List<Headers> headers = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Behaviour behaviour;

  /** Answers a query. */
  interface Behaviour {
    void answer(HttpExchange exchange, String query) throws IOException;
  }

  FakePrometheus(Behaviour behaviour) throws IOException {
    this(HttpServer.create(loopback(), 0), behaviour);
  }

  private FakePrometheus(HttpServer server, Behaviour behaviour) {
    this.server = server;
    this.behaviour = behaviour;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Starts one that speaks TLS with this certificate. */
  static FakePrometheus secured(IssuedCertificate issued, Behaviour behaviour) throws IOException {
    HttpsServer server = HttpsServer.create(loopback(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(issued.serving()));
    return new FakePrometheus(server, behaviour);
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String query =
        List.of(exchange.getRequestURI().getRawQuery().split("&")).stream()
            .filter(part -> part.startsWith("query="))
            .map(part -> URLDecoder.decode(part.substring("query=".length()), UTF_8))
            .findFirst()
            .orElse("");
    queries.add(query);
    headers.add(exchange.getRequestHeaders());
    try (exchange) {
      behaviour.answer(exchange, query);
    }
  }

  static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] octets = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, octets.length);
    exchange.getResponseBody().write(octets);
  }

  URI url() {
    String scheme = server instanceof HttpsServer ? "https" : "http";
    return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort() + "/prom");
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
