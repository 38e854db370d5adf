package io.github.dnsonde.exchange;

import java.util.List;

/** The queries that wait for one socket: the attachment of its key. */
interface Reader {

  /** Adds the queries that read if the socket is ready. */
  void addTo(List<PendingQuery> ready);
}
