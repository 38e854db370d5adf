package io.github.dnsonde.lint;

import java.util.Locale;

/** How bad a finding is, the worst first. */
public enum Severity {
  /** Names are not resolved, or no API server takes the policy. */
  ERROR,
  /** Some names, or on some clusters, are not resolved. */
  WARNING,
  /** Worth knowing. */
  INFO;

  /** The word in every output: {@code error}, {@code warning}, {@code info}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it is as bad as another, or worse. */
  public boolean isAtLeast(Severity other) {
    return compareTo(other) <= 0;
  }
}
