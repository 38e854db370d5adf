package io.github.dnsonde.probe;

import java.util.Locale;

/** Whether the cluster's DNS knows the answer itself or has to ask an upstream resolver. */
public enum Scope {
  INTERNAL,
  EXTERNAL;

  /** The word in labels, logs and configuration: {@code internal} or {@code external}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
