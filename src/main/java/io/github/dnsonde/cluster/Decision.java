package io.github.dnsonde.cluster;

import java.util.Locale;

/** The answer of policies to the question whether a packet may pass. */
public enum Decision {
  ALLOW,
  DENY,
  /** Engines differ, or something other than a NetworkPolicy also decides. */
  UNKNOWN;

  /** Returns the word in labels and JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
