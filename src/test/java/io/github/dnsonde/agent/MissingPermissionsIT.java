package io.github.dnsonde.agent;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.agent.AgentOnNode.Settings;
import io.github.dnsonde.testkit.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Agents whose service accounts lack one permission each, next to each other on one node.
 * Discovery, which is open to everyone, is closed for all in the end.
 */
@Timeout(600)
@Tag("cluster")
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = TestCluster.VARIABLE, mode = ResourceAccessMode.READ)
class MissingPermissionsIT {

  private static final Duration LIMIT = Duration.ofSeconds(150);
  private static final String TENANT = "permissions";

  /** The resources reported as missing, by the resource that may not be listed. */
  private static final Map<String, List<String>> MISSING =
      Map.of(
          "networkpolicies", List.of("networkpolicies"),
          "services", List.of("dns_pods", "services"),
          "endpointslices", List.of("endpointslices"),
          "daemonsets", List.of("daemonsets"),
          "pods", List.of("daemonsets", "dns_pods", "namespaces", "networkpolicies", "pods"),
          "namespaces", List.of("namespaces"));

  private static final Map<String, String> GROUPS =
      Map.of(
          "networkpolicies", "networking.k8s.io",
          "endpointslices", "discovery.k8s.io",
          "daemonsets", "apps");

  private static final Pattern LOGIN = Pattern.compile("user: \\{[^}]*}");

  private static final String OPEN = "clusterrolebinding/system:discovery";

  @TempDir private static Path folder;
  private static TestCluster cluster;
  private static String own = "";

  @BeforeAll
  static void start() throws Exception {
    cluster = TestCluster.up();
    PodsOnNodes.run(cluster, List.of(TENANT));
    own =
        TENANT
            + "/"
            + cluster
                .kubectl(
                    "get",
                    "pods",
                    "-n",
                    TENANT,
                    "--field-selector",
                    "spec.nodeName=node1",
                    "-o",
                    "jsonpath={.items[0].metadata.name}")
                .strip();
  }

