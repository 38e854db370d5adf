package io.github.dnsonde.agent;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The packaged agent on a real cluster that has the kinds of policy that are judged, and no engine
 * that enforces them: verdicts follow the objects, and nothing fails.
 */
@Timeout(500)
@Tag("cluster")
@ResourceLock(TestCluster.VARIABLE)
class OtherKindsOnNodeIT {

  private static final String VERDICT = "dnsonde_policy_verdict";
  private static final List<String> NAMESPACES = List.of("shop", "payments");
  private static final String KINDS = "src/test/resources/crds/other-policies.yaml";

  /** Kinds that the file of the other tests does not have. */
  private static final String MORE_KINDS =
      crd("BaselineAdminNetworkPolicy", "baselineadminnetworkpolicies", "v1alpha1")
          + crd("ClusterNetworkPolicy", "clusternetworkpolicies", "v1alpha2");

  /** An agent's start on a busy node. */
  private static final Duration STARTED = Duration.ofSeconds(70);

  /** A change of an object whose kind is watched. */
  private static final Duration SOON = Duration.ofSeconds(15);

  private static final String SUBJECT =
      "subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: %s}}}, egress:"
          + " [{action: Deny, to: [{namespaces: {}}, {networks: [0.0.0.0/0]}]}]";

  @TempDir private static Path folder;
  private static TestCluster cluster;
  private static AgentOnNode agent;

  private static String crd(String kind, String plural, String version) {
    return """
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata:
      name: %2$s.policy.networking.k8s.io
      annotations: {api-approved.kubernetes.io: "unapproved, for a test"}
    spec:
      group: policy.networking.k8s.io
      scope: Cluster
      names: {kind: %1$s, plural: %2$s}
      versions:
        - name: %3$s
          served: true
          storage: true
          schema:
            openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
    ---
    """
        .formatted(kind, plural, version);
  }

  @BeforeAll
  static void start() throws Exception {
    cluster = TestCluster.up();
    PodsOnNodes.run(cluster, NAMESPACES);
    cluster.kubectl("create", "-f", KINDS);
    cluster.kubectl("wait", "--for=condition=Established", "--timeout=60s", "-f", KINDS);
    cluster.apply(MORE_KINDS);
    cluster.kubectl(
        "wait",
        "--for=condition=Established",
        "--timeout=60s",
        "crd",
        "baselineadminnetworkpolicies.policy.networking.k8s.io",
        "clusternetworkpolicies.policy.networking.k8s.io");
    for (Written each : of("another", "elsewhere")) {
      cluster.apply(each.manifest());
    }
    agent = AgentOnNode.start(cluster, "node1", folder);
    agent.await(STARTED, () -> verdicts("shop", "allow") == 4, "the paths of shop are allowed");
  }

  @AfterAll
  static void stop() throws Exception {
    if (agent != null) {
      agent.end();
    }
    if (cluster != null) {
      PodsOnNodes.remove(cluster, NAMESPACES);
      cluster.kubectl("delete", "--ignore-not-found", "-f", KINDS);
      cluster.kubectl(
          "delete",
          "--ignore-not-found",
          "crd",
          "baselineadminnetworkpolicies.policy.networking.k8s.io",
          "clusternetworkpolicies.policy.networking.k8s.io");
    }
  }

  /** One object. */
  private record Written(String resource, String namespace, String name, String manifest) {

    static Written of(
        String version, String kind, String resource, String namespace, String name, String spec) {
      return new Written(
          resource,
          namespace,
          name,
          "apiVersion: %s\nkind: %s\nmetadata: {name: %s%s}\nspec: {%s}\n"
              .formatted(
                  version,
                  kind,
                  name,
                  namespace.isEmpty() ? "" : ", namespace: " + namespace,
                  spec));
    }

    void delete() throws IOException {
      if (namespace.isEmpty()) {
        cluster.kubectl("delete", resource, name);
      } else {
        cluster.kubectl("delete", resource, "-n", namespace, name);
      }
    }
  }

