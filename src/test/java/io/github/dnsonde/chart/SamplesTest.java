package io.github.dnsonde.chart;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Checks properties of every object, for all values. */
class SamplesTest {

  private static final Set<String> OF_THE_CLUSTER =
      Set.of(
          "ClusterRole",
          "ClusterRoleBinding",
          "SecurityContextConstraints",
          "ValidatingAdmissionPolicy",
          "ValidatingAdmissionPolicyBinding");

  /** Fields in which an empty value has a meaning: all, or the default. */
  private static final Set<String> MAY_BE_EMPTY = Set.of("emptyDir", "include", "selector");

  @Test
  void helmFindsNoMistakes() {
    LintResult found = new Helm(Rendered.CHART).lint().strict().call();
    assertFalse(found.isFailed(), () -> String.join("\n", found.getMessages()));
  }

  @ParameterizedTest
  @MethodSource("io.github.dnsonde.chart.Rendered#samples")
  void everyObjectIsComplete(Path sample) {
    Rendered rendered = Rendered.sample(sample);
    assertEquals(rendered.names().size(), Set.copyOf(rendered.names()).size(), "two of one name");
    assertAll(rendered.objects().stream().flatMap(object -> Stream.of(() -> whole(object))));
  }

  private static void whole(JsonNode object) {
    String identity = Rendered.identity(object);
    assertFalse(object.path("apiVersion").asString("").isEmpty(), identity);
    assertTrue(Rendered.name(object).matches("[a-z0-9][-a-z0-9]{0,62}"), identity);
    assertEquals(
        OF_THE_CLUSTER.contains(object.path("kind").asString()),
        Rendered.namespace(object).isEmpty(),
        identity);
    assertFalse(
        object.at("/metadata/labels/app.kubernetes.io~1name").asString("").isEmpty(), identity);
    notEmpty(object, identity);
  }

  /** Checks for nulls and empty maps: to GitOps tools, they are changes that never end. */
  private static void notEmpty(JsonNode node, String where) {
    node.properties().forEach(field -> filled(field, where));
    node.values().stream()
        .filter(JsonNode::isContainer)
        .forEach(child -> notEmpty(child, where + "/…"));
  }

  private static void filled(Map.Entry<String, JsonNode> field, String where) {
    JsonNode value = field.getValue();
    boolean empty = value.isNull() || (value.isContainer() && value.isEmpty());
    assertFalse(
        empty
            && !MAY_BE_EMPTY.contains(field.getKey())
            && !field.getKey().startsWith("preferredDuring"),
        () -> where + ": " + field.getKey() + " is empty");
  }

