package io.github.dnsonde.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Listeners of a process that has no file descriptor left. */
@Timeout(60)
@Tag("long")
class DescriptorsTest {

  private static final int LIMIT = 256;
  private static final String LIVEZ = "GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

  private Process process;
  private BufferedReader said;
  private InetSocketAddress metrics;
  private InetSocketAddress health;

  @BeforeEach
  void start() throws IOException {
    process =
        new ProcessBuilder(
                "bash",
                "-c",
                "ulimit -n " + LIMIT + " && exec \"$@\"",
                "bash",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-MaxFDLimit",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                FewDescriptors.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    said = process.inputReader(StandardCharsets.US_ASCII);
    String[] ports = said.readLine().split(" ", -1);
    metrics = onLoopback(ports[0]);
    health = onLoopback(ports[1]);
  }

  private static InetSocketAddress onLoopback(String port) {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(port));
  }

  @AfterEach
  void stop() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Test
  void theyCloseIdleConnectionsAndAcceptAgainWhenPossible() throws Exception {
    long sockets = sockets();
    try (Socket idle = RunningServer.connect(metrics);
        Socket waiting = RunningServer.connect(health)) {
      assertAnswers(RunningServer.raw(metrics, LIVEZ)); // so that the idle one is accepted
      send("take");
      try (Socket last = RunningServer.connect(metrics)) {
        assertEquals(-1, idle.getInputStream().read(), "the idle one was closed");
        last.setSoTimeout(400); // many vain attempts to accept another one, for which nobody waits
        assertThrows(SocketTimeoutException.class, () -> last.getInputStream().read(), "closed");
        last.setSoTimeout(20_000);
        last.getOutputStream().write(LIVEZ.getBytes(StandardCharsets.US_ASCII));
        assertAnswers(RunningServer.readAll(last.getInputStream()));
      }

      waiting.getOutputStream().write(LIVEZ.getBytes(StandardCharsets.US_ASCII));
      assertAnswers(RunningServer.readAll(waiting.getInputStream()));

      while (sockets() > sockets) {
        TimeUnit.MILLISECONDS.sleep(5); // waits for the last of the ended ones
      }
      send("take");
      try (Socket unheard = RunningServer.connect(metrics)) {
        unheard.setSoTimeout(1_500);
        unheard.getOutputStream().write(LIVEZ.getBytes(StandardCharsets.US_ASCII));
        Duration before = cpu();
        assertThrows(SocketTimeoutException.class, () -> unheard.getInputStream().read());
        Duration spent = cpu().minus(before);
        assertTrue(spent.toMillis() < 500, "it spins: " + spent + " of processor time in 1.5 s");
        unheard.setSoTimeout(20_000);
        send("give");
        assertAnswers(RunningServer.readAll(unheard.getInputStream()));
      }
      assertAnswers(RunningServer.raw(health, LIVEZ));
    }
  }

  private long sockets() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
      return files.filter(DescriptorsTest::isSocket).count();
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException _) {
      return false; // closed meanwhile
    }
  }

  private Duration cpu() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  private void send(String word) throws IOException {
    process.outputWriter(StandardCharsets.US_ASCII).append(word).append('\n').flush();
    assertEquals("done", said.readLine());
  }

  private static void assertAnswers(String response) {
    assertTrue(response.startsWith("HTTP/1.1 200 ") && response.endsWith("alive\n"), response);
  }
}
