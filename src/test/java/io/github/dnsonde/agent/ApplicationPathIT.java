package io.github.dnsonde.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.testkit.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
import tools.jackson.databind.json.JsonMapper;

/**
 * Lookups, large answers, fresh names, canaries and long-lived sockets on a real cluster: pods with
 * settings of their own, with and without the node's cache, and one whose policy forgets TCP. The
 * resolver outside of the cluster answers for every name below {@code example.com}.
 */
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("cluster")
@ResourceLock(TestCluster.VARIABLE)
class ApplicationPathIT {

  private static final List<String> NAMESPACES =
      List.of("cached", "direct", "plain", "tuned", "udponly");

  /** Pods are young for 30 s, and a finding needs four trials of six periods. */
  private static final Duration FOUND = Duration.ofSeconds(90);

  /** More records than a datagram of 1,232 octets holds. */
  private static final int ADDRESSES = 100;

  /** The node's end of a virtual link. */
  private static final String LINK = "dnsonde-test";

  private static final String LARGE = "name=\"large.plain.svc.cluster.local.\"";

  private static final String QUESTIONS =
      """
      namespaces: {include: [cached, direct, plain, tuned, udponly]}
      questions:
        - {name: github.com., transports: [udp], lookup: glibc}
        - {name: large.plain.svc.cluster.local., large: true, lookup: musl}
        - {name: probe.example.com., transports: [udp], fresh: true}
      schedule: {period: 1s, timeout: 3s, late: 2s, budget: {node: 400}}
      """;

