package io.github.dnsonde.chart;

import static io.github.dnsonde.chart.Rendered.yaml;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Checks the webhook that judges changes before they are stored. */
class AdmissionWebhookTest {

  private static final String NAME = "rel-dnsonde-controller";

  private static Rendered with(String admission, String... more) {
    String[] values = new String[more.length + 1];
    values[0] = "controller: {namespace: control, admission: {" + admission + "}}";
    System.arraycopy(more, 0, values, 1, more.length);
    return Rendered.with(values);
  }

  private static JsonNode configuration(Rendered rendered) {
    return rendered.only("ValidatingWebhookConfiguration");
  }

  /** YAML reads off without quotes as false. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "controller: {admission: {mode: off}}",
        "controller: {admission: {mode: 'off'}}"
      })
  void thereIsNoWebhookUnlessWanted(String values) {
    Rendered rendered = Rendered.with(values);
    assertTrue(rendered.all("ValidatingWebhookConfiguration").isEmpty());
    assertFalse(rendered.objects().toString().contains("admission"), values);
  }

  @Test
  void itIsNeverInTheWay() {
    for (String mode : List.of("warn", "deny")) {
      for (JsonNode webhook : configuration(with("mode: " + mode)).path("webhooks")) {
        assertAll(
            () -> assertEquals("Ignore", webhook.path("failurePolicy").asString()),
            () -> assertEquals("NoneOnDryRun", webhook.path("sideEffects").asString()),
            () -> assertEquals(mode.equals("warn") ? 1 : 3, webhook.path("timeoutSeconds").asInt()),
            () -> assertFalse(webhook.path("clientConfig").has("caBundle")),
            () ->
                assertEquals(
                    yaml(
                        "{name: rel-dnsonde-controller, namespace: control, path: /v1/admission,"
                            + " port: 9057}"),
                    webhook.at("/clientConfig/service")));
      }
    }
  }

  @Test
  void itSeesPoliciesAndLabelsOfNamespacesAndNothingElse() {
    JsonNode webhooks =
        configuration(with("mode: warn, namespaceSelector: {matchLabels: {tenant: 'true'}}"))
            .path("webhooks");
    assertEquals(
        yaml(
            "- {apiGroups: [networking.k8s.io], apiVersions: [v1], resources: [networkpolicies],"
                + " operations: [CREATE, UPDATE, DELETE], scope: Namespaced}"),
        webhooks.at("/0/rules"));
    assertEquals(
        yaml(
            "matchLabels: {tenant: 'true'}",
            "matchExpressions: [{key: dnsonde.github.io/admission, operator: NotIn, values:"
                + " ['off']}]"),
        webhooks.at("/0/namespaceSelector"));
    assertEquals(
        yaml(
            "- {apiGroups: [''], apiVersions: [v1], resources: [namespaces], operations: [UPDATE],"
                + " scope: Cluster}"),
        webhooks.at("/1/rules"));
    assertEquals(yaml("{matchLabels: {tenant: 'true'}}"), webhooks.at("/1/namespaceSelector"));
    assertEquals(3, webhooks.size());
  }

  @Test
  void itsOwnTestComesThroughWhateverElseItSees() {
    JsonNode webhook =
        configuration(with("mode: warn, namespaceSelector: {matchLabels: {tenant: 'true'}}"))
            .at("/webhooks/2");
    assertEquals(
        yaml(
            "- {apiGroups: [networking.k8s.io], apiVersions: [v1], resources: [networkpolicies],"
                + " operations: [CREATE], scope: Namespaced}"),
        webhook.at("/rules"));
    assertEquals(
        yaml("{matchLabels: {kubernetes.io/metadata.name: control}}"),
        webhook.at("/namespaceSelector"));
    assertEquals(
        yaml("{matchLabels: {dnsonde.github.io/self-test: 'true'}}"),
        webhook.at("/objectSelector"));
  }

  @Test
  void theControllerKnowsWhichNamespacesItSees() {
    String selector = "matchExpressions: [{key: a, operator: In, values: [b]}]";
    assertEquals(
        yaml(selector),
        yaml(with("mode: warn, namespaceSelector: {" + selector + "}")
                .named("ConfigMap", NAME)
                .at("/data/dnsonde.yaml")
                .asString())
            .at("/controller/admission/namespace-selector"));
  }

  @Test
  void theControllerListensWhereTheServiceLeads() {
    Rendered rendered = with("mode: deny, port: 9443, denyDryRun: true, override: reviewed");
    JsonNode pod = Rendered.podSpec(rendered.named("Deployment", NAME));
    assertTrue(
        pod.at("/containers/0/ports")
            .toString()
            .contains("{\"name\":\"admission\",\"containerPort\":9443,\"protocol\":\"TCP\"}"),
        pod::toString);
    assertEquals(
        yaml("{name: admission, port: 9443, targetPort: admission, protocol: TCP}"),
        rendered.named("Service", NAME).at("/spec/ports/2"));
    assertEquals(
        yaml(
            "mode: deny",
            "listen: ':9443'",
            "deny-dry-run: true",
            "override: reviewed",
            "webhook-configuration: rel-dnsonde-controller",
            "lease: rel-dnsonde-controller-admission"),
        yaml(rendered.named("ConfigMap", NAME).at("/data/dnsonde.yaml").asString())
            .at("/controller/admission"));
    assertEquals("control", Rendered.namespace(rendered.named("Lease", NAME + "-admission")));
    assertFalse(pod.has("hostNetwork"));
    assertTrue(
        Rendered.podSpec(with("mode: warn, hostNetwork: true").named("Deployment", NAME))
            .path("hostNetwork")
            .asBoolean());
  }

  @Test
  void permissionsComeWithTheirFeature() {
    assertFalse(rules("mode: deny").contains("subjectaccessreviews"));
    assertTrue(rules("mode: deny, override: reviewed").contains("subjectaccessreviews"));
    assertTrue(rules("mode: deny").contains("events"));
    assertFalse(rules("mode: deny, override: nobody").contains("events"));
    assertFalse(rules("mode: 'off'").contains("watch\",\"networkpolicies"));
  }

  private static String rules(String admission) {
    return with(admission).named("ClusterRole", NAME).path("rules").toString();
  }

  @Test
  void thePolicyOfTheControllerLetsTheApiServerIn() {
    Rendered rendered =
        with(
            "mode: warn",
            "networkPolicy: {enabled: true, apiServers: [{ipBlock: {cidr: 172.20.0.2/32}}]}");
    assertEquals(
        yaml(
            "ports: [{protocol: TCP, port: admission}]",
            "from: [{ipBlock: {cidr: 172.20.0.2/32}}]"),
        rendered.named("NetworkPolicy", NAME).at("/spec/ingress/1"));
  }

  @Test
  void aPortThatIsTakenIsAMistake() {
    assertTrue(
        ValuesTest.refusal("controller: {admission: {mode: warn, port: 9053}}")
            .contains("controller.admission.port: set another"));
  }

  @Test
  void onTheHostsNetworkItStillFindsNamesAndIsFound() {
    String on = "mode: warn, hostNetwork: true";
    assertEquals(
        "ClusterFirstWithHostNet",
        Rendered.podSpec(with(on).named("Deployment", NAME)).path("dnsPolicy").asString());
    assertTrue(toController(on).path("to").isMissingNode(), "no selector matches its address");
    assertFalse(toController("mode: warn").path("to").isMissingNode());
  }

  private static JsonNode toController(String admission) {
    return with(admission, "networkPolicy: {enabled: true}")
        .named("NetworkPolicy", "rel-dnsonde")
        .at("/spec/egress")
        .values()
        .stream()
        .reduce((_, last) -> last)
        .orElseThrow();
  }

  @Test
  void anOpenPortIsWarnedOf() {
    String warning = "WARNING: everyone who reaches the port of the webhook";
    String webhook = "controller: {namespace: control, admission: {mode: warn}}";
    assertTrue(Rendered.notes(webhook).contains(warning));
    assertFalse(Rendered.notes("controller: {namespace: control}").contains(warning));
    assertFalse(
        Rendered.notes(
                webhook
                    + "\nnetworkPolicy: {enabled: true, apiServers: [{ipBlock: {cidr:"
                    + " 172.20.0.2/32}}]}")
            .contains(warning));
  }
}
