package io.github.dnsonde.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Crowds of hostile clients, and clients that need a response nevertheless. */
@Timeout(60)
@Tag("long")
class CrowdedListenersTest {

  private static final InetAddress HOSTILE = InetAddress.ofLiteral("127.0.0.2");
  private static final InetAddress PROMETHEUS = InetAddress.ofLiteral("127.0.0.3");
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  /** Allows for clients that also use CPU time, on a machine that may be short of it. */
  private static final Duration SOON = Duration.ofSeconds(8);

  private static final int ROUNDS = 10;

  /** More than all buffers on the path hold. */
  private static final String PAGE = "dnsonde_probes_total 1\n".repeat(100_000);

  private final ConcurrentLinkedQueue<HttpEvent> events = new ConcurrentLinkedQueue<>();
  private RunningServer server;

  private static InetAddress onePod(int number) {
    return HOSTILE;
  }

  /** Two clients in each pod. */
  private static InetAddress manyPods(int number) {
    return Crowd.address(number / 2);
  }

  /** Half of them send nothing, and half send half a request line. */
  private static String idle(int number) {
    return number % 2 == 0 ? "" : "GET /met";
  }

  private static String scrape(int number) {
    return "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  /** Endless requests, none of whose responses is read. */
  private static String pipeline(int number) {
    return "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n".repeat(1_000);
  }

  @BeforeEach
  void start() throws IOException {
    InetSocketAddress any = RunningServer.ANY_PORT;
    server =
        new RunningServer(
            new RunningServer.FixedPage(PAGE),
            Patience.DEFAULT,
            new HttpListeners.Setup(
                any, Optional.of(any), any, MetricsProtection.NONE, events::add));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void idleConnectionsOfOnePodExcludeNoClient() throws Exception {
    try (Crowd crowd =
        Crowd.of(500, server.metrics(), CrowdedListenersTest::onePod, CrowdedListenersTest::idle)) {
      while (crowd.connected() < 1_000) {
        assertServes(PROMETHEUS, AT_ONCE);
      }
    }
    assertEquals(
        List.of(),
        events.stream().filter(event -> !isOfTheCrowd(event)).limit(3).toList(),
        "connections outside of the crowd were closed");
  }

  private static boolean isOfTheCrowd(HttpEvent event) {
    return event instanceof HttpEvent.MadeRoom(String listener, var source, int connections)
        && listener.equals("http.metrics")
        && source.equals(HOSTILE)
        && connections >= 16;
  }

  /** Such as the kubelet, next to a pod on the host's network. */
  @Test
  void aClientWithTheCrowdsAddressIsServedWithinAFewTries() throws Exception {
    try (Crowd _ =
        Crowd.of(500, server.metrics(), CrowdedListenersTest::onePod, CrowdedListenersTest::idle)) {
      int served = 0;
      for (int i = 0; i < 4 * ROUNDS; i++) {
        served += answer(HOSTILE, server.metrics(), "/livez").endsWith("alive\n") ? 1 : 0;
      }
      assertTrue(served >= ROUNDS, "served " + served + " times");
    }
  }

  @Test
  void idleConnectionsOfManyPodsExcludeNoClient() throws Exception {
    try (Crowd _ =
        Crowd.of(
            500, server.metrics(), CrowdedListenersTest::manyPods, CrowdedListenersTest::idle)) {
      assertServes(PROMETHEUS, AT_ONCE);
    }
  }

  @Test
  void clientsThatReadNoResponseExcludeNoClient() throws Exception {
    try (Crowd _ =
        Crowd.of(
            32, server.metrics(), CrowdedListenersTest::onePod, CrowdedListenersTest::scrape)) {
      assertServes(PROMETHEUS, SOON);
    }
  }

  @Test
  void endlessRequestsExcludeNoClient() throws Exception {
    try (Crowd _ =
        Crowd.of(
            24, server.metrics(), CrowdedListenersTest::manyPods, CrowdedListenersTest::pipeline)) {
      assertServes(PROMETHEUS, SOON);
    }
  }

  @Test
  void theHealthListenerAnswersUnderAnyLoadOnTheOther() throws Exception {
    try (Crowd _ =
            Crowd.of(
                32,
                server.metrics(),
                CrowdedListenersTest::manyPods,
                CrowdedListenersTest::scrape);
        Crowd _ =
            Crowd.of(
                200, server.health(), CrowdedListenersTest::manyPods, CrowdedListenersTest::idle);
        Crowd _ =
            Crowd.of(
                12,
                server.health(),
                CrowdedListenersTest::onePod,
                CrowdedListenersTest::pipeline)) {
      for (int i = 0; i < ROUNDS; i++) {
        assertAnswers(PROMETHEUS, server.health(), "/livez", "alive\n", SOON);
        assertAnswers(HOSTILE, server.health(), "/readyz", "ready\n", SOON);
      }
    }
  }

  @Test
  void theApiOnLoopbackBehavesTheSame() throws Exception {
    try (Crowd _ =
            Crowd.of(200, server.api(), CrowdedListenersTest::onePod, CrowdedListenersTest::idle);
        Crowd _ =
            Crowd.of(
                12, server.api(), CrowdedListenersTest::manyPods, CrowdedListenersTest::pipeline)) {
      for (int i = 0; i < ROUNDS; i++) {
        assertAnswers(PROMETHEUS, server.api(), "/api/v1/vantages", "\"vantages\":[]}", SOON);
      }
    }
  }

  @Test
  void thousandsOfShortConnectionsLeaveNothingBehind() throws Exception {
    for (int i = 0; i < 2_000; i++) {
      try (Socket shortLived = Crowd.connect(Crowd.address(i % 300), server.metrics())) {
        if (i % 3 == 0) {
          shortLived.setSoLinger(true, 0); // ends with a reset
        }
      }
    }
    assertServes(PROMETHEUS, SOON);
    assertEquals(
        List.of(),
        events.stream().filter(event -> event instanceof HttpEvent.NotAccepted).toList());
  }

  @Test
  void aKeptAliveConnectionIsClosedForANewOneAndNotViceVersa() throws Exception {
    try (Socket kept = Crowd.connect(PROMETHEUS, server.metrics())) {
      get(kept, "/livez", "alive\n");
      try (Crowd _ = Crowd.of(100, server.metrics(), Crowd::address, CrowdedListenersTest::idle)) {
        assertEquals(-1, kept.getInputStream().read(), "not closed");
      }
    }
  }

  private void assertServes(InetAddress source, Duration limit) throws IOException {
    for (int i = 0; i < ROUNDS; i++) {
      assertAnswers(source, server.metrics(), "/livez", "alive\n", limit);
      assertAnswers(source, server.health(), "/livez", "alive\n", limit);
      assertAnswers(source, server.metrics(), "/metrics", PAGE.substring(0, 1_000), limit);
    }
  }

  private static void assertAnswers(
      InetAddress source, InetSocketAddress listener, String path, String part, Duration limit)
      throws IOException {
    long start = System.nanoTime();
    try (Socket socket = Crowd.connect(source, listener)) {
      get(socket, path, part);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(took.compareTo(limit) < 0, path + " took " + took);
  }

  private static void get(Socket socket, String path, String part) throws IOException {
    String answer = read(socket, path, part);
    assertTrue(answer.startsWith("HTTP/1.1 200 ") && answer.contains(part), answer);
  }

  /** Reads until a given part was received, or until the connection ends. */
  private static String read(Socket socket, String path, String part) throws IOException {
    socket
        .getOutputStream()
        .write(
            ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    StringBuilder answer = new StringBuilder();
    InputStream in = socket.getInputStream();
    byte[] octets = new byte[8_192];
    int number = 0;
    while (number >= 0 && answer.indexOf(part) < 0) {
      answer.append(new String(octets, 0, number, StandardCharsets.US_ASCII));
      number = answer.indexOf(part) < 0 ? in.read(octets) : -1;
    }
    return answer.toString();
  }

  private static String answer(InetAddress source, InetSocketAddress listener, String path) {
    try (Socket socket = Crowd.connect(source, listener)) {
      return read(socket, path, "alive\n");
    } catch (IOException e) {
      return e.toString();
    }
  }
}
