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
 * A source of pods.
 *
 * @param who the name for people: {@code Deployment web}
 * @param labels of the pods
 * @param usesClusterDns whether they query the cluster's DNS and are subject to policies
 * @param made set only for pods that nothing in the input makes
 */
record Workload(String who, Labels labels, boolean usesClusterDns, Optional<Made> made) {

  /**
   * The reason why there may be such a pod.
   *
   * @param selector the selector of a policy that would select it
   * @param written the labels that the selector names, value for value; the others are made up
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

  /** Returns the workloads of an object; none if it makes no pods. */
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
                  who,
                  new Labels(labels),
                  usesClusterDns(template.object("spec")),
                  Optional.empty());
            })
        .toList();
  }

  private static boolean usesClusterDns(Fields spec) {
    return !spec.flag("hostNetwork").orElse(false)
        && spec.text("dnsPolicy").orElse("ClusterFirst").startsWith("ClusterFirst");
  }

  /** Returns a pod that a policy may select, if the input has none. */
  static Workload made(LabelSelector selector, Map<String, String> labels, Labels written) {
    return new Workload(
        words(labels), new Labels(labels), true, Optional.of(new Made(selector, written)));
  }

  /** Returns true if a selector matches its pods, or may match one of them if they are made up. */
  boolean mayMatch(LabelSelector other) {
    return !matching(other).isEmpty();
  }

  /**
   * Returns the labels by which a selector matches its pods; for made-up pods, these are also made
   * up.
   */
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
        ? "pods without special labels"
        : new TreeMap<>(labels)
            .entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(", ", "pods with ", ""));
  }
}
