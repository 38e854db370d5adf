package io.github.dnsonde.chart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.testkit.Commands;
import io.github.dnsonde.testkit.Commands.Ended;
import io.github.dnsonde.testkit.TestCluster;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The chart's webhook on a real API server, with kubectl. The tests build on one another: three
 * pods run in the namespace payments-admission, and one with its node's network, with mode deny by
 * default.
 */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("cluster")
class AdmissionOnClusterTest {

  private static final String NAMESPACE = "payments-admission";
  private static final String DENY = "{podSelector: {}, policyTypes: [Egress]}";
  private static final String ALLOW =
      "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}}], ports:"
          + " [{port: 53, protocol: UDP}, {port: 53}]}, {to: [{ipBlock: {cidr:"
          + " 169.254.20.10/32}}]}]}";
  private static final String WARNING =
      "Warning: dnsonde: default-deny cuts 3 pods in payments-admission from DNS until another"
          + " policy allows DNS";

  private static final String ENDING = "ending-admission";
  private static final String CROWD = "crowd-admission";

  /** Without the controller's own namespace: its test of the way to it works nevertheless. */
  private static final String ONLY_THESE =
      "{matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: ["
          + String.join(", ", NAMESPACE, ENDING, CROWD, "kube-system")
          + "]}]}";

  private static final String REQUESTS = "dnsonde_controller_admission_requests_total";

  private static final String REFUSED = REQUESTS + "{result=\"refused\"}";

  /** The policies that one process creates. */
  private static final int PART = 50;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private static Path folder;
  private static TestCluster cluster;
  private static ControllerOnNode controller;

