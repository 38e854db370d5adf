package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A Deployment of one tiny pod, whose only use is that questions can be asked from it. Each
 * namespace has one at the most, always of the same name.
 *
 * @param namespace where it is to be
 * @param image what its pod runs
 * @param labels of the pod, beside its own: those that policies select by
 */
public record ProbeDeployment(String namespace, String image, Labels labels) {

  /** What it is called. */
  public static final String NAME = "dnsonde-probe";

  /** What it and its pod are found by; nothing here can ever change, for a selector cannot. */
  public static final Labels MARKS =
      new Labels(Map.of("app.kubernetes.io/name", NAME, "app.kubernetes.io/managed-by", "dnsonde"));

  /** What the pod has beside that: the agent prefers it, Istio gives it no container. */
  private static final Map<String, String> OWN =
      Map.of("dnsonde.github.io/probe-pod", "true", "sidecar.istio.io/inject", "false");

  /** Keys by which others tell what is theirs, and remove what they do not know. */
  private static final Set<String> OF_OTHERS =
      Set.of("app.kubernetes.io/instance", "pod-template-hash");

  public ProbeDeployment {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(image, "image is null");
    if (!labels.values().keySet().stream().allMatch(ProbeDeployment::mayCarry)) {
      throw new IllegalArgumentException("labels " + labels + " may not all be carried");
    }
  }

  /** Whether a label of this key may be given to the pod. */
  public static boolean mayCarry(String key) {
    return !MARKS.values().containsKey(key)
        && !OWN.containsKey(key)
        && !OF_OTHERS.contains(key)
        && !key.startsWith("dnsonde.github.io/")
        && !key.startsWith("argocd.argoproj.io/");
  }

  /** All labels of its pod. */
  public Labels podLabels() {
    Map<String, String> all = new HashMap<>(labels.values());
    all.putAll(MARKS.values());
    all.putAll(OWN);
    return new Labels(all);
  }

  /** The same with other labels of the user's. */
  public ProbeDeployment with(Labels others) {
    return new ProbeDeployment(namespace, image, others);
  }
}