  @AfterAll
  static void stop() throws Exception {
    if (cluster != null) {
      PodsOnNodes.remove(cluster, List.of(TENANT));
      cluster.kubectl("delete", "clusterrole,clusterrolebinding", "-l", "test=" + TENANT);
      cluster.kubectl("delete", "role,rolebinding", "-n", "kube-system", "-l", "test=" + TENANT);
    }
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void eachIsReportedAndTheRestWorksWithoutIt() throws Exception {
    Map<String, AgentOnNode> agents = new LinkedHashMap<>();
    try {
      int port = 9100;
      for (String missing : MISSING.keySet()) {
        agents.put(missing, start(missing, port));
        port += 2;
      }
      for (Map.Entry<String, AgentOnNode> entry : agents.entrySet()) {
        verify(entry.getValue(), entry.getKey());
      }
    } finally {
      for (AgentOnNode agent : agents.values()) {
        agent.end();
      }
    }
  }

  private static void verify(AgentOnNode agent, String missing) throws Exception {
    agent.await(LIMIT, () -> !reports(agent, missing).isEmpty(), "a line about " + missing);
    String line = reports(agent, missing).getFirst();
    boolean required = missing.equals("pods") || missing.equals("namespaces");
    if (required) {
      assertEquals(List.of(), List.copyOf(agent.page().asked()), missing);
    } else {
      agent.await(LIMIT, () -> agent.page().asked().contains(TENANT), "a plan without " + missing);
    }
    assertAll(
        () -> assertTrue(line.contains("needed: list and watch of " + missing), line),
        () -> assertTrue(line.contains("403"), line),
        () -> assertEquals(MISSING.get(missing), notSynced(agent), missing),
        () -> assertTrue(reports(agent, missing).size() == 1, "once"));
    System.out.println(line.replaceAll(".*msg=", ""));
  }

  private static List<String> reports(AgentOnNode agent, String resource) {
    try {
      return agent.logged("Kubernetes API: " + resource + ": not listed");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> notSynced(AgentOnNode agent) {
    return agent.page().lines("dnsonde_kube_resource_synced").stream()
        .filter(line -> line.endsWith(" 0.0"))
        .map(line -> line.replaceAll(".*resource=\"([^\"]*)\".*", "$1"))
        .sorted()
        .toList();
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void discoveryIsAlsoReported() throws Exception {
    String subjects = cluster.kubectl("get", OPEN, "-o", "jsonpath={.subjects}").strip();
    cluster.kubectl(
        "patch", OPEN, "--type=json", "-p", "[{\"op\": \"remove\", \"path\": \"/subjects\"}]");
    AgentOnNode agent = start("nothing", 9090);
    try {
      agent.await(LIMIT, () -> !reports(agent, "discovery").isEmpty(), "a line about discovery");
      agent.await(LIMIT, () -> agent.page().asked().contains(TENANT), "a plan without discovery");
      agent.await(
          LIMIT,
          () -> !agent.page().lines("dnsonde_policy_verdict", TENANT, "unknown").isEmpty(),
          "unknown verdicts");
      assertEquals(List.of("discovery"), notSynced(agent));
      assertFalse(
          agent.page().text().contains("dnsonde_kube_last_sync_timestamp_seconds "),
          "the age of a resource that was never listed");
    } finally {
      agent.end();
      cluster.kubectl(
          "patch",
          OPEN,
          "--type=json",
          "-p",
          "[{\"op\": \"add\", \"path\": \"/subjects\", \"value\": " + subjects + "}]");
    }
  }

  private static AgentOnNode start(String missing, int port) throws IOException {
    String account = "without-" + missing;
    cluster.apply(
        serviceAccount(account)
            + role(
                "ClusterRole",
                account,
                "",
                Stream.of("pods", "namespaces", "networkpolicies"),
                missing)
            + role("Role", account, "kube-system", Stream.of("services", "endpointslices"), missing)
            + role("Role", account, TENANT, Stream.of("daemonsets"), missing));
    Path kubeconfig =
        Files.writeString(folder.resolve(account + ".kubeconfig"), kubeconfig(account));
    Settings usual = Settings.ofAdministrator(cluster, "node1").asInImage();
    return AgentOnNode.start(
        cluster,
        "node1",
        folder,
        new Settings(account, usual.jvmOptions(), kubeconfig.toString(), own, port));
  }

  private static String serviceAccount(String name) {
    return """
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: %s, namespace: %s}
    """
        .formatted(name, TENANT);
  }

  private static String role(
      String kind, String name, String namespace, Stream<String> resources, String missing) {
    String rules =
        resources
            .filter(resource -> !resource.equals(missing))
            .map(
                resource ->
                    "{apiGroups: ['%s'], resources: [%s], verbs: [list, watch]}"
                        .formatted(GROUPS.getOrDefault(resource, ""), resource))
            .collect(Collectors.joining(", "));
    return """
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: %1$s
    metadata: {name: test-%2$s, namespace: '%3$s', labels: {test: %4$s}}
    rules: [%5$s]
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: %1$sBinding
    metadata: {name: test-%2$s, namespace: '%3$s', labels: {test: %4$s}}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: %1$s, name: test-%2$s}
    subjects: [{kind: ServiceAccount, name: %2$s, namespace: %4$s}]
    """
        .formatted(kind, name, namespace, TENANT, rules);
  }

  /** The administrator's configuration, with another login. */
  private static String kubeconfig(String account) throws IOException {
    String administrators =
        cluster.exec("node1", "cat", Settings.ofAdministrator(cluster, "node1").kubeconfig());
    String token = cluster.kubectl("create", "token", account, "-n", TENANT).strip();
    return LOGIN.matcher(administrators).replaceFirst("user: {token: " + token + "}");
  }
}
