package io.github.dnsonde.probe;

import java.util.Locale;

/** The origin of the answer: the cluster's DNS itself, or an upstream resolver. */
public enum Scope {
  INTERNAL,
  EXTERNAL;

  /**
   * The domain of the cluster's own names (Kubernetes documentation, "DNS for Services and Pods").
   */
  private static final String CLUSTER_DOMAIN = ".cluster.local.";

  /** The scope of an absolute name that is configured without one. */
  public static Scope of(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(CLUSTER_DOMAIN) ? INTERNAL : EXTERNAL;
  }

  /** The word in labels, logs and configuration: {@code internal} or {@code external}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
