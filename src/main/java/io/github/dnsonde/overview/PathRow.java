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
 * The path of one vantage to one server over one transport.
 *
 * @param workload a name that outlives the pod
 * @param server the name of the server
 * @param inUse the pod's own resolver takes this path
 * @param core probed with the full period; false if in the background
 * @param since the time since which it has been in that state; empty if unknown
 * @param reasons the numbers of failures in a row, by reason
 */
public record PathRow(
    String node,
    String namespace,
    String workload,
    String pod,
    String server,
    Transport transport,
    boolean inUse,
    boolean core,
    PathState state,
    Optional<Instant> since,
    SortedMap<Reason, Integer> reasons) {

  /** The worst first; of equals those in use. */
  static final Comparator<PathRow> WORST_FIRST =
      Comparator.comparing((PathRow row) -> !(row.inUse() && row.state().fails()))
          .thenComparing(PathRow::state)
          .thenComparing(row -> !row.inUse())
          .thenComparing(PathRow::namespace)
          .thenComparing(PathRow::workload)
          .thenComparing(PathRow::node)
          .thenComparing(PathRow::pod)
          .thenComparing(PathRow::server)
          .thenComparing(PathRow::transport);

  public PathRow {
    requireNonNull(node, "node is null");
    requireNonNull(namespace, "namespace is null");
    requireNonNull(workload, "workload is null");
    requireNonNull(pod, "pod is null");
    requireNonNull(server, "server is null");
    requireNonNull(transport, "transport is null");
    requireNonNull(state, "state is null");
    requireNonNull(since, "since is null");
    reasons = Collections.unmodifiableSortedMap(new TreeMap<>(reasons));
  }
}
