package io.github.dnsonde.http;

import java.time.Duration;

/**
 * How long clients may take.
 *
 * @param exchange from the first octet of a request, or from connecting, to the last octet of the
 *     response; a TLS handshake included
 * @param idle between two requests on one connection
 * @param check how often to look
 */
record Patience(Duration exchange, Duration idle, Duration check) {

  /**
   * Scrapes give up after 10 s by default; 75 s keeps the connections of those that come each
   * minute.
   */
  static final Patience DEFAULT =
      new Patience(Duration.ofSeconds(15), Duration.ofSeconds(75), Duration.ofSeconds(5));

  private static final int HURRY = 15;

  /** The same where room becomes scarce: 5 s by default. */
  Duration idleInACrowd() {
    return idle.dividedBy(HURRY);
  }

  /** An exchange that takes longer may be ended for another one: 1 s by default. */
  Duration slow() {
    return exchange.dividedBy(HURRY);
  }
}
