package io.github.dnsonde.demo;

import io.github.dnsonde.probe.Reason;

/** What can be wrong with the make-believe cluster's DNS, and how a client sees it. */
enum Fault {
  /** A dropped packet: nothing comes back. */
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
