package io.github.dnsonde.metrics;

import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Vantage;
import java.util.OptionalDouble;

/**
 * The state of one path at the moment of a scrape.
 *
 * @param server its name
 * @param inUse whether the pod's own resolver takes the path
 * @param planned whether it is probed, or only kept until its retention is over
 * @param expectedToWork whether it has worked within the last days
 * @param unansweredSeconds as {@link PathState#unansweredSeconds} returns them
 * @param queries those of the last two minutes
 * @param ofPath labels of the path's own series
 * @param ofServer labels of the node's series about the server
 */
record PathReading(
    Vantage vantage,
    String server,
    boolean inUse,
    boolean planned,
    boolean expectedToWork,
    OptionalDouble unansweredSeconds,
    QueryCounts queries,
    LabelValues ofPath,
    LabelValues ofServer) {

  /** Returns the share of queries that got no response, or one too late; 0 if none was sent. */
  double unansweredRatio() {
    int lost = queries.failed(reason -> reason.kind() != Reason.Kind.WRONG);
    int tested = queries.tested();
    return tested == 0 ? 0 : (double) lost / tested;
  }
}
