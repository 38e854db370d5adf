package io.github.dnsonde.e2e.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The receiver of alerts: a webhook on loopback that keeps all notifications. */
public final class Pager implements AutoCloseable {

  private static final String PATH = "/alerts";

  private final HttpServer server;
  private final List<Notification> told = new ArrayList<>();

  /** The relevant fields of Alertmanager's requests. */
  private record Post(List<PostedAlert> alerts) {}

  private record PostedAlert(
      String status,
      Map<String, String> labels,
      Map<String, String> annotations,
      String startsAt) {}

  private Pager(HttpServer server) {
    this.server = server;
  }

  /** Starts to listen. */
  public static Pager start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Pager pager = new Pager(server);
    server.createContext(PATH, pager::hear);
    server.start();
    return pager;
  }

  /** Returns the URL for Alertmanager's webhook_config. */
  public URI url() {
    return URI.create("http://" + Daemon.text(server.getAddress()) + PATH);
  }

  private void hear(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      Post post = new Gson().fromJson(body, Post.class);
      note(post.alerts().stream().map(Pager::notification).toList());
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private static Notification notification(PostedAlert alert) {
    return new Notification(
        alert.status().equals("firing"),
        alert.labels(),
        alert.annotations(),
        OffsetDateTime.parse(alert.startsAt()).toInstant(),
        Instant.now());
  }

  private synchronized void note(List<Notification> heard) {
    told.addAll(heard);
    notifyAll();
  }

  /** Returns all notifications so far that meet this condition, in order. */
  public synchronized List<Notification> told(Predicate<Notification> about) {
    return told.stream().filter(about).toList();
  }

  /** Returns the latest notification of each of these alerts. */
  public List<Notification> latest(Predicate<Notification> about) {
    Map<Map<String, String>, Notification> latest = new LinkedHashMap<>();
    told(about).forEach(alert -> latest.put(alert.labels(), alert));
    return List.copyOf(latest.values());
  }

  /** Returns those of these alerts that were received and are not resolved. */
  public List<Notification> firing(Predicate<Notification> about) {
    return latest(about).stream().filter(Notification::firing).toList();
  }

  /**
   * Waits until a condition holds that can only change by a notification.
   *
   * @return whether it held in time
   */
  public synchronized boolean await(Duration limit, Predicate<Pager> condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.test(this)) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
