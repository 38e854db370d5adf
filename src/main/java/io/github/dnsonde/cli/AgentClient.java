package io.github.dnsonde.cli;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.json.FindingsJson;
import io.github.dnsonde.json.OverviewJson;
import io.github.dnsonde.json.TimelineJson;
import io.github.dnsonde.json.VantagesJson;
import io.github.dnsonde.overview.Timeline;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.SafeText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client of the API of the agent, or of the controller, on this machine. */
final class AgentClient {

  /** The limit for a whole response, however slowly it arrives. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /**
   * Size limit in octets; far more than a response about a node with hundreds of pods, or about a
   * large cluster with {@link #BRIEF}.
   */
  private static final int LONGEST_ANSWER = 4 << 20;

  /** Asks for some pods and nodes of each finding; a cluster has thousands. */
  private static final String BRIEF = "?brief=true";

  private static final String FINDINGS = "/api/v1/findings";
  private static final String STATUS = "/api/v1/status";

  /** The advice about a response that is too long, if the command has no shorter one. */
  private static final String OTHERWISE = "read it with another client of the API";

  private static final String NAMESPACE_ALONE =
      "ask about one namespace, with 'dnsonde explain NAMESPACE'";

  private static final int LONGEST_QUOTE = 200;

  private final String hostPort;

  /** Creates a client of the agent that this configuration describes. */
  AgentClient(Config config) {
    InetSocketAddress bind = config.http().api();
    InetAddress reached =
        bind.getAddress().isAnyLocalAddress()
            ? InetAddress.getLoopbackAddress()
            : bind.getAddress();
    this.hostPort = Addresses.hostPort(new InetSocketAddress(reached, bind.getPort()));
  }

  /**
   * Returns the agent's vantages, other pods and servers.
   *
   * @throws IOException if it does not answer; the message states what to check
   */
  VantagesJson.Vantages vantages() throws IOException {
    return read("/api/v1/vantages", VantagesJson::read, OTHERWISE);
  }

  /**
   * Returns all findings, each with a few of its pods and nodes. The verdicts of the policies come
   * from an agent only.
   *
   * @throws IOException if it does not answer; the message states what to check
   */
  Diagnosis findings() throws IOException {
    return read(FINDINGS + BRIEF, FindingsJson::read, NAMESPACE_ALONE);
  }

  /**
   * Returns all findings with all of their pods and nodes; as {@link #findings()} if that is too
   * long.
   *
   * @param err takes the line that states that names were left out
   * @throws IOException if it does not answer; the message states what to check
   */
  Diagnosis wholeFindings(PrintWriter err) throws IOException {
    return whole(FINDINGS, FindingsJson::read, err);
  }

  /**
   * Returns the findings about a namespace, and the verdicts of the policies on each of its paths.
   *
   * @throws IOException if it does not answer; the message states what to check
   */
  Diagnosis findings(String namespace) throws IOException {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(namespace)) {
      return findings(); // half of a character has no form in a URI
    }
    return read(
        FINDINGS + "?namespace=" + URLEncoder.encode(namespace, StandardCharsets.UTF_8),
        FindingsJson::read,
        "ask the agent of one node, or " + OTHERWISE);
  }

  /**
   * Returns the state of the agent's node, or of the controller's cluster. Its findings have a few
   * of their pods and nodes.
   *
   * @throws IOException if it does not answer; the message states what to check
   */
  OverviewJson.Read status() throws IOException {
    return read(STATUS + BRIEF, OverviewJson::read, NAMESPACE_ALONE);
  }

  /**
   * Returns the state with all pods and nodes of its findings; as {@link #status()} if that is too
   * long.
   *
   * @param err takes the line that states that names were left out
   * @throws IOException if it does not answer; the message states what to check
   */
  OverviewJson.Read wholeStatus(PrintWriter err) throws IOException {
    return whole(STATUS, OverviewJson::read, err);
  }

  /**
   * Returns what happened on the agent's node, or in the controller's cluster.
   *
   * @throws IOException if it does not answer; the message states what to check
   */
  Timeline timeline() throws IOException {
    return read("/api/v1/incident", TimelineJson::read, OTHERWISE);
  }

  /**
   * Returns the error that the agent probes from no pod of a namespace, or not from a given pod.
   */
  String notProbed(String whose) {
    return "the agent at "
        + hostPort
        + " probes from no pod "
        + (whose.contains("/") ? whose : "of namespace " + whose)
        + "; 'dnsonde vantages' lists the pods that it knows";
  }

  /**
   * Returns one of the pods that the agent knows.
   *
   * @param namespacedName such as {@code payments/web-0}
   */
  Candidate pod(VantagesJson.Vantages vantages, String namespacedName) throws IOException {
    List<Candidate> known = vantages.candidates();
    return known.stream()
        .filter(vantage -> namespacedName.equals(vantage.namespacedPod().toString()))
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
                        + " pods that it knows"));
  }

  private <T> T whole(String path, Reading<T> reading, PrintWriter err) throws IOException {
    try {
      return read(path, reading, NAMESPACE_ALONE);
    } catch (TooLongException e) {
      T brief = read(path + BRIEF, reading, NAMESPACE_ALONE);
      err.println(
          "dnsonde: "
              + e.getMessage()
              + ". This lists the first pods and nodes of each finding; nodeCount has the number of"
              + " all nodes.");
      err.flush();
      return brief;
    }
  }

  private <T> T read(String path, Reading<T> reading, String advice) throws IOException {
    String answer = get(path, advice);
    try {
      return reading.read(new StringReader(answer));
    } catch (IOException e) {
      throw new IOException(
          "the response of "
              + uri(path)
              + " (http.api) is not from an agent or a controller of this version: "
              + e.getMessage(),
          e);
    }
  }

  private URI uri(String path) {
    return URI.create("http://" + hostPort + path);
  }

  private String get(String path, String advice) throws IOException {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();
    try {
      return answer(client, uri(path), advice);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while querying " + uri(path), e);
    } finally {
      client.shutdownNow(); // closing it would wait for the rest of a response
    }
  }

  private static String answer(HttpClient client, URI uri, String advice)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(
            HttpRequest.newBuilder(uri).build(),
            BodyHandlers.limiting(BodyHandlers.ofString(), LONGEST_ANSWER));
    HttpResponse<String> response;
    try {
      response = answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw noAnswer(uri, "no complete response within " + PATIENCE.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (String.valueOf(cause.getMessage()).contains("capacity")) { // BodyHandlers.limiting
        throw new TooLongException(
            "the response of "
                + uri
                + " (http.api) has more than "
                + (LONGEST_ANSWER >> 20)
                + " MiB: "
                + advice,
            cause);
      }
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
        "nothing answers at "
            + uri
            + " (http.api): run this where the agent or the controller runs, with the same --config"
            + " ("
            + why
            + ")",
        cause);
  }

  /** A response beyond the limit of size. */
  private static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1;

    TooLongException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Parses the response of a path. */
  private interface Reading<T> {
    T read(Reader answer) throws IOException;
  }
}
