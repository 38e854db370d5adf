package io.github.dnsonde.probe;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * A UDP socket for several queries to one server, which all have the same source port. For the
 * thread of its {@link Exchange}.
 */
public interface QuerySocket extends AutoCloseable {

  /**
   * Sends one query. The first one opens the socket.
   *
   * @param probe over UDP, with the vantage and the server of the socket
   * @param timeout the longest time to wait for the answer
   * @param late the longest time that a right answer may take
   * @param done called exactly once, like those of {@link Exchange#query}
   */
  void query(Probe probe, Duration timeout, Duration late, Consumer<Outcome> done);

  /** Closes the socket as soon as it has no query in flight. */
  void closeWhenIdle();

  /** Closes the socket now; its queries in flight end as untested by {@link Cause#SHUTDOWN}. */
  @Override
  void close();
}
