package io.github.dnsonde.kube;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import io.github.dnsonde.probe.NamespacedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * An API server for a controller: pods, token reviews, a Secret and a ConfigMap. A token is valid
 * if this server has issued it.
 */
public final class ControllerApi implements AutoCloseable {

  public static final String AUDIENCE = "dnsonde-controller";
  private static final String PODS = "/api/v1/pods";

  private final FakeApiServer server;
  private final Map<String, JsonObject> users = new ConcurrentHashMap<>();
  private final Map<String, JsonObject> objects = new ConcurrentHashMap<>();
  private final EventsApi events;
  private final AtomicInteger reviews = new AtomicInteger();
  private final AdmissionRegistration registration;
  private volatile boolean reportsNodes = true;
  private volatile int refusesReviews;

  private ControllerApi(FakeApiServer server) {
    this.server = server;
    this.events = EventsApi.of(server);
    this.registration = AdmissionRegistration.of(server);
    server.fail(
        request -> request.path().equals("/apis/authentication.k8s.io/v1/tokenreviews"),
        Integer.MAX_VALUE,
        this::review);
    server.fail(
        request -> request.path().matches("/api/v1/namespaces/[^/]+/(secrets|configmaps)/[^/]+"),
        Integer.MAX_VALUE,
        this::object);
  }

  /** Starts a server with an empty Secret and an empty ConfigMap of these names. */
  public static ControllerApi start(NamespacedName secret, NamespacedName configMap)
      throws IOException {
    ControllerApi api = new ControllerApi(FakeApiServer.start(0));
    api.empty("secrets", secret);
    api.empty("configmaps", configMap);
    return api;
  }

  FakeApiServer server() {
    return server;
  }

  private void empty(String resource, NamespacedName name) {
    objects.put(
        "/api/v1/namespaces/" + name.namespace() + "/" + resource + "/" + name.name(),
        JsonParser.parseString("{\"metadata\": {\"resourceVersion\": \"1\"}}").getAsJsonObject());
  }

  /** Removes a ConfigMap. */
  public void deleteConfigMap(NamespacedName name) {
    objects.remove("/api/v1/namespaces/" + name.namespace() + "/configmaps/" + name.name());
  }

  /** Writes a kubeconfig for this server. */
  public Path kubeconfig(Path folder) throws IOException {
    return Files.writeString(folder.resolve("kubeconfig"), FakeApiServer.kubeconfig(server.url()));
  }

  /** Puts a pod on a node. */
  public void pod(String namespace, String name, String node) {
    server.put(
        PODS,
        """
        {"metadata": {"namespace": "%s", "name": "%s"}, "spec": {"nodeName": "%s"}}\
        """
            .formatted(namespace, name, node));
  }

  /** The webhook, as this server knows it. */
  public AdmissionRegistration registration() {
    return registration;
  }

  /** Deletes an object of a collection. */
  public void delete(String collection, String namespace, String name) {
    server.delete(collection, namespace, name);
  }

  public EventsApi events() {
    return events;
  }

  /** Creates or changes an object of a collection such as {@code /api/v1/pods}. */
  public void put(String collection, String json) {
    server.put(collection, json);
  }

  /** Sets a document, such as {@code /apis}. */
  public void document(String path, String json) {
    server.document(path, json);
  }

  /** Answers the lists of a collection, or the requests for a document, with an error. */
  public void refuse(String collection, int code) {
    server.refuse(FakeApiServer.listing(collection), Integer.MAX_VALUE, code);
  }

  /** Answers the lists of a collection with an error for as long as a condition holds. */
  public void refuseWhile(BooleanSupplier condition, String collection, int code) {
    server.refuse(
        request -> condition.getAsBoolean() && FakeApiServer.listing(collection).test(request),
        Integer.MAX_VALUE,
        code);
  }

  /** Returns true if somebody watches a collection. */
  public boolean isWatched(String collection) {
    return server.watches(collection) > 0;
  }

  /** The number of lists of a collection, in all namespaces and in single ones. */
  public int lists(String collection) {
    return server.requests(FakeApiServer.listing(collection)).size();
  }

  public void deletePod(String namespace, String name) {
    server.delete(PODS, namespace, name);
  }

  /** Issues a token of a pod's service account, as the kubelet requests it. */
  public String token(NamespacedName account, String pod, String node) {
    String token = claims(account, AUDIENCE, 4_000_000_000L);
    JsonObject extra = new JsonObject();
    extra.add("authentication.kubernetes.io/pod-name", only(pod));
    extra.add("authentication.kubernetes.io/node-name", only(node));
    JsonObject user = new JsonObject();
    user.addProperty(
        "username", "system:serviceaccount:" + account.namespace() + ":" + account.name());
    user.add("extra", extra);
    users.put(token, user);
    return token;
  }

