package io.github.dnsonde.bench;

import io.github.dnsonde.probe.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;

/** One way to send the same query repeatedly. Only one thread may use it. */
interface Contender extends AutoCloseable {

  /** The name in all queries, of type A: that of the API server. */
  String NAME = "kubernetes.default.svc.cluster.local.";

  /** The time that all contenders wait for an answer. */
  Duration TIMEOUT = Duration.ofMillis(7_500);

  /** The number of queries in flight, flat out, for contenders that support several. */
  int MANY = 64;

  /** Sends one query; a blocking contender returns after the answer, any other at once. */
  void ask();

  /** Waits for this time, or less if there is something to do earlier. */
  void await(Duration atMost);

  /** Returns the number of queries in flight. */
  int inFlight();

  /** Returns the number of queries in flight at its highest speed. */
  int concurrency();

  /** Returns the results of its queries. */
  Tally tally();

  @Override
  void close();

  /** The contenders, in the order of the table. */
  enum Kind {
    BARE_LOOP("bare loop"),
    DNSJAVA("dnsjava"),
    EXCHANGE("exchange");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }

    Contender start(Transport transport, InetSocketAddress server) {
      return switch (this) {
        case BARE_LOOP -> new BareLoop(transport, server);
        case DNSJAVA -> new StockClient(transport, server);
        case EXCHANGE -> OurExchange.here(transport, server);
      };
    }
  }
}
