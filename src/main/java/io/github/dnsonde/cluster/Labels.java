package io.github.dnsonde.cluster;

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

  public Labels {
    values = Map.copyOf(values);
  }

  /** The value of a key; empty when there is no such key. */
  public Optional<String> get(String key) {
    return Optional.ofNullable(values.get(key));
  }
}
