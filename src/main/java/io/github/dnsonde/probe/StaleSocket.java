package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A UDP socket that gets no answer any more, while new sockets of the same pod get answers from the
 * same server.
 *
 * @param opened the time when the socket was opened
 * @param since the time of its first query without an answer
 */
public record StaleSocket(Vantage vantage, Server server, Instant opened, Instant since) {

  public StaleSocket {
    requireNonNull(vantage, "vantage is null");
    requireNonNull(server, "server is null");
    requireNonNull(opened, "opened is null");
    requireNonNull(since, "since is null");
  }
}
