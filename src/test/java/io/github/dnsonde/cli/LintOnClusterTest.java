package io.github.dnsonde.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dnsonde.testkit.Page;
import io.github.dnsonde.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code dnsonde lint --against-cluster} and {@code dnsonde baseline} on a real cluster: the
 * incident, and its fix.
 */
@Timeout(120)
@Tag("cluster")
class LintOnClusterTest {

  private static final String NAMESPACE = "lint-payments";

  /** Pods of the cache are on the network of their node, and the address is one of theirs. */
  private static final String CACHE =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: lint-node-local, namespace: kube-system}
      spec:
        hostNetwork: true
        terminationGracePeriodSeconds: 0
        containers: [{name: node-cache, image: "localhost/pause:1", imagePullPolicy: Never, args: [-localip, 169.254.20.10]}]
      """;

  private static final String DENY =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: deny, namespace: lint-payments, labels: {app: shop}}
      spec: {podSelector: {}, policyTypes: [Egress]}
      """;

  private static final String CUT =
      "deny would cut 14 pods of 3 workloads in lint-payments from DNS (kube-dns, node-local-dns;"
          + " UDP and TCP): Deployment api (8 pods), Deployment report (1 pod), Deployment web (5"
          + " pods)";

  private static TestCluster cluster;

  @TempDir Path folder;

  @BeforeAll
  static void prepare() throws IOException {
    cluster = TestCluster.up();
    cluster.apply(
        "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}\n---\n".formatted(NAMESPACE)
            + CACHE
            + deployment("api", 8)
            + deployment("web", 5)
            + deployment("report", 1)
            + rights());
    cluster.kubectl(
        "wait",
        "-n",
        NAMESPACE,
        "--for=condition=Available",
        "--timeout=60s",
        "deployment",
        "-l",
        "lint");
  }

  @AfterAll
  static void clear() throws IOException {
    TestCluster cluster = TestCluster.up();
    cluster.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait=false");
    cluster.kubectl(
        "delete", "pod", "-n", "kube-system", "lint-node-local", "--ignore-not-found", "--now");
  }

  @AfterEach
  void noPolicies() throws IOException {
    cluster.kubectl("delete", "networkpolicy", "-n", NAMESPACE, "--all");
  }

  private static String deployment(String name, int replicas) {
    return """
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: %s, namespace: lint-payments, labels: {lint: "yes"}}
    spec:
      replicas: %d
      selector: {matchLabels: {app: %1$s}}
      template:
        metadata: {labels: {app: %1$s}}
        spec:
          terminationGracePeriodSeconds: 0
          containers: [{name: a, image: "localhost/pause:1", imagePullPolicy: Never}]
    """
        .formatted(name, replicas);
  }

  /** The Role of the page, and a user who has nothing else. */
  private static String rights() throws IOException {
    Path file = Path.of("docs/lint.md");
    String role =
        new Page(file, Files.readString(file))
            .blocks("yaml").stream()
                .filter(block -> block.contains("kind: Role\n"))
                .findFirst()
                .orElseThrow()
                .replace("namespace: payments", "namespace: " + NAMESPACE);
    return "---\n"
        + role
        + """
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: ci, namespace: lint-payments}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: ci, namespace: lint-payments}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: dnsonde-lint}
        subjects: [{kind: ServiceAccount, name: ci, namespace: lint-payments}]
        """;
  }

  /** The suggested policy is judged together with the incident, and then on the broken cluster. */
  @Test
  void theIncidentAndItsFix() throws IOException {
    Path deny = write("deny.yaml", DENY);
    Ran cut = lint(deny, "-f", "json");
    assertEquals(1, cut.status(), cut::toString);
    assertEquals(List.of(CUT), cut.said());
    String suggested =
        cut.findings().findFirst().orElseThrow().get("suggestedPolicy").getAsString();
    Path allow = write("allow.yaml", suggested);
    Ran together = lint(folder);
    assertEquals(0, together.status(), together::toString);
    cluster.apply(DENY);
    Ran fixed = lint(folder, "-f", "json");
    assertEquals(0, fixed.status(), fixed::toString);
    assertEquals(
        List.of(
            "dnsonde-allow-dns would give 14 pods of 3 workloads in lint-payments access to DNS"
                + " (kube-dns, node-local-dns; UDP and TCP), which they lack now: Deployment api (8"
                + " pods), Deployment report (1 pod), Deployment web (5 pods)"),
        fixed.said());
    cluster.apply(Files.readString(allow));
    Ran after = lint(folder, "-f", "json");
    assertEquals(List.of(), after.said());
  }

  @Test
  void standardInputWithARoleInOneNamespace() throws IOException {
    Path kubeconfig = kubeconfigOf("ci");
    Ran narrow =
        Ran.reading(
            DENY.replace("namespace: lint-payments, ", ""),
            "lint",
            "-",
            "--against-cluster",
            "--kubeconfig",
            kubeconfig.toString(),
            "--context",
            "narrow",
            "--node-local",
            "169.254.20.10",
            "-f",
            "json");
    assertEquals(1, narrow.status(), narrow::toString);
    assertAll(
        () -> assertTrue(narrow.said().contains(CUT), narrow::toString),
        () ->
            assertTrue(
                narrow.said().stream()
                    .anyMatch(
                        says ->
                            says.startsWith(
                                "could not see the labels of namespace lint-payments (403"
                                    + " namespaces \"lint-payments\" is forbidden: User"
                                    + " \"system:serviceaccount:lint-payments:ci\"")),
                narrow::toString));
  }

  /** The current context names a user that the file lacks. kubectl also refuses it. */
  @Test
  void aContextWithoutItsUserIsRefused() throws IOException {
    Ran ran =
        Ran.command(
            "lint",
            write("deny.yaml", DENY).toString(),
            "--against-cluster",
            "--kubeconfig",
            kubeconfigOf("ci").toString());
    assertEquals(2, ran.status(), ran::toString);
    assertTrue(ran.err().contains("its context 'nobody' names user 'none'"), ran::toString);
  }

  @Test
  void pruneTakesAwayTheAllow() throws IOException {
    Ran cut = lint(write("deny.yaml", DENY), "-f", "json");
    String allow = cut.findings().findFirst().orElseThrow().get("suggestedPolicy").getAsString();
    cluster.apply(DENY + "---\n" + allow);
    cluster.kubectl("label", "networkpolicy", "-n", NAMESPACE, "dnsonde-allow-dns", "app=shop");
    Ran selected = lint(write("deny.yaml", DENY), "--prune-selector", "app=shop", "-f", "json");
    for (String name : List.of("deny", "dnsonde-allow-dns")) {
      cluster.kubectl(
          "annotate",
          "networkpolicy",
          "-n",
          NAMESPACE,
          name,
          "argocd.argoproj.io/tracking-id=shop:networking.k8s.io/NetworkPolicy:%s/%s"
              .formatted(NAMESPACE, name));
    }
    Ran pruned = lint(write("deny.yaml", DENY), "--prune", "-f", "json");
    List<String> removal =
        List.of(CUT.replace("deny would", "the removal of dnsonde-allow-dns would"));
    assertAll(
        () -> assertEquals(removal, selected.said()), () -> assertEquals(removal, pruned.said()));
  }

  /** The API server accepts what is printed, kustomize builds it, and it fixes the incident. */
  @Test
  void theBaselineFitsTheCluster() throws IOException {
    cluster.apply(DENY);
    Ran missing = baseline("--missing", "-n", NAMESPACE);
    assertEquals(1, missing.status(), missing::toString);
    assertTrue(
        missing.out().contains("lint-payments  14    kube-dns, node-local-dns; UDP and TCP  deny"),
        missing::toString);
    Ran printed = baseline("-n", NAMESPACE);
    assertEquals(0, printed.status(), printed::toString);
    String accepted =
        cluster.printed(printed.out(), "apply", "--dry-run=server", "--validate=strict", "-f", "-");
    assertEquals(
        "networkpolicy.networking.k8s.io/dnsonde-allow-dns created (server dry run)\n", accepted);
    Ran component =
        baseline("--format", "kustomize", "--dir", folder.resolve("component").toString());
    assertEquals(0, component.status(), component::toString);
    Path overlay = Files.createDirectory(folder.resolve("overlay"));
    Files.writeString(
        overlay.resolve("kustomization.yaml"),
        "{namespace: lint-payments, components: [../component]}");
    String built = cluster.kubectl("kustomize", overlay.toString());
    Ran judged = lint(write("built.yaml", built), "-f", "json");
    assertTrue(
        judged
            .said()
            .getFirst()
            .startsWith(
                "dnsonde-allow-dns would give 14 pods of 3 workloads in lint-payments access"),
        judged::toString);
    cluster.apply(built);
    Ran fixed = baseline("--missing", "-n", NAMESPACE);
    assertEquals(0, fixed.status(), fixed::toString);
    Ran everywhere = baseline("--missing", "-o", "json");
    assertFalse(everywhere.out().contains(NAMESPACE), everywhere::toString);
  }

  private static Ran baseline(String... more) {
    return Ran.baseline(cluster.kubeconfig(), more);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  /** A kubeconfig with a context for a service account, and a current one that leads nowhere. */
  private Path kubeconfigOf(String account) throws IOException {
    JsonObject all =
        JsonParser.parseString(cluster.kubectl("config", "view", "--raw", "--minify", "-o", "json"))
            .getAsJsonObject();
    String name = all.getAsJsonArray("clusters").get(0).getAsJsonObject().get("name").getAsString();
    String token = cluster.kubectl("create", "token", account, "-n", NAMESPACE).strip();
    all.add(
        "users",
        array("{\"name\": \"%s\", \"user\": {\"token\": \"%s\"}}".formatted(account, token)));
    all.add(
        "contexts",
        array(
            """
            {"name": "narrow", "context": {"cluster": "%1$s", "user": "%2$s", "namespace": "%3$s"}},
            {"name": "nobody", "context": {"cluster": "%1$s", "user": "none"}}
            """
                .formatted(name, account, NAMESPACE)));
    all.addProperty("current-context", "nobody");
    return write("kubeconfig.json", all.toString());
  }

  private static JsonArray array(String items) {
    return JsonParser.parseString("[" + items + "]").getAsJsonArray();
  }

  private static Ran lint(Path path, String... more) {
    return Ran.lintAgainst(cluster.kubeconfig(), path, more);
  }
}
