package io.github.dnsonde.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.overview.Overview;
import io.github.dnsonde.overview.OverviewRow;
import io.github.dnsonde.testkit.SampleReports;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checks the stream of the status. */
@Tag("long")
class StatusStreamTest {

  @Test
  void theWholeComesFirstAndThenTheDifferences() throws Exception {
    try (RunningServer server = RunningServer.withPage("x");
        Reader reader = new Reader(server, "identity")) {
      assertEquals("event: status", reader.line());
      assertTrue(reader.line().startsWith("data: {\"subject\":\"node node-a\""));
      Overview full = SampleReports.overview();
      server.status.set(
          new Overview(
              full.subject(),
              full.at(),
              full.paths().subList(1, 2),
              full.blind(),
              full.findings(),
              full.nodes(),
              full.usage(),
              full.omitted()));
      assertEquals("event: changes", reader.line());
      String changes = reader.line();
      assertTrue(changes.contains("\"gone\":[{\"namespace\":\"shop\""), changes);
      assertTrue(changes.contains("\"paths\":[],"), changes);
      assertEquals("event: unchanged", reader.line());
      String unchanged = reader.line();
      assertTrue(unchanged.startsWith("data: {\"at\":\"" + full.at() + "\""), unchanged);
      assertTrue(unchanged.contains("\"mood\":\"incomplete\""), unchanged);
    }
  }

  @Test
  void eachEventIsSentAtOnceAlsoCompressed() throws Exception {
    try (RunningServer server = RunningServer.withPage("x");
        Reader reader = new Reader(server, "gzip")) {
      assertTrue(reader.head.contains("Content-Encoding: gzip"), reader.head);
      assertTrue(reader.head.contains("Content-Type: text/event-stream"), reader.head);
    }
  }

  /** A reader is not cut off while it only waits, and does not keep the listener from ending. */
  @Test
  void aStreamOutlivesTheLimitOfAResponseAndEndsWithTheListener() throws Exception {
    Patience hasty =
        new Patience(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofMillis(100));
    RunningServer server = new RunningServer(new RunningServer.FixedPage("x"), hasty);
    try (Reader reader = new Reader(server, "identity")) {
      reader.line();
      reader.line();
      assertEquals("event: unchanged", reader.line()); // after five seconds
      reader.line();
      long begin = System.nanoTime();
      server.close();
      assertNull(reader.lineOrEnd(), "the end");
      assertTrue(System.nanoTime() - begin < Duration.ofSeconds(3).toNanos(), "it waited");
    }
  }

  @Test
  void oneReaderTooManyIsRefusedAndHasRoomLater() throws Exception {
    try (RunningServer server = RunningServer.withPage("x")) {
      List<Reader> readers = new ArrayList<>();
      for (int number = 0; number < StatusStream.READERS; number++) {
        Reader reader = new Reader(server, "identity");
        reader.line();
        readers.add(reader);
      }
      HttpResponse<String> refused = server.get(server.api(), "/api/v1/stream");
      assertEquals(503, refused.statusCode());
      assertTrue(refused.body().contains("there are 8 readers of the stream"), refused.body());
      assertEquals(200, server.get(server.api(), "/api/v1/status").statusCode());
      for (Reader reader : readers) {
        reader.close();
      }
      server.status.set(SampleReports.overview()); // a heartbeat finds that they are gone
      long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (server.send("HEAD", server.api(), "/api/v1/stream").statusCode() != 200) {
        assertTrue(System.nanoTime() < end, "no room");
        Thread.sleep(100);
      }
    }
  }

