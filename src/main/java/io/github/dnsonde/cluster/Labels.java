package io.github.dnsonde.cluster;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The labels of one object (Kubernetes documentation, "Labels and Selectors").
 *
 * @param values by key
 */
public record Labels(Map<String, String> values) {

  /** No labels. */
  public static final Labels NONE = new Labels(Map.of());

  /** The label that every namespace has (Kubernetes documentation, "Automatic labelling"). */
  public static final String NAMESPACE_NAME = "kubernetes.io/metadata.name";

  /** Labels that controllers give to the pods of one revision, or to one pod. */
  private static final Set<String> OF_ONE_REVISION =
      Set.of(
          "pod-template-hash",
          "rollouts-pod-template-hash",
          "controller-revision-hash",
          "pod-template-generation",
          "statefulset.kubernetes.io/pod-name",
          "apps.kubernetes.io/pod-index");

  public Labels {
    values = Map.copyOf(values);
  }

  /** Returns these labels as a namespace's: the API server adds its name to them. */
  public Labels ofNamespace(String name) {
    Map<String, String> all = new HashMap<>(values);
    all.put(NAMESPACE_NAME, name);
    return new Labels(all);
  }

  /**
   * Returns the labels that a workload's next revision will also have. Policies should select its
   * pods by these.
   */
  public Labels lasting() {
    Map<String, String> lasting = new HashMap<>(values);
    lasting.keySet().removeAll(OF_ONE_REVISION);
    return new Labels(lasting);
  }

  /** Returns these labels and others; the others take precedence. */
  public Labels with(Labels others) {
    Map<String, String> all = new HashMap<>(values);
    all.putAll(others.values);
    return new Labels(all);
  }

  /** Returns only the labels with one of these keys. */
  public Labels among(Set<String> keys) {
    Map<String, String> some = new HashMap<>();
    values.forEach(
        (key, value) -> {
          if (keys.contains(key)) {
            some.put(key, value);
          }
        });
    return some.isEmpty() ? NONE : some.size() == values.size() ? this : new Labels(some);
  }

  /** Returns true if each of the other labels is among these; true if there are none. */
  public boolean containsAll(Labels others) {
    return values.entrySet().containsAll(others.values.entrySet());
  }

  /** The value of a key; empty if the key does not exist. */
  public Optional<String> get(String key) {
    return Optional.ofNullable(values.get(key));
  }
}
