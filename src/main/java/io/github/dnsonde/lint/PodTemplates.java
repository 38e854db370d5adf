package io.github.dnsonde.lint;

import io.github.dnsonde.manifest.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the pod templates in an object, by their form and not by the kind of the object. A template
 * has labels and a spec with containers, somewhere within the object's spec. So Rollouts, Knative
 * Services and training jobs make pods as Deployments do.
 */
final class PodTemplates {

  private static final int MAX_DEPTH = 10;

  /** Groups whose objects describe how to use the templates of others. */
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

  /** Returns the templates that make pods; empty for a fragment, such as a patch. */
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

  /** No server accepts one of these kinds without its selector. */
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

  /**
   * Returns the labels that a controller adds to those of the template, as far as they can be
   * predicted.
   */
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
