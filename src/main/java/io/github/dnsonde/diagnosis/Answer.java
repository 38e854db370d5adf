package io.github.dnsonde.diagnosis;

import java.util.Locale;

/** What the policies say. */
public enum Answer {
  ALLOW,
  DENY,
  UNKNOWN;

  /** The word in labels and sentences: {@code allow}, {@code deny}, {@code unknown}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
