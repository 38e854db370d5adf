package io.github.dnsonde.kube;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import io.github.dnsonde.manifest.Fields;
import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;
import java.util.Map;
import okhttp3.Call;
import okhttp3.ResponseBody;

/**
 * Changes objects of the API. Separate from {@link ApiServer}, so that code that only reads cannot
 * write.
 */
final class Writes {

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
    byte[] octets = content.toString().getBytes(UTF_8);
    Call call =
        Requests.prepared(client, method, path, parameters, Map.of("Content-Type", type), octets);
    try (ResponseBody body = ApiServer.answer(call)) {
      return ApiServer.object(body, mask);
    }
  }
}
