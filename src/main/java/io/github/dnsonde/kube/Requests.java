package io.github.dnsonde.kube;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.Pair;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/** The common parts of every request to the API server, for reads and writes. */
final class Requests {

  private static final String[] LOGIN = {"BearerToken"};

  private Requests() {}

  /**
   * Prepares a request with the client's credentials.
   *
   * @param more further headers; without an {@code Accept} among them, JSON is requested
   * @param content null if the request has none
   */
  static Call prepared(
      ApiClient client,
      String method,
      String path,
      Map<String, String> parameters,
      Map<String, String> more,
      byte @Nullable [] content)
      throws IOException {
    List<Pair> pairs =
        parameters.entrySet().stream()
            .map(parameter -> new Pair(parameter.getKey(), parameter.getValue()))
            .toList();
    Map<String, String> headers = new HashMap<>(more);
    headers.putIfAbsent("Accept", "application/json");
    try {
      return client.buildCall(
          null,
          path,
          method,
          pairs,
          List.of(),
          content,
          headers,
          new HashMap<>(),
          new HashMap<>(),
          LOGIN,
          null);
    } catch (ApiException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
