package io.github.dnsonde.exchange;

import static io.github.dnsonde.testkit.Asker.PATIENT;
import static io.github.dnsonde.testkit.Probes.probe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Verdict.Good;
import io.github.dnsonde.testkit.Asker;
import io.github.dnsonde.testkit.Way;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checks that a hundred thousand queries at full speed leave nothing behind. */
class LeakTest {

  private static final int UDP = 90_000;
  private static final int TCP = 10_000;
  private static final int WARM_UP = 5_000;
  private static final int AT_ONCE = 64;

  /** Less than 42 octets a query, so an object kept for each would exceed it. */
  private static final long HEAP_NOISE = 4 << 20;

  private static final int TRIES = 20;

  private int good;

  @Tag("long")
  @Test
  void descriptorsThreadsHeapAndConnectionsDoNotGrow() throws Exception {
    try (FakeDnsServer server =
            FakeDnsServer.start(Way.IPV4, FakeDnsServer.ANY_PORT, FakeDnsServer.clusterDns());
        Asker asker = new Asker()) {
      ask(asker, server.address(), Transport.UDP, WARM_UP);
      ask(asker, server.address(), Transport.TCP, WARM_UP);
      Left before = Left.now();

      ask(asker, server.address(), Transport.UDP, UDP);
      ask(asker, server.address(), Transport.TCP, TCP);

      assertEquals(2 * WARM_UP + UDP + TCP, good, "queries with a good answer");
      assertEquals(List.of(), timeWait(server.address()), "connections in TIME_WAIT");
      assertNoMoreThan(before);
    }
  }

  /** Sockets of the server's side and collected threads may take a moment to disappear. */
  private static void assertNoMoreThan(Left before) throws Exception {
    Left after = Left.now();
    for (int i = 0; i < TRIES && !after.isNoMoreThan(before); i++) {
      Thread.sleep(Duration.ofMillis(50));
      after = Left.now();
    }
    assertTrue(after.isNoMoreThan(before), "before " + before + ", after " + after);
  }

  private void ask(Asker asker, InetSocketAddress server, Transport transport, int count) {
    Probe probe = probe(server, transport);
    for (int asked = 0; asked < count; asked++) {
      while (asker.exchange().inFlight() >= AT_ONCE) {
        asker.exchange().await(PATIENT);
      }
      asker
          .exchange()
          .query(
              probe,
              PATIENT,
              PATIENT,
              outcome -> {
                assertEquals(new Good(), outcome.verdict(), () -> "reply " + outcome.reply());
                good++;
              });
    }
    asker.awaitUntilIdle();
    asker.exchange().await(Duration.ZERO); // closed sockets leave the selector here
  }

  /** Resources that a process can leak. Heap in octets, after a collection. */
  private record Left(long descriptors, long threads, long heap) {

    static Left now() throws IOException {
      System.gc();
      return new Left(
          descriptorsOpen(),
          ManagementFactory.getThreadMXBean().getThreadCount(),
          ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }

    private static long descriptorsOpen() throws IOException {
      try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
        return open.count();
      }
    }

    boolean isNoMoreThan(Left before) {
      return descriptors <= before.descriptors
          && threads <= before.threads
          && heap <= before.heap + HEAP_NOISE;
    }
  }

  /** Lines of /proc/net/tcp (proc_net_tcp.txt) in state TIME_WAIT for this server. */
  private static List<String> timeWait(InetSocketAddress server) throws IOException {
    String port = String.format(Locale.ROOT, ":%04X", server.getPort());
    try (Stream<String> lines = Files.lines(Path.of("/proc/net/tcp"))) {
      return lines
          .map(String::strip)
          .filter(line -> line.split("\\s+", -1)[3].equals("06"))
          .filter(line -> line.contains(port))
          .toList();
    }
  }
}
