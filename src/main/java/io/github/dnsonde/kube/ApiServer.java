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

/** Asks one API server; its connections are shared by all who ask. */
final class ApiServer implements AutoCloseable {

  /** Of a refusal's body: enough for a sentence. */
  private static final int MESSAGE_OCTETS = 64 * 1024;

  /** Or else whole objects, of a server that knows no better. */
  private static final String METADATA =
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

  private final ApiClient client;

  /**
   * Takes over a client, and makes it give up connections that bring nothing: pings tell of HTTP/2,
   * silence of HTTP/1.1.
   */
  ApiServer(ApiClient client, Timing timing) {
    this.client = client;
    client.setUserAgent("dnsonde");
    client.setHttpClient(
        client
            .getHttpClient()
            .newBuilder()
            .readTimeout(timing.silence())
            .pingInterval(timing.ping())
            .build());
  }

  /** Prepares a request, to be run once by {@link #answer}; another thread may cancel it. */
  Call call(Query query) throws IOException {
    return Requests.prepared(client, "GET", query.path(), query.parameters(), Map.of(), null);
  }

  /** Prepares a request for the metadata of objects alone (API concepts, "Metadata-only"). */
  Call callForMetadata(Query query) throws IOException {
    return Requests.prepared(
        client, "GET", query.path(), query.parameters(), Map.of("Accept", METADATA), null);
  }

  /**
   * Waits for the beginning of the answer.
   *
   * @return what has to be closed
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

  /** Proxies and load balancers answer in words of their own. */
  private static Fields status(String body, String otherwise) {
    try {
      if (JsonParser.parseString(body) instanceof JsonObject object) {
        return new JsonFields(object);
      }
    } catch (JsonParseException _) {
      // not the API server's
    }
    JsonObject status = new JsonObject();
    status.addProperty("message", otherwise);
    return new JsonFields(status);
  }

  /** A reader of the objects in an answer. */
  static ObjectReader reader(ResponseBody body) {
    return new ObjectReader(new InputStreamReader(body.byteStream(), UTF_8));
  }

  /** A reader of the events that come one by one. */
  static ObjectReader readerOfSeveral(ResponseBody body) {
    return ObjectReader.ofSeveral(new InputStreamReader(body.byteStream(), UTF_8));
  }

  /** Reads the one object of an answer. */
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