  @ParameterizedTest
  @MethodSource("io.github.dnsonde.chart.Rendered#samples")
  void selectorsSelectTheirOwnPodsAndNoOther(Path sample) {
    Rendered rendered = Rendered.sample(sample);
    for (JsonNode workload : rendered.workloads()) {
      JsonNode wanted = workload.at("/spec/selector/matchLabels");
      if (!wanted.isMissingNode()) {
        assertEquals(
            List.of(Rendered.identity(workload)),
            rendered.workloads().stream()
                .filter(other -> Rendered.namespace(other).equals(Rendered.namespace(workload)))
                .filter(other -> has(podLabels(other), wanted))
                .map(Rendered::identity)
                .toList());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.dnsonde.chart.Rendered#samples")
  void servicesAndMonitorsSelectThePodsOfTheirComponent(Path sample) {
    Rendered rendered = Rendered.sample(sample);
    for (JsonNode service : rendered.all("Service")) {
      assertTrue(
          has(podLabels(workload(rendered, service)), service.at("/spec/selector")),
          Rendered.identity(service));
    }
    for (JsonNode monitor : rendered.all("PodMonitor")) {
      assertTrue(
          has(podLabels(workload(rendered, monitor)), monitor.at("/spec/selector/matchLabels")),
          Rendered.identity(monitor));
    }
    for (JsonNode monitor : rendered.all("ServiceMonitor")) {
      assertTrue(
          rendered.all("Service").stream()
              .anyMatch(
                  service ->
                      has(
                          service.at("/metadata/labels"),
                          monitor.at("/spec/selector/matchLabels"))),
          Rendered.identity(monitor));
    }
  }

  /** The workload that has the name of a Service or monitor. */
  private static JsonNode workload(Rendered rendered, JsonNode object) {
    return rendered.workloads().stream()
        .filter(workload -> Rendered.name(workload).equals(Rendered.name(object)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no pods for " + Rendered.identity(object)));
  }

  private static JsonNode podLabels(JsonNode workload) {
    JsonNode template = workload.at("/spec/template/metadata/labels");
    return template.isMissingNode() ? workload.at("/metadata/labels") : template;
  }

  private static boolean has(JsonNode labels, JsonNode wanted) {
    return !wanted.isEmpty()
        && wanted.properties().stream()
            .allMatch(label -> label.getValue().equals(labels.path(label.getKey())));
  }

  @ParameterizedTest
  @MethodSource("io.github.dnsonde.chart.Rendered#samples")
  void referencedObjectsExist(Path sample) {
    Rendered rendered = Rendered.sample(sample);
    Set<String> there = new HashSet<>(rendered.names());
    for (JsonNode workload : rendered.workloads()) {
      String namespace = Rendered.namespace(workload);
      JsonNode spec = Rendered.podSpec(workload);
      spec.path("volumes").values().stream()
          .map(volume -> volume.at("/configMap/name"))
          .filter(JsonNode::isString)
          .forEach(name -> isThere(there, "ConfigMap/" + namespace + "/" + name.asString()));
      if (spec.has("serviceAccountName")) {
        String account = spec.get("serviceAccountName").asString();
        isThere(there, "ServiceAccount/" + namespace + "/" + account);
      }
      assertEquals(names(spec, "/volumes"), names(spec, "/containers/0/volumeMounts"));
    }
    Stream.of("RoleBinding", "ClusterRoleBinding")
        .flatMap(kind -> rendered.all(kind).stream())
        .forEach(binding -> bindsWhatIsThere(binding, there));
  }

  private static void bindsWhatIsThere(JsonNode binding, Set<String> there) {
    String role = binding.at("/roleRef/kind").asString() + "/" + Rendered.namespace(binding);
    isThere(there, role + "/" + binding.at("/roleRef/name").asString());
    JsonNode subject = binding.at("/subjects/0");
    isThere(
        there,
        "ServiceAccount/"
            + subject.path("namespace").asString()
            + "/"
            + subject.path("name").asString());
  }

  private static void isThere(Set<String> there, String wanted) {
    assertTrue(there.contains(wanted), () -> wanted + " is not among " + there);
  }

  private static List<String> names(JsonNode spec, String path) {
    return spec.at(path).values().stream()
        .map(reference -> reference.path("name").asString())
        .toList();
  }

  /** Checks a user who mirrors images and sets all of them, with their digests. */
  @Test
  void everyImageIsAValue() {
    String agent = "agents.example.com/a@sha256:" + "1".repeat(64);
    String pod = "pods.example.com/b@sha256:" + "2".repeat(64);
    String values =
        """
        image: {registry: agents.example.com, repository: a, digest: "%s"}
        probePods:
          image: {registry: pods.example.com, repository: b, digest: "%s"}
          namespaces: [shop]
          managed: {enabled: true, namespaces: {include: ["*"]}}
        """
            .formatted("1".repeat(64), "2".repeat(64));
    Set<String> images = new HashSet<>();
    for (JsonNode object : Rendered.with(values).objects()) {
      images.addAll(object.findValuesAsString("image"));
      object
          .path("data")
          .valueStream()
          .filter(text -> text.asString().contains("image:"))
          .forEach(
              text -> images.addAll(Rendered.yaml(text.asString()).findValuesAsString("image")));
    }
    assertEquals(Set.of(agent, pod), images);
  }
}
