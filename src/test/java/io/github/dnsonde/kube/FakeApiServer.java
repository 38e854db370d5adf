package io.github.dnsonde.kube;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.dnsonde.manifest.Fields;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A server with the parts of the Kubernetes API that lists and watches need, over HTTP/1.1 on
 * loopback: pages, versions, selectors by equality, events since a version. It fails on demand.
 */
public final class FakeApiServer implements AutoCloseable {

  private static final String END = "";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, JsonObject> objects = new TreeMap<>();
  private final Map<String, JsonObject> documents = new HashMap<>();
  private final List<Event> history = new ArrayList<>();
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<Fault> faults = new CopyOnWriteArrayList<>();
  private final List<Appendix> appendices = new CopyOnWriteArrayList<>();
  private int version = 100;

  /** One received request, by its parameters. */
  public record Request(String path, Map<String, String> parameters) {

    boolean watches() {
      return parameters.containsKey("watch");
    }

    /** The collection that the path leads to in all namespaces. */
    String collection() {
      return path.replaceFirst("/namespaces/[^/]+/", "/");
    }
  }

  /** An action instead of an answer. */
  interface Answer {
    void give(HttpExchange exchange) throws IOException, InterruptedException;
  }

  /** Objects that are written on request, each after a comma: they may be huge. */
  interface Items {
    void write(Writer to) throws IOException;
  }

  private record Appendix(Predicate<Request> when, Items items) {}

  private static final class Fault {
    private final Predicate<Request> when;
    private final Answer answer;
    private int times;

    Fault(Predicate<Request> when, Answer answer, int times) {
      this.when = when;
      this.answer = answer;
      this.times = times;
    }

    synchronized boolean strikes(Request request) {
      return when.test(request) && times-- > 0;
    }
  }

  private record Event(int version, String collection, String type, JsonObject object) {
    String line() {
      JsonObject line = new JsonObject();
      line.addProperty("type", type);
      line.add("object", object);
      return line.toString();
    }
  }

  private record Watch(Request request, BlockingQueue<String> lines) {
    void tell(Event event) {
      if (event.collection().equals(request.collection()) && selects(request, event.object())) {
        lines.add(event.line());
      }
    }
  }

  private FakeApiServer(HttpServer server) {
    this.server = server;
  }

