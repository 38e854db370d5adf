package io.github.dnsonde.http;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.testkit.IssuedCertificate;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntFunction;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Metrics protected by TLS and a token, and health that needs neither. */
@Timeout(60)
class ProtectedMetricsTest {

  private static final IssuedCertificate FIRST = IssuedCertificate.ec();
  private static final IssuedCertificate SECOND = IssuedCertificate.rsa();
  private static final String TOKEN = "dG9rZW4tb2YtMjAyNi0xMQ==";
  private static final Patience SHORT =
      new Patience(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofMillis(100));

  @TempDir private Path folder;

  private MetricsProtection encrypted() throws IOException {
    FIRST.write(folder);
    return MetricsProtection.load(
        Optional.of(
            new MetricsProtection.KeyPair(folder.resolve("tls.crt"), folder.resolve("tls.key"))),
        Optional.empty());
  }

  private MetricsProtection withToken() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), TOKEN + "\n");
    return MetricsProtection.load(Optional.empty(), Optional.of(file));
  }

  private static RunningServer server(MetricsProtection protection, Patience patience)
      throws IOException {
    InetSocketAddress any = RunningServer.ANY_PORT;
    return new RunningServer(
        new RunningServer.FixedPage("page\n"),
        patience,
        new HttpListeners.Setup(any, Optional.of(any), any, protection, _ -> {}));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void metricsAreEncrypted(String protocol) throws Exception {
    try (RunningServer server = server(encrypted(), Patience.DEFAULT);
        HttpClient client = client(FIRST.trusted(), protocol)) {
      for (String path : new String[] {"/metrics", "/livez", "/metrics", "/readyz"}) {
        HttpResponse<String> response = get(client, server.metrics(), path);
        assertEquals(200, response.statusCode());
        assertEquals(protocol, response.sslSession().orElseThrow().getProtocol());
      }
    }
  }

  /** Without the optimizing compiler, AES takes four times as long. */
  @ParameterizedTest
  @CsvSource({
    "TLSv1.3, '', TLS_CHACHA20_POLY1305_SHA256",
    "TLSv1.2, '', TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLSv1.3, TLS_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256",
  })
  void aesIsUsedOnlyIfTheClientOffersNothingElse(String protocol, String only, String expected)
      throws Exception {
    try (RunningServer server = server(encrypted(), Patience.DEFAULT);
        SSLSocket client =
            (SSLSocket)
                FIRST
                    .trusted()
                    .getSocketFactory()
                    .createSocket(server.metrics().getAddress(), server.metrics().getPort())) {
      client.setEnabledProtocols(new String[] {protocol});
      if (!only.isEmpty()) {
        client.setEnabledCipherSuites(new String[] {only});
      }
      assertEquals(expected, client.getSession().getCipherSuite());
    }
  }

  @Test
  void onlyTheMetricsListenerIsEncrypted() throws Exception {
    try (RunningServer server = server(encrypted(), Patience.DEFAULT)) {
      assertEquals("alive\n", server.get(server.health(), "/livez").body());
      assertEquals("ready\n", server.get(server.health(), "/readyz").body());
      assertEquals(404, server.get(server.health(), "/metrics").statusCode());
      String page = server.get(server.api(), "/").body();
      String link = "https://127.0.0.1:" + server.metrics().getPort() + "/metrics</code>";
      assertTrue(page.contains(link), page);
      assertThrows(IOException.class, () -> server.get(server.metrics(), "/metrics"));
      assertEquals("alive\n", server.get(server.health(), "/livez").body());
    }
  }

  @Test
  void aNewCertificateIsShownToNewConnectionsAndOldOnesContinue() throws Exception {
    MetricsProtection protection = encrypted();
    try (RunningServer server = server(protection, Patience.DEFAULT);
        SSLSocket old = connect(FIRST, server.metrics())) {
      assertTrue(livez(old).endsWith("alive\n"));
      SECOND.write(folder);
      protection.check();
      protection.check();
      try (SSLSocket young = connect(SECOND, server.metrics())) {
        assertTrue(livez(young).endsWith("alive\n"));
      }
      assertTrue(livez(old).endsWith("alive\n"));
      assertThrows(SSLException.class, () -> connect(FIRST, server.metrics()));
    }
  }

  @Test
  void aHandshakeThatStallsIsCutOff() throws Exception {
    try (RunningServer server = server(encrypted(), SHORT);
        Socket silent = RunningServer.connect(server.metrics());
        Socket half = RunningServer.connect(server.metrics())) {
      half.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1}); // the start of a ClientHello
      assertEquals(-1, silent.getInputStream().read());
      assertEquals(-1, half.getInputStream().read());
    }
  }

  @Test
  void handshakesThatStallExcludeNoClient() throws Exception {
    IntFunction<String> half = number -> number % 2 == 0 ? "" : "\u0016\u0003\u0001\u0002\u0000";
    InetAddress hostile = InetAddress.ofLiteral("127.0.0.2");
    try (RunningServer server = server(encrypted(), Patience.DEFAULT);
        Crowd _ = Crowd.of(500, server.metrics(), _ -> hostile, half);
        Crowd _ = Crowd.of(100, server.metrics(), Crowd::address, half)) {
      for (int i = 0; i < 10; i++) {
        assertTrue(isAlive(server), "one of three tries is answered");
      }
    }
  }

  /**
   * Tries several times. If a hundred addresses have one connection each, any of them may have to
   * make room.
   */
  private static boolean isAlive(RunningServer server) throws Exception {
    for (int i = 0; i < 3; i++) {
      try (SSLSocket client = connect(FIRST, server.metrics())) {
        return livez(client).endsWith("alive\n");
      } catch (IOException _) {
        // cut off: try again
      }
    }
    return false;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Bearer dG9rZW4tb2YtMjAyNi0xMQ== | 200
          bearer   dG9rZW4tb2YtMjAyNi0xMQ== | 200
          Bearer dG9rZW4tb2YtMjAyNi0xMQ= | 401
          Bearer dG9rZW4tb2YtMjAyNi0xMQ==x | 401
          Bearer DG9RZW4TB2YTMJAYNI0XMQ== | 401
          Bearer | 401
          Basic dG9rZW4tb2YtMjAyNi0xMQ== | 401
          dG9rZW4tb2YtMjAyNi0xMQ== | 401
          """)
  void onlyTheTokenOpensTheMetrics(String authorization, int status) throws Exception {
    try (RunningServer server = server(withToken(), Patience.DEFAULT)) {
      HttpResponse<String> response =
          server.get(server.metrics(), "/metrics", "Authorization", authorization);
      assertEquals(status, response.statusCode());
      assertEquals(
          status == 200 ? "none" : "Bearer realm=\"dnsonde\", error=\"invalid_token\"",
          response.headers().firstValue("WWW-Authenticate").orElse("none"));
    }
  }

  @Test
  void withoutATokenHealthAloneIsOpen() throws Exception {
    try (RunningServer server = server(withToken(), Patience.DEFAULT)) {
      HttpResponse<String> refused = server.get(server.metrics(), "/metrics");
      HttpResponse<String> head = server.send("HEAD", server.metrics(), "/metrics");
      HttpResponse<String> twice =
          server.get(
              server.metrics(),
              "/metrics",
              "Authorization",
              "Bearer " + TOKEN,
              "Authorization",
              "Bearer " + TOKEN);
      assertAll(
          () -> assertEquals(401, refused.statusCode()),
          () ->
              assertEquals(
                  "Bearer realm=\"dnsonde\"",
                  refused.headers().firstValue("WWW-Authenticate").orElse("none")),
          () ->
              assertEquals(
                  "a token is required: send 'Authorization: Bearer TOKEN' with the token of"
                      + " http.bearer-token-file\n",
                  refused.body()),
          () -> assertEquals(401, head.statusCode()),
          () -> assertEquals(401, twice.statusCode()));
      assertEquals("alive\n", server.get(server.metrics(), "/livez").body());
      assertEquals("ready\n", server.get(server.metrics(), "/readyz").body());
      assertEquals(200, server.get(server.api(), "/api/v1/outcomes").statusCode());
    }
  }

  private static HttpClient client(SSLContext trusting, String protocol) {
    SSLParameters parameters = trusting.getDefaultSSLParameters();
    parameters.setProtocols(new String[] {protocol});
    return HttpClient.newBuilder().sslContext(trusting).sslParameters(parameters).build();
  }

  private static HttpResponse<String> get(
      HttpClient client, InetSocketAddress listener, String path) throws Exception {
    URI uri = URI.create("https://127.0.0.1:" + listener.getPort() + path);
    return client.send(
        HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build(),
        BodyHandlers.ofString());
  }

  private static SSLSocket connect(IssuedCertificate trusted, InetSocketAddress listener)
      throws IOException {
    Socket plain = RunningServer.connect(listener);
    try {
      SSLSocket socket =
          (SSLSocket)
              trusted
                  .trusted()
                  .getSocketFactory()
                  .createSocket(plain, "127.0.0.1", listener.getPort(), true);
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  private static String livez(SSLSocket socket) throws IOException {
    socket
        .getOutputStream()
        .write("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    StringBuilder answer = new StringBuilder();
    while (!answer.toString().endsWith("alive\n")) {
      int octet = socket.getInputStream().read();
      if (octet < 0) {
        throw new EOFException("cut off after: " + answer);
      }
      answer.append((char) octet);
    }
    return answer.toString();
  }
}
