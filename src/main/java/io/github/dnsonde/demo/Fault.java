package io.github.dnsonde.demo;

import io.github.dnsonde.probe.Reason;

/** The faults of the demo cluster's DNS, each with the reason that a client observes. */
enum Fault {
  /** A dropped packet: the query gets no response. */
  SILENCE(Reason.TIMEOUT),
  /** The upstream resolver cannot be reached. */
  SERVFAIL(Reason.SERVFAIL),
  /** The answer takes longer than an application waits. */
  SLOWNESS(Reason.LATE),
  /** The answer does not fit into a datagram. */
  TRUNCATION(Reason.TRUNCATED);

  private final Reason seenAs;

  Fault(Reason seenAs) {
    this.seenAs = seenAs;
  }

  Reason seenAs() {
    return seenAs;
  }
}
