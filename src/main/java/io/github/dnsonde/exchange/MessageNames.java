package io.github.dnsonde.exchange;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.xbill.DNS.Name;

/**
 * Reads the domain names of one message, which may be compressed (RFC 1035 §4.1.4). Two octets can
 * stand for a long name, or for a long chain of pointers. Therefore each name has a limit, and all
 * names together have one.
 */
final class MessageNames {

  /**
   * Octets of the longest name, with the length octet of each label and the root's (RFC 1035
   * §2.3.4).
   */
  private static final int LONGEST = 255;

  /** Enough for one pointer before each label of the longest name. */
  private static final int MOST_POINTERS = 127;

  /**
   * Octets of all names together, uncompressed. A repeated name counts once, so only a hostile
   * message has more.
   */
  private static final int MOST_OCTETS = 1 << 18;

  private static final int POINTER = 3;

  private final byte[] octets;
  private final Map<Integer, String> repeated = new HashMap<>();
  private int read;

  /**
   * Reads names of this message.
   *
   * @param octets the whole message
   */
  MessageNames(byte[] octets) {
    this.octets = octets;
  }

  /**
   * The name at an offset in presentation form. Most records of an answer begin with the same
   * pointer.
   */
  String text(int at) throws UnreadableException {
    if (octet(at) >> 6 != POINTER) {
      return read(at).toString();
    }
    int pointer = (octet(at) << 8) | octet(at + 1);
    String known = repeated.get(pointer);
    if (known == null) {
      known = read(at).toString();
      repeated.put(pointer, known);
    }
    return known;
  }

  /** The name at an offset. */
  Name read(int at) throws UnreadableException {
    byte[] name = new byte[LONGEST];
    int length = 0;
    int from = at;
    int pointers = 0;
    int label;
    do {
      while (octet(from) >> 6 == POINTER) {
        if (++pointers > MOST_POINTERS) {
          throw new UnreadableException("a name has more than " + MOST_POINTERS + " pointers");
        }
        from = target(from);
      }
      label = 1 + labelLength(from);
      if (length + label > LONGEST) {
        throw new UnreadableException("a name is longer than " + LONGEST + " octets");
      }
      if (from + label > octets.length) {
        throw new UnreadableException("a name ends beyond the message");
      }
      System.arraycopy(octets, from, name, length, label);
      length += label;
      from += label;
    } while (label > 1);
    read += length;
    if (read > MOST_OCTETS) {
      throw new UnreadableException("the names have more than " + MOST_OCTETS + " octets in all");
    }
    return decoded(name);
  }

  /**
   * The target of a pointer. It must be before the pointer; otherwise pointers could form a loop.
   */
  private int target(int at) throws UnreadableException {
    int target = ((octet(at) & 0x3f) << 8) | octet(at + 1);
    if (target >= at) {
      throw new UnreadableException("a name points forward, from " + at + " to " + target);
    }
    return target;
  }

  /** The offset after a name. The target of its pointer is not read. */
  int end(int at) throws UnreadableException {
    int from = at;
    while (octet(from) != 0) {
      if (octet(from) >> 6 == POINTER) {
        octet(from + 1);
        return from + 2;
      }
      from += 1 + labelLength(from);
    }
    return from + 1;
  }

  private int labelLength(int at) throws UnreadableException {
    int length = octet(at);
    if (length >> 6 != 0) {
      throw new UnreadableException("a label of an unknown kind at octet " + at);
    }
    return length;
  }

  private int octet(int at) throws UnreadableException {
    if (at >= octets.length) {
      throw new UnreadableException("a name ends beyond the message");
    }
    return octets[at] & 0xff;
  }

  private static Name decoded(byte[] uncompressed) {
    try {
      return new Name(uncompressed);
    } catch (IOException e) {
      throw new IllegalStateException("cannot decode a name that was already read", e);
    }
  }
}
