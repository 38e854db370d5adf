package io.github.dnsonde.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged agent on each node of a real cluster with two nodes. Pods of three namespaces run on
 * both nodes, and one namespace is cut off by its own policy. The tests build on one another.
 */
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("cluster")
class NodeModeIT {

  private static final List<String> NODES = List.of("node1", "node2");
  private static final List<String> NAMESPACES = List.of("payments", "shop", "analytics");

  /** Time for which a pod's failures are not counted. */
  private static final Duration YOUTH = Duration.ofSeconds(31);

  /** Two servers, two names, two transports. */
  private static final int PROBES = 8;

  private static final String DENY =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: default-deny, namespace: payments}
      spec: {podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}]}
      """;

  private static final DateTimeFormatter ENGINE_TIME =
      DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss");
  private static final Pattern LOADED = Pattern.compile("(?m)^(.{19}) loaded: (\\d+) policies.*$");

  @TempDir private static Path folder;
  private static TestCluster cluster;
  private static Map<String, AgentOnNode> agents = Map.of();
  private static Instant grownUp = Instant.MAX;

  @BeforeAll
  static void start() throws Exception {
    cluster = TestCluster.up();
    for (String namespace : NAMESPACES) {
      cluster.apply(workload(namespace));
    }
    for (String namespace : NAMESPACES) {
      cluster.kubectl("rollout", "status", "-n", namespace, "daemonset/web", "--timeout=120s");
    }
    grownUp = Instant.now().plus(YOUTH);
    agents =
        Map.of(
            "node1", AgentOnNode.start(cluster, "node1", folder),
            "node2", AgentOnNode.start(cluster, "node2", folder));
  }

  @AfterAll
  static void stop() throws Exception {
    for (AgentOnNode agent : agents.values()) {
      agent.end();
    }
    if (cluster != null) {
      for (String namespace : NAMESPACES) {
        cluster.kubectl("delete", "namespace", namespace, "--ignore-not-found", "--wait=false");
      }
    }
  }

  /** A pod on each node, ready while a file exists. */
  private static String workload(String namespace) {
    return """
    apiVersion: v1
    kind: Namespace
    metadata: {name: %1$s}
    ---
    apiVersion: apps/v1
    kind: DaemonSet
    metadata: {name: web, namespace: %1$s}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          terminationGracePeriodSeconds: 0
          containers:
            - name: web
              image: localhost/busybox:1
              imagePullPolicy: Never
              command: [sh, -c, "touch /tmp/ready; exec sleep 3600"]
              readinessProbe: {exec: {command: [cat, /tmp/ready]}, periodSeconds: 1}
    """
        .formatted(namespace);
  }

  @Test
  @Order(1)
  void everyNamespaceIsProbedOnBothNodesAndIsHealthy() throws Exception {
    for (AgentOnNode agent : agents.values()) {
      await(
          Duration.ofSeconds(60),
          () -> agent.page().failing().isEmpty() && agent.page().asked().containsAll(NAMESPACES),
          agent + " sees no failure in any namespace");
    }
  }

  @Test
  @Order(2)
  void aDeniedNamespaceFailsOnBothNodesWithinTenSecondsAndNoOtherDoes() throws Exception {
    await(YOUTH, () -> Instant.now().isAfter(grownUp), "the pods are no longer young");
    final Instant applied = Instant.now();
    cluster.apply(DENY);
    for (String node : NODES) {
      AgentOnNode agent = agent(node);
      await(
          Duration.ofSeconds(30),
          () -> agent.page().failing().contains("payments"),
          "payments fails on " + node);
      Instant seen = Instant.now();
      Instant loaded = loaded(node, 1, applied);
      System.out.printf(
          "%s: policy loaded by the engine %s, first failure in /metrics %s (%.1f s)%n",
          node, loaded, seen, Duration.between(loaded, seen).toMillis() / 1e3);
      assertTrue(
          Duration.between(loaded, seen).compareTo(Duration.ofSeconds(10)) <= 0,
          () -> "first seen " + Duration.between(loaded, seen) + " after the engine had loaded it");
    }
    for (String node : NODES) {
      AgentOnNode agent = agent(node);
      await(
          Duration.ofSeconds(20),
          () -> agent.page().failingSeries("payments") == PROBES,
          "every probe from payments fails on " + node);
      assertEquals(Set.of("payments"), agent.page().failing(), node);
    }
  }

  @Test
  @Order(3)
  void itRecoversAfterAFix() throws Exception {
    cluster.kubectl("delete", "networkpolicy", "-n", "payments", "default-deny");
    Instant fixed = Instant.now();
    for (String node : NODES) {
      AgentOnNode agent = agent(node);
      await(Duration.ofSeconds(20), () -> agent.page().failing().isEmpty(), node + " recovers");
      System.out.printf(
          "%s: recovered %.1f s after the policy was deleted%n",
          node, Duration.between(fixed, Instant.now()).toMillis() / 1e3);
    }
  }

  @Test
  @Order(4)
  void aWorkloadThatIsNotReadyStaysAVantage() throws Exception {
    Set<String> before = chosen("node1");
    String pod = before.stream().filter(name -> name.startsWith("shop/")).findFirst().orElseThrow();
    cluster.kubectl(
        "exec", "-n", "shop", pod.substring("shop/".length()), "--", "rm", "/tmp/ready");
    cluster.kubectl(
        "wait",
        "-n",
        "shop",
        "pod/" + pod.substring("shop/".length()),
        "--for=condition=Ready=false",
        "--timeout=60s");
    double asked = agent("node1").page().asked("shop");
    await(
        Duration.ofSeconds(30),
        () -> agent("node1").page().asked("shop") >= asked + 2 * PROBES,
        "shop is probed as before");
    assertEquals(before, chosen("node1"));
  }

  @Test
  @Order(5)
  void aClusterDnsThatIsNotReadyIsQueriedAndFails() throws Exception {
    Set<String> before = chosen("node1");
    for (String node : NODES) {
      signalCoreDns(node, "STOP");
    }
    try {
      cluster.kubectl(
          "wait",
          "-n",
          "kube-system",
          "pod",
          "-l",
          "k8s-app=kube-dns",
          "--for=condition=Ready=false",
          "--timeout=120s");
      AgentOnNode agent = agent("node1");
      await(
          Duration.ofSeconds(60),
          () -> agent.page().failing().containsAll(NAMESPACES),
          "kube-dns fails in every namespace");
      assertEquals(before, chosen("node1"));
    } finally {
      for (String node : NODES) {
        signalCoreDns(node, "CONT");
      }
    }
    await(
        Duration.ofSeconds(60),
        () -> agent("node1").page().failing().isEmpty(),
        "kube-dns answers again");
  }

  /**
   * Signals only the pods' CoreDNS, not the node's cache, which is the same program: by its cgroup.
   */
  private static void signalCoreDns(String node, String signal) throws IOException {
    cluster.exec(
        node,
        "sh",
        "-c",
        """
        for pid in $(pgrep coredns); do
          nsenter -t $pid -n ip -4 address show dev eth0 | grep -q 'inet 10.244' && kill -%s $pid
        done; true
        """
            .formatted(signal));
  }

  private static AgentOnNode agent(String node) {
    AgentOnNode agent = agents.get(node);
    if (agent == null) {
      throw new IllegalStateException("no agent runs on " + node);
    }
    return agent;
  }

  private static Set<String> chosen(String node) throws IOException {
    return new TreeSet<>(agent(node).chosen());
  }

  /** The time when the node's policy engine had loaded this many policies, by its own log. */
  private static Instant loaded(String node, int policies, Instant after) throws IOException {
    Matcher lines = LOADED.matcher(cluster.log(node, "netpol"));
    List<Instant> times = new ArrayList<>();
    while (lines.find()) {
      if (lines.group(2).equals(String.valueOf(policies))) {
        times.add(
            LocalDateTime.parse(lines.group(1), ENGINE_TIME)
                .atZone(ZoneId.systemDefault())
                .toInstant());
      }
    }
    return times.stream()
        .filter(time -> !time.isBefore(after.minusSeconds(1))) // its log has whole seconds
        .findFirst()
        .orElseThrow(() -> new AssertionError("the engine of " + node + " did not load it"));
  }

  private static void await(Duration limit, BooleanSupplier condition, String what)
      throws InterruptedException {
    Instant deadline = Instant.now().plus(limit);
    while (!condition.getAsBoolean()) {
      assertTrue(Instant.now().isBefore(deadline), () -> "not within " + limit + ": " + what);
      Thread.sleep(200); // a process elsewhere cannot notify us
    }
  }
}
