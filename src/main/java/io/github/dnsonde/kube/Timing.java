package io.github.dnsonde.kube;

import java.time.Duration;

/**
 * The times and pauses of a client of the API server.
 *
 * @param firstPause the longest pause after a first failure; doubles with each that follows
 * @param longestPause the longest pause of all
 * @param silence the longest time without any data on a connection: longer than a minute, the
 *     interval of a server's bookmarks
 * @param ping the interval of pings on an HTTP/2 connection
 * @param watch the shortest time after which the server should end a watch; the longest is twice
 *     that
 * @param discovery the longest time until the server is asked again which other kinds of policy it
 *     has, and whether there are any policies; the shortest is two thirds of that
 * @param patience the time for which planning waits for resources that it does not require
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
