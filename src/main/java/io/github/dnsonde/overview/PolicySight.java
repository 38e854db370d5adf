package io.github.dnsonde.overview;

import java.util.Locale;

/** The times whose changes of policies a timeline has. A published word keeps its meaning. */
public enum PolicySight {
  /** All times: policies are watched. */
  ALWAYS,
  /** Only the times when a namespace failed: its policies are read then. */
  WHILE_FAILING;

  /** The word in JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
