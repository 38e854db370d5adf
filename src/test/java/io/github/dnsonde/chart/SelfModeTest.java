package io.github.dnsonde.chart;

import static io.github.dnsonde.chart.Rendered.yaml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SelfModeTest {

  private static final String LISTED = "self: {namespaces: [payments, shop]}";

  @Test
  void eachListedNamespaceGetsAnAgentWithItsConfigurationAndNothingElse() {
    assertEquals(
        List.of(
            "ConfigMap/payments/rel-dnsonde",
            "ConfigMap/shop/rel-dnsonde",
            "Deployment/payments/rel-dnsonde",
            "Deployment/shop/rel-dnsonde"),
        Rendered.with("mode: self", LISTED, "tests: {enabled: false}").names().stream()
            .sorted()
            .toList());
  }

  @Test
  void withoutAListItIsTheNamespaceOfTheRelease() {
    assertEquals(
        Rendered.NAMESPACE, Rendered.namespace(Rendered.with("mode: self").only("Deployment")));
  }

  @Test
  void itHasNoTokenAndNoFolderOfTheNode() {
    JsonNode agent = Rendered.with("mode: self").only("Deployment");
    JsonNode pod = Rendered.podSpec(agent);
    assertFalse(pod.path("automountServiceAccountToken").asBoolean(true));
    assertFalse(pod.has("serviceAccountName"));
    assertEquals(yaml("[{name: config, configMap: {name: rel-dnsonde}}]"), pod.path("volumes"));
    assertEquals(
        yaml(
            "allowPrivilegeEscalation: false",
            "readOnlyRootFilesystem: true",
            "capabilities: {drop: [ALL]}"),
        Rendered.container(agent).path("securityContext"));
    assertFalse(pod.has("tolerations"));
    assertFalse(pod.has("affinity"));
  }

  @Test
  void itHasItsOwnPlacement() {
    JsonNode agent =
        Rendered.with(
                "mode: self",
                "self:",
                "  replicas: 2",
                "  strategy: {type: Recreate}",
                "  tolerations: [{key: a, operator: Exists}]",
                "  affinity: {nodeAffinity: {b: c}}",
                "  topologySpreadConstraints: [{maxSkew: 1}]")
            .only("Deployment");
    JsonNode pod = Rendered.podSpec(agent);
    assertEquals(2, agent.at("/spec/replicas").asInt());
    assertEquals(yaml("{type: Recreate}"), agent.at("/spec/strategy"));
    assertEquals(yaml("[{key: a, operator: Exists}]"), pod.path("tolerations"));
    assertEquals(yaml("{nodeAffinity: {b: c}}"), pod.path("affinity"));
    assertEquals(yaml("[{maxSkew: 1}]"), pod.path("topologySpreadConstraints"));
  }

  @Test
  void allOfThemAreScraped() {
    Rendered rendered = Rendered.with("mode: self", LISTED, "serviceMonitor: {enabled: true}");
    assertEquals(
        List.of("payments", "shop"),
        rendered.all("Service").stream().map(Rendered::namespace).toList());
    assertEquals(
        yaml("{matchNames: [payments, shop]}"),
        rendered.only("ServiceMonitor").at("/spec/namespaceSelector"));
    assertEquals(
        List.of("payments", "shop"),
        rendered.all("Pod").stream().map(Rendered::namespace).toList(),
        "each is tested");
    assertTrue(rendered.all("DaemonSet").isEmpty());
  }
}
