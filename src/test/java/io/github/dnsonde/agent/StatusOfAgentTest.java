package io.github.dnsonde.agent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.demo.FakeDnsServer;
import java.io.StringWriter;
import java.net.InetAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code status} and a running agent. */
@Timeout(60)
class StatusOfAgentTest {

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.96.12.1");
  private static final InetAddress NOBODY = InetAddress.ofLiteral("127.96.12.99");

  @TempDir private Path folder;

  @Test
  void aServerThatStopsAnsweringIsShownWithTheReasonAndTheExitStatus() throws Exception {
    RunningAgent agent;
    try (FakeDnsServer server =
        FakeDnsServer.start(LOOPBACK, FakeDnsServer.ANY_PORT, FakeDnsServer.clusterDns())) {
      agent =
          RunningAgent.start(
              folder, config(server.address().getPort()), _ -> new SelfMode(resolvConf(), NOBODY));
      RunningAgent running = agent;
      agent.await(
          "both paths are good",
          () -> running.said(0, "status").contains("2 paths in use are good."));
      String said = agent.said(0, "status");
      assertTrue(said.contains(": The only namespace, shop, resolves."), said);
    }
    try (agent) {
      agent.await("it fails", () -> agent.run(new StringWriter(), "status") == 1);
      String said = agent.said(1, "status");
      assertTrue(said.contains(": shop cannot resolve"), said);
      assertTrue(said.contains("port_unreachable ("), said);
    }
  }

  private static String config(int port) {
    return """
    mode: self
    vantage: {namespace: shop, workload: web, pod: web-0, node: node-a}
    servers: [{name: kube-dns, address: "%s", port: %d}]
    schedule: {period: 1s, timeout: 900ms, late: 500ms}
    """
        .formatted(LOOPBACK.getHostAddress(), port);
  }

  private Path resolvConf() {
    return folder.resolve("resolv.conf");
  }
}
