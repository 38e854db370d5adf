package io.github.dnsonde.kube;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each class takes about 4 KiB in every agent, whatever it is for. */
@Timeout(60)
class ModellessClientTest {

  /** The API's models, and a library that only makes certificates. */
  private static final List<String> UNUSED =
      List.of("io.kubernetes.client.openapi.models.", "org.bouncycastle.");

  @Test
  void theClientIsUsedWithoutItsModels(@TempDir Path folder) throws Exception {
    try (FakeApiServer server = FakeApiServer.start(0)) {
      SampleObjects.fill(server);
      Path kubeconfig =
          Files.writeString(folder.resolve("config"), FakeApiServer.kubeconfig(server.url()));
      Path classes = folder.resolve("classes");
      Process child =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xlog:class+load:file=" + classes,
                  "-cp",
                  System.getProperty("java.class.path"),
                  SyncOnce.class.getName(),
                  kubeconfig.toString(),
                  "node-1")
              .redirectErrorStream(true)
              .start();
      String said = new String(child.getInputStream().readAllBytes(), UTF_8);
      assertEquals(0, child.waitFor(), said);
      assertTrue(said.contains("synced=true policies=1 "), said);
      List<String> loaded = Files.readAllLines(classes);
      assertTrue(
          loaded.stream().anyMatch(line -> line.contains("io.kubernetes.client.util.KubeConfig ")),
          "the client is used");
      assertEquals(
          List.of(),
          loaded.stream().filter(line -> UNUSED.stream().anyMatch(line::contains)).toList());
    }
  }
}
