package io.github.dnsonde.change;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A workload as the change leaves it.
 *
 * @param owner the owner of its pods; for a single pod, kind {@code Pod} and its name
 * @param labels of its pod template
 * @param complete true if these are all labels of the template; otherwise the pods keep the labels
 *     that it does not have
 * @param queriesDns false if its pods do not query the cluster's DNS, or no policy selects them
 */
public record PlannedWorkload(
    String namespace, Pod.Owner owner, Labels labels, boolean complete, boolean queriesDns) {

  /** Keys that controllers and service meshes add to the labels of a template. */
  private static final Pattern ADDED =
      Pattern.compile(
          "(?:[-a-z0-9.]+[.])?(?:istio[.]io|linkerd[.]io)/.*"
              + "|(?:service[.]istio[.]io|batch[.]kubernetes[.]io)/.*"
              + "|job-name|controller-uid");

  public PlannedWorkload {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(owner, "owner is null");
    requireNonNull(labels, "labels is null");
  }

  /** Returns pods that a policy would select; empty if no pod has such labels. */
  public static Optional<PlannedWorkload> selectedBy(NetworkPolicy policy) {
    return SamplePods.selected(policy.namespace(), policy.selects())
        .map(
            pod ->
                new PlannedWorkload(
                    policy.namespace(),
                    new Pod.Owner("pods", "that " + policy.name() + " selects"),
                    pod.labels(),
                    true,
                    true));
  }

  boolean makes(Pod pod) {
    return namespace.equals(pod.namespace()) && owner.equals(owner(pod));
  }

  /** An owner in words, such as {@code Deployment web}. */
  static String shown(Pod.Owner owner) {
    return owner.kind() + " " + owner.name();
  }

  /** The owner of a pod; a pod without one is its own. */
  static Pod.Owner owner(Pod pod) {
    return pod.owner().orElseGet(() -> new Pod.Owner("Pod", pod.name()));
  }

  /** Returns the pod as the change leaves it. */
  Pod changed(Pod pod) {
    Labels lasting = pod.labels().lasting();
    Labels base = complete ? labels : pod.labels().with(labels);
    Labels added =
        new Labels(
            pod.labels().values().entrySet().stream()
                .filter(label -> isAdded(label.getKey(), lasting))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    return pod.with(base.with(added));
  }

  private static boolean isAdded(String key, Labels lasting) {
    return !lasting.values().containsKey(key) || ADDED.matcher(key).matches();
  }
}
