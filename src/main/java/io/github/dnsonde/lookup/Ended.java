package io.github.dnsonde.lookup;

import io.github.dnsonde.probe.Reply;

/** A query with its reply. */
record Ended(Query query, Reply reply) {

  /** The end of a walk that this reply decides. */
  Walk.End failed() {
    return new Walk.End.Failed(query, reply);
  }
}
