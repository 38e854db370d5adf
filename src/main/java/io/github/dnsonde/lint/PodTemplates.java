package io.github.dnsonde.lint;

import io.github.dnsonde.manifest.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the templates of pods in an object, by what a template is and not by who has one: labels
 * and a spec with containers, somewhere within the object's spec. So Rollouts, Knative Services and
 * training jobs make pods as Deployments do.
 */
final class PodTemplates {

  private static final int MAX_DEPTH = 10;

  /** Groups whose objects tell what to do with others' templates. */
  private static final Set<String> NOT_THEIR_OWN =
      Set.of(
          "kyverno.io",
          "policies.kyverno.io",
          "apiextensions.k8s.io",
          "admissionregistration.k8s.io",
          "templates.gatekeeper.sh",
          "mutations.gatekeeper.sh",
          "constraints.gatekeeper.sh",
          "kustomize.config.k8s.io",
          "builtin");

  private PodTemplates() {}

  /** Those that make pods; none in a fragment, such as a patch. */
  static List<Fields> of(Fields object) {
    String version = object.text("apiVersion").orElse("");
    String group = version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
    String kind = object.text("kind").orElse("");
    if (kind.isEmpty() || NOT_THEIR_OWN.contains(group) || isFragment(group, object)) {
      return List.of();
    }
    if (kind.equals("Pod") && group.isEmpty()) {
      return hasContainers(object) ? List.of(object) : List.of();
    }
    List<Fields> found = new ArrayList<>();
    within(object.object("spec"), 0, found);
    return found;
  }

  /** Without its selector no server takes one of these kinds. */
  private static boolean isFragment(String group, Fields object) {
    return group.equals("apps") && !object.object("spec").has("selector");
  }

  private static void within(Fields fields, int depth, List<Fields> found) {
    if (depth > MAX_DEPTH) {
      return;
    }
    for (String name : fields.names()) {
      Stream.concat(Stream.of(fields.object(name)), fields.objects(name))
          .filter(each -> !each.names().isEmpty())
          .forEach(
              each -> {
                if (hasContainers(each)) {
                  found.add(each);
                } else {
                  within(each, depth + 1, found);
                }
              });
    }
  }

  private static boolean hasContainers(Fields template) {
    List<Fields> containers = template.object("spec").objects("containers").toList();
    return containers.stream().anyMatch(each -> each.text("image").isPresent());
  }

  /** Labels that a controller adds to those of the template, as far as they are known before. */
  static Map<String, String> added(Fields object) {
    String name = object.object("metadata").text("name").orElse("");
    String version = object.text("apiVersion").orElse("");
    return switch (object.text("kind").orElse("")) {
      case "Job" -> Map.of("job-name", name, "batch.kubernetes.io/job-name", name);
      case "StatefulSet" -> Map.of("statefulset.kubernetes.io/pod-name", name + "-0");
      case "Service" ->
          version.startsWith("serving.knative.dev/")
              ? Map.of("serving.knative.dev/service", name)
              : Map.of();
      default -> Map.of();
    };
  }
}
