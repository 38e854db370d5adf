package io.github.dnsonde.lint;

import java.util.Locale;

/** The severity of a finding, the worst first. */
public enum Severity {
  /** Names are not resolved, or no API server accepts the policy. */
  ERROR,
  /** Some names, or on some clusters, are not resolved. */
  WARNING,
  /** For information only. */
  INFO;

  /** The word in every output: {@code error}, {@code warning}, {@code info}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns true if it is at least as severe as another. */
  public boolean isAtLeast(Severity other) {
    return compareTo(other) <= 0;
  }
}