  /** An object of each kind that denies DNS to pods with a label of shop, or for other pods. */
  private static List<Written> of(String app, String namespace) {
    return List.of(
        Written.of(
            "cilium.io/v2",
            "CiliumNetworkPolicy",
            "ciliumnetworkpolicies.cilium.io",
            "shop",
            "out",
            "endpointSelector: {matchLabels: {app: " + app + "}}, egress: [{}]"),
        Written.of(
            "cilium.io/v2",
            "CiliumClusterwideNetworkPolicy",
            "ciliumclusterwidenetworkpolicies.cilium.io",
            "",
            "deny",
            "endpointSelector: {matchLabels: {k8s:io.kubernetes.pod.namespace: "
                + namespace
                + "}}, egressDeny: [{toEntities: [all]}]"),
        Written.of(
            "crd.projectcalico.org/v1",
            "NetworkPolicy",
            "networkpolicies.crd.projectcalico.org",
            "shop",
            "default.out",
            "selector: \"app == '" + app + "'\", types: [Egress], egress: [{action: Deny}]"),
        Written.of(
            "crd.projectcalico.org/v1",
            "GlobalNetworkPolicy",
            "globalnetworkpolicies.crd.projectcalico.org",
            "",
            "default.out",
            "namespaceSelector: \"kubernetes.io/metadata.name == '"
                + namespace
                + "'\", types: [Egress]"),
        Written.of(
            "policy.networking.k8s.io/v1alpha1",
            "AdminNetworkPolicy",
            "adminnetworkpolicies.policy.networking.k8s.io",
            "",
            "deny",
            "priority: 5, " + SUBJECT.formatted(namespace)),
        Written.of(
            "policy.networking.k8s.io/v1alpha1",
            "BaselineAdminNetworkPolicy",
            "baselineadminnetworkpolicies.policy.networking.k8s.io",
            "",
            "default",
            SUBJECT.formatted(namespace)),
        Written.of(
            "policy.networking.k8s.io/v1alpha2",
            "ClusterNetworkPolicy",
            "clusternetworkpolicies.policy.networking.k8s.io",
            "",
            "deny",
            "tier: Admin, priority: 5, " + SUBJECT.formatted(namespace)));
  }

  /** Objects for other pods are there from the start, so that their kinds are watched. */
  @Test
  void theVerdictFollowsAnObjectOfEachKindAndNothingFails() throws Exception {
    Written unenforced = of("web", "shop").getFirst();
    for (Written each : of("web", "shop")) {
      cluster.apply(each.manifest());
      Instant applied = Instant.now();
      agent.await(SOON, () -> verdicts("shop", "deny") == 4, each.resource() + " denies");
      System.out.printf(
          "%s: the verdict is deny after %.1f s%n",
          each.resource(), Duration.between(applied, Instant.now()).toMillis() / 1e3);
      assertAll(
          each.resource(),
          () -> assertEquals(4, verdicts("payments", "allow"), "another namespace"),
          () -> assertEquals(Set.of(), agent.page().failing(), "no engine enforces it"),
          () -> assertEquals(List.of(), failures(), "nothing fails"));
      each.delete();
      agent.await(SOON, () -> verdicts("shop", "allow") == 4, each.resource() + " is gone");
    }
    cluster.apply(unenforced.manifest());
    agent.await(Duration.ofSeconds(150), () -> isFoundUnenforced(), "answers in spite of a denial");
    assertEquals(Set.of(), agent.page().failing());
  }

  /** The engine has a minute for a new policy; then its answers are a finding. */
  private static boolean isFoundUnenforced() {
    return agent.diagnosis().findings().stream()
        .anyMatch(
            finding ->
                finding.code() == Finding.Code.NOT_ENFORCED
                    && finding.subject().namespaces().equals(List.of("shop"))
                    && finding
                        .policies()
                        .equals(List.of("CiliumNetworkPolicy.cilium.io shop/out")));
  }

  private static int verdicts(String namespace, String verdict) {
    return agent.page().lines(VERDICT, namespace, "verdict=\"" + verdict + "\"").size();
  }

  private static List<Finding.Code> failures() {
    return agent.diagnosis().findings().stream()
        .map(Finding::code)
        .filter(code -> code != Finding.Code.NOT_ENFORCED)
        .toList();
  }
}
