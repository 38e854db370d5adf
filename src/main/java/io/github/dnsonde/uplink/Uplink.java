package io.github.dnsonde.uplink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.SafeText;
import io.github.dnsonde.trust.Authorities;
import io.github.dnsonde.trust.RetryAfter;
import io.github.dnsonde.uplink.UplinkException.Why;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The connection to the controller. For one thread, except for {@link #close}.
 *
 * <p>The URL has the fixed name of the Service, which the certificate is checked against. The name
 * is never resolved: the connection goes to the address that {@link Locator} gives.
 */
public final class Uplink implements AutoCloseable {

  private static final MediaType JSON = MediaType.get("application/json");

  /** A reply names the classes that a node probes: at most a thousand. */
  private static final int LONGEST_REPLY = 1 << 20;

  private static final int LONGEST_QUOTE = 200;

  /** Longer than the ten seconds between two reports. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(45);

  /** More is not granted: a wrong value of a controller must not silence its agents. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private static final Duration ADDRESS_LIFE = Duration.ofMinutes(1);

  private final Setup setup;
  private final ConnectionPool connections =
      new ConnectionPool(1, KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS);
  private Optional<InetSocketAddress> address = Optional.empty();
  private long found;
  private boolean failing;
  private @Nullable Authorities trust;
  private @Nullable OkHttpClient client;
  private volatile @Nullable Call running;
  private volatile boolean closed;

  /**
   * The fixed parts of the connection.
   *
   * @param serverName the name in the controller's certificate
   * @param authorities the PEM file of the authorities that may sign it; read again when it changes
   * @param token the file of the token that proves the node; read for each report
   * @param patience the limit for one report, from connecting to the last octet of the reply
   */
  public record Setup(
      String serverName, Path authorities, Path token, Locator locator, Duration patience) {
    public Setup {
      requireNonNull(serverName, "serverName is null");
      requireNonNull(authorities, "authorities is null");
      requireNonNull(token, "token is null");
      requireNonNull(locator, "locator is null");
      requireNonNull(patience, "patience is null");
    }
  }

  /** Finds the controller without DNS. */
  public interface Locator {

    /**
     * Returns the present address.
     *
     * @throws IOException if it is not known; the message says why
     */
    InetSocketAddress find() throws IOException;
  }

  /** Writes a report as JSON. */
  public interface Text {
    void write(Writer out) throws IOException;
  }

  /** Reads a reply. */
  public interface Reading<T> {

    /**
     * Reads the reply.
     *
     * @throws IOException if it is not one
     */
    T read(byte[] json) throws IOException;
  }

  public Uplink(Setup setup) {
    this.setup = setup;
  }

  /**
   * Sends a report and returns the reply.
   *
   * @throws UplinkException if it was not accepted
   */
  public <T> T send(Text report, Reading<T> reading) throws UplinkException {
    OkHttpClient http = client();
    InetSocketAddress controller = address();
    Request request = request(controller, token(), zipped(report));
    Call call = http.newCall(request);
    running = call;
    if (closed) {
      call.cancel(); // a thread that closed may not have seen this call
    }
    try {
      return exchanged(call, reading);
    } catch (UplinkException failure) {
      throw failure;
    } catch (SSLPeerUnverifiedException | SSLHandshakeException e) {
      connections.evictAll();
      throw new UplinkException(
          Why.UNTRUSTED,
          "the controller at "
              + Addresses.hostPort(controller)
              + " has no certificate for "
              + setup.serverName()
              + " of "
              + setup.authorities()
              + " (reports.ca-file): "
              + e.getMessage());
    } catch (IOException e) {
      connections.evictAll();
      throw new UplinkException(
          Why.UNREACHABLE,
          "the controller at "
              + Addresses.hostPort(controller)
              + " does not respond: "
              + e.getMessage());
    } finally {
      running = null;
    }
  }

  private <T> T exchanged(Call call, Reading<T> reading) throws IOException {
    failing = true;
    try (Response response = call.execute()) {
      failing = false;
      return reply(response, reading);
    }
  }

  /**
   * The address of the Service, which may have been created again with another one. The API server
   * is asked once a minute at most, and only if connecting fails.
   */
  private InetSocketAddress address() throws UplinkException {
    boolean old = System.nanoTime() - found > ADDRESS_LIFE.toNanos();
    if (address.isEmpty() || (failing && old)) {
      try {
        address = Optional.of(setup.locator().find());
        found = System.nanoTime();
      } catch (IOException e) {
        throw new UplinkException(
            Why.NO_ADDRESS, "the controller's address is not known: " + e.getMessage());
      }
    }
    return address.get();
  }

  private String token() throws UplinkException {
    try {
      return Files.readString(setup.token()).strip();
    } catch (IOException e) {
      throw new UplinkException(
          Why.NO_CREDENTIALS,
          setup.token()
              + " (reports.token-file): cannot be read ("
              + e.getClass().getSimpleName()
              + "); expected a projected service account token");
    }
  }

  private static byte[] zipped(Text report) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try (OutputStream zip = new GZIPOutputStream(octets);
        Writer out = new OutputStreamWriter(zip, UTF_8)) {
      report.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never thrown by memory
    }
    return octets.toByteArray();
  }

  private Request request(InetSocketAddress controller, String token, byte[] body)
      throws UplinkException {
    try {
      return new Request.Builder()
          .url(
              new HttpUrl.Builder()
                  .scheme("https")
                  .host(setup.serverName())
                  .port(controller.getPort())
                  .addPathSegments("v1/report")
                  .build())
          .header("Authorization", "Bearer " + token)
          .header("Content-Encoding", "gzip")
          .header("User-Agent", "dnsonde")
          .post(new PieceByPiece(body, JSON))
          .build();
    } catch (IllegalArgumentException _) { // its message may quote the token
      throw new UplinkException(
          Why.NO_CREDENTIALS,
          setup.token() + " (reports.token-file): found text that is not a token");
    }
  }

  private static <T> T reply(Response response, Reading<T> reading) throws IOException {
    byte[] octets = response.body().byteStream().readNBytes(LONGEST_REPLY);
    if (!response.isSuccessful()) {
      throw new UplinkException(
          Why.REFUSED,
          "the controller answers "
              + response.code()
              + ": "
              + SafeText.part(new String(octets, UTF_8).strip(), LONGEST_QUOTE),
          RetryAfter.of(response, LONGEST_WAIT));
    }
    try {
      return reading.read(octets);
    } catch (IOException e) {
      throw new UplinkException(
          Why.INVALID_REPLY,
          "the controller's reply is not valid: "
              + SafeText.part(String.valueOf(e.getMessage()), LONGEST_QUOTE));
    }
  }

  /** The client; a new one after the authorities have changed. */
  private OkHttpClient client() throws UplinkException {
    byte[] pem = pem();
    Authorities known = trust;
    OkHttpClient present = client;
    if (known != null && present != null && known.isOf(pem)) {
      return present;
    }
    Authorities changed = authorities(pem);
    OkHttpClient made =
        new OkHttpClient.Builder()
            .sslSocketFactory(changed.context().getSocketFactory(), changed.manager())
            .dns(_ -> List.of(address.orElseThrow().getAddress()))
            .proxy(Proxy.NO_PROXY)
            .protocols(List.of(Protocol.HTTP_1_1))
            .connectionPool(connections)
            .fastFallback(false)
            .followRedirects(false)
            .followSslRedirects(false)
            .callTimeout(setup.patience())
            .addNetworkInterceptor(new RetryAfter())
            .build();
    connections.evictAll();
    trust = changed;
    client = made;
    return made;
  }

  private byte[] pem() throws UplinkException {
    try {
      return Authorities.read(setup.authorities());
    } catch (IOException e) {
      throw new UplinkException(
          Why.NO_CREDENTIALS,
          setup.authorities()
              + " (reports.ca-file): cannot be read ("
              + e.getClass().getSimpleName()
              + "); expected the certificate authority that the controller publishes");
    }
  }

  private Authorities authorities(byte[] pem) throws UplinkException {
    try {
      return Authorities.of(pem);
    } catch (GeneralSecurityException | IOException e) {
      throw new UplinkException(
          Why.NO_CREDENTIALS,
          setup.authorities()
              + " (reports.ca-file): cannot be used ("
              + e.getMessage()
              + "); expected certificates in PEM");
    }
  }

  /** Ends a report that is being sent, and the connection. Any thread may call it. */
  @Override
  public void close() {
    closed = true;
    Call call = running;
    if (call != null) {
      call.cancel();
    }
    connections.evictAll();
  }
}
