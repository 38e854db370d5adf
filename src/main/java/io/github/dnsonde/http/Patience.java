package io.github.dnsonde.http;

import java.time.Duration;

/**
 * The time limits for clients.
 *
 * @param exchange from the first octet of a request, or from connecting, to the last octet of the
 *     response; including a TLS handshake
 * @param idle between two requests on one connection
 * @param check the interval between checks
 */
record Patience(Duration exchange, Duration idle, Duration check) {

  /**
   * The default limits. Scrapes give up after 10 s by default; 75 s keeps the connections of
   * clients that scrape every minute.
   */
  static final Patience DEFAULT =
      new Patience(Duration.ofSeconds(15), Duration.ofSeconds(75), Duration.ofSeconds(5));

  private static final int HURRY = 15;

  /** The idle limit if capacity is scarce: 5 s by default. */
  Duration idleInACrowd() {
    return idle.dividedBy(HURRY);
  }

  /** The time after which an exchange may be ended in favour of another one: 1 s by default. */
  Duration slow() {
    return exchange.dividedBy(HURRY);
  }
}
