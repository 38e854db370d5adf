package io.github.dnsonde;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.json.FindingsJson;
import io.github.dnsonde.json.VantagesJson;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.Diagnosis;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** What the agent on this machine says of itself. */
final class AgentApi {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final String hostPort;

  /** The agent that this configuration describes. */
  AgentApi(Config config) {
    InetSocketAddress bind = config.http().api();
    InetAddress reached =
        bind.getAddress().isAnyLocalAddress()
            ? InetAddress.getLoopbackAddress()
            : bind.getAddress();
    this.hostPort = Addresses.hostPort(new InetSocketAddress(reached, bind.getPort()));
  }

  /**
   * Where it asks from, where it could and does not, and whom it asks.
   *
   * @throws IOException if it does not answer; the message says what to look at
   */
  VantagesJson.Vantages vantages() throws IOException {
    return VantagesJson.read(new StringReader(get("/api/v1/vantages")));
  }

  /**
   * Why questions fail on its node, and what the policies say.
   *
   * @throws IOException if it does not answer; the message says what to look at
   */
  Diagnosis findings() throws IOException {
    return FindingsJson.read(new StringReader(get("/api/v1/findings")));
  }

  /** That it asks from no pod of a namespace, or not from that pod. */
  String asksNotFrom(String whose) {
    return "the agent at "
        + hostPort
        + " asks from no pod "
        + (whose.contains("/") ? whose : "of namespace " + whose)
        + "; 'dnsonde vantages' lists those that it knows";
  }

  /**
   * One of the pods that it knows.
   *
   * @param namespacedName such as {@code payments/web-0}
   */
  Candidate pod(VantagesJson.Vantages vantages, String namespacedName) throws IOException {
    List<Candidate> known = vantages.candidates();
    return known.stream()
        .filter(each -> namespacedName.equals(each.namespace() + "/" + each.pod()))
        .findFirst()
        .orElseThrow(
            () ->
                new IOException(
                    "the agent at "
                        + hostPort
                        + " knows no pod "
                        + namespacedName
                        + " on its node; 'dnsonde vantages' lists the "
                        + known.size()
                        + " that it knows"));
  }

  private String get(String path) throws IOException {
    URI uri = URI.create("http://" + hostPort + path);
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(uri).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IOException(uri + " answered " + response.statusCode() + ": " + response.body());
      }
      return response.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking " + uri, e);
    } catch (IOException e) {
      throw new IOException(
          "no agent answers at "
              + uri
              + " (http.api): run this where the agent runs, with the same --config ("
              + e.getClass().getSimpleName()
              + (e.getMessage() == null ? "" : ": " + e.getMessage())
              + ")",
          e);
    }
  }
}
