package io.github.dnsonde.chart;

import static io.github.dnsonde.chart.Rendered.yaml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.PolicyKind;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class PermissionsTest {

  private static final String NO_OTHERS =
      "rbac: {otherPolicies: {calico: false, cilium: false, networkPolicyApi: false, antrea: false,"
          + " ovn: false, aws: false, gke: false}%s}";

  private static final String MANAGED = "  managed: {enabled: true, namespaces: {include: ['*']}}";

  @Test
  void theAgentMayReadTheResourcesOfItsTable() {
    Rendered rendered = Rendered.with(NO_OTHERS.formatted(""));
    assertEquals(
        yaml(
            "- {apiGroups: [''], resources: [pods, namespaces], verbs: [list, watch]}",
            "- {apiGroups: [networking.k8s.io], resources: [networkpolicies], verbs: [list,"
                + " watch]}"),
        rendered.named("ClusterRole", "rel-dnsonde").path("rules"));
    assertEquals(
        yaml(
            "- {apiGroups: [''], resources: [services], verbs: [list, watch]}",
            "- {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list, watch]}"),
        rendered.named("Role", "rel-dnsonde-kube-dns").path("rules"));
    assertEquals("kube-system", Rendered.namespace(rendered.named("Role", "rel-dnsonde-kube-dns")));
    assertEquals(
        yaml("- {apiGroups: [apps], resources: [daemonsets], verbs: [list, watch]}"),
        rendered.named("Role", "rel-dnsonde").path("rules"));
    assertEquals(Rendered.NAMESPACE, Rendered.namespace(rendered.named("Role", "rel-dnsonde")));
  }

  /** Checks the kinds. Calico's own API server has special names for the policies of a tier. */
  @Test
  void policiesOfEveryKnownKindMayBeRead() {
    Set<String> readable = new TreeSet<>();
    for (JsonNode rule : Rendered.with("{}").named("ClusterRole", "rel-dnsonde").path("rules")) {
      Set<String> verbs = Set.copyOf(Rendered.texts(rule.path("verbs")));
      String group = rule.path("apiGroups").path(0).asString();
      Rendered.texts(rule.path("resources")).stream()
          .filter(_ -> verbs.equals(Set.of("list", "watch")))
          .filter(resource -> !resource.startsWith("tier."))
          .forEach(resource -> readable.add(resource + "." + group));
    }
    Set<String> wanted =
        new TreeSet<>(Set.of("namespaces.", "pods.", "networkpolicies.networking.k8s.io"));
    PolicyKind.KNOWN.forEach(kind -> wanted.add(kind.resource()));
    assertEquals(wanted, readable);
  }

  @ParameterizedTest
  @CsvSource({
    "calico, crd.projectcalico.org projectcalico.org",
    "cilium, cilium.io",
    "networkPolicyApi, policy.networking.k8s.io",
    "antrea, crd.antrea.io",
    "ovn, k8s.ovn.org",
    "aws, networking.k8s.aws",
    "gke, networking.gke.io"
  })
  void eachKindCanBeOmitted(String value, String groups) {
    Set<String> all = groups(Rendered.with("{}"));
    all.removeAll(groups(Rendered.with("rbac: {otherPolicies: {" + value + ": false}}")));
    assertEquals(groups, String.join(" ", all));
  }

  private static Set<String> groups(Rendered rendered) {
    Set<String> groups = new TreeSet<>();
    rendered
        .named("ClusterRole", "rel-dnsonde")
        .path("rules")
        .forEach(rule -> groups.addAll(Rendered.texts(rule.path("apiGroups"))));
    return groups;
  }

  @Test
  void theRoleForKubeDnsFollowsItsNamespace() {
    Rendered rendered = Rendered.with("config: {cluster: {kube-dns: {namespace: dns}}}");
    assertEquals("dns", Rendered.namespace(rendered.named("Role", "rel-dnsonde-kube-dns")));
    assertEquals("dns", Rendered.namespace(rendered.named("RoleBinding", "rel-dnsonde-kube-dns")));
  }

  /** Off where the cluster has no Cilium, as where the chart is rendered without a cluster. */
  @Test
  void ciliumsConfigMapIsReadByItsName() {
    assertTrue(Rendered.with("{}").all("Role").stream().noneMatch(PermissionsTest::isOfCilium));
    assertTrue(
        Rendered.with("rbac: {ciliumConfig: true, otherPolicies: {cilium: false}}")
            .all("Role")
            .stream()
            .noneMatch(PermissionsTest::isOfCilium));
    Rendered rendered = Rendered.with("rbac: {ciliumConfig: true}");
    JsonNode role = rendered.named("Role", "rel-dnsonde-cilium-config");
    assertEquals(
        yaml(
            "- {apiGroups: [''], resources: [configmaps], resourceNames: [cilium-config], verbs:"
                + " [get]}"),
        role.path("rules"));
    assertEquals("kube-system", Rendered.namespace(role));
    assertEquals(
        yaml(
            "[{kind: ServiceAccount, name: rel-dnsonde, namespace: %s}]"
                .formatted(Rendered.NAMESPACE)),
        rendered.named("RoleBinding", "rel-dnsonde-cilium-config").path("subjects"));
  }

  private static boolean isOfCilium(JsonNode role) {
    return Rendered.name(role).endsWith("-cilium-config");
  }

  @Test
  void furtherRulesMayAlsoOnlyRead() {
    String rule = "{apiGroups: [cilium.io], resources: [ciliumnetworkpolicies], verbs: [%s]}";
    assertEquals(
        yaml(rule.formatted("list")),
        Rendered.with(NO_OTHERS.formatted(", extraRules: [" + rule.formatted("list") + "]"))
            .named("ClusterRole", "rel-dnsonde")
            .at("/rules/2"));
    assertTrue(
        ValuesTest.refusal("rbac: {extraRules: [" + rule.formatted("delete") + "]}")
            .contains("/rbac/extraRules/0/verbs/0"));
  }

  @Test
  void onlyTheControllersWrite() {
    Rendered rendered = Rendered.with("probePods:", "  image: {repository: pause}", MANAGED);
    for (String kind : List.of("ClusterRole", "Role")) {
      for (JsonNode role : rendered.all(kind)) {
        Set<String> verbs = new TreeSet<>();
        role.path("rules")
            .forEach(
                rule -> {
                  boolean tiers = Rendered.texts(rule.path("resources")).equals(List.of("tiers"));
                  Set<String> allowed = new TreeSet<>(Rendered.texts(rule.path("verbs")));
                  assertTrue(!tiers || allowed.equals(Set.of("get")), rule::toString);
                  verbs.addAll(tiers ? Set.of() : allowed);
                });
        boolean controllers =
            Rendered.name(role).contains("probe-pods")
                || Rendered.name(role).contains("controller");
        assertTrue(controllers || Set.of("list", "watch").containsAll(verbs), role::toString);
      }
    }
  }

  @Test
  void theControllerMayDoOnlyWhatItDoes() {
    assertEquals(
        yaml(
            "- {apiGroups: [''], resources: [namespaces], verbs: [list]}",
            "- {apiGroups: [apps], resources: [deployments], verbs: [list, create]}",
            "- apiGroups: [apps]",
            "  resources: [deployments]",
            "  resourceNames: [dnsonde-probe]",
            "  verbs: [patch, delete]"),
        controllerRules("  labels: {}"));
    assertEquals(
        yaml(
            "- {apiGroups: [''], resources: [services], verbs: [list]}",
            "- {apiGroups: [policy], resources: [poddisruptionbudgets], verbs: [list]}"),
        yaml(
            "- " + controllerRules("  labels: {tier: web}").get(3),
            "- " + controllerRules("  labels: {tier: web}").get(4)));
  }

  private static JsonNode controllerRules(String labels) {
    return Rendered.with("probePods:", "  image: {repository: pause}", labels, MANAGED)
        .named("ClusterRole", "rel-dnsonde-probe-pods")
        .path("rules");
  }

  @Test
  void noAccountsAndRolesAreCreatedIfTheUserProvidesThem() {
    Rendered rendered =
        Rendered.with(
            "rbac: {create: false}",
            "serviceAccount: {create: false, name: mine}",
            "probePods:",
            "  image: {repository: pause}",
            "  managed: {enabled: true, serviceAccount: {create: false, name: other}}",
            "controller: {serviceAccount: {create: false, name: third}}");
    assertEquals(
        List.of("ConfigMap", "DaemonSet", "Deployment", "Pod", "Secret", "Service"),
        kinds(rendered));
    assertEquals(
        "mine", Rendered.podSpec(rendered.only("DaemonSet")).path("serviceAccountName").asString());
    assertEquals(
        "other",
        Rendered.podSpec(rendered.named("Deployment", "rel-dnsonde-probe-pods"))
            .path("serviceAccountName")
            .asString());
  }

  private static List<String> kinds(Rendered rendered) {
    return rendered.objects().stream()
        .map(object -> object.path("kind").asString())
        .distinct()
        .sorted()
        .toList();
  }
}
