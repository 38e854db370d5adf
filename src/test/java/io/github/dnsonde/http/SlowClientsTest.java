package io.github.dnsonde.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that would hold a connection forever, and crowds of clients. */
@Tag("long")
@Timeout(60)
class SlowClientsTest {

  private static final Patience SHORT =
      new Patience(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofMillis(100));

  private static final MetricsPage SMALL = new RunningServer.FixedPage("small\n");

  @Test
  void aSilentClientIsCutOff() throws Exception {
    try (RunningServer server = new RunningServer(SMALL, SHORT);
        Socket silent = RunningServer.connect(server.metrics())) {
      assertEnds(silent.getInputStream());
      assertServes(server);
    }
  }

  @Test
  void aClientThatSendsHeadersOctetByOctetIsCutOff() throws Exception {
    try (RunningServer server = new RunningServer(SMALL, SHORT);
        Socket slow = RunningServer.connect(server.metrics())) {
      OutputStream out = slow.getOutputStream();
      out.write("GET /metrics HTTP/1.1\r\nHost: ".getBytes(StandardCharsets.US_ASCII));
      long start = System.nanoTime();
      assertTrue(dripsUntilCut(out), "the server waited for 64 octets, one each 100 ms");
      long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
      assertTrue(millis >= 900, "cut off after " + millis + " ms, before its time was over");
      assertServes(server);
    }
  }

  private static boolean dripsUntilCut(OutputStream out) throws InterruptedException {
    for (int i = 0; i < 64; i++) {
      try {
        out.write('a');
      } catch (IOException _) {
        return true;
      }
      TimeUnit.MILLISECONDS.sleep(100); // being slow takes time
    }
    return false;
  }

  @Test
  void aClientThatDoesNotReadTheResponseIsCutOff() throws Exception {
    Endless endless = new Endless();
    try (RunningServer server = new RunningServer(endless, SHORT);
        Socket deaf = RunningServer.connect(server.metrics())) {
      deaf.getOutputStream()
          .write("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertTrue(endless.ended.await(20, TimeUnit.SECONDS), "the page is still being written");
      assertServes(server);
    }
  }

  @Test
  void aConnectionThatIsUsedOccasionallyStays() throws Exception {
    try (RunningServer server = new RunningServer(SMALL, SHORT);
        Socket socket = RunningServer.connect(server.metrics())) {
      for (int i = 0; i < 2; i++) {
        socket
            .getOutputStream()
            .write("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertTrue(readUntil(socket.getInputStream(), "alive\n"), "cut off at request " + i);
        TimeUnit.MILLISECONDS.sleep(1_200); // longer than an exchange may take
      }
    }
  }

  @Test
  void aListenerFullOfIdleConnectionsEmptiesByItself() throws Exception {
    try (RunningServer server = new RunningServer(SMALL, SHORT)) {
      List<Socket> crowd = new ArrayList<>();
      try {
        for (int i = 0; i < 64; i++) {
          crowd.add(RunningServer.connect(server.metrics()));
        }
        assertServes(server); // waits until the first of the crowd are cut off
      } finally {
        for (Socket socket : crowd) {
          socket.close();
        }
      }
    }
  }

  @Test
  void tooManyRequestsAtOnceAreRefusedWithAMessage() throws Exception {
    CountDownLatch inside = new CountDownLatch(16);
    CountDownLatch release = new CountDownLatch(1);
    MetricsPage waiting =
        new RunningServer.FixedPage("done\n") {
          @Override
          public void write(String accept, OutputStream out) throws IOException {
            inside.countDown();
            await(release);
            super.write(accept, out);
          }
        };
    Patience unhurried =
        new Patience(Duration.ofMinutes(10), Duration.ofMinutes(10), Duration.ofSeconds(5));
    try (RunningServer server = new RunningServer(waiting, unhurried)) {
      List<Thread> scrapers = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        InetAddress source = Crowd.address(i);
        scrapers.add(Thread.ofVirtual().start(() -> scrape(source, server.metrics())));
      }
      await(inside);
      String refused =
          RunningServer.raw(server.metrics(), "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
      assertServes(server);
      release.countDown();
      assertTrue(refused.startsWith("HTTP/1.1 503 "), refused);
      assertTrue(refused.endsWith("too many requests at once\n"), refused);
      for (Thread scraper : scrapers) {
        scraper.join();
      }
      assertServes(server);
    }
  }

  private static void scrape(InetAddress source, InetSocketAddress listener) {
    try (Socket socket = Crowd.connect(source, listener)) {
      socket
          .getOutputStream()
          .write(
              "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      String answer = RunningServer.readAll(socket.getInputStream());
      assertTrue(answer.endsWith("done\n"), answer);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS), "waited in vain");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertEnds(InputStream in) throws IOException {
    assertEquals(-1, in.read(), "more came");
  }

  private static void assertServes(RunningServer server) throws Exception {
    assertEquals(200, server.get(server.metrics(), "/livez").statusCode());
  }

  private static boolean readUntil(InputStream in, String end) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int octet = in.read(); octet >= 0; octet = in.read()) {
      text.append((char) octet);
      if (text.toString().endsWith(end)) {
        return true;
      }
    }
    return false;
  }

  /** An endless page. */
  private static final class Endless implements MetricsPage {
    private final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public String contentType(String accept) {
      return "text/plain";
    }

    @Override
    public void write(String accept, OutputStream out) throws IOException {
      byte[] piece = new byte[8_192];
      try {
        while (true) {
          out.write(piece);
        }
      } finally {
        ended.countDown();
      }
    }
  }
}
