package io.github.dnsonde.chart;

import static io.github.dnsonde.chart.Rendered.yaml;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.testkit.Markdown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Checks the controller, and what agents need to report to it. */
class ControllerTest {

  private static final String NAME = "rel-dnsonde-controller";

  @Test
  void itIsOneUnprivilegedPodThatADeadNodeReleasesSoon() {
    JsonNode deployment = Rendered.with("{}").named("Deployment", NAME);
    JsonNode pod = Rendered.podSpec(deployment);
    assertAll(
        () -> assertEquals(1, deployment.at("/spec/replicas").asInt()),
        () -> assertEquals("Recreate", deployment.at("/spec/strategy/type").asString()),
        () ->
            assertEquals(
                List.of("30", "30"),
                pod.path("tolerations").values().stream()
                    .map(toleration -> toleration.path("tolerationSeconds").asString())
                    .toList()),
        () ->
            assertEquals(
                yaml("[controller, --config, /etc/dnsonde/dnsonde.yaml]"),
                pod.at("/containers/0/args")),
        () ->
            assertEquals(
                yaml("{path: /readyz, port: health}"),
                pod.at("/containers/0/readinessProbe/httpGet")));
  }

  @Test
  void thereIsNoneIfItIsOffOrInModeSelf() {
    for (String values : List.of("controller: {enabled: false}", "mode: self")) {
      Rendered rendered = Rendered.with(values);
      assertEquals(
          List.of(),
          rendered.names().stream().filter(name -> name.contains("controller")).toList());
      assertFalse(rendered.agent().toString().contains("controller"), values);
      assertFalse(
          rendered.named("ConfigMap", "rel-dnsonde").toString().contains("reports"), values);
    }
  }

  /** GitOps tools render at every sync: another certificate each time would cut agents off. */
  @Test
  void renderingTwiceGivesTheSame() {
    assertEquals(Rendered.with("{}").objects(), Rendered.with("{}").objects());
    assertFalse(Rendered.with("{}").named("Secret", NAME).has("data"));
    assertFalse(Rendered.with("{}").named("ConfigMap", NAME + "-ca").has("data"));
  }

  @Test
  void agentsMountTheAuthorityAndATokenForThisAudience() {
    JsonNode pod = Rendered.podSpec(Rendered.with("{}").only("DaemonSet"));
    JsonNode volume =
        pod.path("volumes").values().stream()
            .filter(each -> each.path("name").asString().equals("controller"))
            .findFirst()
            .orElseThrow();
    assertEquals(
        yaml(
            "- serviceAccountToken: {audience: dnsonde-controller, expirationSeconds: 3600, path:"
                + " token}",
            "- configMap:",
            "    name: rel-dnsonde-controller-ca",
            "    items: [{key: ca.crt, path: ca.crt}]",
            "    optional: true"),
        volume.at("/projected/sources"));
  }

  @Test
  void itsPermissionsAreThoseOfTheTable() throws IOException {
    Map<String, Set<String>> granted = new TreeMap<>();
    Rendered rendered =
        Rendered.with(
            "controller: {namespace: control, events: {enabled: true}, admission: {mode: deny,"
                + " override: reviewed}}",
            "config: {cluster: {kube-dns: {namespace: dns}}}",
            "rbac: {ciliumConfig: true}");
    Map<String, String> places =
        Map.of(
            "",
            "cluster",
            "control",
            "controller's",
            Rendered.NAMESPACE,
            "agents'",
            "dns",
            "kube-dns'",
            "kube-system",
            "Cilium's");
    for (JsonNode role : rolesOf(NAME, rendered)) {
      String namespace = role.at("/metadata/namespace").asString("");
      rules(role, Objects.requireNonNull(places.get(namespace), namespace), granted);
    }
    Map<String, Set<String>> documented = new TreeMap<>();
    for (List<String> row : table()) {
      documented.put(
          row.get(0) + " in " + row.get(2), new TreeSet<>(List.of(row.get(1).split(", "))));
    }
    assertEquals(documented, granted);
    assertEquals("control", Rendered.namespace(rendered.named("Role", NAME)));
    assertEquals(Rendered.NAMESPACE, Rendered.namespace(rendered.named("Role", NAME + "-ca")));
  }

