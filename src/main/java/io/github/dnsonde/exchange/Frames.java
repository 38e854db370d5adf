package io.github.dnsonde.exchange;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What came over TCP, cut into messages: each has two octets of length before it (RFC 1035 §4.2.2).
 */
final class Frames {

  private static final int ENOUGH_FOR_MOST = 1024;

  /** Octets received and not yet given out, from 0 to the position. */
  private ByteBuffer received = ByteBuffer.allocate(ENOUGH_FOR_MOST);

  void add(ByteBuffer octets) {
    if (received.remaining() < octets.remaining()) {
      int needed = received.position() + octets.remaining();
      received =
          ByteBuffer.allocate(Math.max(needed, 2 * received.capacity())).put(received.flip());
    }
    received.put(octets);
  }

  /** The next message, once it is whole. */
  Optional<ByteBuffer> next() {
    int waiting = received.position();
    if (waiting < Short.BYTES || waiting < Short.BYTES + length()) {
      return Optional.empty();
    }
    byte[] message = new byte[length()];
    received.flip().getShort();
    received.get(message).compact();
    return Optional.of(ByteBuffer.wrap(message));
  }

  /** Octets that wait for the rest of their message. */
  int waiting() {
    return received.position();
  }

  private int length() {
    return received.getShort(0) & 0xffff;
  }
}