  private static JsonArray only(String text) {
    JsonArray list = new JsonArray();
    list.add(text);
    return list;
  }

  /** Returns a token with these claims that no server has issued. */
  public static String claims(NamespacedName account, String audience, long expiry) {
    String claims =
        """
        {"aud": ["%s"], "exp": %d, "sub": "system:serviceaccount:%s:%s", "jti": "%s"}\
        """
            .formatted(audience, expiry, account.namespace(), account.name(), System.nanoTime());
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    return encoder.encodeToString("{\"alg\":\"RS256\"}".getBytes(UTF_8))
        + "."
        + encoder.encodeToString(claims.getBytes(UTF_8))
        + "."
        + encoder.encodeToString("signature".getBytes(UTF_8));
  }

  /** Servers before Kubernetes 1.30 do not report the node of a token. */
  public void reportsNoNodes() {
    reportsNodes = false;
  }

  /** The server fails every review from now on with this status; 0 ends that. */
  public void refuseReviews(int status) {
    refusesReviews = status;
  }

  public int reviews() {
    return reviews.get();
  }

  /** A value of a Secret, decoded; empty if there is none. */
  public String secret(NamespacedName name, String key) {
    return new String(Base64.getDecoder().decode(value("secrets", name, key)), UTF_8);
  }

  /** A value of a ConfigMap; empty if there is none. */
  public String configMap(NamespacedName name, String key) {
    return value("configmaps", name, key);
  }

  private String value(String resource, NamespacedName name, String key) {
    return Optional.ofNullable(
            objects.get(
                "/api/v1/namespaces/" + name.namespace() + "/" + resource + "/" + name.name()))
        .filter(object -> object.has("data"))
        .map(object -> object.getAsJsonObject("data"))
        .filter(data -> data.has(key))
        .map(data -> data.get(key).getAsString())
        .orElse("");
  }

  private void review(HttpExchange exchange) throws IOException {
    reviews.incrementAndGet();
    JsonObject spec = body(exchange).getAsJsonObject("spec");
    if (refusesReviews > 0) {
      FakeApiServer.send(exchange, refusesReviews, "{\"kind\": \"Status\", \"message\": \"away\"}");
      return;
    }
    JsonObject user = users.get(spec.get("token").getAsString());
    JsonObject status = new JsonObject();
    status.addProperty("authenticated", user != null);
    if (user == null) {
      status.addProperty("error", "invalid bearer token");
    } else {
      JsonObject shown = user.deepCopy();
      if (!reportsNodes) {
        shown.getAsJsonObject("extra").remove("authentication.kubernetes.io/node-name");
      }
      status.add("user", shown);
      status.add("audiences", only(AUDIENCE));
    }
    JsonObject review = new JsonObject();
    review.add("status", status);
    FakeApiServer.send(exchange, 201, review.toString());
  }

  private synchronized void object(HttpExchange exchange) throws IOException {
    JsonObject object = objects.get(exchange.getRequestURI().getPath());
    if (object == null) {
      FakeApiServer.send(exchange, 404, "{\"kind\": \"Status\", \"message\": \"not found\"}");
      return;
    }
    if (exchange.getRequestMethod().equals("PATCH")) {
      patch(object, body(exchange));
    }
    FakeApiServer.send(exchange, 200, object.toString());
  }

  /** Merges the data (RFC 7396). */
  private static void patch(JsonObject object, JsonObject patch) {
    JsonObject metadata = object.getAsJsonObject("metadata");
    if (!patch.getAsJsonObject("metadata").equals(metadata)) {
      throw new IllegalStateException("a patch of another version: " + patch.get("metadata"));
    }
    metadata.addProperty("resourceVersion", "" + System.nanoTime());
    if (!object.has("data")) {
      object.add("data", new JsonObject());
    }
    patch
        .getAsJsonObject("data")
        .entrySet()
        .forEach(
            entry -> {
              if (entry.getValue().isJsonNull()) {
                object.getAsJsonObject("data").remove(entry.getKey());
              } else {
                object.getAsJsonObject("data").add(entry.getKey(), entry.getValue());
              }
            });
  }

  private static JsonObject body(HttpExchange exchange) throws IOException {
    return JsonParser.parseString(new String(exchange.getRequestBody().readAllBytes(), UTF_8))
        .getAsJsonObject();
  }

  @Override
  public void close() {
    server.close();
  }
}
