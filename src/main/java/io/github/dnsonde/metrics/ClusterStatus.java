package io.github.dnsonde.metrics;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Sources, read at each scrape, for the agent's knowledge of its cluster and its node.
 *
 * @param networks number of pod addresses whose network namespace is known
 * @param lastSync time of the API server's last response; empty until everything was listed
 * @param watchErrors failed lists and watches, by resource
 * @param listed true if the resource was listed at least once, by resource
 * @param heard time of the API server's last response, by resource; none for resources without one
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
