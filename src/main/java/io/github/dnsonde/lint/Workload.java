package io.github.dnsonde.lint;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.manifest.Fields;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What makes pods.
 *
 * @param who for people: {@code Deployment web}
 * @param labels of the pods
 * @param asks whether they ask the cluster's DNS and policies hold for them
 * @param made only of pods that nothing in the input makes
 */
record Workload(String who, Labels labels, boolean asks, Optional<Made> made) {

  /**
   * Why there may be such a pod.
   *
   * @param selector of a policy that would select it
   * @param written those of its labels that the selector names, value for value; the others are
   *     made up
   */
  record Made(LabelSelector selector, Labels written) {
    Made {
      requireNonNull(selector, "selector is null");
      requireNonNull(written, "written is null");
    }
  }

  Workload {
    requireNonNull(who, "who is null");
    requireNonNull(labels, "labels is null");
    requireNonNull(made, "made is null");
  }

  /** Those of an object; none for what makes no pods. */
  static List<Workload> of(Document document) {
    Fields object = document.fields();
    List<Fields> templates = PodTemplates.of(object);
    if (templates.isEmpty() || document.isPatch()) {
      return List.of();
    }
    String who = document.kind() + " " + document.name();
    return templates.stream()
        .map(
            template -> {
              Map<String, String> labels = new HashMap<>(PodTemplates.added(object));
              labels.putAll(template.object("metadata").map("labels"));
              return new Workload(
                  who, new Labels(labels), asks(template.object("spec")), Optional.empty());
            })
        .toList();
  }

  private static boolean asks(Fields spec) {
    return !spec.flag("hostNetwork").orElse(false)
        && spec.text("dnsPolicy").orElse("ClusterFirst").startsWith("ClusterFirst");
  }

  /** A pod that a policy may mean, where the input has none. */
  static Workload made(LabelSelector selector, Map<String, String> labels, Labels written) {
    return new Workload(
        words(labels), new Labels(labels), true, Optional.of(new Made(selector, written)));
  }

  /** Whether a selector matches its pods, or may match one of them if they are made up. */
  boolean mayMatch(LabelSelector other) {
    return !matching(other).isEmpty();
  }

  /** The labels by which a selector matches its pods; those of made-up ones are made up also. */
  List<Labels> matching(LabelSelector other) {
    return made.map(each -> matching(each, other))
        .orElseGet(() -> other.matches(labels) ? List.of(labels) : List.of());
  }

  private static List<Labels> matching(Made made, LabelSelector other) {
    Map<String, String> certain = made.written().values();
    boolean contradicts =
        other.matchLabels().entrySet().stream()
            .anyMatch(
                label ->
                    !certain
                        .getOrDefault(label.getKey(), label.getValue())
                        .equals(label.getValue()));
    return contradicts
        ? List.of()
        : PodClasses.labels(other).stream()
            .map(labels -> joined(labels, made.written()))
            .filter(all -> other.matches(all) && made.selector().matches(all))
            .toList();
  }

  private static Labels joined(Map<String, String> some, Labels certain) {
    Map<String, String> all = new HashMap<>(some);
    all.putAll(certain.values());
    return new Labels(all);
  }

  private static String words(Map<String, String> labels) {
    return labels.isEmpty()
        ? "pods with no particular label"
        : new TreeMap<>(labels)
            .entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(", ", "pods with ", ""));
  }
}
