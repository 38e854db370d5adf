package io.github.dnsonde.kube;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.dnsonde.manifest.Fields;
import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Map;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** The connection to one API server; all its users share the same connections. */
final class ApiServer implements AutoCloseable {

  /** The octets of an error body that are read: enough for a sentence. */
  private static final int MESSAGE_OCTETS = 64 * 1024;

  /** Asks for metadata, or for whole objects if the server does not support that. */
  private static final String METADATA =
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

  private final ApiClient client;

  /**
   * Takes over a client and makes it abandon dead connections: pings detect them with HTTP/2,
   * silence with HTTP/1.1.
   */
  ApiServer(ApiClient client, Timing timing) {
    this.client = client;
    client.setHttpClient(
        client
            .getHttpClient()
            .newBuilder()
            .readTimeout(timing.silence())
            .pingInterval(timing.ping())
            .build());
  }

  /** The address of the server. */
  String url() {
    return client.getBasePath();
  }

  /** Prepares a request that {@link #answer} runs once; another thread may cancel it. */
  Call call(Query query) throws IOException {
    return Requests.prepared(client, "GET", query.path(), query.parameters(), Map.of(), null);
  }

  /** Prepares a request for the metadata of objects only (API concepts, "Metadata-only"). */
  Call callForMetadata(Query query) throws IOException {
    return Requests.prepared(
        client, "GET", query.path(), query.parameters(), Map.of("Accept", METADATA), null);
  }

  /**
   * Waits for the beginning of the response.
   *
   * @return the body, which the caller must close
   * @throws StatusException if the server refuses
   */
  static ResponseBody answer(Call call) throws IOException {
    Response response = call.execute();
    if (response.isSuccessful()) {
      return response.body();
    }
    try (response) {
      throw StatusException.of(
          response.code(), status(response.peekBody(MESSAGE_OCTETS).string(), response.message()));
    }
  }

  /** Proxies and load balancers answer in other formats. */
  private static Fields status(String body, String otherwise) {
    try {
      if (JsonParser.parseString(body) instanceof JsonObject object) {
        return new JsonFields(object);
      }
    } catch (JsonParseException _) {
      // not from the API server
    }
    JsonObject status = new JsonObject();
    status.addProperty("message", otherwise);
    return new JsonFields(status);
  }

  /** Returns a reader of the objects in a response. */
  static ObjectReader reader(ResponseBody body) {
    return new ObjectReader(new InputStreamReader(body.byteStream(), UTF_8));
  }

  /** Returns a reader of events that arrive one by one. */
  static ObjectReader readerOfSeveral(ResponseBody body) {
    return ObjectReader.ofSeveral(new InputStreamReader(body.byteStream(), UTF_8));
  }

  /** Reads the single object of a response. */
  static Fields object(ResponseBody body, Mask mask) throws IOException {
    StreamedObject object =
        reader(body)
            .next(mask)
            .orElseThrow(() -> new IOException("the API server's answer is empty"));
    if (object.isCut("")) {
      throw new IOException("the API server's answer is too large");
    }
    return object.fields();
  }

  /** Reads one object. */
  Fields get(String path, Mask mask) throws IOException {
    try (ResponseBody body = answer(call(Query.all(path)))) {
      return object(body, mask);
    }
  }

  /** Ends all calls and connections. */
  @Override
  public void close() {
    OkHttpClient http = client.getHttpClient();
    http.dispatcher().cancelAll();
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }
}
