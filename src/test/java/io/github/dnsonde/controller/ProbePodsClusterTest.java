package io.github.dnsonde.controller;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.Main;
import io.github.dnsonde.config.ConfigWatch;
import io.github.dnsonde.kube.ProbePodCluster;
import io.github.dnsonde.testkit.TestCluster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** In a real cluster, with an image that is present. */
@Timeout(300)
@Tag("cluster")
class ProbePodsClusterTest {

  private static final List<String> NAMESPACES =
      List.of("pp-foreign", "pp-plain", "pp-policed", "pp-quota", "pp-restricted");

  private static final String CLUSTER =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: pp-plain}
      ---
      apiVersion: v1
      kind: Namespace
      metadata: {name: pp-restricted, labels: {pod-security.kubernetes.io/enforce: restricted}}
      ---
      apiVersion: v1
      kind: Namespace
      metadata: {name: pp-quota}
      ---
      apiVersion: v1
      kind: ResourceQuota
      metadata: {name: none, namespace: pp-quota}
      spec: {hard: {pods: "0"}}
      ---
      apiVersion: v1
      kind: Namespace
      metadata: {name: pp-policed, labels: {policed: "yes"}}
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicy
      metadata: {name: pp-no-deployments}
      spec:
        matchConstraints:
          resourceRules:
            - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}
        validations: [{expression: "false", message: "ask the platform team"}]
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicyBinding
      metadata: {name: pp-no-deployments}
      spec:
        policyName: pp-no-deployments
        validationActions: [Deny]
        matchResources: {namespaceSelector: {matchLabels: {policed: "yes"}}}
      ---
      apiVersion: v1
      kind: Namespace
      metadata: {name: pp-foreign}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: dnsonde-probe
        namespace: pp-foreign
        labels: {app.kubernetes.io/name: dnsonde-probe, app.kubernetes.io/managed-by: dnsonde}
      spec:
        replicas: 0
        selector: {matchLabels: {app: mine}}
        template:
          metadata: {labels: {app: mine}}
          spec: {containers: [{name: mine, image: localhost/pause:1}]}
      """;

  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: pp-plain}
      spec: {selector: {app: web}, ports: [{port: 80}]}
      """;

  private static TestCluster cluster;

  @TempDir Path folder;
  private Path file;

  private record Ran(int status, String out, String err) {}

  @BeforeAll
  static void up() throws IOException {
    cluster = TestCluster.up();
  }

  @BeforeEach
  void prepare() throws Exception {
    file = folder.resolve("dnsonde.yaml");
    cluster.apply(CLUSTER);
    await("the policy to be in force", this::refused);
  }

  @AfterEach
  void clear() throws IOException {
    cluster.kubectl(
        "delete",
        "validatingadmissionpolicies,validatingadmissionpolicybindings",
        "pp-no-deployments");
    for (String namespace : NAMESPACES) {
      cluster.kubectl("delete", "namespace", namespace, "--wait=false");
    }
    for (String namespace : NAMESPACES) {
      cluster.kubectl("wait", "--for=delete", "namespace/" + namespace, "--timeout=60s");
    }
  }

  private boolean refused() {
    try {
      cluster.kubectl(
          "create", "deployment", "x", "--image=x", "-n", "pp-policed", "--dry-run=server");
      return false;
    } catch (IOException refusal) {
      return true;
    }
  }

  private void configure(String namespaces) throws IOException {
    Files.writeString(
        file,
        """
        kubernetes: {kubeconfig: %s}
        probe-pods:
          namespaces: %s
          image: localhost/pause:1
          labels: {app: web, tier: front}
          period: 1s
        """
            .formatted(cluster.kubeconfig(), namespaces));
  }

  private Ran once() {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int status = command.execute("probe-pods", "--config", file.toString(), "--once");
    return new Ran(status, out.toString(), err.toString());
  }

  private String get(String namespace, String what, String path) throws IOException {
    return cluster
        .kubectl("get", "-n", namespace, what, "--ignore-not-found", "-o", "jsonpath=" + path)
        .strip();
  }

  private String deployment(String namespace, String path) throws IOException {
    return get(namespace, "deployment/dnsonde-probe", path);
  }

  private boolean runs(String namespace) throws IOException {
    return deployment(namespace, "{.status.readyReplicas}").equals("1");
  }

  private boolean gone(String namespace) throws IOException {
    return cluster.kubectl("get", "-n", namespace, "deployments", "-o", "name").isBlank();
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + 90_000_000_000L;
    while (!condition.call()) {
      assertTrue(System.nanoTime() < end, "timed out waiting for " + what);
      Thread.sleep(200);
    }
  }

  @Test
  void aDeploymentInEachSelectedNamespaceAndAReasonForEachRefusal() throws Exception {
    configure("{include: ['pp-*']}");
    String foreign = deployment("pp-foreign", "{.metadata.generation} {.spec} {.metadata.labels}");
    Ran first = once();
    List<String> lines = first.out().lines().toList();
    assertEquals(6, lines.size(), first::toString);
    assertAll(
        () ->
            assertEquals(
                "pp-foreign refused: a Deployment dnsonde-probe exists that this program did not"
                    + " create; it is left unchanged",
                lines.get(0)),
        () -> assertEquals("pp-plain applied", lines.get(1)),
        () ->
            assertTrue(
                lines.get(2).startsWith("pp-policed refused: ")
                    && lines.get(2).endsWith("ask the platform team"),
                lines.get(2)),
        () ->
            assertTrue(
                lines.get(3).matches("pp-quota no pod: .* exceeded quota: none, .*"), lines.get(3)),
        () -> assertEquals("pp-restricted applied", lines.get(4)),
        () -> assertEquals("5 namespaces", lines.get(5)),
        () -> assertEquals(1, first.status()));
    await("the pod in pp-plain", () -> runs("pp-plain"));
    await("the pod in pp-restricted", () -> runs("pp-restricted"));
    assertEquals(
        foreign, deployment("pp-foreign", "{.metadata.generation} {.spec} {.metadata.labels}"));
  }

  @Test
  void changesAreFollowed() throws Exception {
    configure("{include: [pp-plain, pp-restricted]}");
    assertEquals(new Ran(0, "pp-plain applied\npp-restricted applied\n2 namespaces\n", ""), once());
    assertEquals(
        new Ran(0, "pp-plain unchanged\npp-restricted unchanged\n2 namespaces\n", ""), once());
    assertEquals("1", deployment("pp-plain", "{.metadata.generation}"));

    cluster.kubectl("scale", "-n", "pp-plain", "deployment/dnsonde-probe", "--replicas=0");
    assertEquals(
        new Ran(0, "pp-plain applied\npp-restricted unchanged\n2 namespaces\n", ""), once());
    assertEquals("1", deployment("pp-plain", "{.spec.replicas}"));

    cluster.apply(SERVICE);
    assertEquals(
        new Ran(
            0,
            "pp-plain applied: removed app: Service web selects it\npp-restricted unchanged\n2"
                + " namespaces\n",
            ""),
        once());
    await("the pod without the label", () -> runs("pp-plain"));
    assertAll(
        () -> assertEquals("", get("pp-plain", "pods", "{.items[?(@.metadata.labels.app)]}")),
        () -> assertEquals("", get("pp-plain", "endpoints/web", "{.subsets}")),
        () ->
            assertEquals("front", deployment("pp-plain", "{.spec.template.metadata.labels.tier}")));

    configure("{include: [pp-restricted]}");
    assertEquals(
        new Ran(0, "pp-plain deleted\npp-restricted unchanged\n2 namespaces\n", ""), once());
    await("its end", () -> gone("pp-plain"));

    configure("{include: []}");
    Ran none = once();
    assertEquals("pp-restricted deleted\n1 namespace\n", none.out());
    assertTrue(none.err().contains("probe-pods.namespaces.include is empty"), none::toString);
    await("its end", () -> gone("pp-restricted"));
    assertEquals("0", deployment("pp-foreign", "{.spec.replicas}"), "which was not selected");
  }

  @Test
  void goesOnAfterAnApiServerThatWasAway() throws Exception {
    configure("{include: [pp-plain, pp-quota]}");
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    ConfigWatch watch = ConfigWatch.open(file, Map.of());
    try (ProbePodCluster probePods = ProbePodCluster.open(Optional.of(cluster.kubeconfig()))) {
      ProbePodController loop =
          new ProbePodController(
              new ProbePodReconciler(probePods), watch.inForce(), Optional.of(watch), log);
      Thread thread = Thread.ofPlatform().start(() -> untilInterrupted(loop));
      try {
        await("the pod", () -> runs("pp-plain"));
        await("the quota's message", () -> log.toString(UTF_8).contains("exceeded quota"));
        cluster.stop("apiserver");
        await("a failure", () -> log.toString(UTF_8).contains("a round failed"));
        cluster.start("apiserver");
        configure("{include: [pp-quota]}");
        await("its end", () -> gone("pp-plain"));
      } finally {
        thread.interrupt();
        thread.join();
      }
    }
    List<String> lines = log.toString(UTF_8).lines().toList();
    assertEquals(
        1,
        lines.stream().filter(line -> line.contains("exceeded quota")).count(),
        "logged once and no more:  " + String.join("\n", lines));
    assertTrue(
        lines.stream().anyMatch(line -> line.contains("msg=deleted source_namespace=pp-plain")),
        String.join("\n", lines));
  }

  private static void untilInterrupted(ProbePodController loop) {
    try {
      loop.run();
    } catch (InterruptedException _) {
      // interrupted to end
    }
  }
}
