package io.github.dnsonde.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.Main;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.testkit.Commands;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Mode self and {@code check}, with servers on port 53 of separate loopback addresses. */
@Tag("root")
@Timeout(60)
@Tag("long")
class ServersOfSelfTest {

  private static final String KUBE_DNS = "127.96.11.10";
  private static final String CACHE = "127.96.11.20";
  private static final InetAddress NOBODY = InetAddress.ofLiteral("127.96.11.99");

  @TempDir private Path folder;

  @BeforeEach
  void needsRoot() {
    assumeTrue(Files.isWritable(Path.of("/proc/sys/kernel/hostname")), "port 53 needs root");
  }

  @Test
  void theCacheIsAbsentUntilItHasAnsweredAndFailsOnlyAfterThat() throws Exception {
    resolvConf("search svc.cluster.local\nnameserver " + KUBE_DNS + "\n");
    try (FakeDnsServer _ = serve(KUBE_DNS);
        RunningAgent agent = RunningAgent.start(folder, config(), this::self)) {
      agent.await("two rounds", () -> probes(agent) >= 2);
      assertEquals(List.of(), agent.samples("node-local-dns"), "absent");
      assertEquals(0, agent.logged(CACHE), agent::log);
      assertEquals(0, agent.logged("level=warn"), agent::log);

      try (FakeDnsServer _ = serve(CACHE)) {
        agent.await("the cache is a server", () -> good(agent, "node-local-dns"));
      }
      assertEquals(1, agent.logged("a DNS cache answers on the node"), agent::log);
      assertEquals(
          List.of(), agent.samples("node-local-dns", "in_use=\"true\""), "no resolver uses it");
      assertEquals(1, agent.samples("servers_in_use 1.0").size(), agent.metrics());
      agent.await(
          "it fails when it is gone",
          () ->
              agent.samples("consecutive_failures", "node-local-dns").stream()
                  .noneMatch(line -> line.endsWith(" 0.0")));
    }
  }

  @Test
  void noCacheIsFoundIfAProxyAnswersForEveryAddress() throws Exception {
    resolvConf("search svc.cluster.local\nnameserver " + KUBE_DNS + "\n");
    try (FakeDnsServer _ = serve(KUBE_DNS);
        FakeDnsServer _ = serve(CACHE);
        FakeDnsServer _ = serve(NOBODY.getHostAddress());
        RunningAgent agent = RunningAgent.start(folder, config(), this::self)) {
      agent.await(
          "the proxy is noticed", () -> agent.logged("a proxy answers DNS at every address") == 1);
      agent.await("another round", () -> probes(agent) >= 3);
      assertEquals(List.of(), agent.samples("node-local-dns"), "no server");
    }
  }

  @Test
  void aChangedResolvConfIsAdopted() throws Exception {
    resolvConf("nameserver " + KUBE_DNS + "\n");
    try (FakeDnsServer _ = serve(KUBE_DNS);
        RunningAgent agent = RunningAgent.start(folder, config(), this::self)) {
      agent.await("the first answers", () -> good(agent, "resolver"));
      resolvConf("nameserver 127.96.11.11\nnameserver " + KUBE_DNS + "\nnameserver fe80::1%lo\n");
      agent.await("the second answers", () -> good(agent, "resolver-2"));
      assertTrue(agent.samples("server_info", "resolver-2", KUBE_DNS).size() == 1, agent::metrics);
      assertEquals(1, agent.logged("resolv.conf line 3: nameserver fe80::1%lo"), agent::log);
    }
  }

  /** The program itself, with another file in place of {@code /etc/resolv.conf}. */
  @Test
  void checkQueriesEveryNameserver() throws Exception {
    assumeTrue(mountsCanBePrivate(), "unshare -m and mount --bind are needed");
    Path file =
        resolvConf(
            "nameserver " + KUBE_DNS + "\nnameserver fe80::1%lo\nnameserver " + CACHE + "\n");
    try (FakeDnsServer _ = serve(KUBE_DNS);
        FakeDnsServer _ = serve(CACHE)) {
      Ran ran = check(file);
      String said = ran.out();
      String errors = ran.err();
      assertTrue(said.contains("resolver    " + KUBE_DNS + ":53"), said + errors);
      assertTrue(said.contains("resolver-2  " + CACHE + ":53"), said + errors);
      assertTrue(said.endsWith("2 queries: 2 good\n"), said + errors);
      assertTrue(
          errors.contains("dnsonde: resolv.conf line 2: nameserver fe80::1%lo is not queried: "),
          errors);
      assertFalse(errors.contains("Exception"), errors);
    }
  }

  @Test
  void checkReportsWhyNoServerIsQueried() throws Exception {
    assumeTrue(mountsCanBePrivate(), "unshare -m and mount --bind are needed");
    Ran ran = check(resolvConf("nameserver kube-dns\n nameserver 192.0.2.1\n"));
    assertEquals(
        List.of(
            "dnsonde: resolv.conf line 1: nameserver kube-dns is not queried: it is not an IP"
                + " address",
            "dnsonde: resolv.conf line 2: this nameserver is not queried: the keyword must start"
                + " its line, so remove the white space before it"),
        ran.err().lines().limit(2).toList());
    assertTrue(
        ran.err()
            .contains("no server to query: /etc/resolv.conf names none; specify one with --server"),
        ran.err());
  }

  /** The exit status of a command, with its output. */
  private record Ran(int status, String out, String err) {}

  /** Runs {@code check} with another file in place of {@code /etc/resolv.conf}. */
  private Ran check(Path file) throws IOException, InterruptedException {
    Path errors = folder.resolve("errors");
    Process check =
        new ProcessBuilder(
                "unshare",
                "-m",
                "sh",
                "-c",
                "mount --bind " + file + " /etc/resolv.conf && exec \"$0\" \"$@\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "check",
                "--name",
                "example.com",
                "-t",
                "udp",
                "--timeout",
                "2s")
            .redirectError(Redirect.to(errors.toFile()))
            .start();
    String said = new String(check.getInputStream().readAllBytes(), UTF_8);
    assertTrue(check.waitFor(20, TimeUnit.SECONDS), "it ends");
    return new Ran(check.exitValue(), said, Files.readString(errors));
  }

  private static boolean mountsCanBePrivate() {
    try {
      Commands.run("unshare", "-m", "true");
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private AgentMode self(Config config) {
    assertEquals(Config.Mode.SELF, config.mode());
    return new SelfMode(folder.resolve("resolv.conf"), NOBODY);
  }

  private static String config() {
    return """
    mode: self
    vantage: {namespace: shop, workload: web}
    cluster: {node-local-dns: {address: %s}}
    schedule: {period: 1s, late: 1s, timeout: 1s}
    metrics: {detail: full}
    """
        .formatted(CACHE);
  }

  private Path resolvConf(String text) throws IOException {
    return Files.writeString(folder.resolve("resolv.conf"), text);
  }

  private static FakeDnsServer serve(String address) throws IOException {
    return FakeDnsServer.start(
        InetAddress.ofLiteral(address), Server.DNS_PORT, FakeDnsServer.clusterDns());
  }

  private static boolean good(RunningAgent agent, String server) {
    String label = "server=\"" + server + "\"";
    List<String> failing = agent.samples("consecutive_failures", label);
    return agent.samples("last_success", label).size() == 2
        && failing.stream().allMatch(line -> line.endsWith(" 0.0"));
  }

  private static double probes(RunningAgent agent) {
    return agent.samples("dnsonde_probes_total{").stream()
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .min()
        .orElse(0);
  }
}
