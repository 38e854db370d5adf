package io.github.dnsonde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The controller of probe pods, as a process that gets a signal. */
class ProbePodsSignalTest {

  private static final int SIGTERM = 128 + 15; // the exit status of a process that it ended

  @TempDir private Path folder;

  /** The API server takes a request and never answers it: the signal comes within a round. */
  @Test
  void aSignalEndsARoundThatWaitsForTheApiServer() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process controller = start(silent.getLocalPort());
      try (Socket request = silent.accept()) {
        assertTrue(request.getInputStream().read() > 0, "a request is sent");
        controller.destroy();
        assertTrue(controller.waitFor(20, TimeUnit.SECONDS), "it ends");
        String lines = Files.readString(log());
        assertEquals(SIGTERM, controller.exitValue(), lines);
        assertTrue(lines.contains("msg=stopping"), lines);
        assertFalse(lines.contains("a round"), lines);
      } finally {
        controller.destroyForcibly();
      }
    }
  }

  private Path log() {
    return folder.resolve("log");
  }

  private Process start(int port) throws IOException {
    Path kubeconfig =
        Files.writeString(
            folder.resolve("kubeconfig"),
            """
            {apiVersion: v1, kind: Config, current-context: c,
             contexts: [{name: c, context: {cluster: c, user: u}}],
             clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}],
             users: [{name: u, user: {}}]}
            """
                .formatted(port));
    Path config =
        Files.writeString(
            folder.resolve("dnsonde.yaml"),
            "{kubernetes: {kubeconfig: %s}, probe-pods: {image: pause, namespaces: {include: ['*']}}}"
                .formatted(kubeconfig));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "probe-pods",
            "--config",
            config.toString())
        .redirectError(log().toFile())
        .start();
  }
}
