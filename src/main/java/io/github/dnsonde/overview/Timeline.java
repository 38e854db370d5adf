package io.github.dnsonde.overview;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The events that matter to DNS on a node or in a cluster.
 *
 * @param subject the node or the cluster
 * @param at the time of the timeline
 * @param completeFrom the time since which nothing is missing, but for {@code policies}: its keeper
 *     started then, or dropped what was before
 * @param policies the times whose changes of policies it has
 * @param entries the oldest first
 */
public record Timeline(
    String subject,
    Instant at,
    Instant completeFrom,
    PolicySight policies,
    List<IncidentEntry> entries) {

  public Timeline {
    requireNonNull(subject, "subject is null");
    requireNonNull(at, "at is null");
    requireNonNull(completeFrom, "completeFrom is null");
    requireNonNull(policies, "policies is null");
    entries = List.copyOf(entries);
  }

  /** Returns the events of one namespace within this time. */
  public Timeline of(String namespace, Duration since) {
    Instant first = at.minus(since);
    return new Timeline(
        subject,
        at,
        completeFrom,
        policies,
        of(namespace).entries().stream().filter(entry -> !entry.at().isBefore(first)).toList());
  }

  /** Returns the events of one namespace. */
  public Timeline of(String namespace) {
    return new Timeline(
        subject,
        at,
        completeFrom,
        policies,
        entries.stream().filter(entry -> entry.namespaces().contains(namespace)).toList());
  }
}
