package io.github.dnsonde.chart;

import static io.github.dnsonde.chart.Rendered.yaml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class MonitoringTest {

  @Test
  void byDefaultThereIsNone() {
    Rendered rendered = Rendered.with("controller: {enabled: false}");
    Stream.of("PodMonitor", "ServiceMonitor", "PrometheusRule", "Service", "NetworkPolicy")
        .forEach(kind -> assertEquals(List.of(), rendered.all(kind), kind));
    assertEquals(1, rendered.all("ConfigMap").size());
  }

  @ParameterizedTest
  @CsvSource({
    "PodMonitor, podMonitor, podMetricsEndpoints",
    "ServiceMonitor, serviceMonitor, endpoints"
  })
  void aMonitorScrapesTheAgentsAndAddsTheirNode(String kind, String value, String endpoints) {
    JsonNode plain = Rendered.with(value + ": {enabled: true}").named(kind, "rel-dnsonde");
    assertEquals(
        yaml(
            "- port: metrics",
            "  path: /metrics",
            "  relabelings:",
            "  - sourceLabels: [__meta_kubernetes_pod_node_name]",
            "    targetLabel: node",
            "    action: replace"),
        plain.path("spec").path(endpoints));
    assertEquals(yaml("{matchNames: [dns-watch]}"), plain.at("/spec/namespaceSelector"));
    JsonNode full =
        Rendered.with(
                value + ":",
                "  enabled: true",
                "  namespace: monitoring",
                "  additionalLabels: {release: prom}",
                "  annotations: {a: b}",
                "  interval: 15s",
                "  scrapeTimeout: 10s",
                "  honorLabels: true",
                "  jobLabel: job",
                "  podTargetLabels: [c]",
                "  relabelings: [{action: labeldrop, regex: d}]",
                "  metricRelabelings: [{action: drop, regex: e}]",
                "  sampleLimit: 20000",
                "  targetLimit: 1000000",
                "  extraSpec: {scrapeNativeHistograms: true}",
                "  extraEndpoint: {scheme: https}")
            .named(kind, "rel-dnsonde");
    assertEquals("monitoring", Rendered.namespace(full));
    assertEquals("prom", full.at("/metadata/labels/release").asString());
    assertEquals(yaml("{a: b}"), full.at("/metadata/annotations"));
    assertEquals(20_000, full.at("/spec/sampleLimit").asInt());
    assertEquals(1_000_000, full.at("/spec/targetLimit").asInt());
    assertTrue(full.at("/spec/scrapeNativeHistograms").asBoolean());
    assertEquals("job", full.at("/spec/jobLabel").asString());
    assertEquals(yaml("[c]"), full.at("/spec/podTargetLabels"));
    JsonNode endpoint = full.path("spec").path(endpoints).get(0);
    assertEquals("15s", endpoint.path("interval").asString());
    assertEquals("10s", endpoint.path("scrapeTimeout").asString());
    assertEquals("https", endpoint.path("scheme").asString());
    assertTrue(endpoint.path("honorLabels").asBoolean());
    assertEquals(yaml("{action: labeldrop, regex: d}"), endpoint.at("/relabelings/1"));
    assertEquals(yaml("[{action: drop, regex: e}]"), endpoint.path("metricRelabelings"));
  }

  @ParameterizedTest
  @CsvSource({
    "PodMonitor, podMonitor, podMetricsEndpoints",
    "ServiceMonitor, serviceMonitor, endpoints"
  })
  void aMonitorKnowsTheProtectionOfTheMetrics(String kind, String value, String endpoints) {
    JsonNode monitor =
        Rendered.with(
                value + ": {enabled: true}",
                "metrics:",
                "  tls: {secretName: dnsonde-tls}",
                "  bearerToken: {secretName: dnsonde-token}")
            .named(kind, "rel-dnsonde");
    JsonNode endpoint = monitor.path("spec").path(endpoints).get(0);
    assertEquals("https", endpoint.path("scheme").asString());
    assertEquals(
        yaml(
            "serverName: rel-dnsonde.dns-watch.svc",
            "ca: {secret: {name: dnsonde-tls, key: ca.crt}}"),
        endpoint.path("tlsConfig"));
    assertEquals(
        yaml("type: Bearer", "credentials: {name: dnsonde-token, key: token}"),
        endpoint.path("authorization"));

    JsonNode own =
        Rendered.with(
                value + ": {enabled: true, extraEndpoint: {tlsConfig: {serverName: b}}}",
                "metrics: {tls: {secretName: x, ca: '', serverName: a, insecureSkipVerify: true}}")
            .named(kind, "rel-dnsonde");
    endpoint = own.path("spec").path(endpoints).get(0);
    assertEquals(yaml("{serverName: b, insecureSkipVerify: true}"), endpoint.path("tlsConfig"));
    assertFalse(endpoint.has("authorization"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"node", "self"})
  void theSecretsAreMountedWhereTheAgentReadsThem(String mode) {
    Rendered rendered =
        Rendered.with(
            "mode: " + mode,
            "metrics:",
            "  tls: {secretName: certs, certificate: a.pem, key: b.pem}",
            "  bearerToken: {secretName: tokens, key: scrape}");
    JsonNode config =
        yaml(rendered.named("ConfigMap", "rel-dnsonde").at("/data/dnsonde.yaml").asString());
    assertEquals(
        yaml("{certificate: /etc/dnsonde-tls/tls.crt, key: /etc/dnsonde-tls/tls.key}"),
        config.at("/http/tls"));
    assertEquals("/etc/dnsonde-token/token", config.at("/http/bearer-token-file").asString());
    JsonNode spec = Rendered.podSpec(rendered.agent());
    assertEquals(
        yaml(
            "name: tls",
            "secret:",
            "  secretName: certs",
            "  items: [{key: a.pem, path: tls.crt}, {key: b.pem, path: tls.key}]"),
        spec.at("/volumes/1"));
    assertEquals(
        yaml("name: token", "secret: {secretName: tokens, items: [{key: scrape, path: token}]}"),
        spec.at("/volumes/2"));
    assertEquals(
        yaml("{name: tls, mountPath: /etc/dnsonde-tls, readOnly: true}"),
        spec.at("/containers/0/volumeMounts/1"));
    assertEquals(
        yaml("{name: token, mountPath: /etc/dnsonde-token, readOnly: true}"),
        spec.at("/containers/0/volumeMounts/2"));
    assertEquals(
        yaml("{path: /livez, port: health}"), spec.at("/containers/0/livenessProbe/httpGet"));
  }

  @Test
  void aServiceMonitorBringsItsService() {
    JsonNode service =
        Rendered.with("serviceMonitor: {enabled: true}").named("Service", "rel-dnsonde");
    assertEquals("None", service.at("/spec/clusterIP").asString());
    assertEquals(
        yaml("[{name: metrics, port: 9053, targetPort: metrics, protocol: TCP}]"),
        service.at("/spec/ports"));
    assertEquals(2, Rendered.with("service: {enabled: true}").all("Service").size());
  }

  @Test
  void theRulesAreAnExactCopyOfTheSource() throws IOException {
    JsonNode rule =
        Rendered.with("prometheusRule: {enabled: true, additionalLabels: {release: prom}}")
            .only("PrometheusRule");
    assertEquals(
        yaml(Files.readString(Path.of("alerts/dnsonde.yaml"))).path("groups"),
        rule.at("/spec/groups"));
    assertEquals("prom", rule.at("/metadata/labels/release").asString());
  }

  @Test
  void anAlertCanBeLeftOutAndAllCanBeLabelled() {
    JsonNode rule =
        Rendered.with(
                "prometheusRule:",
                "  enabled: true",
                "  disabled: {DnsondeSlow: true}",
                "  additionalGroups: [{name: mine, rules: [{record: a, expr: b}]}]")
            .only("PrometheusRule");
    assertFalse(rule.toString().contains("DnsondeSlow"));
    assertTrue(rule.at("/spec/groups").toString().contains("\"mine\""));
    JsonNode labelled =
        Rendered.with(
                "prometheusRule: {enabled: true, additionalRuleLabels: {team: sre, severity:"
                    + " info}}")
            .only("PrometheusRule");
    for (JsonNode labelledRule : labelled.at("/spec/groups/0/rules")) {
      // not on recorded series, because rules would no longer find each other's series
      assertEquals(
          labelledRule.has("alert")
              ? yaml("{team: sre, severity: info}")
              : yaml("{}").path("labels"),
          labelledRule.path("labels"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"overview", "namespace", "agent"})
  void everyBoardIsAConfigMapThatGrafanaFinds(String name) throws IOException {
    Rendered rendered =
        Rendered.with(
            "dashboards:",
            "  enabled: true",
            "  namespace: monitoring",
            "  annotations: {grafana_folder: DNS}",
            "  additionalLabels: {team: sre}");
    JsonNode board = rendered.named("ConfigMap", "rel-dnsonde-dashboard-" + name);
    assertEquals("monitoring", Rendered.namespace(board));
    assertEquals("1", board.at("/metadata/labels/grafana_dashboard").asString());
    assertEquals("sre", board.at("/metadata/labels/team").asString());
    assertEquals(yaml("{grafana_folder: DNS}"), board.at("/metadata/annotations"));
    assertEquals(
        Files.readString(Path.of("dashboards", name + ".json")),
        board.path("data").path("dnsonde-" + name + ".json").asString());
  }

  @Test
  void theNetworkPolicyIsForAgentAndControllerAlone() {
    JsonNode policy =
        Rendered.with("networkPolicy: {enabled: true, metricsFrom: [{podSelector: {}}]}")
            .named("NetworkPolicy", "rel-dnsonde");
    assertEquals(
        yaml(
            "matchLabels: {app.kubernetes.io/name: dnsonde, app.kubernetes.io/instance: rel}",
            "matchExpressions:",
            "- {key: app.kubernetes.io/component, operator: In, values: [agent, probe-pods]}"),
        policy.at("/spec/podSelector"));
    assertEquals(
        yaml("- ports: [{protocol: TCP, port: metrics}]", "  from: [{podSelector: {}}]"),
        policy.at("/spec/ingress"));
    assertEquals(
        yaml(
            "- {protocol: TCP, port: 443}",
            "- {protocol: TCP, port: 6443}",
            "- {protocol: UDP, port: 53}",
            "- {protocol: TCP, port: 53}"),
        policy.at("/spec/egress/0/ports"));
  }
}
