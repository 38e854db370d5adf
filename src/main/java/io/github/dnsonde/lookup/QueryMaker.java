package io.github.dnsonde.lookup;

import io.github.dnsonde.probe.MessageOptions;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import java.time.Duration;

/** Creates and numbers the queries of one lookup. */
final class QueryMaker {

  /** The shortest wait for an answer, for a query that is sent when the time is over. */
  private static final Duration LEAST = Duration.ofMillis(1);

  private final MessageOptions options;
  private int made;

  QueryMaker(MessageOptions options) {
    this.options = options;
  }

  Query query(Server server, String name, RecordType type, Transport transport, Duration timeout) {
    made++;
    return new Query(
        made, server, name, type, transport, options, timeout.isPositive() ? timeout : LEAST);
  }
}
