package io.github.dnsonde.chart;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checks that invalid values are refused, with messages that state what to change. */
class ValuesTest {

  /** The first level of a key, in the reference of docs/configuration.md. */
  private static final Pattern KEY = Pattern.compile("(?m)^- `([a-z-]+)");

  /** Returns Helm's error for values that it refuses. */
  static String refusal(String... values) {
    return String.valueOf(
        assertThrows(IllegalStateException.class, () -> Rendered.with(values)).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "mode: both | at '/mode': value must be one of 'node', 'self'",
        "hostNetwork: true | additional properties 'hostNetwork' not allowed",
        "config: {server: auto} | at '/config': additional properties 'server' not allowed",
        "config: {schedule: {budget: {cluster: 0}}} | at '/config/schedule/budget/cluster'",
        "config: {schedule: {budget: {node: 0}}} | at '/config/schedule/budget/node': minimum",
        "config: {questions: a} | at '/config/questions': got string, want array",
        "metricsPort: 0 | at '/metricsPort': minimum: got 0, want 1",
        "podLabels: {a: 1} | at '/podLabels/a': got number, want string",
        "image: {tag: 1.0} | at '/image/tag': got number, want string",
        "image: {digest: abc} | at '/image/digest': 'abc' does not match pattern",
        "networkNamespaces: [] | at '/networkNamespaces': minItems: got 0, want 1",
        "networkNamespaces: [netns] | at '/networkNamespaces/0': 'netns' does not match pattern",
        "self: {namespaces: [a, a]} | at '/self/namespaces': items at 0 and 1 are equal",
        "self: {namespaces: [A]} | at '/self/namespaces/0': 'A' does not match pattern",
        "securityContext: {privileged: true} | at '/securityContext/privileged'",
        "podMonitor: {intervall: 15s} | additional properties 'intervall' not allowed",
        "podMonitor: {interval: 15} | at '/podMonitor/interval': got number, want string",
        "probePods: {managed: {period: 1 minute}} | '1 minute' does not match pattern",
        "validatingAdmissionPolicy: {actions: [Warn, Deny]} | at"
            + " '/validatingAdmissionPolicy/actions'",
        "validatingAdmissionPolicy: {actions: [Block]} | value must be one of 'Warn', 'Audit',"
            + " 'Deny'",
        "validatingAdmissionPolicy: {dnsPorts: [0]} | at '/validatingAdmissionPolicy/dnsPorts/0'",
        "validatingAdmissionPolicy: {dnsNamespaces: [a'b]} | does not match pattern",
        "dnsPolicy: ClusterFirstWithHostNet | at '/dnsPolicy': value must be one of",
        "config: {mode: self} | config.mode: set the value mode instead",
        "config: {vantage: {pod: a}} | config.vantage: remove it",
        "config: {probe-pods: {}} | config.probe-pods: set probePods.managed instead",
        "config: {http: {metrics: ':1'}} | config.http.metrics: set metricsPort instead",
        "config: {http: {health: ':1'}} | config.http.health: set healthPort instead",
        "healthPort: 9053 | healthPort: set another port than metricsPort",
        "{metrics: {tls: {secretName: a}}, config: {http: {tls: {}}}} | config.http.tls: metrics",
        "{metrics: {bearerToken: {secretName: a}}, config: {http: {bearer-token-file: a}}} |"
            + " config.http.bearer-token-file: metrics",
        "metrics: {tls: {secretName: A}} | at '/metrics/tls/secretName': 'A' does not match",
        "metrics: {bearerToken: {key: a b}} | at '/metrics/bearerToken/key': 'a b' does not match",
        "config: {pods: {network-namespaces: [/a]}} | set networkNamespaces instead",
        "self: {namespaces: [a]} | self.namespaces: only for mode self",
        "probePods: {namespaces: [a]} | probePods.image.repository: name an image",
        "controller: {prometheus: {url: 'https://user:pw@host'}} | at '/controller/prometheus/url'",
        "controller: {prometheus: {bearerToken: {secretName: a}}} | controller.prometheus.url: set",
        "controller: {prometheus: {url: 'http://host', bearerToken: {secretName: a}}} |"
            + " controller.prometheus.bearerToken.secretName: only with an https URL",
        "{networkPolicy: {enabled: true}, controller: {prometheus: {url: 'http://host'}}} |"
            + " controller.prometheus.egress: with networkPolicy.enabled",
        "{mode: self, networkPolicy: {enabled: true}} | networkPolicy.enabled: policies add up",
        "{mode: self, probePods: {managed: {enabled: true}}} | probePods: only for mode node",
      })
  void anInvalidValueIsNamed(String values, String words) {
    String refusal = refusal(values);
    assertTrue(refusal.contains(words), refusal);
  }

  @Test
  void allMistakesAreReportedAtOnce() {
    String refusal =
        refusal(
            "config: {mode: node}",
            "podMonitor: {enabled: true}",
            "serviceMonitor: {enabled: true}",
            "probePods: {namespaces: [a]}");
    assertTrue(refusal.contains("config.mode"), refusal);
    assertTrue(refusal.contains("or every agent is scraped twice"), refusal);
    assertTrue(refusal.contains("probePods.image.repository"), refusal);
  }

  @Test
  void theSchemaKnowsExactlyTheValues() throws IOException {
    same("", schema(), Rendered.yaml(Files.readString(Rendered.CHART.resolve("values.yaml"))));
  }

  private static void same(String path, JsonNode schema, JsonNode values) {
    if (!schema.path("additionalProperties").isBoolean() || values.isEmpty()) {
      return;
    }
    assertEquals(
        new TreeSet<>(schema.path("properties").propertyNames()),
        new TreeSet<>(values.propertyNames()),
        path);
    values
        .properties()
        .forEach(
            property ->
                same(
                    path + "/" + property.getKey(),
                    schema.path("properties").path(property.getKey()),
                    property.getValue()));
  }

  @Test
  void theSchemaIsSelfContained() throws IOException {
    assertEquals("http://json-schema.org/draft-07/schema#", schema().path("$schema").asString());
    schema()
        .findValues("$ref")
        .forEach(
            reference ->
                assertTrue(reference.asString().startsWith("#/definitions/"), reference::toString));
    assertFalse(schema().at("/properties/global").has("additionalProperties"), "parents add to it");
  }

  @Test
  void theConfigurationsKeysAreTheAgents() throws IOException {
    String page = Files.readString(Path.of("docs/configuration.md"));
    String reference =
        page.substring(
            page.indexOf("<!-- config-reference -->"), page.indexOf("<!-- /config-reference -->"));
    Set<String> keys =
        KEY.matcher(reference)
            .results()
            .map(row -> row.group(1))
            .collect(toCollection(TreeSet::new));
    keys.add("probe-pods"); // refused with a hint to its own value
    assertEquals(keys, new TreeSet<>(schema().at("/properties/config/properties").propertyNames()));
  }

  private static JsonNode schema() throws IOException {
    return JsonMapper.shared()
        .readTree(Files.readString(Rendered.CHART.resolve("values.schema.json")));
  }
}