  /** Starts a server; port 0 means any free port. */
  public static FakeApiServer start(int port) throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    FakeApiServer standIn = new FakeApiServer(http);
    http.setExecutor(standIn.threads);
    http.createContext("/", standIn::serve);
    http.start();
    return standIn;
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** The URL on which it listens, such as {@code http://127.0.0.1:8080}. */
  public String url() {
    return "http://127.0.0.1:" + port();
  }

  /** Returns the kubeconfig of an API server at this address that wants no credentials. */
  public static String kubeconfig(String url) {
    return """
    apiVersion: v1
    kind: Config
    clusters: [{name: here, cluster: {server: "%s"}}]
    users: [{name: me, user: {}}]
    contexts: [{name: here, context: {cluster: here, user: me}}]
    current-context: here
    """
        .formatted(url);
  }

  /** Creates or changes an object of a collection such as {@code /api/v1/pods}. */
  public synchronized void put(String collection, String json) {
    JsonObject object = JsonParser.parseString(json).getAsJsonObject();
    JsonObject before = objects.get(key(collection, object));
    happen(collection, before == null ? "ADDED" : "MODIFIED", object);
    objects.put(key(collection, object), object);
  }

  synchronized void delete(String collection, String namespace, String name) {
    JsonObject object = objects.remove(collection + " " + namespace + "/" + name);
    happen(collection, "DELETED", Objects.requireNonNull(object, name + " is not there"));
  }

  private void happen(String collection, String type, JsonObject object) {
    object.getAsJsonObject("metadata").addProperty("resourceVersion", "" + ++version);
    Event event = new Event(version, collection, type, object.deepCopy());
    history.add(event);
    watches.forEach(watch -> watch.tell(event));
  }

  /** Sends a line to every watch of a collection. */
  public synchronized void say(String collection, String line) {
    watches.stream()
        .filter(watch -> watch.request().collection().equals(collection))
        .forEach(watch -> watch.lines().add(line));
  }

  /** Creates an object that only a new list will show. */
  synchronized void putUnheard(String collection, String json) {
    JsonObject object = JsonParser.parseString(json).getAsJsonObject();
    objects.put(key(collection, object), object);
  }

  /** Ends every watch of a collection, as a server does after its time. */
  void endWatches(String collection) {
    say(collection, END);
  }

  /** Open watches get no further events; new ones do. */
  synchronized void forsakeWatches(String collection) {
    watches.removeIf(watch -> watch.request().collection().equals(collection));
  }

  /** Sets a document, such as {@code /apis}. */
  public synchronized void document(String path, String json) {
    documents.put(path, JsonParser.parseString(json).getAsJsonObject());
  }

  void fail(Predicate<Request> when, int times, Answer answer) {
    faults.add(new Fault(when, answer, times));
  }

  /** Makes lists end with these objects from now on. */
  void append(Predicate<Request> lists, Items items) {
    appendices.add(new Appendix(lists, items));
  }

  /** Answers some requests with an error. */
  public void refuse(Predicate<Request> when, int times, int code) {
    refuse(when, times, code, "refused on request");
  }

  /** Answers requests with an error and its message. */
  public void refuse(Predicate<Request> when, int times, int code, String message) {
    fail(when, times, exchange -> send(exchange, code, status(code, message)));
  }

  private static String status(int code, String message) {
    JsonObject status = new JsonObject();
    status.addProperty("kind", "Status");
    status.addProperty("code", code);
    status.addProperty("message", message);
    return status.toString();
  }

  static Predicate<Request> listing(String collection) {
    return request -> !request.watches() && request.collection().equals(collection);
  }

  static Predicate<Request> watching(String collection) {
    return request -> request.watches() && request.collection().equals(collection);
  }

  /** The requests received so far. */
  public List<Request> requests(Predicate<Request> which) {
    return requests.stream().filter(which).toList();
  }

  /** The number of open watches of a collection. */
  long watches(String collection) {
    return watches.stream()
        .filter(watch -> watch.request().collection().equals(collection))
        .count();
  }

  long watches() {
    return watches.size();
  }

  private void serve(HttpExchange exchange) throws IOException {
    Request request = request(exchange);
    requests.add(request);
    try (exchange) {
      for (Fault fault : faults) {
        if (fault.strikes(request)) {
          fault.answer.give(exchange);
          return;
        }
      }
      answer(exchange, request);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(HttpExchange exchange, Request request)
      throws IOException, InterruptedException {
    if (request.watches()) {
      watch(exchange, request);
    } else {
      JsonObject answer = document(request.path()).orElseGet(() -> list(request));
      send(exchange, answer, appendices.stream().filter(each -> each.when.test(request)).toList());
    }
  }

  private static void send(HttpExchange exchange, JsonObject answer, List<Appendix> more)
      throws IOException {
    if (more.isEmpty()) {
      send(exchange, 200, answer.toString());
      return;
    }
    String list = answer.toString(); // its last field is the items
    String items = answer.getAsJsonArray("items").isEmpty() ? "null" : "";
    stream(
        exchange,
        to -> {
          to.write(list.substring(0, list.length() - "]}".length()) + items);
          for (Appendix each : more) {
            each.items.write(to);
          }
          to.write("]}");
        });
  }

  /** Answers with a text that is written while it is read. */
  static void stream(HttpExchange exchange, Items text) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try (Writer to =
        new BufferedWriter(new OutputStreamWriter(exchange.getResponseBody(), UTF_8), 1 << 16)) {
      text.write(to);
    } catch (IOException _) {
      // the client has read enough
    }
  }

  private synchronized Optional<JsonObject> document(String path) {
    return Optional.ofNullable(documents.get(path));
  }

  private static Request request(HttpExchange exchange) {
    String query = exchange.getRequestURI().getRawQuery();
    Map<String, String> parameters = new HashMap<>();
    if (query != null) {
      for (String parameter : query.split("&", -1)) {
        String[] halves = parameter.split("=", 2);
        parameters.put(halves[0], URLDecoder.decode(halves[1], UTF_8));
      }
    }
    return new Request(exchange.getRequestURI().getPath(), parameters);
  }

  private synchronized JsonObject list(Request request) {
    List<JsonObject> all =
        objects.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(request.collection() + " "))
            .map(Map.Entry::getValue)
            .filter(object -> selects(request, object))
            .toList();
    int from = Integer.parseInt(request.parameters().getOrDefault("continue", "0"));
    int limit = Integer.parseInt(request.parameters().getOrDefault("limit", "1000000"));
    int to = Math.min(all.size(), from + limit);
    JsonArray items = new JsonArray();
    all.subList(from, to).forEach(items::add);
    JsonObject metadata = new JsonObject();
    metadata.addProperty("resourceVersion", "" + version);
    if (to < all.size()) {
      metadata.addProperty("continue", "" + to);
    }
    JsonObject list = new JsonObject();
    list.addProperty("kind", "List");
    list.add("metadata", metadata);
    list.add("items", items);
    return list;
  }

  private void watch(HttpExchange exchange, Request request)
      throws IOException, InterruptedException {
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    out.flush();
    Watch watch = open(request);
    try {
      for (String line = watch.lines().take(); !line.equals(END); line = watch.lines().take()) {
        out.write((line + "\n").getBytes(UTF_8));
        out.flush();
      }
    } finally {
      watches.remove(watch);
    }
  }

  private synchronized Watch open(Request request) {
    Watch watch = new Watch(request, new LinkedBlockingQueue<>());
    int since = Integer.parseInt(request.parameters().get("resourceVersion"));
    history.stream().filter(event -> event.version() > since).forEach(watch::tell);
    watches.add(watch);
    return watch;
  }

  private static boolean selects(Request request, JsonObject object) {
    Fields fields = new JsonFields(object);
    Fields metadata = fields.object("metadata");
    String namespace = metadata.text("namespace").orElse("");
    return (request.path().equals(request.collection())
            || request.path().contains("/namespaces/" + namespace + "/"))
        && terms(request, "labelSelector")
            .allMatch(
                term -> term[1].equals(metadata.map("labels").getOrDefault(term[0], "(none)")))
        && terms(request, "fieldSelector")
            .allMatch(
                term ->
                    term[1].equals(
                        term[0].equals("spec.nodeName")
                            ? fields.object("spec").text("nodeName").orElse("")
                            : metadata.text("name").orElse("")));
  }

  private static Stream<String[]> terms(Request request, String parameter) {
    return Arrays.stream(request.parameters().getOrDefault(parameter, "").split(",", -1))
        .filter(term -> !term.isEmpty())
        .map(term -> term.split("=", 2));
  }

  private static String key(String collection, JsonObject object) {
    Fields metadata = new JsonFields(object).object("metadata");
    return collection
        + " "
        + metadata.text("namespace").orElse("")
        + "/"
        + metadata.text("name").orElse("");
  }

  static void send(HttpExchange exchange, int code, String body) throws IOException {
    byte[] octets = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(code, octets.length);
    exchange.getResponseBody().write(octets);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    threads.close();
  }
}
