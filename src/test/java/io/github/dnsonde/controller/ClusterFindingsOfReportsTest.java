package io.github.dnsonde.controller;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.report.PathResult;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.report.Report;
import io.github.dnsonde.report.ReportedPath;
import io.github.dnsonde.report.ReportedVantage;
import io.github.dnsonde.testkit.SampleOutcomes;
import io.github.dnsonde.testkit.SampleReports;
import io.github.dnsonde.uplink.Uplink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Failures on two nodes, explained by the policies that the controller reads itself. */
@Timeout(60)
@Tag("long")
class ClusterFindingsOfReportsTest {

  private static final String POLICIES = "/apis/networking.k8s.io/v1/networkpolicies";

  private static final String CALICO = "/apis/crd.projectcalico.org/v1/globalnetworkpolicies";

  static final ReportedPath UNANSWERED =
      new ReportedPath(
          SampleOutcomes.KUBE_DNS,
          Transport.UDP,
          true,
          PathState.UNANSWERED,
          Duration.ofMinutes(1),
          Duration.ofSeconds(1),
          List.of(
              new PathResult(
                  Scope.INTERNAL,
                  Optional.of(Reason.TIMEOUT),
                  new TreeMap<>(Map.of(Reason.TIMEOUT, 6)),
                  false,
                  Duration.ofMinutes(1),
                  Duration.ofSeconds(1))));

  @TempDir private Path folder;

  @Test
  void onePolicyThatCutsOffPodsOnTwoNodesIsOneFinding() throws Exception {
    try (RunningController controller = new RunningController(folder);
        Uplink a = controller.uplink(controller.agentOn("node-a"));
        Uplink b = controller.uplink(controller.agentOn("node-b"))) {
      cluster(controller);
      controller.awaitMetric("dnsonde_controller_pods 5.0");
      RunningController.send(a, of("node-a", "web-1", UNANSWERED));
      RunningController.send(b, of("node-b", "web-2", UNANSWERED));
      RunningController.await(
          "one finding", () -> controller.api("/api/v1/findings").contains("default-deny"));
      RunningController.await(
          "of both pods",
          () -> {
            String findings = controller.api("/api/v1/findings");
            return findings.contains("shop/web-1") && findings.contains("shop/web-2");
          });
      String findings = controller.api("/api/v1/findings");
      assertAll(
          findings,
          () -> assertEquals(1, findings.split("\"egress_denied\"", -1).length - 1),
          () -> assertTrue(findings.contains("shop/default-deny"), "the policy"),
          () -> assertTrue(findings.contains("kind: NetworkPolicy"), "the fix"));
      String status = controller.api("/api/v1/status");
      assertTrue(status.contains("shop") && status.contains("node-a"), status);
      String incident = controller.api("/api/v1/incident");
      assertTrue(
          incident.contains("First failure of what is found below")
              && incident.contains("Not over after"),
          incident);
    }
  }

  @Test
  void aHealthyClusterCostsTheApiServerNoLists() throws Exception {
    try (RunningController controller = new RunningController(folder);
        Uplink a = controller.uplink(controller.agentOn("node-a"))) {
      cluster(controller);
      controller.awaitMetric("dnsonde_controller_pods 4.0");
      RunningController.send(a, of("node-a", "web-1", SampleReports.path(PathState.GOOD)));
      RunningController.await(
          "the status has the node", () -> controller.api("/api/v1/status").contains("node-a"));
      assertEquals(0, controller.api.lists(POLICIES));
      assertEquals(0, controller.api.lists("/apis"), "kinds of policy");
    }
  }

  @Test
  void aPolicyOfAnotherKindThatCutsPodsOffIsNamedWithAFixOfItsKind() throws Exception {
    String findings = findingsWithCalico(_ -> {}, "egress_denied");
    assertAll(
        findings,
        () ->
            assertTrue(
                findings.contains("GlobalNetworkPolicy.crd.projectcalico.org lockdown"),
                "the policy"),
        () ->
            assertTrue(
                findings.contains("apiVersion: projectcalico.org/v3\\nkind: NetworkPolicy"),
                "the fix"));
  }

  @Test
  void policiesThatMayNotBeListedMakeTheVerdictUnknown() throws Exception {
    String findings =
        findingsWithCalico(controller -> controller.api.refuse(CALICO, 403), "policy_unclear");
    assertAll(
        findings,
        () ->
            assertTrue(
                findings.contains(
                    "GlobalNetworkPolicy.crd.projectcalico.org may decide it, if there is any:"
                        + " they could not be listed")),
        () -> assertFalse(findings.contains("egress_denied"), "a certainty"));
  }

