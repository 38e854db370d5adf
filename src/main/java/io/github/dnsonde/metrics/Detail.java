package io.github.dnsonde.metrics;

import io.github.dnsonde.metrics.MetricCatalogue.Label;
import java.util.Map;
import java.util.Set;

/** The detail of the metrics: what alerts and dashboards use, or all. */
public enum Detail {
  /**
   * Counters without {@code scope}, except for SERVFAIL; durations without {@code transport} and
   * with one bucket less; no series of single probes, and few of the virtual machine.
   */
  CORE,
  /** All labels and families. */
  FULL;

  /** The families that alerts and dashboards do without. Others show the same, or nearly. */
  private static final Set<MetricCatalogue> LEFT_OUT =
      Set.of(
          MetricCatalogue.PROBE_CONSECUTIVE_FAILURES,
          MetricCatalogue.PROBE_LAST_SUCCESS,
          MetricCatalogue.KUBE_LAST_SYNC,
          MetricCatalogue.KUBE_RESOURCE_LAST_SYNC);

  /** The labels that alerts and dashboards do without. */
  private static final Map<MetricCatalogue, Label> EMPTY =
      Map.of(
          MetricCatalogue.PROBES, Label.SCOPE,
          MetricCatalogue.PROBE_FAILURES, Label.SCOPE,
          MetricCatalogue.PROBE_DURATION, Label.TRANSPORT);

  /** Returns whether a family is on the page. */
  boolean exports(MetricCatalogue family) {
    return switch (this) {
      case CORE -> !LEFT_OUT.contains(family);
      case FULL -> true;
    };
  }

  /** Returns whether all series of a family that agree in the other labels are one series. */
  boolean joins(MetricCatalogue family, Label label) {
    return switch (this) {
      case CORE -> EMPTY.get(family) == label;
      case FULL -> false;
    };
  }

  /**
   * Returns those of the values that a family has. Left-out ones are empty, which is the same as
   * absent to Prometheus.
   */
  LabelValues of(MetricCatalogue family, LabelValues all) {
    LabelValues own = all.of(family);
    for (Label label : family.labels()) {
      if (joins(family, label)) {
        own = own.with(label, "");
      }
    }
    return own;
  }

  /**
   * Returns upper bounds of a duration, in seconds. 1 and 5 ms separate a cache's answers from an
   * upstream's. 0.5 s is slow for the cluster's own names. 2 and 5 s are the timeouts of CoreDNS
   * for an upstream and of a stub resolver for a server.
   */
  double[] durationBounds() {
    return switch (this) {
      case CORE -> new double[] {0.001, 0.005, 0.025, 0.1, 0.5, 2, 5};
      case FULL -> new double[] {0.001, 0.005, 0.025, 0.1, 0.5, 1, 2, 5};
    };
  }

  /**
   * Returns upper bounds of the delay of a query, in seconds. At 0.25 an agent counts as starved,
   * and at 2 a query becomes untested; later queries say nothing.
   */
  double[] delayBounds() {
    return switch (this) {
      case CORE -> new double[] {0.001, 0.01, 0.05, 0.25, 2};
      case FULL -> new double[] {0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 1, 2};
    };
  }
}