  @Test
  void itReadsPrometheusWithTheFilesOfSecrets() {
    Rendered rendered =
        Rendered.with(
            """
            networkPolicy: {enabled: true}
            controller:
              prometheus:
                url: https://prometheus.monitoring.svc:9090
                matchers: {cluster: a}
                headers: {X-Scope-OrgID: platform}
                bearerToken: {secretName: reader}
                ca: {configMapName: service-ca, key: service-ca.crt}
                egress: [{ports: [{port: 9090}]}]
            """);
    JsonNode config =
        yaml(rendered.named("ConfigMap", NAME).at("/data/dnsonde.yaml").asString())
            .at("/controller/prometheus");
    assertEquals(
        yaml(
            """
            url: https://prometheus.monitoring.svc:9090
            matchers: {cluster: a}
            headers: {X-Scope-OrgID: platform}
            token-file: /etc/dnsonde-prometheus-token/token
            ca-file: /etc/dnsonde-prometheus-ca/ca.crt
            """),
        config);
    String pod = Rendered.podSpec(rendered.named("Deployment", NAME)).toString();
    assertAll(
        () -> assertTrue(pod.contains("\"secretName\":\"reader\""), pod),
        () -> assertTrue(pod.contains("\"key\":\"service-ca.crt\",\"path\":\"ca.crt\""), pod),
        () -> assertTrue(pod.contains("\"mountPath\":\"/etc/dnsonde-prometheus-token\""), pod),
        () -> assertTrue(pod.contains("\"mountPath\":\"/etc/dnsonde-prometheus-ca\""), pod),
        () ->
            assertTrue(
                rendered
                    .named("NetworkPolicy", NAME)
                    .at("/spec/egress")
                    .toString()
                    .endsWith("{\"ports\":[{\"port\":9090}]}]")));
    assertFalse(
        Rendered.with("{}").named("ConfigMap", NAME).toString().contains("prometheus"),
        "read without being wanted");
  }

  /** The permission to write into every namespace is for those who want Events. */
  @Test
  void eventsAreOffUnlessWanted() {
    assertFalse(
        Rendered.with("{}").named("ClusterRole", NAME).toString().contains("events"),
        "a permission by default");
    for (boolean enabled : List.of(true, false)) {
      Rendered rendered = Rendered.with("controller: {events: {enabled: " + enabled + "}}");
      assertEquals(
          enabled
              ? yaml("- {apiGroups: [events.k8s.io], resources: [events], verbs: [create, patch]}")
              : yaml("[]"),
          yaml(
              rendered.named("ClusterRole", NAME).path("rules").values().stream()
                  .filter(rule -> rule.toString().contains("events"))
                  .toList()
                  .toString()));
      assertTrue(
          rendered
              .named("ConfigMap", NAME)
              .at("/data/dnsonde.yaml")
              .asString()
              .contains("events:\n    enabled: " + enabled));
    }
  }

  /** Every role that a binding gives to a service account. */
  private static List<JsonNode> rolesOf(String account, Rendered rendered) {
    return Stream.of("ClusterRole", "Role")
        .flatMap(kind -> rendered.all(kind + "Binding").stream())
        .filter(binding -> binding.at("/subjects/0/name").asString().equals(account))
        .map(
            binding ->
                rendered.named(
                    binding.at("/roleRef/kind").asString(), binding.at("/roleRef/name").asString()))
        .toList();
  }

  /** The kinds of {@code rbac.otherPolicies} are one row. */
  private static void rules(JsonNode role, String where, Map<String, Set<String>> granted) {
    Set<String> others = PolicyKind.KNOWN.stream().map(PolicyKind::group).collect(toSet());
    for (JsonNode rule : role.path("rules")) {
      String which = rule.has("resourceNames") ? "one of " : "";
      boolean policies =
          others.containsAll(Rendered.texts(rule.path("apiGroups")))
              && !Rendered.texts(rule.path("resources")).equals(List.of("tiers"));
      for (String resource : Rendered.texts(rule.path("resources"))) {
        String what = policies ? "the kinds of `rbac.otherPolicies`" : "`" + resource + "`";
        granted
            .computeIfAbsent(which + what + " in " + where, _ -> new TreeSet<>())
            .addAll(Rendered.texts(rule.path("verbs")));
      }
    }
  }

