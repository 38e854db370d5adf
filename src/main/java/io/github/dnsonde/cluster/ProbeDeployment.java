package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A Deployment of one tiny pod, whose only purpose is that probes can be sent from it. Each
 * namespace has at most one, always with the same name.
 *
 * @param namespace its namespace
 * @param image the image of its pod
 * @param labels of the pod, next to its own: those that policies select by
 */
public record ProbeDeployment(String namespace, String image, Labels labels) {

  /** The name of the Deployment. */
  public static final String NAME = "dnsonde-probe";

  /** The labels that identify it and its pod. They can never change, because a selector cannot. */
  public static final Labels MARKS =
      new Labels(Map.of("app.kubernetes.io/name", NAME, "app.kubernetes.io/managed-by", "dnsonde"));

  /** The pod's further labels: the agent prefers it, and Istio adds no container to it. */
  private static final Map<String, String> OWN =
      Map.of("dnsonde.github.io/probe-pod", "true", "sidecar.istio.io/inject", "false");

  /** Keys by which other tools identify their objects, and remove unknown ones. */
  private static final Set<String> OF_OTHERS =
      Set.of("app.kubernetes.io/instance", "pod-template-hash");

  public ProbeDeployment {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(image, "image is null");
    if (!labels.values().keySet().stream().allMatch(ProbeDeployment::mayCarry)) {
      throw new IllegalArgumentException("labels " + labels + " may not all be carried");
    }
  }

  /** Returns true if a label with this key may be given to the pod. */
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

  /** Returns a copy with other labels of the user's. */
  public ProbeDeployment with(Labels others) {
    return new ProbeDeployment(namespace, image, others);
  }
}
