package io.github.dnsonde.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.SafeText;
import io.github.dnsonde.trust.Authorities;
import io.github.dnsonde.trust.RetryAfter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.Proxy;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Range queries to one Prometheus, or to something with the same API. Redirects are not followed: a
 * token is sent to nobody else. Thread-safe.
 */
final class PrometheusApi implements AutoCloseable {

  /** Far more than a few series of some hundred steps. */
  private static final int LONGEST_ANSWER = 2 << 20;

  private static final int LONGEST_TOKEN = 64 << 10;
  private static final int LONGEST_QUOTE = 200;
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

  private final Setup setup;
  private final ConnectionPool connections =
      new ConnectionPool(2, KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS);
  private @Nullable Authorities trust;
  private @Nullable OkHttpClient client;

  /**
   * The address and the credentials.
   *
   * @param url its base, before {@code /api/v1}
   * @param token the file of a bearer token; read for each query
   * @param authorities the PEM file of the authorities that may sign its certificate; read again
   *     when it changes; empty for those of the system
   * @param headers further headers
   */
  record Setup(
      URI url, Optional<Path> token, Optional<Path> authorities, Map<String, String> headers) {
    Setup {
      requireNonNull(url, "url is null");
      requireNonNull(token, "token is null");
      requireNonNull(authorities, "authorities is null");
      headers = Map.copyOf(headers);
    }
  }

  PrometheusApi(Setup setup) {
    this.setup = setup;
  }

  /**
   * Returns the values of each series at the end of each step, by the value of one of its labels.
   *
   * @param patience for the whole exchange
   * @throws PrometheusException if there is no answer; the message says what to check
   */
  Map<String, double[]> range(String query, Steps steps, String label, Duration patience)
      throws PrometheusException {
    Request request = request(query, steps, patience);
    OkHttpClient limited = client().newBuilder().callTimeout(patience).build();
    try (Response response = limited.newCall(request).execute()) {
      return Answer.read(text(response), steps, label);
    } catch (PrometheusException e) {
      throw e;
    } catch (SSLPeerUnverifiedException | SSLHandshakeException e) {
      throw new PrometheusException(
          "Prometheus at "
              + at()
              + " has no certificate that controller.prometheus.ca-file makes trusted: "
              + quoted(e.getMessage())
              + ".");
    } catch (InterruptedIOException _) {
      throw new PrometheusException(
          "Prometheus at "
              + at()
              + " did not answer within "
              + Math.max(1, patience.toSeconds())
              + " s: choose a shorter time, or look at its load.");
    } catch (UnknownHostException _) {
      throw new PrometheusException(
          "The host "
              + setup.url().getHost()
              + " of controller.prometheus.url has no address: DNS does not resolve it for the"
              + " controller.");
    } catch (IOException e) {
      throw new PrometheusException(
          "Prometheus at " + at() + " does not respond: " + quoted(e.getMessage()) + ".");
    }
  }

  private String at() {
    return setup.url().getAuthority();
  }

  private static String quoted(@Nullable String text) {
    return SafeText.part(String.valueOf(text), LONGEST_QUOTE);
  }

  private Request request(String query, Steps steps, Duration patience) throws PrometheusException {
    HttpUrl base = HttpUrl.get(setup.url());
    if (base == null) {
      throw new PrometheusException("controller.prometheus.url is no address of HTTP.");
    }
    Request.Builder request =
        new Request.Builder()
            .url(
                base.newBuilder()
                    .addPathSegments("api/v1/query_range")
                    .addQueryParameter("query", query)
                    .addQueryParameter("start", steps.firstEnd().toString())
                    .addQueryParameter("end", steps.lastEnd().toString())
                    .addQueryParameter("step", steps.promql())
                    .addQueryParameter("timeout", patience.toMillis() + "ms")
                    .build())
            .header("Accept", "application/json")
            .header("User-Agent", "dnsonde");
    setup.headers().forEach(request::header);
    if (setup.token().isPresent()) {
      authorize(request, setup.token().get());
    }
    return request.build();
  }

  private static void authorize(Request.Builder request, Path file) throws PrometheusException {
    try (InputStream in = Files.newInputStream(file)) {
      String token = new String(in.readNBytes(LONGEST_TOKEN), UTF_8).strip();
      request.header("Authorization", "Bearer " + token);
    } catch (IOException e) {
      throw new PrometheusException(
          file
              + " (controller.prometheus.token-file) cannot be read ("
              + e.getClass().getSimpleName()
              + "): mount it.");
    } catch (IllegalArgumentException _) { // its message may quote the token
      throw new PrometheusException(
          file + " (controller.prometheus.token-file) contains text that is not a token.");
    }
  }

  private String text(Response response) throws IOException {
    byte[] octets = response.body().byteStream().readNBytes(LONGEST_ANSWER + 1);
    if (octets.length > LONGEST_ANSWER) {
      throw new PrometheusException(
          "Prometheus at " + at() + " sends more than 2 MiB, which no answer needs.");
    }
    String text = new String(octets, UTF_8);
    if (response.isRedirect()) {
      throw new PrometheusException(
          "Prometheus at "
              + at()
              + " redirects ("
              + response.code()
              + "), which is not followed: set controller.prometheus.url to the final address.");
    }
    if (!response.isSuccessful()) {
      String error = Answer.errorIn(text);
      throw new PrometheusException(
          "Prometheus at "
              + at()
              + " answers "
              + response.code()
              + ": "
              + (error.isEmpty() ? quoted(text.strip()) : error)
              + ".");
    }
    return text;
  }

  /** The client; a new one after the authorities have changed. */
  private synchronized OkHttpClient client() throws PrometheusException {
    OkHttpClient present = client;
    if (setup.authorities().isEmpty()) {
      OkHttpClient made = present == null ? common().build() : present;
      client = made;
      return made;
    }
    Path file = setup.authorities().get();
    try {
      byte[] pem = Authorities.read(file);
      Authorities known = trust;
      if (present != null && known != null && known.isOf(pem)) {
        return present;
      }
      Authorities changed = Authorities.of(pem);
      OkHttpClient made =
          common()
              .sslSocketFactory(changed.context().getSocketFactory(), changed.manager())
              .build();
      connections.evictAll();
      trust = changed;
      client = made;
      return made;
    } catch (IOException | GeneralSecurityException e) {
      throw new PrometheusException(
          file
              + " (controller.prometheus.ca-file) cannot be used ("
              + quoted(e instanceof GeneralSecurityException ? e.getMessage() : "cannot be read")
              + "): expected certificates in PEM.");
    }
  }

  private OkHttpClient.Builder common() {
    return new OkHttpClient.Builder()
        .proxy(Proxy.NO_PROXY)
        .protocols(List.of(Protocol.HTTP_1_1))
        .connectionPool(connections)
        .fastFallback(false)
        .retryOnConnectionFailure(false)
        .followRedirects(false)
        .followSslRedirects(false)
        .addNetworkInterceptor(new RetryAfter());
  }

  /** Closes idle connections. */
  @Override
  public void close() {
    connections.evictAll();
  }
}
