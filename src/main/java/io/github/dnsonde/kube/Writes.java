package io.github.dnsonde.kube;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import io.github.dnsonde.manifest.Fields;
import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ResponseBody;

/**
 * Changes objects of the API. Separate from {@link ApiServer}, so that code that only reads cannot
 * write.
 */
final class Writes {

  /** The time limit of a request that somebody waits for. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ApiClient client;
  private final String manager;

  /**
   * Uses a client.
   *
   * @param manager the field manager under which the server records the fields
   */
  Writes(ApiClient client, String manager) {
    this.client = client;
    this.manager = manager;
  }

  /**
   * Creates an object, or updates it to the wanted state. The server compares, and removes fields
   * that were wanted before and no longer are (Kubernetes documentation, "Server-Side Apply").
   *
   * @param force whether to take over fields that others manage with other values
   * @param mask the fields of the resulting object to read
   * @return the resulting object
   * @throws StatusException if the server refuses
   */
  Fields apply(String path, JsonObject wanted, boolean force, Mask mask) throws IOException {
    return send(
        "PATCH",
        path,
        Map.of("fieldManager", manager, "force", Boolean.toString(force)),
        "application/apply-patch+yaml", // JSON is YAML
        wanted,
        mask);
  }

  /**
   * Creates an object, such as a review that the server answers and does not keep.
   *
   * @param mask the fields of the resulting object to read
   * @throws StatusException if the server refuses
   */
  Fields create(String path, JsonObject object, Mask mask) throws IOException {
    return prompt(
        prepared("POST", path, Map.of("fieldManager", manager), "application/json", object), mask);
  }

  /**
   * Lets the server check a new object, and not store it.
   *
   * @throws StatusException if the server refuses
   */
  void dryRun(String path, JsonObject object) throws IOException {
    prompt(
        prepared(
            "POST",
            path,
            Map.of("fieldManager", manager, "dryRun", "All"),
            "application/json",
            object),
        Mask.of("kind"));
  }

  /**
   * Changes keys of the field {@code data} of an object that exists, and leaves its other fields
   * alone.
   *
   * @param data the changed keys; null removes one (RFC 7396)
   * @param version the version of the object to change: the server refuses if it is another one
   * @throws StatusException if the server refuses
   */
  void patchData(String path, String version, JsonObject data) throws IOException {
    JsonObject metadata = new JsonObject();
    metadata.addProperty("resourceVersion", version);
    JsonObject patch = new JsonObject();
    patch.add("metadata", metadata);
    patch.add("data", data);
    merge(path, patch);
  }

  /**
   * Changes fields of an object that exists, and leaves its other fields alone.
   *
   * @param patch the changed fields; null removes one (RFC 7396)
   * @throws StatusException if the server refuses
   */
  void merge(String path, JsonObject patch) throws IOException {
    prompt(
        prepared(
            "PATCH", path, Map.of("fieldManager", manager), "application/merge-patch+json", patch),
        Mask.of("kind"));
  }

  /**
   * Deletes an object, and its dependents after it.
   *
   * @param uid the uid of the object to delete, whatever has its name by now
   * @throws StatusException if the server refuses
   */
  void delete(String path, String uid) throws IOException {
    JsonObject preconditions = new JsonObject();
    preconditions.addProperty("uid", uid);
    JsonObject options = new JsonObject();
    options.addProperty("apiVersion", "v1");
    options.addProperty("kind", "DeleteOptions");
    options.addProperty("propagationPolicy", "Background");
    options.add("preconditions", preconditions);
    send("DELETE", path, Map.of(), "application/json", options, Mask.of("kind"));
  }

  private Fields send(
      String method,
      String path,
      Map<String, String> parameters,
      String type,
      JsonObject content,
      Mask mask)
      throws IOException {
    return result(prepared(method, path, parameters, type, content), mask);
  }

  private Call prepared(
      String method, String path, Map<String, String> parameters, String type, JsonObject content)
      throws IOException {
    byte[] octets = content.toString().getBytes(UTF_8);
    return Requests.prepared(
        client, method, path, parameters, Map.of("Content-Type", type), octets);
  }

  /** The result of a request that somebody waits for. */
  private static Fields prompt(Call call, Mask mask) throws IOException {
    call.timeout().timeout(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    return result(call, mask);
  }

  private static Fields result(Call call, Mask mask) throws IOException {
    try (ResponseBody body = ApiServer.answer(call)) {
      return ApiServer.object(body, mask);
    }
  }
}