  @BeforeAll
  static void start() throws Exception {
    cluster = TestCluster.up();
    cluster.apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: %1$s}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: api, namespace: %1$s}
        spec:
          replicas: 3
          selector: {matchLabels: {app: api}}
          template:
            metadata: {labels: {app: api}}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - {name: api, image: localhost/busybox:1, imagePullPolicy: Never, command: [sleep, "36000"]}
        ---
        # NetworkPolicies do not concern it, so that it never counts.
        apiVersion: v1
        kind: Pod
        metadata: {name: host, namespace: %1$s, labels: {app: host}}
        spec:
          hostNetwork: true
          terminationGracePeriodSeconds: 0
          containers:
          - {name: host, image: localhost/busybox:1, imagePullPolicy: Never, command: [sleep, "36000"]}
        """
            .formatted(NAMESPACE));
    controller =
        ControllerOnNode.start(
            cluster,
            folder,
            "controller: {admission: {mode: deny, override: reviewed, namespaceSelector: "
                + ONLY_THESE
                + "}}");
    cluster.kubectl("rollout", "status", "deployment/api", "-n", NAMESPACE, "--timeout=60s");
    cluster.kubectl("wait", "pod/host", "-n", NAMESPACE, "--for=condition=Ready", "--timeout=60s");
    await(
        "the API server reaches the webhook",
        () -> controller.metric("dnsonde_controller_admission_reached") == 1);
  }

  @AfterAll
  static void stop() throws Exception {
    if (controller != null) {
      controller.end();
    }
    TestCluster cluster = TestCluster.up();
    cluster.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait=false");
    cluster.kubectl( // otherwise the API server waits for the webhook that is gone
        "delete", "validatingwebhookconfiguration", "rel-dnsonde-controller", "--ignore-not-found");
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    Instant end = Instant.now().plus(PATIENCE);
    while (!condition.call()) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError("not within a minute: " + what + "\n" + controller.log());
      }
      Thread.sleep(200); // a process elsewhere cannot notify us
    }
  }

  private static Ended kubectl(String input, String... arguments) throws IOException {
    return cluster.ended(input, arguments);
  }

  private static String policy(String name, String spec, String annotations) {
    return """
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: %s, namespace: %s, annotations: {%s}}
    spec: %s
    """
        .formatted(name, NAMESPACE, annotations, spec);
  }

  private static Ended apply(String manifests, String... more) throws Exception {
    String[] arguments =
        Stream.concat(Stream.of("apply", "-f", "-"), Stream.of(more)).toArray(String[]::new);
    return kubectl(manifests, arguments);
  }

  private static void mode(String mode) throws Exception {
    kubectl(
        "", "label", "namespace", NAMESPACE, "dnsonde.github.io/admission=" + mode, "--overwrite");
    await("the webhook knows mode " + mode, () -> isRefused() == mode.equals("deny"));
  }

  /** A dry run would look alike in both modes. */
  private static boolean isRefused() throws Exception {
    boolean refused = apply(policy("probe", DENY, "")).code() != 0;
    if (!refused) {
      kubectl("", "delete", "networkpolicy", "probe", "-n", NAMESPACE);
    }
    return refused;
  }

  private static void clear() throws Exception {
    kubectl("", "delete", "networkpolicy", "--all", "-n", NAMESPACE);
  }

  @Test
  @Order(1)
  void denyRefusesWithTheNumberOfPods() throws Exception {
    Ended ended = apply(policy("default-deny", DENY, ""));
    assertEquals(1, ended.code());
    assertTrue(
        ended
            .said()
            .contains(
                "admission webhook \"policies.admission.dnsonde.github.io\" denied the request:"
                    + " dnsonde: default-deny would cut 3 pods of 1 workload in payments-admission"
                    + " from DNS (kube-dns; UDP and TCP). Apply a policy that"
                    + " allows DNS first, then this change."),
        ended::said);
  }

  @Test
  @Order(2)
  void aDryRunIsWarnedOfAndNotRefused() throws Exception {
    for (List<String> options :
        List.of(
            List.of("--dry-run=server"),
            List.of("--dry-run=server", "--server-side"),
            // the field managers of Argo CD's server-side diff and of Flux
            List.of(
                "--dry-run=server",
                "--server-side",
                "--field-manager=argocd-controller",
                "--force-conflicts"),
            List.of(
                "--dry-run=server",
                "--server-side",
                "--field-manager=kustomize-controller",
                "--force-conflicts"))) {
      Ended ended = apply(policy("default-deny", DENY, ""), options.toArray(String[]::new));
      assertEquals(0, ended.code(), ended::said);
      assertTrue(
          ended.said().contains("Warning: dnsonde: default-deny would cut 3 pods"), ended::said);
    }
  }

  @Test
  @Order(3)
  void aDenyPassesAfterItsAllowAtOnce() throws Exception {
    Ended ended = apply(policy("a-allow", ALLOW, "") + policy("b-deny", DENY, ""));
    assertEquals(0, ended.code(), ended::said);
    assertFalse(ended.said().contains("Warning"), ended::said);
    clear();
    Ended before = apply(policy("a-deny", DENY, "") + policy("b-allow", ALLOW, ""));
    assertEquals(1, before.code(), before::said);
    Ended again = apply(policy("a-deny", DENY, "") + policy("b-allow", ALLOW, ""));
    assertEquals(0, again.code(), again::said);
  }

  @Test
  @Order(4)
  void deletingTheAllowIsWarnedOf() throws Exception {
    Ended ended = kubectl("", "delete", "networkpolicy", "b-allow", "-n", NAMESPACE);
    assertEquals(0, ended.code(), ended::said);
    assertTrue(
        ended
            .said()
            .contains(
                "Warning: dnsonde: deleting b-allow cuts 3 pods in payments-admission from DNS"
                    + " until another policy allows DNS"),
        ended::said);
    clear();
  }

  @Test
  @Order(5)
  void anOverrideNeedsPermissionAndBecomesAnEvent() throws Exception {
    String annotation = "dnsonde.github.io/ignore: 'cuts-dns: offline by design'";
    cluster.apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: rel-policies, labels: {app.kubernetes.io/instance: rel}}
        rules:
        - {apiGroups: [networking.k8s.io], resources: [networkpolicies], verbs: ["*"]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: rel-policies, labels: {app.kubernetes.io/instance: rel}}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: rel-policies}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: ann}]
        """);
    Ended refused = apply(policy("offline", DENY, annotation), "--as=ann");
    assertEquals(1, refused.code(), refused::said);
    assertTrue(refused.said().contains("You may not override this"), refused::said);
    Ended allowed = apply(policy("offline", DENY, annotation)); // by an administrator
    assertEquals(0, allowed.code(), allowed::said);
    await(
        "the Event",
        () -> cluster.kubectl("get", "events", "-n", NAMESPACE).contains("DNSRefusalOverridden"));
    clear();
  }

  @Test
  @Order(6)
  void labelsOfANamespaceAreJudged() throws Exception {
    kubectl("", "label", "namespace", NAMESPACE, "team=pay");
    Ended ingress =
        kubectl(
            """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: dns-from-pay, namespace: kube-system}
            spec:
              podSelector: {matchLabels: {k8s-app: kube-dns}}
              policyTypes: [Ingress]
              ingress: [{from: [{namespaceSelector: {matchLabels: {team: pay}}}, {ipBlock: {cidr: 172.20.0.0/16}}]}]
            """,
            "apply",
            "-f",
            "-");
    try {
      assertEquals(0, ingress.code(), "kube-system is never refused: " + ingress.said());
      Ended harmless = kubectl("", "label", "namespace", NAMESPACE, "tier=gold");
      assertFalse(harmless.said().contains("dnsonde"), harmless::said);
      await(
          "the policy is known, and the label decides",
          () ->
              kubectl("", "label", "namespace", NAMESPACE, "team-", "--dry-run=server")
                  .said()
                  .contains("Warning: dnsonde: the new labels of payments-"));
    } finally {
      kubectl("", "delete", "networkpolicy", "dns-from-pay", "-n", "kube-system");
    }
  }

  @Test
  @Order(7)
  void warnAnswersWithWarningsInItsNamespace() throws Exception {
    mode("warn");
    Ended ended = apply(policy("default-deny", DENY, ""));
    assertEquals(0, ended.code(), ended::said);
    assertTrue(ended.said().contains(WARNING), ended::said);
    assertTrue(
        ended.said().contains("Warning: dnsonde: affected: Deployment api (3 pods)"), ended::said);
    clear();
    mode("deny");
  }

  @Test
  @Order(8)
  void fiveHundredAtOnceAreJudgedAndNoDenyIsAmongThem() throws Exception {
    kubectl("", "create", "namespace", CROWD);
    double openBefore = failedOpen();
    double refusedBefore = controller.metric(REFUSED);
    List<Process> processes = new ArrayList<>();
    for (int part = 0; part < 10; part++) {
      processes.add(creating("allow-" + part + "-", ALLOW, CROWD));
    }
    Process denies = creating("deny-", DENY, NAMESPACE);
    for (Process process : processes) {
      assertEquals(0, process.waitFor());
    }
    assertEquals(1, denies.waitFor());
    assertEquals("", policies());
    assertEquals(openBefore, failedOpen(), "none has passed because the API server gave up");
    assertEquals(refusedBefore + PART, controller.metric(REFUSED));
    assertTrue(controller.isAlive(), "it has memory enough");
    assertEquals(0, controller.metric(REQUESTS + "{result=\"busy\"}"));
    assertTrue(controller.metric(REQUESTS + "{result=\"harmless\"}") >= 500);
    assertEquals(0, controller.metric("dnsonde_controller_admission_slipped_total"));
    kubectl("", "delete", "namespace", CROWD, "--wait=false");
  }

  /** A process that creates policies one after the other. */
  private static Process creating(String prefix, String spec, String namespace) throws IOException {
    Process process =
        new ProcessBuilder(
                System.getenv(TestCluster.VARIABLE),
                "kubectl",
                "create",
                "-n",
                namespace,
                "-f",
                "-")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedWriter writer = process.outputWriter(UTF_8)) {
      for (int i = 0; i < PART; i++) {
        writer.write(policy(prefix + i, spec, "").replace(NAMESPACE, namespace));
      }
    }
    return process;
  }

  /** The number of changes that passed because the API server got no answer from the webhook. */
  private static double failedOpen() throws IOException {
    return cluster
        .kubectl("get", "--raw", "/metrics")
        .lines()
        .filter(line -> line.startsWith("apiserver_admission_webhook_fail_open_count{"))
        .filter(line -> line.contains("\"policies.admission.dnsonde.github.io\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  @Order(9)
  void aKilledControllerStopsNothingAndCountsOnItsReturn() throws Exception {
    await(
        "the Lease is renewed",
        () ->
            cluster
                .kubectl(
                    "get",
                    "lease",
                    "-n",
                    Rendered.NAMESPACE,
                    "-o",
                    "jsonpath={.items[*].spec.renewTime}")
                .contains("T"));
    controller.kill();
    Instant began = Instant.now();
    Ended ended = apply(policy("default-deny", DENY, ""));
    assertEquals(0, ended.code(), ended::said);
    assertTrue(Duration.between(began, Instant.now()).toSeconds() < 10, ended::said);
    controller.restart();
    await(
        "what slipped through is counted",
        () -> controller.metric("dnsonde_controller_admission_slipped_total") == 1);
    clear();
    await(
        "it is reached again",
        () -> controller.metric("dnsonde_controller_admission_reached") == 1);
    assertEquals(1, apply(policy("default-deny", DENY, "")).code());
  }

  @Test
  @Order(10)
  void rotatedCertificatesAreRegisteredAgain() throws Exception {
    String before = bundle();
    controller.kill();
    cluster.kubectl(
        "patch",
        "secret",
        "rel-dnsonde-controller",
        "-n",
        Rendered.NAMESPACE,
        "--type=json",
        "-p",
        "[{\"op\": \"remove\", \"path\": \"/data\"}]");
    controller.restart();
    await("other authorities are registered", () -> !bundle().equals(before));
    await(
        "it is reached with them",
        () -> controller.metric("dnsonde_controller_admission_reached") == 1);
    assertEquals(1, apply(policy("default-deny", DENY, "")).code());
  }

  private static String bundle() throws IOException {
    return cluster.kubectl(
        "get",
        "validatingwebhookconfiguration",
        "rel-dnsonde-controller",
        "-o",
        "jsonpath={.webhooks[*].clientConfig.caBundle}");
  }

  @Test
  @Order(11)
  void theAuditLogHasTheVerdicts() throws Exception {
    Process process =
        new ProcessBuilder(System.getenv(TestCluster.VARIABLE), "logs", "audit").start();
    String log = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertTrue(
        log.contains(
            "\"policies.admission.dnsonde.github.io/verdict\":\"refused: would cut 3 pods of 1"
                + " workload in payments-admission from DNS"),
        "the audit log has no verdict");
  }

  @Test
  @Order(12)
  void aPolicyForPodsWithTheirNodesNetworkPasses() throws Exception {
    Ended ended =
        apply(
            policy("host", "{podSelector: {matchLabels: {app: host}}, policyTypes: [Egress]}", ""));
    assertEquals(0, ended.code(), ended::said);
    assertFalse(ended.said().contains("cuts"), ended::said);
    clear();
  }

  /** The timeouts are those of the modes warn and deny. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  @Order(13)
  void aControllerThatHangsDelaysByItsTimeoutAndCountsLater(int seconds) throws Exception {
    String slipped = "dnsonde_controller_admission_slipped_total";
    double before = controller.metric(slipped);
    double openBefore = failedOpen();
    timeout(seconds);
    controller.pause();
    Ended ended;
    Duration took;
    try {
      Instant began = Instant.now();
      ended = apply(policy("default-deny", DENY, ""));
      took = Duration.between(began, Instant.now());
    } finally {
      controller.resume();
    }
    assertEquals(0, ended.code(), ended::said);
    assertTrue(failedOpen() > openBefore, "the API server asked, and gave up");
    assertTrue(took.toMillis() >= 1_000L * seconds, took::toString);
    assertTrue(took.toSeconds() < seconds + 4, took::toString); // with kubectl's own time
    await("what slipped through is counted", () -> controller.metric(slipped) == before + 1);
    clear();
    timeout(3);
    await("it judges again", AdmissionOnClusterTest::isRefused);
  }

  private static void timeout(int seconds) throws Exception {
    Ended ended =
        kubectl(
            "",
            "patch",
            "validatingwebhookconfiguration",
            "rel-dnsonde-controller",
            "--type=json",
            "-p",
            "[{\"op\": \"replace\", \"path\": \"/webhooks/0/timeoutSeconds\", \"value\": "
                + seconds
                + "}]");
    assertEquals(0, ended.code(), ended::said);
    Thread.sleep(
        2_000); // the API server watches its configurations, and does not say when it knows
  }

  /** Removed after a failure, the release may have no allow at any try. */
  @ParameterizedTest
  @CsvSource({"DNSONDE_HELM3, v3., --atomic", "DNSONDE_HELM4, v4., --rollback-on-failure"})
  @Order(14)
  void aReleaseThatIsRolledBackPassesAfterThatOfItsAllow(
      String variable, String version, String option) throws Exception {
    Path helm = HelmProgramsTest.program(variable, version);
    Ended both = helm(helm, "upgrade", "--install", option, "net", chart(both()).toString());
    if (both.code() == 0) {
      uninstall(helm, "net");
    } else {
      assertTrue(both.said().contains("a-deny would cut 3 pods"), both::said);
      assertEquals("", policies(), "the next try has no allow either");
    }
    Path allow = chart(policy("b-allow", ALLOW, ""));
    Ended first = helm(helm, "upgrade", "--install", option, "allow", allow.toString());
    assertEquals(0, first.code(), first::said);
    Path deny = chart(policy("a-deny", DENY, ""));
    Ended second = helm(helm, "upgrade", "--install", option, "net", deny.toString());
    assertEquals(0, second.code(), second::said);
    helm(helm, "uninstall", "allow");
    uninstall(helm, "net");
  }

  /** Helm creates the policies of a new release in no certain order. */
  @ParameterizedTest
  @CsvSource({"DNSONDE_HELM3, v3.", "DNSONDE_HELM4, v4."})
  @Order(15)
  void aReleaseWithADenyAndItsAllowPassesAtTheSecondTryAtTheLatest(String variable, String version)
      throws Exception {
    Path helm = HelmProgramsTest.program(variable, version);
    Path chart = chart(policy("b-allow", ALLOW, ""));
    Ended allow = helm(helm, "upgrade", "--install", "net", chart.toString());
    assertEquals(0, allow.code(), allow::said);
    Ended later = helm(helm, "upgrade", "net", chart(both()).toString());
    assertEquals(0, later.code(), "its allow is live already: " + later.said());
    uninstall(helm, "net");
    Ended first = helm(helm, "upgrade", "--install", "net", chart(both()).toString());
    assertTrue(first.code() == 0 || first.said().contains("a-deny would cut 3 pods"), first::said);
    Ended second = helm(helm, "upgrade", "--install", "net", chart.toString());
    assertEquals(0, second.code(), second::said);
    assertEquals(2, policies().lines().count());
    uninstall(helm, "net");
  }

  private static String both() {
    return policy("a-deny", DENY, "") + policy("b-allow", ALLOW, "");
  }

  private static Path chart(String templates) throws IOException {
    Path chart = folder.resolve("net");
    Files.createDirectories(chart.resolve("templates"));
    Files.writeString(
        chart.resolve("Chart.yaml"),
        "{apiVersion: v2, name: net, version: 0.1.0, type: application}");
    Files.writeString(chart.resolve("templates/policies.yaml"), templates);
    return chart;
  }

  /** Deletes the policies of the release, in the order that Helm chooses. */
  private static void uninstall(Path helm, String release) throws Exception {
    Ended ended = helm(helm, "uninstall", release);
    assertEquals(0, ended.code(), ended::said);
    assertEquals("", policies());
  }

  private static String policies() throws IOException {
    return cluster.kubectl("get", "networkpolicy", "-n", NAMESPACE, "-o", "name");
  }

  private static Ended helm(Path helm, String... arguments) throws Exception {
    return Commands.ended(
        Stream.concat(
                Stream.of(helm.toString()),
                Stream.concat(
                    Stream.of(arguments),
                    Stream.of(
                        "--namespace", NAMESPACE, "--kubeconfig", cluster.kubeconfig().toString())))
            .toList(),
        "");
  }

  @Test
  @Order(16)
  void changesInATerminatingNamespacePass() throws Exception {
    cluster.apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: %1$s}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: held, namespace: %1$s, finalizers: [dnsonde.github.io/test]}
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: held, namespace: %1$s, finalizers: [dnsonde.github.io/test]}
        spec: %2$s
        """
            .formatted(ENDING, ALLOW));
    try {
      kubectl("", "delete", "namespace", ENDING, "--wait=false");
      String exempt = REQUESTS + "{result=\"exempt\"}";
      double before = controller.metric(exempt);
      await(
          "the webhook knows that the namespace is being deleted",
          () -> {
            denyHeld("--dry-run=server");
            return controller.metric(exempt) > before;
          });
      Ended ended = denyHeld();
      assertEquals(0, ended.code(), ended::said);
      assertFalse(ended.said().contains("Warning"), ended::said);
    } finally {
      for (String held : List.of("configmap", "networkpolicy")) {
        kubectl(
            "",
            "patch",
            held,
            "held",
            "-n",
            ENDING,
            "--type=merge",
            "-p",
            "{\"metadata\": {\"finalizers\": null}}");
      }
    }
    Ended gone = kubectl("", "wait", "--for=delete", "namespace/" + ENDING, "--timeout=60s");
    assertEquals(0, gone.code(), gone::said);
  }

  private static Ended denyHeld(String... more) throws Exception {
    return kubectl(
        "",
        Stream.concat(
                Stream.of(
                    "patch",
                    "networkpolicy",
                    "held",
                    "-n",
                    ENDING,
                    "--type=merge",
                    "-p",
                    "{\"spec\": {\"egress\": null}}"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  @Test
  @Order(17)
  void aNamespaceWithADenyAndAnAllowIsDeletedWithoutATrace() throws Exception {
    apply(policy("a-allow", ALLOW, "") + policy("b-deny", DENY, ""));
    Ended ended = kubectl("", "delete", "namespace", NAMESPACE, "--timeout=60s");
    assertEquals(0, ended.code(), ended::said);
  }
}
