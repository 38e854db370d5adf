package io.github.dnsonde.agent;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.finding.Finding;
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
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The packaged agent on each node of a real cluster with two nodes. Pods of three namespaces run on
 * both nodes, and one namespace is cut off by its own policy. The tests build on one another.
 */
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("cluster")
@ResourceLock(TestCluster.VARIABLE)
class NodeModeIT {

  private static final List<String> NODES = List.of("node1", "node2");
  private static final List<String> NAMESPACES = List.of("payments", "shop", "analytics");

  /** Time for which a pod's failures are not counted. */
  private static final Duration YOUTH = Duration.ofSeconds(31);

  /** Two servers, two names, two transports. */
  private static final int PROBES = 8;

  private static final String VERDICT = "dnsonde_policy_verdict";

  /** The longest time until policies of a kind that nobody used are known, with some to spare. */
  private static final Duration NOTICED = Duration.ofSeconds(60);

  /** Every probe, if it is asked at once: a period less than if each waits for its turn. */
  private static final Duration AT_ONCE = Duration.ofSeconds(13);

  private static final String DENY =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: default-deny, namespace: payments}
      spec: {podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}]}
      """;

  /** Kinds of policy that the cluster's engine does not know; there are none of them at first. */
  private static final String OTHER_KINDS = "src/test/resources/crds/other-policies.yaml";

  /** Of every kind one that is not for a pod of these namespaces. */
  private static final String ELSEWHERE =
      """
      apiVersion: crd.projectcalico.org/v1
      kind: GlobalNetworkPolicy
      metadata: {name: elsewhere}
      spec: {namespaceSelector: "projectcalico.org/name == 'elsewhere'", types: [Egress]}
      ---
      apiVersion: crd.projectcalico.org/v1
      kind: NetworkPolicy
      metadata: {name: default.ingress-alone, namespace: shop}
      spec: {selector: all(), types: [Ingress]}
      ---
      apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata: {name: another-app, namespace: shop}
      spec: {endpointSelector: {matchLabels: {app: db}}, egressDeny: [{}]}
      ---
      apiVersion: cilium.io/v2
      kind: CiliumClusterwideNetworkPolicy
      metadata: {name: elsewhere}
      spec: {endpointSelector: {matchLabels: {k8s:io.kubernetes.pod.namespace: elsewhere}}, egress: []}
      """;

  private static final String FROM_SHOP =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: dns-from-shop, namespace: kube-system}
      spec:
        podSelector: {matchLabels: {k8s-app: kube-dns}}
        policyTypes: [Ingress]
        ingress:
        - from:
          - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}
          - ipBlock: {cidr: 172.20.0.0/16}
      """;

  private static final String LOCKDOWN =
      """
      apiVersion: crd.projectcalico.org/v1
      kind: GlobalNetworkPolicy
      metadata: {name: lockdown}
      spec: {namespaceSelector: "kubernetes.io/metadata.name == 'shop'", types: [Egress]}
      """;

  private static final DateTimeFormatter ENGINE_TIME =
      DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss");
  private static final Pattern LOADED = Pattern.compile("(?m)^(.{19}) loaded: (\\d+) policies.*$");

  @TempDir private static Path folder;
  private static TestCluster cluster;
  private static Map<String, AgentOnNode> agents = Map.of();
  private static Instant grownUp = Instant.MAX;
  private static Instant elsewhere = Instant.MAX;

  @BeforeAll
  static void start() throws Exception {
    cluster = TestCluster.up();
    PodsOnNodes.run(cluster, NAMESPACES);
    cluster.kubectl("create", "-f", OTHER_KINDS);
    cluster.kubectl("wait", "--for=condition=Established", "--timeout=60s", "-f", OTHER_KINDS);
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
      PodsOnNodes.remove(cluster, NAMESPACES);
      cluster.kubectl("delete", "--ignore-not-found", "-f", OTHER_KINDS);
    }
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
      assertEquals(
          4, agent.page().lines(VERDICT, "payments", "verdict=\"deny\"").size(), "it is certain");
      assertEquals(4, agent.page().lines(VERDICT, "shop", "verdict=\"allow\"").size());
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
    cluster.apply(ELSEWHERE); // the last test is about these
    elsewhere = Instant.now();
  }

  /** The pods of kube-dns let one namespace in, and the nodes, whose caches ask for everybody. */
  @Test
  @Order(4)
  void anIngressPolicyOfTheDnsPodsIsFoundForThoseWhomItDenies() throws Exception {
    cluster.apply(FROM_SHOP);
    try {
      for (String node : NODES) {
        AgentOnNode agent = agent(node);
        await(Duration.ofSeconds(40), () -> findsIngressDenied(agent), node + " finds it");
        assertEquals(
            Set.of(Finding.Code.INGRESS_DENIED),
            agent.diagnosis().findings().stream().map(Finding::code).collect(toSet()),
            node);
        assertFalse(agent.page().failing().contains("shop"), node);
      }
    } finally {
      cluster.kubectl("delete", "networkpolicy", "-n", "kube-system", "dns-from-shop");
    }
    for (String node : NODES) {
      await(
          Duration.ofSeconds(20), () -> agent(node).page().failing().isEmpty(), node + " recovers");
    }
  }

  private static boolean findsIngressDenied(AgentOnNode agent) {
    return agent.diagnosis().findings().stream()
        .filter(finding -> finding.code() == Finding.Code.INGRESS_DENIED)
        .filter(finding -> finding.confidence() == Finding.Confidence.LIKELY)
        .filter(finding -> finding.policies().equals(List.of("kube-system/dns-from-shop")))
        .anyMatch(
            finding ->
                finding.subject().namespaces().containsAll(List.of("analytics", "payments")));
  }

  @Test
  @Order(5)
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
  @Order(6)
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

  /** Packets are dropped next to the policy engine: what enforces the policy is not tested here. */
  @Test
  @Order(7)
  void aPolicyOfAnotherKindThatCutsANamespaceOffShowsWithinTenSeconds() throws Exception {
    await(NOTICED, () -> Instant.now().isAfter(elsewhere.plus(NOTICED)), "kinds in use are known");
    for (String node : NODES) {
      assertEquals(4, agent(node).page().lines(VERDICT, "shop", "=\"allow\"").size(), node);
      drop(node, "shop");
    }
    try {
      cluster.apply(LOCKDOWN);
      Instant applied = Instant.now();
      for (String node : NODES) {
        AgentOnNode agent = agent(node);
        await(
            Duration.ofSeconds(10).minus(Duration.between(applied, Instant.now())),
            () -> agent.page().failing().contains("shop"),
            "shop fails on " + node);
        System.out.printf(
            "%s: policy of another kind applied, first failure in /metrics after %.1f s%n",
            node, Duration.between(applied, Instant.now()).toMillis() / 1e3);
      }
      for (String node : NODES) {
        AgentOnNode agent = agent(node);
        await(
            AT_ONCE.minus(Duration.between(applied, Instant.now())),
            () -> agent.page().failingSeries("shop") == PROBES,
            "every probe from shop fails on " + node);
        assertEquals(Set.of("shop"), agent.page().failing(), node);
        assertEquals(4, agent.page().lines(VERDICT, "shop", "verdict=\"deny\"").size(), node);
      }
    } finally {
      for (String node : NODES) {
        cluster.exec(node, "nft", "delete", "table", "ip", "another_engine");
      }
    }
  }

  private static void drop(String node, String namespace) throws IOException {
    String address =
        cluster
            .kubectl(
                "get",
                "pods",
                "-n",
                namespace,
                "--field-selector",
                "spec.nodeName=" + node,
                "-o",
                "jsonpath={.items[0].status.podIP}")
            .strip();
    cluster.exec(
        node,
        "nft",
        """
        add table ip another_engine
        add chain ip another_engine in { type filter hook prerouting priority -310; }
        add rule ip another_engine in ip saddr %s meta l4proto { tcp, udp } th dport 53 drop
        """
            .formatted(address));
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
