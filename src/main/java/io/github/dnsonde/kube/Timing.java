package io.github.dnsonde.kube;

import java.time.Duration;

/**
 * How patient a client of the API server is.
 *
 * @param firstPause the longest pause after a first failure; doubles with each that follows
 * @param longestPause the longest pause of all
 * @param silence how long a connection may bring nothing: longer than a minute, which is how often
 *     a server sends bookmarks
 * @param ping how often an HTTP/2 connection is asked whether it still lives
 * @param watch the shortest time after which the server is asked to end a watch; the longest is
 *     twice that
 * @param discovery the longest time after which the server is asked again what other kinds of
 *     policy it has, and whether there are any; the shortest is two thirds of that
 * @param patience how long a plan waits for resources that it can do without
 */
record Timing(
    Duration firstPause,
    Duration longestPause,
    Duration silence,
    Duration ping,
    Duration watch,
    Duration discovery,
    Duration patience) {

  static final Timing USUAL =
      new Timing(
          Duration.ofSeconds(1),
          Duration.ofMinutes(1),
          Duration.ofSeconds(150),
          Duration.ofSeconds(30),
          Duration.ofMinutes(5),
          Duration.ofSeconds(55),
          Duration.ofSeconds(30));
}
