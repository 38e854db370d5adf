package io.github.dnsonde.kube;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.Pod.ContainerPort;
import io.github.dnsonde.cluster.Pod.Owner;
import io.github.dnsonde.cluster.Pod.Phase;
import io.github.dnsonde.cluster.Pod.Policy;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.probe.ResolverSettings;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PodTranslationTest {

  private static Pod pod(String json) {
    return Streamed.read(PodTranslation.withPortsOf("shop"), json);
  }

  @Test
  void allRelevantFieldsAreRead() {
    Pod pod =
        pod(
            """
            {"metadata": {"namespace": "shop", "name": "web-0", "labels": {"app": "web", "x": null},
               "creationTimestamp": "2026-11-22T10:00:00Z",
               "deletionTimestamp": "2026-11-22T11:00:00Z"},
             "spec": {"nodeName": "n1", "hostNetwork": true, "runtimeClassName": "kata",
               "dnsPolicy": "None", "dnsConfig": {"nameservers": ["10.96.0.10", "nonsense", 1]},
               "containers": [{"ports": [{"containerPort": 53, "name": "dns", "protocol": "UDP"},
                 {"containerPort": 9153}, {"containerPort": 1, "protocol": "TOMORROW"}, null]}],
               "initContainers": [
                 {"restartPolicy": "Always", "ports": [{"containerPort": 15001}]},
                 {"ports": [{"containerPort": 7}]}]},
             "status": {"phase": "Running", "startTime": "2026-11-22T10:00:01Z",
               "podIP": "10.1.1.1", "podIPs": [{"ip": "10.244.0.5"}, {"ip": "fd00::5"}, {"ip": ""}],
               "conditions": [{"type": "Ready", "status": "True"},
                 {"type": "PodReadyToStartContainers", "status": "True",
                  "lastTransitionTime": "2026-11-22T10:00:03Z"}]}}
            """);
    assertAll(
        () ->
            assertEquals(
                "shop/web-0 on n1", pod.namespace() + "/" + pod.name() + " on " + pod.node()),
        () -> assertEquals(Optional.of("web"), pod.labels().get("app")),
        () -> assertEquals(Optional.of(""), pod.labels().get("x"), "as null is in Go"),
        () ->
            assertEquals(
                List.of(InetAddress.ofLiteral("10.244.0.5"), InetAddress.ofLiteral("fd00::5")),
                pod.addresses()),
        () -> assertTrue(pod.hostNetwork() && pod.ready() && pod.deleting()),
        () -> assertEquals(Optional.of("kata"), pod.runtimeClass()),
        () -> assertEquals(Phase.RUNNING, pod.phase()),
        () -> assertEquals(Instant.parse("2026-11-22T10:00:00Z"), pod.created()),
        () -> assertEquals(Optional.of(Instant.parse("2026-11-22T10:00:03Z")), pod.networkReady()),
        () ->
            assertEquals(
                new Pod.Dns(Policy.NONE, List.of(InetAddress.ofLiteral("10.96.0.10"))), pod.dns()),
        () ->
            assertEquals(
                List.of(
                    new ContainerPort("dns", 53, Protocol.UDP),
                    new ContainerPort("", 9153, Protocol.TCP),
                    new ContainerPort("", 15001, Protocol.TCP)),
                pod.ports(),
                "sidecars have ports, containers that end before have none"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        """
        {"metadata": null, "spec": null, "status": null}\
        """,
        """
        {"metadata": {"name": null, "labels": null, "creationTimestamp": null,
           "deletionTimestamp": null, "ownerReferences": [null, {}]},
         "spec": {"nodeName": null, "hostNetwork": null, "dnsConfig": null, "containers": [null]},
         "status": {"phase": null, "podIPs": [null], "podIP": null, "conditions": [null, {}]}}\
        """,
        """
        {"metadata": {"labels": [], "ownerReferences": {}}, "spec": {"hostNetwork": "yes"},
         "status": {"conditions": 3, "podIPs": "10.0.0.1", "startTime": "yesterday"}}\
        """
      })
  void missingOrStrangeFieldsAreAbsent(String json) {
    Pod pod = pod(json);
    assertAll(
        () -> assertEquals(List.of(), pod.addresses()),
        () -> assertEquals(Phase.UNKNOWN, pod.phase()),
        () -> assertEquals(Optional.empty(), pod.owner()),
        () -> assertEquals(Optional.empty(), pod.networkReady()),
        () -> assertEquals(Pod.Starts.UNKNOWN, pod.starts()),
        () -> assertEquals(Pod.Dns.CLUSTER, pod.dns()),
        () -> assertTrue(!pod.ready() && !pod.deleting() && !pod.hostNetwork()));
  }

  @Test
  void theStartIsThatOfTheSandboxOrTheLatestContainer() {
    Pod pod =
        pod(
            """
            {"status": {"startTime": "2026-11-22T10:00:01Z",
               "conditions": [{"type": "PodReadyToStartContainers", "status": "True",
                  "lastTransitionTime": "2026-11-22T10:00:03Z"}],
               "initContainerStatuses": [
                 {"state": {"terminated": {"startedAt": "2026-11-22T10:00:05Z"}}}],
               "containerStatuses": [
                 {"state": {"running": {"startedAt": "2026-11-22T10:00:07Z"}}},
                 {"state": {"waiting": {"reason": "CrashLoopBackOff"}},
                  "lastState": {"terminated": {"startedAt": "2026-11-22T10:09:00Z",
                    "finishedAt": "2026-11-22T10:30:00Z"}}},
                 {"state": {"running": {"startedAt": null}}, "lastState": {}}, null]}}
            """);
    assertEquals(
        new Pod.Starts(
            Optional.of(Instant.parse("2026-11-22T10:00:01Z")),
            Optional.of(Instant.parse("2026-11-22T10:09:00Z"))),
        pod.starts());
    assertEquals(
        Optional.of(Instant.parse("2026-11-22T10:00:03Z")),
        pod.networkReady(),
        "a container that starts again has the network that it had");
  }

  @ParameterizedTest
  @CsvSource({
    "Pending, PENDING",
    "Running, RUNNING",
    "Succeeded, FINISHED",
    "Failed, FINISHED",
    "Unknown, UNKNOWN",
    "Dreaming, UNKNOWN"
  })
  void phases(String word, Phase phase) {
    assertEquals(phase, pod("{\"status\": {\"phase\": \"" + word + "\"}}").phase());
  }

  @ParameterizedTest
  @CsvSource({
    "ClusterFirst, CLUSTER_FIRST",
    "ClusterFirstWithHostNet, CLUSTER_FIRST",
    "Default, DEFAULT",
    "None, NONE",
    "Tomorrow, CLUSTER_FIRST"
  })
  void dnsPolicies(String word, Policy policy) {
    assertEquals(policy, pod("{\"spec\": {\"dnsPolicy\": \"" + word + "\"}}").dns().policy());
  }

  @ParameterizedTest
  @CsvSource({
    "ClusterFirst, DEFAULT",
    "ClusterFirstWithHostNet, CLUSTER_FIRST",
    "Default, DEFAULT",
    "None, NONE"
  })
  void aPodInTheNodesNetworkGetsTheClustersDnsOnlyByTheLongerName(String word, Policy policy) {
    assertEquals(
        policy,
        pod("{\"spec\": {\"hostNetwork\": true, \"dnsPolicy\": \"" + word + "\"}}").dns().policy());
  }

  @Test
  void theDnsConfigIsReadWithoutInvalidParts() {
    Pod pod =
        pod(
            """
            {"spec": {"dnsPolicy": "None", "dnsConfig": {
               "nameservers": ["10.96.0.10", "kube-dns"],
               "searches": ["svc.cluster.local", "a\\u001b[2J", "::error::"],
               "options": [{"name": "ndots", "value": "2"}, {"name": "use-vc"}, {"value": "3"},
                 {"name": "x\\ny", "value": "1"}, {"name": "timeout", "value": "soon"}, null]}}}
            """);
    assertEquals(
        new ResolverSettings(
            List.of(InetAddress.ofLiteral("10.96.0.10")),
            List.of("svc.cluster.local"),
            List.of("ndots:2", "use-vc")),
        pod.dns().config());
  }

  @ParameterizedTest
  @CsvSource({
    "apps/v1, ReplicaSet, api-6d4cf56db6, Deployment, api",
    "apps/v1, ReplicaSet, web-7f8, Rollout, web",
    "apps/v1, ReplicaSet, by-hand, ReplicaSet, by-hand",
    "tomorrow.io/v1, ReplicaSet, api-6d4cf56db6, ReplicaSet, api-6d4cf56db6",
    "apps/v1, StatefulSet, db, StatefulSet, db",
    "apps/v1, DaemonSet, agent, DaemonSet, agent",
    "batch/v1, Job, backup-29391840, CronJob, backup",
    "batch/v1, Job, backup-2026, Job, backup-2026",
    "batch/v1, Job, migrate, Job, migrate",
    "batch.volcano.sh/v1alpha1, Job, train-29391840, Job, train-29391840",
    "argoproj.io/v1alpha1, Workflow, build-x7k2p, Workflow, build-x7k2p",
    "v1, Node, n1, Node, n1"
  })
  void owners(String version, String kind, String name, String ownerKind, String ownerName) {
    String json =
        """
        {"metadata": {"labels": {"pod-template-hash": "6d4cf56db6",
             "rollouts-pod-template-hash": "7f8"},
           "ownerReferences": [{"kind": "Other", "name": "no", "controller": false},
             {"apiVersion": "%s", "kind": "%s", "name": "%s", "controller": true}]}}
        """
            .formatted(version, kind, name);
    assertEquals(Optional.of(new Owner(ownerKind, ownerName)), pod(json).owner());
  }

  /** Anyone who may create a pod may write any owner, and its name becomes a label of metrics. */
  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "web\\n", "\\u001b[2J", "Web", "web_0", "-6d4cf56db6"})
  void anOwnerWithAnInvalidNameIsIgnored(String name) {
    String json =
        "{\"metadata\": {\"ownerReferences\": [{\"apiVersion\": \"apps/v1\", \"kind\":"
            + " \"StatefulSet\", \"controller\": true, \"name\": \"%s\"}]}}";
    assertEquals(Optional.empty(), pod(json.formatted(name)).owner());
    assertEquals(Optional.empty(), pod(json.formatted("a".repeat(254))).owner());
  }
}
