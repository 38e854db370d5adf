package io.github.dnsonde.overview;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;

/**
 * The states of a namespace over the last hours.
 *
 * @param completeFrom the time since which it is known: nothing is remembered from before
 * @param states the oldest first; none if the namespace is not known
 * @param prometheus true if a longer history can be read there
 */
public record NamespaceHistory(
    String namespace,
    Instant at,
    Instant completeFrom,
    List<StateSpan> states,
    boolean prometheus) {
  public NamespaceHistory {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(at, "at is null");
    requireNonNull(completeFrom, "completeFrom is null");
    states = List.copyOf(states);
  }

  /** Returns the same, with a longer history in Prometheus. */
  public NamespaceHistory withPrometheus() {
    return new NamespaceHistory(namespace, at, completeFrom, states, true);
  }
}
