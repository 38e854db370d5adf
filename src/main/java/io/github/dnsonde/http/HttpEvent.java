package io.github.dnsonde.http;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;

/** What happened on a listener that its owner may want to know. Hostile clients can cause many. */
public sealed interface HttpEvent {

  /** The key of the listener's address, such as {@code http.metrics}. */
  String listener();

  /**
   * A connection was closed to make room for another one.
   *
   * @param source where the closed one came from
   * @param connections how many there were from that address
   */
  record MadeRoom(String listener, InetAddress source, int connections) implements HttpEvent {
    public MadeRoom {
      requireNonNull(listener, "listener is null");
      requireNonNull(source, "source is null");
    }
  }

  /** A connection could not be accepted, for lack of descriptors or threads; the next may be. */
  record NotAccepted(String listener, String why) implements HttpEvent {
    public NotAccepted {
      requireNonNull(listener, "listener is null");
      requireNonNull(why, "why is null");
    }
  }
}
