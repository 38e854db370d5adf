package io.github.dnsonde.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The error that clients and the log get when a page breaks, and the events that are not logged.
 */
class FailingPagesTest {

  private final Logger root = Logger.getLogger("");
  private final Remembered log = new Remembered();

  private final Handler[] usual = root.getHandlers();

  /** Replaces the console: these errors are intended. */
  @BeforeEach
  void listen() {
    Arrays.stream(usual).forEach(root::removeHandler);
    root.addHandler(log);
  }

  @AfterEach
  void stopListening() {
    root.removeHandler(log);
    Arrays.stream(usual).forEach(root::addHandler);
  }

  @Test
  void aPageThatCannotStartIsAnErrorOfOneLineAndIsLogged() throws Exception {
    try (RunningServer server = failingAfter(0)) {
      HttpResponse<String> response =
          server.get(server.metrics(), "/metrics", "Accept-Encoding", "gzip");
      assertEquals(500, response.statusCode());
      assertEquals("internal error, see the log\n", response.body());
      assertEquals(
          "text/plain; charset=utf-8", response.headers().firstValue("Content-Type").orElse(""));
      assertEquals(Optional.empty(), response.headers().firstValue("Content-Encoding"));
    }
    assertTrue(
        log.records.stream().anyMatch(Remembered::hasTheBug), "the log has no trace of the bug");
  }

  @Test
  void aPageThatBreaksOffIsTruncated() throws Exception {
    try (RunningServer server = failingAfter(100_000)) {
      for (String encoding : List.of("identity", "gzip")) {
        assertThrows(
            IOException.class,
            () -> server.octets(server.metrics(), "/metrics", "Accept-Encoding", encoding),
            "half a page was accepted as a whole one");
      }
      assertEquals(200, server.get(server.metrics(), "/livez").statusCode());
    }
  }

  @Test
  void clientsThatDisconnectOrSendNonsenseAreNotLogged() throws Exception {
    try (RunningServer server = RunningServer.withPage("x\n".repeat(1_000_000))) {
      for (String nonsense : List.of("\u0016\u0003\u0001", "x\r\n\r\n", "GET / HTTP/9\r\n\r\n")) {
        try (Socket socket = RunningServer.connect(server.metrics())) {
          socket.getOutputStream().write(nonsense.getBytes(StandardCharsets.ISO_8859_1));
        }
      }
      try (Socket socket = RunningServer.connect(server.metrics())) {
        socket
            .getOutputStream()
            .write("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertTrue(socket.getInputStream().read() >= 0, "no answer");
        socket.setSoLinger(true, 0); // a reset
      }
      RunningServer.connect(server.metrics()).close();
      assertEquals(404, server.get(server.metrics(), "/nothing").statusCode());
    }
    assertEquals(List.of(), log.records.stream().map(LogRecord::getMessage).toList());
  }

  @Test
  void aSlowClientThatIsCutOffIsNotLogged() throws Exception {
    Patience little =
        new Patience(Duration.ofMillis(200), Duration.ofMillis(400), Duration.ofMillis(50));
    RunningServer.FixedPage page = new RunningServer.FixedPage("x".repeat(50_000_000));
    try (RunningServer server = new RunningServer(page, little);
        Socket deaf = RunningServer.connect(server.metrics());
        Socket silent = RunningServer.connect(server.metrics())) {
      deaf.getOutputStream()
          .write("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertEquals(-1, silent.getInputStream().read(), "not cut off");
      RunningServer.readAll(deaf.getInputStream());
    }
    assertEquals(List.of(), log.records.stream().map(LogRecord::getMessage).toList());
  }

  private static RunningServer failingAfter(int octets) throws IOException {
    MetricsPage page =
        new RunningServer.FixedPage("") {
          @Override
          public void write(String accept, OutputStream out) throws IOException {
            Random random = new Random(7);
            byte[] incompressible = new byte[1_000];
            for (int written = 0; written < octets; written += incompressible.length) {
              random.nextBytes(incompressible);
              out.write(incompressible);
            }
            throw new IllegalStateException("the bug");
          }
        };
    return new RunningServer(page, Patience.DEFAULT);
  }

  /** Records everything from INFO on. */
  private static final class Remembered extends Handler {
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();

    @Override
    public void publish(LogRecord record) {
      if (record.getLevel().intValue() >= Level.INFO.intValue()
          && !record.getLoggerName().startsWith("org.junit")) {
        records.add(record);
      }
    }

    private static boolean hasTheBug(LogRecord record) {
      for (Throwable thrown = record.getThrown(); thrown != null; thrown = thrown.getCause()) {
        if ("the bug".equals(thrown.getMessage())) {
          return true;
        }
      }
      return false;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
