package io.github.dnsonde.http;

import io.github.dnsonde.overview.NamespaceHistory;
import io.github.dnsonde.overview.Overview;
import io.github.dnsonde.overview.PathList;
import io.github.dnsonde.overview.PathSelection;
import io.github.dnsonde.overview.Trend;

/** The state of a node or a cluster, as people want to see it. Read by any thread. */
public interface PresentState {

  /** Returns all paths, added up. */
  Overview overview();

  /** Returns the selected paths one by one. */
  PathList paths(PathSelection selection);

  /** Returns the states of a namespace over the last day. */
  NamespaceHistory history(String namespace);

  /**
   * Returns a namespace over the last days, from Prometheus. May take seconds. Nothing is known if
   * no Prometheus is read.
   *
   * @param days at most {@link Trend#DAYS}
   */
  default Trend trend(String namespace, int days) {
    return Trend.unknown(
        namespace,
        days,
        "There is no longer history: the controller reads it from controller.prometheus.url.");
  }
}
