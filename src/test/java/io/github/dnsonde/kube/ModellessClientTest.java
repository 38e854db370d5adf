package io.github.dnsonde.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.testkit.LoadedClasses;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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
      LoadedClasses classes =
          LoadedClasses.of(folder, SyncOnce.class, kubeconfig.toString(), "node-1");
      assertTrue(classes.said().contains("synced=true policies=1 "), classes.said());
      List<String> loaded = classes.lines();
      assertTrue(
          loaded.stream().anyMatch(line -> line.contains("io.kubernetes.client.util.KubeConfig ")),
          "the client is used");
      assertEquals(
          List.of(),
          loaded.stream().filter(line -> UNUSED.stream().anyMatch(line::contains)).toList());
    }
  }
}