  @Test
  void theVerdictIsUnknownIfTheKindsAre() throws Exception {
    String findings =
        findingsWithCalico(controller -> controller.api.refuse("/apis", 503), "unexplained");
    assertTrue(
        findings.contains("The controller could not list the policies of other kinds"), findings);
  }

  /** The findings if pods are cut off, and a Calico policy is all that denies, unless refused. */
  private String findingsWithCalico(Refusal refusal, String code) throws Exception {
    try (RunningController controller = new RunningController(folder);
        Uplink a = controller.uplink(controller.agentOn("node-a"))) {
      cluster(controller);
      controller.api.delete(POLICIES, "shop", "default-deny");
      controller.api.document(
          "/apis",
          """
          {"groups": [{"name": "crd.projectcalico.org",
             "versions": [{"groupVersion": "crd.projectcalico.org/v1"}],
             "preferredVersion": {"groupVersion": "crd.projectcalico.org/v1"}}]}
          """);
      controller.api.document(
          "/apis/crd.projectcalico.org/v1",
          """
          {"resources": [{"name": "globalnetworkpolicies", "kind": "GlobalNetworkPolicy"}]}
          """);
      controller.api.put(
          CALICO,
          """
          {"metadata": {"name": "lockdown", "generation": 1},
           "spec": {"namespaceSelector": "projectcalico.org/name == 'shop'",
             "types": ["Egress"], "egress": [{"action": "Deny"}]}}
          """);
      refusal.of(controller);
      controller.awaitMetric("dnsonde_controller_pods 4.0");
      RunningController.send(a, of("node-a", "web-1", UNANSWERED));
      RunningController.await(
          "the finding " + code,
          () -> controller.api("/api/v1/findings").contains("\"" + code + "\""));
      return controller.api("/api/v1/findings");
    }
  }

  private interface Refusal {
    void of(RunningController controller);
  }

  static void cluster(RunningController controller) throws Exception {
    controller.api.put("/api/v1/namespaces", "{\"metadata\": {\"name\": \"shop\"}}");
    controller.api.put(
        "/api/v1/namespaces",
        "{\"metadata\": {\"name\": \"kube-system\", \"labels\":"
            + " {\"kubernetes.io/metadata.name\": \"kube-system\"}}}");
    controller.api.put(
        "/api/v1/services",
        """
        {"metadata": {"namespace": "kube-system", "name": "kube-dns"},
         "spec": {"clusterIP": "10.96.0.10", "selector": {"k8s-app": "kube-dns"}, "ports": [
           {"name": "dns", "port": 53, "protocol": "UDP"},
           {"name": "dns-tcp", "port": 53, "protocol": "TCP"}]}}\
        """);
    controller.api.put(
        POLICIES,
        """
        {"metadata": {"namespace": "shop", "name": "default-deny"},
         "spec": {"podSelector": {}, "policyTypes": ["Egress"]}}\
        """);
    controller.api.put(
        "/api/v1/pods",
        """
        {"metadata": {"namespace": "kube-system", "name": "coredns-1", "labels": {"k8s-app": "kube-dns"}},
         "spec": {"nodeName": "node-c"}, "status": {"phase": "Running", "podIP": "10.1.1.1"}}\
        """);
    controller.api.put(
        "/apis/discovery.k8s.io/v1/endpointslices",
        """
        {"metadata": {"namespace": "kube-system", "name": "kube-dns-1",
          "labels": {"kubernetes.io/service-name": "kube-dns"}},
         "ports": [{"name": "dns", "port": 53, "protocol": "UDP"},
           {"name": "dns-tcp", "port": 53, "protocol": "TCP"}],
         "endpoints": [{"addresses": ["10.1.1.1"], "conditions": {"ready": true},
           "targetRef": {"kind": "Pod", "namespace": "kube-system", "name": "coredns-1"}}]}\
        """);
    controller.api.pod("shop", "web-1", "node-a");
    controller.api.pod("shop", "web-2", "node-b");
  }

  static Report of(String node, String pod, ReportedPath path) {
    return SampleReports.of(
        node,
        List.of(new ReportedVantage("shop", "web", pod, "default-deny", true, List.of(path))));
  }
}