  /**
   * A browser that is suspended reads no more. It costs one connection until the limit of time, and
   * no memory for what it misses; others get their events.
   */
  @Test
  void aReaderThatReadsNoMoreIsCutOffAndCostsNothingMore() throws Exception {
    Patience hasty =
        new Patience(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(100));
    List<WeakReference<Overview>> made = Collections.synchronizedList(new ArrayList<>());
    try (RunningServer server = new RunningServer(new RunningServer.FixedPage("x"), hasty);
        Socket stalled = new Socket()) {
      server.status.set(large(0));
      stalled.setReceiveBufferSize(4_096);
      stalled.connect(server.api());
      stalled
          .getOutputStream()
          .write(
              "GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      try (Reader other = new Reader(server, "identity")) {
        assertEquals("event: status", other.line());
        other.line();
        for (int change = 1; change <= 6; change++) {
          Overview next = large(change);
          made.add(new WeakReference<>(next));
          server.status.set(next);
          assertEquals("event: changes", other.line());
          other.line();
        }
      }
      server.status.set(SampleReports.overview());
      long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (made.stream().limit(5).anyMatch(overview -> overview.get() != null)) {
        assertTrue(System.nanoTime() < end, "what a stalled reader misses is kept");
        System.gc();
        Thread.sleep(50);
      }
      assertTrue(octetsUntilTheEnd(stalled) < 1_000_000, "everything was sent");
    }
  }

  /** An overview that no buffer of a socket takes; each number has other rows. */
  private static Overview large(int number) {
    Overview small = SampleReports.overview();
    OverviewRow row = small.paths().getFirst();
    return new Overview(
        small.subject(),
        small.at(),
        IntStream.range(0, 2_000)
            .mapToObj(
                index ->
                    new OverviewRow(
                        "team-%d-%d".formatted(number, index),
                        row.server(),
                        row.transport(),
                        row.inUse(),
                        row.state(),
                        row.since(),
                        row.vantages(),
                        row.affected(),
                        row.nodes(),
                        row.affectedNodes(),
                        row.reasons()))
            .toList(),
        small.blind(),
        small.findings(),
        small.nodes(),
        small.usage(),
        small.omitted());
  }

  private static long octetsUntilTheEnd(Socket socket) throws IOException {
    socket.setSoTimeout(20_000);
    long octets = 0;
    try {
      int read;
      byte[] buffer = new byte[65_536];
      while ((read = socket.getInputStream().read(buffer)) >= 0) {
        octets += read;
      }
    } catch (SocketException _) {
      // reset: the server has cut it off
    }
    return octets;
  }

  /** The state is made once for all readers, and at most once a second. */
  @Test
  void manyReadersCostLikeOne() {
    int[] made = {0};
    LatestOverview latest =
        new LatestOverview(
            () -> {
              made[0]++;
              return SampleReports.overview();
            });
    Overview first = latest.get();
    assertTrue(Stream.generate(latest).limit(100).allMatch(first::equals));
    assertEquals(1, made[0]);
    latest.forget();
    latest.get();
    assertEquals(2, made[0]);
  }

  /** One reader of the stream. */
  private static final class Reader implements AutoCloseable {
    private final Socket socket;
    private final InputStream body;
    private final String head;

    Reader(RunningServer server, String coding) throws IOException {
      socket = RunningServer.connect(server.api());
      String request =
          "GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: "
              + coding
              + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      head = head();
      InputStream chunks = new Chunks(socket.getInputStream());
      body = coding.equals("gzip") ? new GZIPInputStream(chunks) : chunks;
      if (coding.equals("gzip")) {
        assertEquals("event: status", line());
        assertTrue(line().startsWith("data: {"));
      }
    }

    private String head() throws IOException {
      StringBuilder read = new StringBuilder();
      while (read.indexOf("\r\n\r\n") < 0) {
        read.append((char) socket.getInputStream().read());
      }
      return read.toString();
    }

    String line() throws IOException {
      String line = lineOrEnd();
      if (line == null) {
        throw new IOException("the stream ended");
      }
      return line;
    }

    /** Reads octet by octet: a buffer would wait for more events. */
    @Nullable String lineOrEnd() throws IOException {
      StringBuilder line = new StringBuilder();
      while (true) {
        int octet = body.read();
        if (octet < 0) {
          return null;
        } else if (octet != '\n') {
          line.append((char) octet);
        } else if (!line.isEmpty()) {
          return line.toString();
        }
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
