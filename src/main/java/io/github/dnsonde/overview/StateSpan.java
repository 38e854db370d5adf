package io.github.dnsonde.overview;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.report.PathState;
import java.time.Instant;

/**
 * A state of a namespace, until the next one.
 *
 * @param from the time at which it was first seen
 */
public record StateSpan(Instant from, PathState state) {
  public StateSpan {
    requireNonNull(from, "from is null");
    requireNonNull(state, "state is null");
  }
}
