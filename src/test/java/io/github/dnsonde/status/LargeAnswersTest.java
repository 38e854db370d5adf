package io.github.dnsonde.status;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.testkit.Misbehaviour;
import io.github.dnsonde.testkit.Way;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * A server that answers every probe with 64 KiB costs an agent no more memory than other servers.
 */
class LargeAnswersTest {

  /** Each answer takes a megabyte while it is kept whole: 300 of them never fit. */
  private static final String HEAP = "-Xmx26m";

  @Test
  void aSmallHeapHoldsTheOutcomesOfManyLargeAnswers() throws Exception {
    try (FakeDnsServer server =
        FakeDnsServer.start(Way.IPV4, FakeDnsServer.ANY_PORT, Misbehaviour.manyTexts(4_900))) {
      assertEquals(
          "300 failures: [nodata, 16 of 4900 records]\n", child(server.address().getPort(), 300));
    }
  }

  private static String child(int port, int vantages) throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                RememberLargeAnswers.class.getName(),
                Integer.toString(port),
                Integer.toString(vantages))
            .redirectErrorStream(true)
            .start();
    String said = new String(child.getInputStream().readAllBytes(), UTF_8);
    child.waitFor();
    return said;
  }
}