  /** Without the webhook too, it explains failures by the policies that agents read. */
  @Test
  void itMayReadThePoliciesOfOtherKindsThatAgentsRead() {
    Rendered rendered =
        Rendered.with("controller: {namespace: control}", "rbac: {ciliumConfig: true}");
    List<JsonNode> agents =
        rendered.named("ClusterRole", "rel-dnsonde").path("rules").values().stream()
            .skip(2)
            .toList();
    assertEquals(
        yaml(agents.toString()),
        rendered.named("ClusterRole", NAME + "-other-policies").path("rules"));
    for (String binding :
        List.of(
            "ClusterRoleBinding " + NAME + "-other-policies",
            "RoleBinding " + NAME + "-cilium-config")) {
      String[] which = binding.split(" ", -1);
      assertEquals(
          yaml("[{kind: ServiceAccount, name: " + NAME + ", namespace: control}]"),
          rendered.named(which[0], which[1]).path("subjects"));
    }
    assertTrue(
        Rendered.with(
                "rbac: {otherPolicies: {calico: false, cilium: false, networkPolicyApi: false,"
                    + " antrea: false, ovn: false, aws: false, gke: false}}")
            .all("ClusterRole")
            .stream()
            .noneMatch(role -> Rendered.name(role).endsWith("-other-policies")));
  }

