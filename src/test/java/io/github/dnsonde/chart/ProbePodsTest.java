package io.github.dnsonde.chart;

import static io.github.dnsonde.chart.Rendered.yaml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ProbePodsTest {

  private static final String IMAGE =
      "  image: {registry: r.example.com, repository: pause, tag: '3'}";

  @Test
  void eachListedNamespaceGetsOneTinyPodThatTheAgentPrefers() {
    Rendered rendered =
        Rendered.with(
            "probePods:", IMAGE, "  namespaces: [payments, shop]", "  labels: {tier: web}");
    assertEquals(
        List.of("payments", "shop"),
        rendered.all("Deployment").stream().map(Rendered::namespace).toList());
    JsonNode deployment = rendered.all("Deployment").getFirst();
    JsonNode labels = deployment.at("/spec/template/metadata/labels");
    assertEquals("true", labels.path("dnsonde.github.io/probe-pod").asString());
    assertEquals("web", labels.path("tier").asString());
    assertFalse(
        deployment.at("/spec/selector/matchLabels").has("tier"), "a selector cannot change");
    assertEquals(1, deployment.at("/spec/replicas").asInt());
    assertEquals("r.example.com/pause:3", Rendered.container(deployment).path("image").asString());
    assertEquals(
        yaml("requests: {cpu: 1m, memory: 8Mi}", "limits: {cpu: 50m, memory: 32Mi}"),
        Rendered.container(deployment).path("resources"));
  }

  @Test
  void theControllerGetsTheConfigurationOfTheValues() {
    Rendered rendered =
        Rendered.with(
            "config: {logging: {format: json}}",
            "probePods:",
            IMAGE,
            "  labels: {tier: web}",
            "  managed:",
            "    enabled: true",
            "    period: 2m",
            "    namespaces: {include: ['team-*'], exclude: [team-x]}");
    assertEquals(
        yaml(
            "logging: {format: json}",
            "probe-pods:",
            "  image: r.example.com/pause:3",
            "  labels: {tier: web}",
            "  period: 2m",
            "  namespaces: {include: ['team-*'], exclude: [team-x], selector: {}}"),
        yaml(
            rendered
                .named("ConfigMap", "rel-dnsonde-probe-pods")
                .path("data")
                .path("dnsonde.yaml")
                .asString()));
    JsonNode controller = rendered.named("Deployment", "rel-dnsonde-probe-pods");
    assertEquals(
        List.of("probe-pods", "--config", "/etc/dnsonde/dnsonde.yaml"),
        Rendered.texts(Rendered.container(controller).path("args")));
    assertEquals(yaml("{type: Recreate}"), controller.at("/spec/strategy"));
    assertEquals(
        "rel-dnsonde-probe-pods",
        Rendered.podSpec(controller).path("serviceAccountName").asString());
  }

  @Test
  void itsPodsAreRemovedAfterUninstalling() {
    Rendered rendered = Rendered.with("probePods: {managed: {enabled: true}}");
    List<JsonNode> hooks =
        rendered.objects().stream().filter(object -> hook(object).equals("post-delete")).toList();
    assertEquals(
        List.of("ServiceAccount", "ConfigMap", "ClusterRole", "ClusterRoleBinding", "Job"),
        hooks.stream().map(hook -> hook.path("kind").asString()).toList());
    assertEquals(
        List.of("probe-pods", "--once", "--config", "/etc/dnsonde/dnsonde.yaml"),
        Rendered.texts(Rendered.container(hooks.getLast()).path("args")));
    assertEquals(
        yaml("probe-pods: {namespaces: {include: []}}"),
        yaml(hooks.get(1).path("data").path("dnsonde.yaml").asString()));
    hooks.forEach(
        hook ->
            assertEquals(
                "before-hook-creation,hook-succeeded",
                hook.at("/metadata/annotations/helm.sh~1hook-delete-policy").asString()));
    assertTrue(
        Rendered.with("probePods: {managed: {enabled: true, cleanup: false}}")
            .all("Job")
            .isEmpty());
  }

  private static String hook(JsonNode object) {
    return object.at("/metadata/annotations/helm.sh~1hook").asString("");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app.kubernetes.io/instance",
        "app.kubernetes.io/name",
        "argocd.argoproj.io/instance",
        "dnsonde.github.io/probe-pod",
        "pod-template-hash",
        "sidecar.istio.io/inject"
      })
  void aLabelThatMarksTheOwnerOfAPodIsRefused(String label) {
    String refusal = ValuesTest.refusal("probePods: {labels: {" + label + ": a}}");
    assertTrue(
        refusal.contains("probePods.labels: " + label + " identifies the owner of a pod"), refusal);
  }

  @Test
  void aQueryFromOurOwnImageTestsTheInstallation() {
    JsonNode test = Rendered.with("{}").only("Pod");
    assertEquals("test", hook(test));
    assertEquals(
        List.of("check", "--config", "/etc/dnsonde/dnsonde.yaml"),
        Rendered.texts(Rendered.container(test).path("args")));
    assertEquals(
        Rendered.container(Rendered.with("{}").only("DaemonSet")).path("image"),
        Rendered.container(test).path("image"));
    assertTrue(Rendered.with("tests: {enabled: false}").all("Pod").isEmpty());
  }
}
