package io.github.dnsonde.cluster;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The labels of one object (Kubernetes documentation, "Labels and Selectors").
 *
 * @param values by key
 */
public record Labels(Map<String, String> values) {

  /** No label at all. */
  public static final Labels NONE = new Labels(Map.of());

  /** The label that every namespace has (Kubernetes documentation, "Automatic labelling"). */
  public static final String NAMESPACE_NAME = "kubernetes.io/metadata.name";

  public Labels {
    values = Map.copyOf(values);
  }

  /** These as a namespace's: the API server adds its name to them. */
  public Labels ofNamespace(String name) {
    Map<String, String> all = new HashMap<>(values);
    all.put(NAMESPACE_NAME, name);
    return new Labels(all);
  }

  /** The value of a key; empty when there is no such key. */
  public Optional<String> get(String key) {
    return Optional.ofNullable(values.get(key));
  }
}