  private static final String UDP_ALONE =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: dns-without-tcp, namespace: udponly}
      spec:
        podSelector: {}
        policyTypes: [Egress]
        egress: [{ports: [{protocol: UDP, port: 53}]}]
      """;

  @TempDir private static Path folder;
  private static TestCluster cluster;
  private static AgentOnNode agent;

  /** The files of DNS servers that the tests have changed, as they were. */
  private static final Map<String, String> corefiles = new ConcurrentHashMap<>();

  @BeforeAll
  static void start() throws Exception {
    cluster = TestCluster.up();
    cluster.apply(
        NAMESPACES.stream().map(ApplicationPathIT::namespace).collect(Collectors.joining()));
    cluster.apply(UDP_ALONE);
    cluster.apply(largeService());
    cluster.apply(
        pod("plain", "")
            + pod("udponly", "")
            + pod("direct", "dnsConfig: {options: [{name: ndots, value: '1'}]}")
            + pod(
                "tuned",
                "dnsConfig: {searches: [example.com], options: [{name: ndots, value: '2'}]}")
            + pod(
                "cached",
                "dnsPolicy: None, dnsConfig: {nameservers: [169.254.20.10, 10.96.0.10], searches:"
                    + " [svc.cluster.local], options: [{name: ndots, value: '5'}]}"));
    agent =
        AgentOnNode.start(
            cluster,
            "node1",
            folder,
            AgentOnNode.Settings.ofAdministrator(cluster, "node1")
                .withCluster("long-lived-sockets: true, canary: {external: canary.example.com.}"),
            QUESTIONS);
  }

  @AfterAll
  static void stop() throws Exception {
    if (agent != null) {
      agent.end();
    }
    if (cluster != null) {
      try {
        restoreCorefiles();
      } finally {
        PodsOnNodes.remove(cluster, NAMESPACES);
      }
    }
  }

  /** Two types for each name: three search domains and the name itself, or the name alone. */
  @Test
  @Order(1)
  void aLookupFollowsThePodsOwnSettings() throws InterruptedException {
    await(
        Duration.ofSeconds(40),
        () ->
            queries("plain").equals(Optional.of(8.0))
                && queries("direct").equals(Optional.of(2.0))
                && queries("cached").equals(Optional.of(4.0)),
        "lookups cost what the settings say");
  }

  @Test
  @Order(2)
  void aSearchDomainWithAWildcardIsFound() throws Exception {
    await(FOUND, () -> finding(Code.SEARCH_DOMAIN_ANSWERS, "tuned").isPresent(), "tuned");
    Finding finding = finding(Code.SEARCH_DOMAIN_ANSWERS, "tuned").orElseThrow();
    assertTrue(finding.sentence().contains("ends at github.com.example.com."), finding::sentence);
    String file = cluster.kubectl("exec", "-n", "tuned", "web", "--", "cat", "/etc/resolv.conf");
    for (String line : file.lines().filter(each -> !each.startsWith("nameserver")).toList()) {
      assertTrue(
          finding.evidence().getFirst().contains(line.strip()),
          () -> "the pod has " + file + ", the agent " + finding.evidence());
    }
    assertEquals(Optional.empty(), finding(Code.SEARCH_DOMAIN_ANSWERS, "plain"));
  }

  @Test
  @Order(3)
  void withoutTcpLargeAnswersFailAsExplained() throws InterruptedException {
    await(
        FOUND,
        () ->
            finding(Code.LARGE_ANSWERS_FAIL, "udponly").isPresent()
                && finding(Code.LOOKUP_FAILS, "udponly").isPresent()
                && finding(Code.EGRESS_DENIED, "udponly").isPresent(),
        "TCP is denied in udponly");
    Finding large = finding(Code.LARGE_ANSWERS_FAIL, "udponly").orElseThrow();
    assertTrue(large.sentence().contains("Allow TCP port 53"), large::sentence);
    Finding lookup = finding(Code.LOOKUP_FAILS, "udponly").orElseThrow();
    assertTrue(
        lookup.sentence().contains("large.plain.svc.cluster.local. A over TCP"), lookup::sentence);
    assertEquals(
        List.of("udponly/dns-without-tcp"),
        finding(Code.EGRESS_DENIED, "udponly").orElseThrow().policies());
    assertEquals(Optional.empty(), finding(Code.LARGE_ANSWERS_FAIL, "plain"));
  }

  /** The cache gets its answers over TCP, and truncates them for its clients. */
  @Test
  @Order(4)
  void largeAnswersAndFreshNamesComeWithAndWithoutTheCacheOfTheNode() throws InterruptedException {
    for (String server : List.of("kube-dns", "node-local-dns")) {
      String label = "server=\"" + server + "\"";
      await(
          FOUND,
          () ->
              value("dnsonde_trials_total", label, LARGE, "result=\"whole\"", "\"cached\"") >= 1
                  && value("dnsonde_trials_total", label, "result=\"answered\"") >= 1,
          server + " gives large answers and answers for fresh names");
      for (String cache : List.of("cache=\"cached\"", "cache=\"fresh\"")) {
        assertTrue(value("dnsonde_trial_duration_seconds_count", label, cache) >= 1, cache);
      }
    }
    assertTrue(value("dnsonde_trials_total", "\"plain\"", LARGE, "result=\"whole\"") >= 1);
  }

  /** The pod's second nameserver answers, as it does for an application. */
  @Test
  @Order(5)
  void withoutTheCacheOfTheNodeLookupsGoToTheNextNameserver() throws Exception {
    cluster.kubectl(
        "patch",
        "daemonset",
        "-n",
        "kube-system",
        "node-local-dns",
        "-p",
        "{\"spec\": {\"template\": {\"spec\": {\"nodeSelector\": {\"cache\": \"off\"}}}}}");
    try {
      await(
          Duration.ofSeconds(30),
          () -> queries("cached").filter(count -> count > 4).isPresent(),
          "a lookup queries the cache and kube-dns");
      double failures = value("dnsonde_lookup_failures_total", "\"cached\"", "github.com");
      double before = value("dnsonde_lookup_duration_seconds_count", "\"cached\"", "github.com");
      await(
          Duration.ofSeconds(20),
          () ->
              value("dnsonde_lookup_duration_seconds_count", "\"cached\"", "github.com")
                  >= before + 3,
          "lookups go on");
      assertEquals(
          failures, value("dnsonde_lookup_failures_total", "\"cached\"", "github.com"), "none");
    } finally {
      cluster.kubectl(
          "patch",
          "daemonset",
          "-n",
          "kube-system",
          "node-local-dns",
          "--type=json",
          "-p",
          "[{\"op\": \"remove\", \"path\": \"/spec/template/spec/nodeSelector/cache\"}]");
      cluster.kubectl(
          "rollout", "status", "-n", "kube-system", "daemonset/node-local-dns", "--timeout=60s");
    }
  }

  /** A query may get no reply; the next comes five minutes after it. */
  @Test
  @Timeout(600)
  @Order(6)
  void aResolverWithAnAddressForEveryNameIsFound() throws InterruptedException {
    await(
        CanaryCheck.PAUSE.plus(FOUND),
        () -> finding(Code.NXDOMAIN_HIJACKED).isPresent(),
        "a canary has an address");
    Finding finding = finding(Code.NXDOMAIN_HIJACKED).orElseThrow();
    assertTrue(
        finding.sentence().contains("a random name below canary.example.com. has 192.0.2.80"),
        finding::sentence);
  }

  /** A virtual link into the pod's network goes with that network. */
  @Test
  @Order(7)
  void aSocketThatStaysOpenKeepsNoPodAndNoNetwork() throws Exception {
    await(
        FOUND,
        () -> value("dnsonde_long_lived_socket_queries_total", "\"direct\"", "\"answered\"") >= 1,
        "a socket is open");
    cluster.exec(
        "node1",
        "ip",
        "link",
        "add",
        LINK,
        "type",
        "veth",
        "peer",
        "name",
        "inner",
        "netns",
        networkOf("direct"));
    assertTrue(links().contains(LINK), LINK);
    long began = System.nanoTime();
    cluster.kubectl("delete", "pod", "web", "-n", "direct", "--timeout=60s");
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    assertTrue(took.compareTo(Duration.ofSeconds(30)) < 0, took::toString);
    await(Duration.ofSeconds(40), () -> !links().contains(LINK), "the pod's network goes");
  }

  private static String networkOf(String namespace) throws IOException {
    String address =
        cluster.kubectl("get", "pod", "web", "-n", namespace, "-o", "jsonpath={.status.podIP}");
    for (String line : cluster.exec("node1", "ip", "netns", "list").lines().toList()) {
      String network = line.split(" ", 2)[0];
      if (cluster.exec("node1", "ip", "-n", network, "addr").contains(" " + address + "/")) {
        return network;
      }
    }
    throw new IOException("no network has the address " + address);
  }

  private static String links() {
    try {
      return cluster.exec("node1", "ip", "link");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /**
   * CoreDNS fails for a while, and the node's cache remembers it for as long as RFC 9520 allows.
   */
  @Test
  @Timeout(600)
  @Order(8)
  void aFailureThatACacheRemembersIsNoFailureOfFreshNames() throws Exception {
    String ofCache = corefile("node-local-dns");
    String ofServer = corefile("coredns");
    corefiles.put("node-local-dns", ofCache);
    corefiles.put("coredns", ofServer);
    try {
      configure(
          "node-local-dns",
          "daemonset/node-local-dns",
          ofCache.replace("cache 30\n", "cache 30 {\n        servfail 5m\n    }\n"));
      configure(
          "coredns",
          "deployment/coredns",
          ofServer.replaceFirst(
              "errors\n",
              "errors\n    template IN ANY probe.example.com {\n        rcode SERVFAIL\n    }\n"));
      await(FOUND, ApplicationPathIT::failsAtTheCache, "SERVFAIL");
      configure("coredns", "deployment/coredns", ofServer);
      String cache = "server=\"node-local-dns\"";
      await(
          FOUND,
          () ->
              value("dnsonde_trials_total", cache, "result=\"cached_fails\"") >= 2
                  && finding(Code.CACHED_FAILURE).isPresent(),
          "the cache still fails for the name, and not for fresh ones");
      Finding finding = finding(Code.CACHED_FAILURE).orElseThrow();
      assertEquals(List.of("node-local-dns"), finding.subject().servers());
      assertTrue(finding.sentence().contains("is servfail, while a fresh name"), finding::sentence);
    } finally {
      restoreCorefiles();
    }
  }

  private static void restoreCorefiles() throws IOException {
    for (Map.Entry<String, String> each : List.copyOf(corefiles.entrySet())) {
      String workload =
          each.getKey().equals("coredns") ? "deployment/coredns" : "daemonset/node-local-dns";
      configure(each.getKey(), workload, each.getValue());
      corefiles.remove(each.getKey());
    }
  }

  private static boolean failsAtTheCache() {
    try {
      return cluster
          .printed(
              "",
              "exec",
              "-n",
              "cached",
              "web",
              "--",
              "nslookup",
              "probe.example.com",
              "169.254.20.10")
          .contains("SERVFAIL");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String corefile(String configMap) throws IOException {
    return cluster.kubectl(
        "get", "configmap", configMap, "-n", "kube-system", "-o", "jsonpath={.data.Corefile}");
  }

  /** Sets the file of DNS servers, and starts them again. */
  private static void configure(String configMap, String workload, String corefile)
      throws IOException {
    if (corefile(configMap).equals(corefile)) {
      return;
    }
    cluster.kubectl(
        "patch",
        "configmap",
        configMap,
        "-n",
        "kube-system",
        "--type=merge",
        "-p",
        JsonMapper.shared().writeValueAsString(Map.of("data", Map.of("Corefile", corefile))));
    cluster.kubectl("rollout", "restart", "-n", "kube-system", workload);
    cluster.kubectl("rollout", "status", "-n", "kube-system", workload, "--timeout=90s");
  }

  private static Optional<Double> queries(String namespace) {
    return agent.page().lines("dnsonde_lookup_queries", "github.com", quoted(namespace)).stream()
        .map(ApplicationPathIT::value)
        .findFirst();
  }

  private static double value(String metric, String... texts) {
    return agent.page().lines(metric, texts).stream().mapToDouble(ApplicationPathIT::value).sum();
  }

  private static double value(String line) {
    return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
  }

  private static String quoted(String namespace) {
    return "source_namespace=\"" + namespace + "\"";
  }

  private static Optional<Finding> finding(Code code, String namespace) {
    return findings(code)
        .filter(finding -> finding.subject().namespaces().contains(namespace))
        .findFirst();
  }

  private static Optional<Finding> finding(Code code) {
    return findings(code).findFirst();
  }

  private static Stream<Finding> findings(Code code) {
    return agent.diagnosis().findings().stream().filter(finding -> finding.code() == code);
  }

  private static void await(Duration patience, BooleanSupplier condition, String what)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(
          System.nanoTime() < deadline,
          () ->
              "not within "
                  + patience
                  + ": "
                  + what
                  + "\n"
                  + agent.diagnosis().findings()
                  + agent.page().lines("dnsonde_trials_total")
                  + agent.page().lines("dnsonde_lookup_queries")
                  + agent.lastLines());
      Thread.sleep(250); // the agent has no notification
    }
  }

  private static String namespace(String name) {
    return "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n".formatted(name);
  }

  private static String pod(String namespace, String dns) {
    return """
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: web, namespace: %s}
    spec:
      nodeName: node1
      terminationGracePeriodSeconds: 0
      containers:
        - {name: web, image: localhost/busybox:1, imagePullPolicy: Never, command: [sleep, "3600"]}
    %s
    """
        .formatted(
            namespace,
            List.of(dns.split(", (?=dnsConfig)")).stream()
                .filter(line -> !line.isEmpty())
                .map(line -> "  " + line)
                .collect(Collectors.joining("\n")));
  }

  /** A Service without a ClusterIP has the addresses of all its endpoints. */
  private static String largeService() {
    String endpoints =
        IntStream.rangeClosed(1, ADDRESSES)
            .mapToObj(i -> "  - {addresses: [198.51.100.%d]}%n".formatted(i))
            .collect(Collectors.joining());
    return """
    apiVersion: v1
    kind: Service
    metadata: {name: large, namespace: plain}
    spec: {clusterIP: None, ports: [{port: 80}]}
    ---
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata: {name: large, namespace: plain, labels: {kubernetes.io/service-name: large}}
    addressType: IPv4
    ports: [{port: 80}]
    endpoints:
    %s\
    """
        .formatted(endpoints);
  }
}
