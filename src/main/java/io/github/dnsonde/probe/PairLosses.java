package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * The pairs of A and AAAA that were compared lately: each sent from one socket, and at the same
 * time from two.
 *
 * @param since the time of the first lost reply, after half an hour without one
 * @param compared the number of pairs
 * @param lost the number of pairs from one socket that lost exactly one reply
 * @param lostFromTwo the same number for two sockets
 */
public record PairLosses(
    Vantage vantage, Server server, Instant since, int compared, int lost, int lostFromTwo) {

  public PairLosses {
    requireNonNull(vantage, "vantage is null");
    requireNonNull(server, "server is null");
    requireNonNull(since, "since is null");
    if (lost < 0 || lostFromTwo < 0 || Math.max(lost, lostFromTwo) > compared) {
      throw new IllegalArgumentException(
          "of " + compared + " pairs, " + lost + " and " + lostFromTwo + " cannot be lost");
    }
  }
}
