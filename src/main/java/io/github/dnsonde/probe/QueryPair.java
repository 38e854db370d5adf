package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * A and AAAA of one name, sent at the same time from one socket to one server, with the replies.
 *
 * @param replies the number of the two queries that got a reply
 * @param fromTwoSockets the same number for the same two queries from a socket each, sent at the
 *     same time for comparison; empty if there was no comparison
 */
public record QueryPair(
    Vantage vantage, Server server, int replies, Optional<Integer> fromTwoSockets) {

  public QueryPair {
    requireNonNull(vantage, "vantage is null");
    requireNonNull(server, "server is null");
    check(replies);
    fromTwoSockets.ifPresent(QueryPair::check);
  }

  private static void check(int replies) {
    if (replies < 0 || replies > 2) {
      throw new IllegalArgumentException("two queries have 0 to 2 replies, found " + replies);
    }
  }

  /** Returns true if exactly one of the two replies was lost. */
  public boolean lostOne() {
    return replies == 1;
  }

  /** Returns true if exactly one of the two replies to the queries for comparison was lost. */
  public boolean lostOneFromTwoSockets() {
    return fromTwoSockets.filter(count -> count == 1).isPresent();
  }

  /** The path of its queries. */
  public ProbePath path() {
    return new ProbePath(vantage, server, Transport.UDP);
  }
}
