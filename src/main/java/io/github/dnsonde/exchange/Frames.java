package io.github.dnsonde.exchange;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Splits the octets of a TCP stream into messages. A length of two octets precedes each (RFC 1035
 * §4.2.2). Holds at most one incomplete message and the octets of the last read.
 */
final class Frames {

  private static final int ENOUGH_FOR_MOST = 1024;

  private byte[] received = new byte[ENOUGH_FOR_MOST];

  /** Offsets of the first octet not yet returned and of the first free octet. */
  private int start;

  private int end;

  void add(ByteBuffer octets) {
    int count = octets.remaining();
    if (received.length - end < count) {
      makeRoom(count);
    }
    octets.get(received, end, count);
    end += count;
  }

  /** Moves the remaining octets to the front: once for each read, not once for each message. */
  private void makeRoom(int count) {
    int needed = waiting() + count;
    byte[] target =
        needed <= received.length ? received : new byte[Math.max(needed, 2 * received.length)];
    System.arraycopy(received, start, target, 0, waiting());
    received = target;
    end = waiting();
    start = 0;
  }

  /** The next complete message. Valid until the next call of {@link #add}. */
  Optional<ByteBuffer> next() {
    if (waiting() < Short.BYTES || waiting() < Short.BYTES + length()) {
      return Optional.empty();
    }
    int from = start + Short.BYTES;
    start = from + length();
    return Optional.of(ByteBuffer.wrap(received, from, start - from));
  }

  /** Number of octets received of an incomplete message. */
  int waiting() {
    return end - start;
  }

  private int length() {
    return ((received[start] & 0xff) << 8) | (received[start + 1] & 0xff);
  }
}
