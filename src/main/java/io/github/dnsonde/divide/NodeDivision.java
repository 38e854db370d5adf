package io.github.dnsonde.divide;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Role;
import io.github.dnsonde.report.ClassKey;
import java.time.Duration;
import java.util.Map;

/**
 * One node's part of the work.
 *
 * @param share the limit of its queries per second to servers off the node
 * @param whole true if every class is core, with the full period
 * @param background the period of background vantages
 * @param core the turns of its core classes; the others are probed in the background
 */
public record NodeDivision(
    double share, boolean whole, Duration background, Map<ClassKey, Role.Core> core) {
  public NodeDivision {
    if (!(share >= 0)) {
      throw new IllegalArgumentException("the share " + share + " is less than 0");
    }
    requireNonNull(background, "background is null");
    core = Map.copyOf(core);
  }

  /** Returns the role of the vantages of a class. */
  public Role role(ClassKey key) {
    if (whole) {
      return Role.ALONE;
    }
    Role.Core turn = core.get(key);
    return turn == null ? Role.BACKGROUND : turn;
  }
}
