package io.github.dnsonde.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.kube.FakeApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The series of an agent by itself: of its virtual machine, its process, its view of the cluster,
 * its schedule and its listeners. There is one agent on each of a thousand nodes.
 */
@Timeout(60)
class AgentSeriesTest {

  private static final int BUDGET = 60;

  /** With one for the certificate, which this agent lacks. */
  private static final int WITH_TLS = 1;

  private static final Pattern OF_OTHERS =
      Pattern.compile("[{,](server|source_namespace|source_pod)=");

  @TempDir private Path folder;

  @Test
  void theRealPageHasFewSeriesOfTheAgentItself() throws Exception {
    try (FakeApiServer api = FakeApiServer.start(0)) {
      api.document("/apis", "{\"groups\": []}");
      api.put("/api/v1/namespaces", "{\"metadata\": {\"name\": \"shop\"}}");
      try (RunningAgent agent = RunningAgent.start(folder, config(api), this::node)) {
        agent.await(
            "the cluster is read",
            () ->
                !agent.samples("dnsonde_kube_sync_age_seconds").isEmpty()
                    && agent.samples("dnsonde_kube_resource_synced", " 0.0").isEmpty());
        System.gc(); // so that there are pauses
        agent.await("a pause", () -> agent.metrics().contains("\njvm_gc_pause_seconds_count{"));
        List<String> own =
            agent
                .metrics()
                .lines()
                .filter(line -> !line.startsWith("#") && !OF_OTHERS.matcher(line).find())
                .toList();
        assertTrue(own.size() + WITH_TLS <= BUDGET, () -> own.size() + ":\n" + text(own));
        assertEquals(8, count(own, "dnsonde_kube_resource_synced"), () -> text(own));
        assertTrue(count(own, "jvm_memory_used_bytes") >= 6, () -> text(own));
      }
    }
  }

  private static long count(List<String> lines, String name) {
    return lines.stream().filter(line -> line.startsWith(name)).count();
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines);
  }

  private AgentMode node(Config config) throws IOException {
    return NodeMode.of(
        config, Files.writeString(folder.resolve("resolv.conf"), "nameserver 127.0.0.1\n"));
  }

  private String config(FakeApiServer api) throws IOException {
    Path kubeconfig =
        Files.writeString(
            folder.resolve("kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: here, cluster: {server: "%s"}}]
            users: [{name: me, user: {}}]
            contexts: [{name: here, context: {cluster: here, user: me}}]
            current-context: here
            """
                .formatted(api.url()));
    return """
    mode: node
    vantage: {node: n1, namespace: dnsonde, pod: dnsonde-1}
    kubernetes: {kubeconfig: %s}
    pods: {network-namespaces: [%s]}
    cluster: {detect-interception: false}
    """
        .formatted(kubeconfig, Files.createDirectories(folder.resolve("netns")));
  }
}
