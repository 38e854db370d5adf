package io.github.dnsonde.overview;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.report.PathState;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The paths from one namespace to one server over one transport, on all nodes together.
 *
 * @param server the name of the server
 * @param inUse the pods' own resolvers take these paths
 * @param state the worst state of them
 * @param since the time since which the first of them has been in that state; empty if unknown
 * @param vantages the number of vantages
 * @param affected the number of vantages in that state
 * @param nodes the number of nodes with such a vantage
 * @param affectedNodes the number of nodes with a vantage in that state
 * @param reasons the numbers of failures in a row, by reason
 */
public record OverviewRow(
    String namespace,
    String server,
    Transport transport,
    boolean inUse,
    PathState state,
    Optional<Instant> since,
    int vantages,
    int affected,
    int nodes,
    int affectedNodes,
    SortedMap<Reason, Integer> reasons) {

  /** The worst first; of equals those in use. */
  static final Comparator<OverviewRow> WORST_FIRST =
      Comparator.comparing((OverviewRow row) -> !row.fails())
          .thenComparing(OverviewRow::state)
          .thenComparing(row -> !row.inUse())
          .thenComparing(OverviewRow::namespace)
          .thenComparing(OverviewRow::server)
          .thenComparing(OverviewRow::transport);

  public OverviewRow {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(server, "server is null");
    requireNonNull(transport, "transport is null");
    requireNonNull(state, "state is null");
    requireNonNull(since, "since is null");
    reasons = Collections.unmodifiableSortedMap(new TreeMap<>(reasons));
    if (affected < 1 || affected > vantages || affectedNodes < 1 || affectedNodes > nodes) {
      throw new IllegalArgumentException(
          affected + " of " + vantages + " vantages on " + affectedNodes + " of " + nodes);
    }
  }

  /** The part of a row that identifies it. */
  public record Key(String namespace, String server, Transport transport, boolean inUse) {

    /** Hundreds of thousands of paths find their row by it; that of records is slow in bulk. */
    @Override
    public int hashCode() {
      return 31 * (31 * (31 * namespace.hashCode() + server.hashCode()) + transport.hashCode())
          + (inUse ? 1 : 0);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key
          && namespace.equals(key.namespace)
          && server.equals(key.server)
          && transport == key.transport
          && inUse == key.inUse;
    }
  }

  /** Returns the part that identifies it. */
  public Key key() {
    return new Key(namespace, server, transport, inUse);
  }

  /** Returns true if applications cannot resolve names because of it. */
  public boolean fails() {
    return inUse && state.fails();
  }
}
