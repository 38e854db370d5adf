package io.github.dnsonde.agent;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.kube.FakeApiServer;
import io.github.dnsonde.testkit.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node whose pods use a cloud's resolver, and later a second DNS Service, while the usual DNS
 * Service exists without users. Consists of a real agent, a pod's network with both resolvers
 * inside, and a simulated API server.
 */
@Tag("root")
@Timeout(60)
class ServersOfNodeTest {

  private static final String CLOUD = "169.254.169.254";
  private static final String SECOND = "10.96.0.11";

  @TempDir private Path networks;
  @TempDir private Path folder;

  @Test
  @Tag("long")
  void thePodsServersAreQueriedAndTheLackOfServersInUseIsReported() throws Exception {
    Optional<String> missing = Sandboxes.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    try (Sandboxes sandboxes = new Sandboxes(networks);
        FakeApiServer api = FakeApiServer.start(0)) {
      sandboxes.add("web", "10.244.1.7", CLOUD, SECOND);
      sandboxes.up("web");
      sandboxes.serve("web", CLOUD, SECOND);
      api.document("/apis", "{\"groups\": []}");
      api.put("/api/v1/namespaces", "{\"metadata\": {\"name\": \"shop\"}}");
      api.put("/api/v1/services", service("\"clusterIP\": \"10.96.0.10\""));
      api.put("/api/v1/pods", pod("ClusterFirst"));
      resolvConf(CLOUD);
      try (RunningAgent agent = RunningAgent.start(folder, config(api), this::node)) {
        theCloudsResolverIsInUse(agent);
        aChangedResolvConfIsAdopted(agent);
        theLackOfServersInUseIsReportedOnce(agent, api);
        aServiceWithoutAnAddressIsNamed(agent, api);
      }
    }
  }

  private static void theCloudsResolverIsInUse(RunningAgent agent) throws Exception {
    agent.await("the resolver answers", () -> answers(agent, CLOUD));
    assertAll(
        () -> assertEquals(1, agent.samples("servers_in_use 1.0").size(), agent.metrics()),
        () ->
            assertTrue(
                agent
                    .samples("dnsonde_probes_total", "server=\"kube-dns\"", "in_use=\"true\"")
                    .isEmpty(),
                "kube-dns is not in use"),
        () ->
            assertEquals(
                4,
                agent
                    .samples("dnsonde_probes_total", "server=\"kube-dns\"", "in_use=\"false\"")
                    .size(),
                "kube-dns is queried nevertheless"));
    String vantages = agent.vantages();
    assertAll(
        vantages,
        () -> assertTrue(vantages.contains("Queried: resolver 169.254.169.254:53, in use by 1 of")),
        () -> assertTrue(vantages.contains("Queried: kube-dns 10.96.0.10:53, in use by none of")),
        () ->
            assertTrue(
                vantages.contains(
                    "The agent's own resolv.conf: 169.254.169.254; search svc.cluster.local;"
                        + " options ndots:5 use-vc")),
        () -> assertTrue(!vantages.contains("Note:")));
  }

  private void aChangedResolvConfIsAdopted(RunningAgent agent) throws Exception {
    resolvConf(SECOND);
    agent.await(
        "the new resolver answers",
        () -> answers(agent, SECOND) && agent.logged("resolv.conf changed") == 1);
    assertEquals(1, agent.samples("servers_in_use 1.0").size(), agent.metrics());
  }

  private static void theLackOfServersInUseIsReportedOnce(RunningAgent agent, FakeApiServer api)
      throws Exception {
    api.put("/api/v1/pods", pod("Default"));
    agent.await("no server is in use", () -> !agent.samples("servers_in_use 0.0").isEmpty());
    assertTrue(agent.vantages().contains("Note: No server is in use: "), agent::log);
    api.put("/api/v1/pods", pod("ClusterFirst"));
    agent.await("one is again", () -> !agent.samples("servers_in_use 1.0").isEmpty());
    assertAll(
        agent.log(),
        () ->
            assertEquals(1, agent.logged("msg=\"remark about the plan\" remark=\"No server is in")),
        () ->
            assertEquals(
                1,
                agent.logged(
                    "msg=\"remark about the plan no longer applies\" remark=\"No server is in")));
  }

  private static void aServiceWithoutAnAddressIsNamed(RunningAgent agent, FakeApiServer api)
      throws Exception {
    api.put("/api/v1/services", service("\"clusterIP\": \"None\", \"clusterIPs\": [\"None\"]"));
    agent.await(
        "a headless Service is named",
        () -> agent.logged("The Service kube-system/kube-dns is headless") == 1);
    api.put("/api/v1/services", service("\"type\": \"ExternalName\", \"externalName\": \"a.b\""));
    agent.await(
        "an ExternalName is named",
        () -> agent.logged("The Service kube-system/kube-dns is of type ExternalName") == 1);
    assertTrue(agent.vantages().contains("is of type ExternalName"), agent::log);
  }

  private static boolean answers(RunningAgent agent, String address) {
    return !agent.samples("server_info", "server=\"resolver\"", "\"" + address + "\"").isEmpty()
        && agent.samples("consecutive_failures", "server=\"resolver\"", "in_use=\"true\"").stream()
            .allMatch(line -> line.endsWith(" 0.0"))
        && agent.samples("last_success", "server=\"resolver\"").size() == 2;
  }

  private AgentMode node(Config config) throws IOException {
    return NodeMode.of(config, folder.resolve("resolv.conf"));
  }

  /** Replaces the file as a kubelet does. */
  private void resolvConf(String nameserver) throws IOException {
    Path fresh =
        Files.writeString(
            folder.resolve("fresh"),
            "search svc.cluster.local\nnameserver " + nameserver + "\noptions ndots:5 use-vc\n");
    Files.move(fresh, folder.resolve("resolv.conf"), StandardCopyOption.ATOMIC_MOVE);
  }

  private String config(FakeApiServer api) throws IOException {
    Path kubeconfig =
        Files.writeString(folder.resolve("kubeconfig"), FakeApiServer.kubeconfig(api.url()));
    return """
    mode: node
    vantage: {node: n1, namespace: dnsonde, pod: dnsonde-1}
    kubernetes: {kubeconfig: %s}
    pods: {network-namespaces: [%s]}
    cluster: {detect-interception: false}
    schedule: {period: 1s, late: 1s, timeout: 1s}
    metrics: {detail: full, retention: 1s}
    """
        .formatted(kubeconfig, networks);
  }

  private static String service(String spec) {
    return """
    {"metadata": {"namespace": "kube-system", "name": "kube-dns"},
     "spec": {%s, "ports": [{"name": "dns", "port": 53, "protocol": "UDP"}]}}
    """
        .formatted(spec);
  }

  private static String pod(String dnsPolicy) {
    return """
    {"metadata": {"namespace": "shop", "name": "web", "creationTimestamp": "2026-11-22T10:00:00Z"},
     "spec": {"nodeName": "n1", "dnsPolicy": "%s"},
     "status": {"phase": "Running", "startTime": "2026-11-22T10:00:00Z",
       "containerStatuses": [{"state": {"running": {"startedAt": "%s"}}}],
       "podIPs": [{"ip": "10.244.1.7"}]}}
    """
        .formatted(dnsPolicy, Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }
}
