package io.github.dnsonde.lint;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.LabelSelector.Requirement;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.manifest.Fields;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What makes pods that ask the cluster's DNS.
 *
 * @param who for people: {@code Deployment web}
 * @param labels of the pods
 */
record Workload(String who, Labels labels) {

  private static final Set<String> WITH_TEMPLATE =
      Set.of("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job");

  /** Empty for what makes no pods, or pods that no policy selects or that ask others. */
  static Optional<Workload> of(Fields object) {
    String kind = object.text("kind").orElse("");
    return template(kind, object)
        .filter(pod -> isJudged(pod.object("spec")))
        .map(
            pod ->
                new Workload(
                    kind + " " + object.object("metadata").text("name").orElse(""),
                    new Labels(pod.object("metadata").map("labels"))));
  }

  private static Optional<Fields> template(String kind, Fields object) {
    Fields spec = object.object("spec");
    if (WITH_TEMPLATE.contains(kind)) {
      return Optional.of(spec.object("template"));
    }
    return switch (kind) {
      case "Pod" -> Optional.of(object);
      case "CronJob" -> Optional.of(spec.object("jobTemplate").object("spec").object("template"));
      default -> Optional.empty();
    };
  }

  private static boolean isJudged(Fields spec) {
    return !spec.flag("hostNetwork").orElse(false)
        && spec.text("dnsPolicy").orElse("ClusterFirst").startsWith("ClusterFirst");
  }

  /** A pod that a selector selects, and that has no label more; empty where there can be none. */
  static Optional<Workload> madeFor(LabelSelector selector) {
    Map<String, String> labels = new TreeMap<>(selector.matchLabels());
    selector.matchExpressions().forEach(requirement -> satisfy(requirement, selector, labels));
    Labels all = new Labels(labels);
    return selector.matches(all) ? Optional.of(new Workload(words(labels), all)) : Optional.empty();
  }

  private static void satisfy(
      Requirement requirement, LabelSelector selector, Map<String, String> labels) {
    switch (requirement.operator()) {
      case IN ->
          requirement.values().stream()
              .sorted()
              .filter(value -> isFree(requirement.key(), value, selector))
              .findFirst()
              .ifPresent(value -> labels.putIfAbsent(requirement.key(), value));
      case EXISTS -> labels.putIfAbsent(requirement.key(), "any");
      case NOT_IN, DOES_NOT_EXIST -> {}
    }
  }

  private static boolean isFree(String key, String value, LabelSelector selector) {
    Labels alone = new Labels(Map.of(key, value));
    return selector.matchExpressions().stream()
        .filter(each -> each.key().equals(key))
        .allMatch(each -> new LabelSelector(Map.of(), List.of(each)).matches(alone));
  }

  private static String words(Map<String, String> labels) {
    return labels.isEmpty()
        ? "pods with no particular label"
        : labels.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(", ", "pods with ", ""));
  }
}
