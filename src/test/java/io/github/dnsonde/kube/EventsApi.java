package io.github.dnsonde.kube;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * The Events of an API server, which refuses what a real one refuses (kubernetes, {@code
 * pkg/apis/core/validation/events.go}).
 */
public final class EventsApi implements AutoCloseable {

  private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z";

  private final FakeApiServer server;
  private final Map<String, JsonObject> events = new LinkedHashMap<>();
  private final List<String> writes = new ArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private Optional<Refusal> refusal = Optional.empty();
  private boolean hangs;

  private record Refusal(int code, String message) {}

  /** An Event as it is stored. */
  public record Stored(
      String namespace,
      String name,
      String type,
      String reason,
      String kind,
      String about,
      String note,
      int count,
      String last) {}

  private EventsApi(FakeApiServer server) {
    this.server = server;
    server.fail(
        request -> request.path().startsWith("/apis/events.k8s.io/v1/namespaces/"),
        Integer.MAX_VALUE,
        this::serve);
  }

  /** Adds Events to a server. */
  static EventsApi of(FakeApiServer server) {
    return new EventsApi(server);
  }

  /** Starts a server that has Events and nothing else; port 0 means any free port. */
  public static EventsApi start(int port) throws IOException {
    return new EventsApi(FakeApiServer.start(port));
  }

  public int port() {
    return server.port();
  }

  /** Connects to the server as the controller does. */
  public ControllerCluster cluster(Path folder) throws IOException {
    return ControllerCluster.open(
        Optional.of(
            Files.writeString(
                folder.resolve("kubeconfig"), FakeApiServer.kubeconfig(server.url()))));
  }

  /** The Events, the oldest first. */
  public synchronized List<Stored> all() {
    return events.values().stream().map(EventsApi::stored).toList();
  }

  /** The Events of a namespace with a reason. */
  public List<Stored> in(String namespace, String reason) {
    return all().stream()
        .filter(event -> event.namespace().equals(namespace) && event.reason().equals(reason))
        .toList();
  }

  /** The Events with a reason, in all namespaces. */
  public List<Stored> in(String reason) {
    return all().stream().filter(event -> event.reason().equals(reason)).toList();
  }

  /** The requests so far, as {@code METHOD namespace}. */
  public synchronized List<String> requests() {
    return List.copyOf(writes);
  }

  /** Deletes all Events, as their time to live does. */
  public synchronized void expire() {
    events.clear();
  }

  /** Refuses everything from now on. */
  public synchronized void refuse(int code, String message) {
    refusal = Optional.of(new Refusal(code, message));
  }

  /** Accepts everything from now on. */
  public synchronized void accept() {
    refusal = Optional.empty();
  }

  /** Answers no request from now on. */
  public synchronized void hang() {
    hangs = true;
  }

  private static Stored stored(JsonObject event) {
    JsonObject regarding = event.getAsJsonObject("regarding");
    JsonObject metadata = event.getAsJsonObject("metadata");
    JsonObject series = event.has("series") ? event.getAsJsonObject("series") : new JsonObject();
    return new Stored(
        text(metadata, "namespace"),
        text(metadata, "name"),
        text(event, "type"),
        text(event, "reason"),
        text(regarding, "kind"),
        text(regarding, "name"),
        text(event, "note"),
        series.has("count") ? series.get("count").getAsInt() : 1,
        series.has("count") ? text(series, "lastObservedTime") : text(event, "eventTime"));
  }

  private static String text(JsonObject object, String key) {
    JsonElement value = object.get(key);
    return value == null ? "" : value.getAsString();
  }

  private void serve(HttpExchange exchange) throws IOException, InterruptedException {
    String[] path = exchange.getRequestURI().getPath().split("/", -1);
    JsonObject body =
        JsonParser.parseString(new String(exchange.getRequestBody().readAllBytes(), UTF_8))
            .getAsJsonObject();
    Answer answer = answer(exchange.getRequestMethod(), path, body);
    if (hanging()) {
      closed.await();
    }
    JsonObject status = new JsonObject();
    status.addProperty("kind", answer.code() < 300 ? "Event" : "Status");
    status.addProperty("message", answer.message());
    FakeApiServer.send(exchange, answer.code(), status.toString());
  }

  private synchronized boolean hanging() {
    return hangs;
  }

  private record Answer(int code, String message) {}

  private synchronized Answer answer(String method, String[] path, JsonObject body) {
    String namespace = path[5];
    writes.add(method + " " + namespace);
    if (hangs || refusal.isPresent()) {
      return refusal
          .map(each -> new Answer(each.code(), each.message()))
          .orElse(new Answer(500, ""));
    }
    if (method.equals("POST") && path.length == 7) {
      return create(namespace, body);
    }
    if (method.equals("PATCH") && path.length == 8) {
      return repeat(namespace + "/" + path[7], body);
    }
    return new Answer(405, "not allowed");
  }

  private Answer create(String namespace, JsonObject event) {
    JsonObject metadata = event.getAsJsonObject("metadata");
    JsonObject regarding = event.getAsJsonObject("regarding");
    String key = namespace + "/" + text(metadata, "name");
    boolean valid =
        text(metadata, "namespace").equals(namespace)
            && text(regarding, "namespace").equals(namespace)
            && text(metadata, "name").matches("[a-z0-9]([-a-z0-9]{0,251}[a-z0-9])?")
            && text(event, "eventTime").matches(TIME)
            && text(event, "reportingController").matches("[a-z0-9.]+/[a-z]+")
            && text(event, "reportingInstance").matches(".{1,128}")
            && text(event, "action").matches(".{1,128}")
            && text(event, "reason").matches(".{1,128}")
            && Set.of("Normal", "Warning").contains(text(event, "type"))
            && text(event, "note").getBytes(UTF_8).length <= 1_024
            && !event.has("series");
    if (!valid) {
      return new Answer(422, "invalid: " + event);
    }
    if (events.containsKey(key)) {
      return new Answer(409, "events.events.k8s.io already exists");
    }
    events.put(key, event);
    return new Answer(201, "");
  }

  private Answer repeat(String key, JsonObject patch) {
    JsonObject event = events.get(key);
    if (event == null) {
      return new Answer(404, "events.events.k8s.io not found");
    }
    JsonObject series = patch.getAsJsonObject("series");
    boolean valid =
        patch.keySet().equals(Set.of("series"))
            && series.get("count").getAsInt() >= 2
            && text(series, "lastObservedTime").matches(TIME);
    if (!valid) {
      return new Answer(422, "invalid: " + patch);
    }
    event.add("series", series);
    return new Answer(200, "");
  }

  @Override
  public void close() {
    closed.countDown();
    server.close();
  }
}
