package io.github.dnsonde.http;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.page.PageFile;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.status.Outcomes;
import io.github.dnsonde.testkit.FixedState;
import io.github.dnsonde.testkit.SampleOutcomes;
import io.github.dnsonde.testkit.SampleReports;
import io.github.dnsonde.testkit.StreakFold;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpListenersTest {

  private final StreakFold fold = new StreakFold();

  private static final String TEXT = "# HELP a b\n".repeat(2_000);
  private static final RunningServer.FixedPage PAGE = new RunningServer.FixedPage(TEXT);

  private static RunningServer server;

  @BeforeAll
  static void start() throws IOException {
    server = new RunningServer(PAGE, Patience.DEFAULT);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void metricsAreServedAsTheyAreWritten() throws Exception {
    HttpResponse<String> response =
        server.get(server.metrics(), "/metrics", "Accept", "text/plain");
    assertAll(
        () -> assertEquals(200, response.statusCode()),
        () -> assertEquals(TEXT, response.body()),
        () -> assertEquals("text/plain", PAGE.accepted.get()),
        () ->
            assertEquals(
                "text/plain; version=0.0.4; charset=utf-8", header(response, "Content-Type")),
        () -> assertEquals("none", header(response, "Content-Encoding")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip",
        "GZIP",
        "deflate, gzip;q=0.5",
        "x-gzip",
        "*",
        "br;q=1.0, *;q=0.1",
        "gzip ; q=1"
      })
  void gzipIsUsedForClientsThatAcceptIt(String acceptEncoding) throws Exception {
    HttpResponse<byte[]> response =
        server.octets(server.metrics(), "/metrics", "Accept-Encoding", acceptEncoding);
    assertEquals("gzip", header(response, "Content-Encoding"));
    assertTrue(response.body().length < TEXT.length() / 10, "hardly compressed");
    assertEquals(TEXT, unzipped(response.body()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "identity",
        "gzip;q=0",
        "gzip;q=0.0, deflate",
        "*;q=0",
        "gzip;q=0, *",
        "gzip;q=much",
        "deflate, br",
        "notgzip"
      })
  void gzipIsNotUsedForOtherClients(String acceptEncoding) throws Exception {
    HttpResponse<String> response =
        server.get(server.metrics(), "/metrics", "Accept-Encoding", acceptEncoding);
    assertEquals("none", header(response, "Content-Encoding"));
    assertEquals(TEXT, response.body());
  }

  @Test
  void outcomesAreAlsoCompressed() throws Exception {
    HttpResponse<byte[]> response =
        server.octets(server.api(), "/api/v1/outcomes", "Accept-Encoding", "gzip");
    assertEquals("gzip", header(response, "Content-Encoding"));
    assertTrue(unzipped(response.body()).startsWith("{\"latest\":["), "no history");
  }

  @Test
  void outcomesShowTheLatestAndTheFailures() throws Exception {
    var probe = SampleOutcomes.probe("shop");
    server.outcomes.retain(new Plan(List.of(probe)));
    fold.to(server.outcomes::add, SampleOutcomes.timeout(probe));
    fold.to(server.outcomes::add, SampleOutcomes.good(probe, 2));
    HttpResponse<String> response = server.get(server.api(), "/api/v1/outcomes");
    assertEquals("application/json", header(response, "Content-Type"));
    assertTrue(
        response.body().matches("\\{\"latest\":\\[.*\"good\".*],\"failures\":\\[.*\"timeout\".*]}"),
        response.body());
  }

  @Test
  void thePageLinksToEveryDocumentThatALinkCanShow() throws Exception {
    HttpResponse<String> response = server.get(server.api(), "/");
    String metrics = "http://127.0.0.1:" + server.metrics().getPort();
    for (String link : List.of("/api/v1/outcomes", "/api/v1/openapi.yaml", "/api/v1/status")) {
      assertTrue(response.body().contains("href=\"" + link + "\""), "no link to " + link);
      assertEquals(200, server.get(server.api(), link).statusCode());
    }
    assertTrue(response.body().contains("<code>" + metrics + "/metrics</code>"), response.body());
    for (String document : List.of("paths", "history", "trend", "stream")) {
      assertFalse(response.body().contains("/api/v1/" + document), document);
    }
    assertFalse(
        response.body().contains("href=\"http"),
        "a link that the forward of the page cannot follow");
    assertFalse(response.body().contains("{{"), "a placeholder was left");
    assertEquals(1, response.body().split("<script").length - 1, "scripts of its own");
    assertEquals("text/html; charset=utf-8", header(response, "Content-Type"));
  }

  @Test
  void livenessAndReadinessFollowTheAgent() throws Exception {
    assertEquals("200: alive\n", spoken(server.get(server.metrics(), "/livez")));
    assertEquals("200: ready\n", spoken(server.get(server.metrics(), "/readyz")));
    server.notLive.set(Optional.of("the loop has stalled for 12 s"));
    server.notReady.set(Optional.of("no outcome yet, 3 s after the start"));
    try {
      assertEquals(
          "503: not alive: the loop has stalled for 12 s\n",
          spoken(server.get(server.metrics(), "/livez")));
      assertEquals(
          "503: not ready: no outcome yet, 3 s after the start\n",
          spoken(server.get(server.metrics(), "/readyz")));
    } finally {
      server.notLive.set(Optional.empty());
      server.notReady.set(Optional.empty());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/livez", "/readyz"})
  void headHasTheHeadersOfGetOnTheMetricsListener(String path) throws Exception {
    assertHeadIsGet(server.metrics(), path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/api/v1/outcomes", "/api/v1/openapi.yaml"})
  void headHasTheHeadersOfGetOnTheApiListener(String path) throws Exception {
    assertHeadIsGet(server.api(), path);
  }

  private static void assertHeadIsGet(InetSocketAddress listener, String path) throws Exception {
    for (String encoding : List.of("gzip", "identity")) {
      HttpResponse<byte[]> get = server.octets(listener, path, "Accept-Encoding", encoding);
      HttpResponse<String> head = server.send("HEAD", listener, path, "Accept-Encoding", encoding);
      assertEquals(get.statusCode(), head.statusCode());
      assertEquals("", head.body());
      assertEquals(Integer.toString(get.body().length), header(head, "Content-Length"));
      for (String name : List.of("Content-Type", "Content-Encoding", "Vary", "Cache-Control")) {
        assertEquals(header(get, name), header(head, name), name);
      }
    }
  }

  @Test
  void aConnectionServesOneRequestAfterTheOther() throws Exception {
    String page = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n";
    String head = "HEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\n";
    String last = "GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    String all = RunningServer.raw(server.metrics(), page + head + page + last);
    assertEquals(4, all.split("HTTP/1.1 200 OK\r\n", -1).length - 1, all);
    assertTrue(all.endsWith("ready\n"), all);
  }

  @Test
  void anUnknownPathIsNotFoundInTheFormatOfItsListener() throws Exception {
    assertEquals(
        "404: no such path; available: /livez, /metrics, /readyz\n",
        spoken(server.get(server.metrics(), "/metrics/")));
    assertEquals(
        "404: no such path; available: " + API_PATHS + "\n",
        spoken(server.get(server.api(), "/metrics")));
    HttpResponse<String> json = server.get(server.api(), "/api/v2/outcomes");
    assertEquals("404: {\"error\":\"no such path; available: " + API_PATHS + "\"}", spoken(json));
    assertEquals("application/json", header(json, "Content-Type"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"})
  void otherMethodsAreNotAllowed(String method) throws Exception {
    HttpResponse<String> text = server.send(method, server.metrics(), "/metrics");
    assertEquals("405: only GET and HEAD are allowed\n", spoken(text));
    assertEquals("GET, HEAD", header(text, "Allow"));
    HttpResponse<String> json = server.send(method, server.api(), "/api/v1/outcomes");
    assertEquals("405: {\"error\":\"only GET and HEAD are allowed\"}", spoken(json));
    assertEquals("GET, HEAD", header(json, "Allow"));
  }

  @Test
  void aBodyIsRefused() throws IOException {
    String request = "GET /metrics HTTP/1.1\r\nHost: a\r\n";
    for (String body :
        List.of(
            "Content-Length: 3\r\n\r\nabc",
            "Content-Length: 99999999\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")) {
      String response = RunningServer.raw(server.metrics(), request + body);
      assertTrue(response.startsWith("HTTP/1.1 413 "), response);
      assertTrue(response.contains("Connection: close\r\n"), response);
      assertTrue(response.endsWith("requests must not have a body\n"), response);
    }
  }

  @Test
  void anEmptyBodyIsAccepted() throws IOException {
    String response =
        RunningServer.raw(
            server.metrics(),
            "GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    assertTrue(response.startsWith("HTTP/1.1 200 "), response);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nonsense | 400
          GET | 400
          GET / HTTP/3.7 | 400
          GET /%zz HTTP/1.1 | 400
          GET /\u0001 HTTP/1.1 | 400
          GET /livez HTTP/1.0 | 505
          """)
  void anInvalidRequestGetsOneLine(String line, int status) throws IOException {
    String response = RunningServer.raw(server.metrics(), line + "\r\nHost: a\r\n\r\n");
    assertTrue(response.startsWith("HTTP/1.1 " + status + " "), response);
    String body = response.substring(response.indexOf("\r\n\r\n") + 4);
    assertEquals(1, body.lines().count(), response);
    assertFalse(body.contains("Exception") || body.contains("helidon"), response);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          X: y\\r\\n | 400
          Host: a\\r\\nHost: b\\r\\n | 400
          Host: a b\\r\\n | 400
          Host: a\\r\\nX y\\r\\n | 400
          Host: a\\r\\nContent-Length: -1\\r\\n | 400
          Host: a\\r\\nContent-Length: 1\\r\\nTransfer-Encoding: chunked\\r\\n | 400
          """)
  void headersThatBreakTheRulesAreRefused(String headers, int status) throws IOException {
    String response =
        RunningServer.raw(
            server.metrics(), "GET /livez HTTP/1.1\r\n" + headers.translateEscapes() + "\r\n");
    assertTrue(response.startsWith("HTTP/1.1 " + status + " "), response);
  }

  @Test
  void longRequestLinesAndHeadersAreRefused() throws IOException {
    String line =
        RunningServer.raw(
            server.metrics(), "GET /" + "a".repeat(3_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    assertTrue(line.startsWith("HTTP/1.1 414 "), line);
    String header =
        RunningServer.raw(
            server.metrics(),
            "GET /livez HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(9_000) + "\r\n\r\n");
    assertTrue(header.startsWith("HTTP/1.1 400 "), header);
    String many =
        RunningServer.raw(
            server.metrics(),
            "GET /livez HTTP/1.1\r\nHost: a\r\n" + "X: aaaaaaaa\r\n".repeat(1_000) + "\r\n");
    assertTrue(many.startsWith("HTTP/1.1 400 "), many);
  }

  @Test
  void aTokenOfSomeKilobytesStillFits() throws Exception {
    HttpResponse<String> response =
        server.get(server.metrics(), "/livez", "Authorization", "Bearer " + "a".repeat(6_000));
    assertEquals(200, response.statusCode());
  }

  @Test
  void everyResponseHasSecurityHeaders() throws Exception {
    for (HttpResponse<String> response :
        List.of(
            server.get(server.metrics(), "/metrics"),
            server.get(server.metrics(), "/nothing"),
            server.get(server.api(), "/"),
            server.get(server.api(), "/api/v1/outcomes"))) {
      assertEquals("nosniff", header(response, "X-Content-Type-Options"));
      assertEquals("no-store", header(response, "Cache-Control"));
      assertEquals("no-referrer", header(response, "Referrer-Policy"));
      assertTrue(
          header(response, "Content-Security-Policy").startsWith("default-src 'none'"),
          "a page may load anything");
      assertEquals("none", header(response, "Server"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "LOCALHOST:9054", "127.0.0.1", "127.1.2.3:80", "[::1]", "[::1]:9054"})
  void onLoopbackALocalNameIsAnswered(String host) throws IOException {
    String response = RunningServer.raw(server.api(), getAs(host));
    assertTrue(response.startsWith("HTTP/1.1 200 "), response);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example:9054",
        "10.0.0.1",
        "[fd00::1]:9054",
        "localhost."
      })
  void onLoopbackAnyOtherNameIsRefused(String host) throws IOException {
    String response = RunningServer.raw(server.api(), getAs(host));
    assertTrue(response.startsWith("HTTP/1.1 421 "), response);
    assertFalse(response.contains("latest"), response);
  }

  @Test
  void scrapersMayUseAnyName() throws IOException {
    String response =
        RunningServer.raw(
            server.metrics(), getAs("node-a.example").replace("/api/v1/outcomes", "/livez"));
    assertTrue(response.startsWith("HTTP/1.1 200 "), response);
  }

  /** The paths of the last listener, in the order of their names. */
  private static final String API_PATHS =
      Stream.concat(
              Stream.of(
                  "/",
                  "/api/v1/findings",
                  "/api/v1/history",
                  "/api/v1/incident",
                  "/api/v1/openapi.yaml",
                  "/api/v1/outcomes",
                  "/api/v1/paths",
                  "/api/v1/status",
                  "/api/v1/stream",
                  "/api/v1/trend",
                  "/api/v1/vantages"),
              PageFile.ALL.stream().map(file -> "/page/" + file.name()).sorted())
          .collect(Collectors.joining(", "));

  private static String getAs(String host) {
    return "GET /api/v1/outcomes HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
  }

  @Test
  void anAddressInUseIsNamedWithItsKey() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      InetSocketAddress address = (InetSocketAddress) taken.getLocalSocketAddress();
      assertEquals(
          "cannot listen on 127.0.0.1:" + address.getPort() + " (http.api): Address already in use",
          failure(RunningServer.ANY_PORT, address));
      assertEquals(
          "cannot listen on 127.0.0.1:"
              + address.getPort()
              + " (http.metrics): Address already in use",
          failure(address, RunningServer.ANY_PORT));
    }
  }

  @Test
  void twoListenersOnOneAddressAreRefused() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = free.getLocalPort();
    }
    InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    assertEquals(
        "cannot listen on 127.0.0.1:" + port + " (http.api): Address already in use",
        failure(address, address));
  }

  @Test
  void aForeignAddressIsNamedWithItsKey() {
    assertEquals(
        "cannot listen on 192.0.2.1:0 (http.metrics): Cannot assign requested address",
        failure(
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 0), RunningServer.ANY_PORT));
  }

  private static Pages pages() {
    return new Pages(
        PAGE,
        new Health(Optional::empty, Optional::empty),
        new Outcomes(),
        () -> Plan.EMPTY,
        () -> Diagnosis.NONE,
        new FixedState(SampleReports::overview),
        SampleReports::timeline);
  }

  private static String failure(InetSocketAddress metrics, InetSocketAddress api) {
    return String.valueOf(
        assertThrows(
                IOException.class,
                () -> HttpListeners.start(HttpListeners.Setup.plain(metrics, api), pages()))
            .getMessage());
  }

  @Test
  void onAllAddressesThePageNamesTheOneThatWasUsed() throws Exception {
    InetSocketAddress all = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0);
    try (HttpListeners listeners =
        HttpListeners.start(HttpListeners.Setup.plain(all, RunningServer.ANY_PORT), pages())) {
      String page =
          RunningServer.raw(
              listeners.apiAddress(), getAs("localhost").replace("/api/v1/outcomes", "/"));
      String metrics = "http://127.0.0.1:" + listeners.metricsAddress().getPort() + "/metrics";
      assertTrue(page.contains("<code>" + metrics + "</code>"), page);
    }
  }

  @Test
  void anIpv6LoopbackAddressIsListenedOn() throws Exception {
    InetSocketAddress six = new InetSocketAddress(InetAddress.ofLiteral("::1"), 0);
    try (HttpListeners listeners =
        HttpListeners.start(HttpListeners.Setup.plain(six, six), pages())) {
      String page = RunningServer.raw(listeners.apiAddress(), getAs("[::1]"));
      assertTrue(page.startsWith("HTTP/1.1 200 "), page);
    }
  }

  @Test
  void closingFreesThePortsAndEndsIdleConnections() throws Exception {
    RunningServer shortLived = RunningServer.withPage("x");
    InetSocketAddress address = shortLived.metrics();
    try (Socket idle = RunningServer.connect(address)) {
      assertEquals("200: alive\n", spoken(shortLived.get(address, "/livez")));
      shortLived.close();
      assertEquals(-1, idle.getInputStream().read(), "the connection was left open");
    }
    assertThrows(ConnectException.class, () -> RunningServer.connect(address).close());
  }

  @Test
  void theServedDescriptionIsTheFileItself() throws Exception {
    HttpResponse<byte[]> response =
        server.octets(server.api(), "/api/v1/openapi.yaml", "Accept-Encoding", "identity");
    assertEquals("application/yaml", header(response, "Content-Type"));
    try (InputStream file = Resources.open("openapi.yaml")) {
      assertArrayEquals(file.readAllBytes(), response.body());
    }
  }

  private static String unzipped(byte[] octets) throws IOException {
    try (GZIPInputStream unzip = new GZIPInputStream(new ByteArrayInputStream(octets))) {
      return new String(unzip.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String spoken(HttpResponse<String> response) {
    return response.statusCode() + ": " + response.body();
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("none");
  }
}
