package io.github.dnsonde.bench;

import io.github.dnsonde.probe.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;

/** One way to ask the same question again and again. Belongs to one thread. */
interface Contender extends AutoCloseable {

  /** What everyone asks: the name of the API server, by its address record. */
  String NAME = "kubernetes.default.svc.cluster.local.";

  /** How long everyone waits for an answer. */
  Duration TIMEOUT = Duration.ofMillis(7_500);

  /** Questions in flight, flat out, of those who can wait for several. */
  int MANY = 64;

  /** Asks once; a blocking contender comes back with the answer, any other at once. */
  void ask();

  /** Waits so long, or less when there is something to do before. */
  void await(Duration atMost);

  /** Questions asked and not yet answered. */
  int inFlight();

  /** Questions that it has in flight when it asks as fast as it can. */
  int concurrency();

  /** What became of its questions. */
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
