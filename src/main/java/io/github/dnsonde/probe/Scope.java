package io.github.dnsonde.probe;

import java.util.Locale;

/** Whether the cluster's DNS knows the answer itself or has to ask an upstream resolver. */
public enum Scope {
  INTERNAL,
  EXTERNAL;

  /**
   * The domain of the cluster's own names (Kubernetes documentation, "DNS for Services and Pods").
   */
  private static final String CLUSTER_DOMAIN = ".cluster.local.";

  /** What an absolute name must be taken for when nobody said. */
  public static Scope of(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(CLUSTER_DOMAIN) ? INTERNAL : EXTERNAL;
  }

  /** The word in labels, logs and configuration: {@code internal} or {@code external}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
