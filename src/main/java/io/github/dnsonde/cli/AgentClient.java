package io.github.dnsonde.cli;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.json.FindingsJson;
import io.github.dnsonde.json.VantagesJson;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.SafeText;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What the agent on this machine says of itself. */
final class AgentClient {

  /** For an answer as a whole, however slowly it comes. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Octets; far more than an agent says of a node with hundreds of pods. */
  private static final int LONGEST_ANSWER = 4 << 20;

  private static final int LONGEST_QUOTE = 200;

  private final String hostPort;

  /** The agent that this configuration describes. */
  AgentClient(Config config) {
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
    return read("/api/v1/vantages", VantagesJson::read);
  }

  /**
   * Why questions fail on its node, and what the policies say.
   *
   * @throws IOException if it does not answer; the message says what to look at
   */
  Diagnosis findings() throws IOException {
    return read("/api/v1/findings", FindingsJson::read);
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
        .filter(
            each ->
                namespacedName.equals(new NamespacedName(each.namespace(), each.pod()).toString()))
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

  private <T> T read(String path, Reading<T> reading) throws IOException {
    String answer = get(path);
    try {
      return reading.read(new StringReader(answer));
    } catch (IOException e) {
      throw new IOException(
          "what listens at "
              + uri(path)
              + " (http.api) is no agent of this version: "
              + e.getMessage(),
          e);
    }
  }

  private URI uri(String path) {
    return URI.create("http://" + hostPort + path);
  }

  private String get(String path) throws IOException {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();
    try {
      return answer(client, uri(path));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking " + uri(path), e);
    } finally {
      client.shutdownNow(); // to close it would wait for the rest of an answer
    }
  }

  private static String answer(HttpClient client, URI uri)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(
            HttpRequest.newBuilder(uri).build(),
            BodyHandlers.limiting(BodyHandlers.ofString(), LONGEST_ANSWER));
    HttpResponse<String> response;
    try {
      response = answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw noAnswer(uri, "nothing whole within " + PATIENCE.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String name = cause.getClass().getSimpleName();
      throw noAnswer(
          uri, cause.getMessage() == null ? name : name + ": " + cause.getMessage(), cause);
    }
    if (response.statusCode() != 200) {
      throw new IOException(
          uri
              + " (http.api) answered "
              + response.statusCode()
              + ": "
              + SafeText.part(response.body().strip(), LONGEST_QUOTE));
    }
    return response.body();
  }

  private static IOException noAnswer(URI uri, String why, Throwable cause) {
    return new IOException(
        "no agent answers at "
            + uri
            + " (http.api): run this where the agent runs, with the same --config ("
            + why
            + ")",
        cause);
  }

  /** Reads what a path answers. */
  private interface Reading<T> {
    T read(Reader answer) throws IOException;
  }
}
