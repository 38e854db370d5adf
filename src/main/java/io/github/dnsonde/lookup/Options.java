package io.github.dnsonde.lookup;

import io.github.dnsonde.probe.ResolverSettings;

/** The options of a {@code resolv.conf} (resolv.conf(5)), within the limits of each resolver. */
record Options(ResolverSettings settings) {

  /** All three resolvers count at most 15 dots. */
  private static final int MOST_DOTS = 15;

  /** Returns true if this option is set. */
  boolean has(String option) {
    return settings.options().contains(option);
  }

  /** The last value of an option, within limits. */
  int value(String option, int otherwise, int least, int most) {
    String prefix = option + ":";
    return settings.options().stream()
        .filter(each -> each.startsWith(prefix))
        .reduce((_, last) -> last)
        .map(each -> Integer.parseInt(each.substring(prefix.length())))
        .map(value -> Math.clamp(value, least, most))
        .orElse(otherwise);
  }

  int ndots() {
    return value("ndots", 1, 0, MOST_DOTS);
  }
}
