package io.github.dnsonde.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.log.Logging;
import io.github.dnsonde.testkit.Sandboxes;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class NodeNetworksTest {

  private static final String POD = "10.244.1.7";

  @TempDir private Path folder;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  @AfterEach
  void quiet() {
    Logging.configure(Logging.Format.LOGFMT, System.Logger.Level.INFO, System.err);
  }

  @Test
  void newAndVanishedNetworksAreLoggedOnce() throws Exception {
    Optional<String> missing = Sandboxes.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    Logging.configure(Logging.Format.LOGFMT, System.Logger.Level.DEBUG, log);
    try (Sandboxes sandboxes = new Sandboxes(folder);
        NodeNetworks networks = new NodeNetworks(List.of(folder))) {
      Path pod = sandboxes.add("pod", POD);
      Path plain = Files.createFile(folder.resolve("plain"));

      assertTrue(networks.scan(), "something new");
      assertEquals(Set.of(InetAddress.ofLiteral(POD)), networks.addresses());
      assertFalse(networks.scan(), "nothing new");
      sandboxes.delete("pod");
      assertTrue(networks.scan(), "something gone");

      assertAll(
          () -> assertLogged("msg=\"pod network found\" file=" + pod + " addresses=" + POD),
          () -> assertLogged("msg=\"pod network gone\" file=" + pod),
          () -> assertLogged("msg=\"no pod network\" file=" + plain));
    }
  }

  @Test
  void filesThatAreNotNetworksDoNotFillTheLog() throws Exception {
    Optional<String> missing = Sandboxes.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    Logging.configure(Logging.Format.LOGFMT, System.Logger.Level.INFO, log);
    try (NodeNetworks networks = new NodeNetworks(List.of(folder))) {
      for (int i = 0; i < 50; i++) {
        Files.createFile(folder.resolve("plain-" + i));
        networks.scan();
      }
    }
    assertLogged("msg=\"no pod network\"");
  }

  private void assertLogged(String words) {
    String logged = log.toString(UTF_8);
    assertEquals(1, logged.lines().filter(line -> line.contains(words)).count(), logged);
  }
}
