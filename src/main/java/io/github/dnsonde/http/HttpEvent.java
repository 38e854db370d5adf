package io.github.dnsonde.http;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;

/** An event on a listener that is worth reporting. Hostile clients can cause many. */
sealed interface HttpEvent {

  /** The key of the listener's address, such as {@code http.metrics}. */
  String listener();

  /**
   * A connection was closed to make room for another one.
   *
   * @param source the address of the closed connection
   * @param connections number of connections from that address
   */
  record MadeRoom(String listener, InetAddress source, int connections) implements HttpEvent {
    public MadeRoom {
      requireNonNull(listener, "listener is null");
      requireNonNull(source, "source is null");
    }
  }

  /**
   * A connection could not be accepted, for lack of descriptors or threads. The next one may be.
   */
  record NotAccepted(String listener, String why) implements HttpEvent {
    public NotAccepted {
      requireNonNull(listener, "listener is null");
      requireNonNull(why, "why is null");
    }
  }
}
