package io.github.dnsonde.metrics;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Whom to ask at each scrape how well the agent knows its cluster and its node.
 *
 * @param networks addresses for which a network namespace is at hand
 * @param lastSync when the API server was last heard of; empty until all was listed
 * @param watchErrors failed lists and watches, by resource
 * @param listed whether each resource was listed once, by resource
 * @param heard when the API server was last heard of, by resource; without those it never was
 */
public record ClusterStatus(
    IntSupplier networks,
    Supplier<Optional<Instant>> lastSync,
    Supplier<Map<String, Long>> watchErrors,
    Supplier<Map<String, Boolean>> listed,
    Supplier<Map<String, Instant>> heard) {

  public ClusterStatus {
    requireNonNull(networks, "networks is null");
    requireNonNull(lastSync, "lastSync is null");
    requireNonNull(watchErrors, "watchErrors is null");
    requireNonNull(listed, "listed is null");
    requireNonNull(heard, "heard is null");
  }
}