  /** The rows of the controller's permissions in docs/install.md. */
  private static List<List<String>> table() throws IOException {
    List<List<String>> rows =
        Files.readString(Path.of("docs/install.md"))
            .lines()
            .dropWhile(line -> !line.equals("| resource | verbs | namespace | feature |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .map(Markdown::cells)
            .toList();
    assertFalse(rows.isEmpty(), "docs/install.md has no table of the controller's permissions");
    return rows;
  }

  @Test
  void anAgentMayReadTheAddressOfThatServiceOnly() {
    Rendered rendered = Rendered.with("controller: {namespace: control}");
    JsonNode role = rendered.named("Role", NAME + "-address");
    assertEquals(
        yaml(
            "- apiGroups: ['']",
            "  resources: [services]",
            "  resourceNames: [rel-dnsonde-controller]",
            "  verbs: [get]"),
        role.path("rules"));
    assertEquals("control", Rendered.namespace(role));
    assertEquals(
        yaml("[{kind: ServiceAccount, name: rel-dnsonde, namespace: dns-watch}]"),
        rendered.named("RoleBinding", NAME + "-address").path("subjects"));
  }

  @Test
  void certificatesOfOthersAreMountedAndItsSecretIsNotNeeded() {
    Rendered rendered =
        Rendered.with("controller: {certificates: {source: cert-manager, issuerRef: {name: ca}}}");
    JsonNode certificate = rendered.only("Certificate");
    JsonNode pod = Rendered.podSpec(rendered.named("Deployment", NAME));
    assertAll(
        () ->
            assertEquals(
                yaml("[rel-dnsonde-controller.dns-watch.svc]"), certificate.at("/spec/dnsNames")),
        () ->
            assertEquals(
                certificate.at("/spec/secretName").asString(),
                pod.at("/volumes/1/secret/secretName").asString()),
        () -> assertEquals(List.of(), rendered.all("Secret")),
        () ->
            assertTrue(
                rendered.all("Role").stream()
                    .noneMatch(role -> role.toString().contains("secrets"))));
  }

  @Test
  void mistakesInCertificatesAreNamed() {
    assertTrue(
        ValuesTest.refusal("controller: {certificates: {source: secret}}")
            .contains("controller.certificates.secretName"));
    assertTrue(
        ValuesTest.refusal("controller: {certificates: {source: cert-manager}}")
            .contains("controller.certificates.issuerRef.name"));
    assertTrue(
        ValuesTest.refusal("controller: {port: 9053}").contains("controller.port: set another"));
    assertTrue(ValuesTest.refusal("config: {reports: {service: a}}").contains("config.reports"));
    assertTrue(
        ValuesTest.refusal("config: {controller: {service: a}}").contains("config.controller"));
  }

  /** Every path of the system: agents to the controller, Prometheus to both, both to the API. */
  @Test
  void policiesAllowEveryPathOfTheSystem() {
    Rendered rendered =
        Rendered.with(
            "networkPolicy: {enabled: true, metricsFrom: [{podSelector: {}}]}",
            "controller: {namespace: control}");
    JsonNode agents = rendered.named("NetworkPolicy", "rel-dnsonde");
    JsonNode controllers = rendered.named("NetworkPolicy", NAME);
    String labels =
        "{app.kubernetes.io/name: dnsonde, app.kubernetes.io/instance: rel,"
            + " app.kubernetes.io/component: %s}";
    assertAll(
        () ->
            assertEquals(
                yaml(
                    "ports: [{protocol: TCP, port: 9056}]",
                    "to:",
                    "- namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: control}}",
                    "  podSelector: {matchLabels: " + labels.formatted("controller") + "}"),
                agents.at("/spec/egress/1")),
        () ->
            assertEquals(
                yaml(
                    "- ports: [{protocol: TCP, port: reports}]",
                    "  from:",
                    "  - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name:"
                        + " dns-watch}}",
                    "    podSelector: {matchLabels: " + labels.formatted("agent") + "}",
                    "- ports: [{protocol: TCP, port: metrics}]",
                    "  from: [{podSelector: {}}]"),
                controllers.at("/spec/ingress")),
        () -> assertEquals("control", Rendered.namespace(controllers)),
        () -> assertEquals(agents.at("/spec/egress/0"), controllers.at("/spec/egress/0")));
  }

  /** An open page of the controller would surprise those who protect the agents' pages. */
  @Test
  void itsMetricsAreProtectedLikeThoseOfAgents() {
    Rendered rendered =
        Rendered.with(
            "metrics:",
            "  tls: {secretName: certs, certificate: a.pem, key: b.pem}",
            "  bearerToken: {secretName: tokens, key: scrape}");
    JsonNode agent = Rendered.podSpec(rendered.only("DaemonSet"));
    JsonNode controller = Rendered.podSpec(rendered.named("Deployment", NAME));
    for (String name : List.of("tls", "token")) {
      assertEquals(
          named(agent.path("volumes"), name), named(controller.path("volumes"), name), name);
      assertEquals(
          named(agent.at("/containers/0/volumeMounts"), name),
          named(controller.at("/containers/0/volumeMounts"), name),
          name);
    }
    JsonNode config =
        yaml(rendered.named("ConfigMap", NAME).at("/data/dnsonde.yaml").asString()).path("http");
    assertEquals(
        yaml("{certificate: /etc/dnsonde-tls/tls.crt, key: /etc/dnsonde-tls/tls.key}"),
        config.path("tls"));
    assertEquals("/etc/dnsonde-token/token", config.path("bearer-token-file").asString());
  }

  private static JsonNode named(JsonNode list, String name) {
    return list.values().stream()
        .filter(each -> each.path("name").asString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void itIsScrapedOnItsOwn() {
    for (String kind : List.of("PodMonitor", "ServiceMonitor")) {
      String value = kind.substring(0, 1).toLowerCase(Locale.ROOT) + kind.substring(1);
      Rendered rendered =
          Rendered.with(
              value + ": {enabled: true}",
              "metrics: {bearerToken: {secretName: a}, tls: {secretName: b}}",
              "controller: {namespace: control}");
      JsonNode monitor = rendered.named(kind, NAME);
      assertEquals(yaml("{matchNames: [control]}"), monitor.at("/spec/namespaceSelector"), kind);
      String endpoint =
          kind.equals("PodMonitor") ? "/spec/podMetricsEndpoints/0" : "/spec/endpoints/0";
      for (String field : List.of("/scheme", "/tlsConfig", "/authorization")) {
        JsonNode agents = rendered.named(kind, "rel-dnsonde").at(endpoint + field);
        assertFalse(agents.isMissingNode(), kind + field);
        assertEquals(agents, monitor.at(endpoint + field), kind + field);
      }
      assertEquals(
          rendered.named("Deployment", NAME).at("/spec/selector/matchLabels"),
          monitor.at("/spec/selector/matchLabels"),
          kind);
    }
  }
}
