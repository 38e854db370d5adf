package io.github.dnsonde.exchange;

import java.io.ByteArrayOutputStream;
import org.xbill.DNS.Type;

/** Expands the compressed names in the data of records. Only some types may have such names. */
final class RecordData {

  /**
   * Position of the names in the data.
   *
   * @param before octets before the first name
   * @param count number of consecutive names
   */
  private record Layout(int before, int count) {}

  private static final Layout NO_NAME = new Layout(0, 0);

  private final byte[] octets;
  private final MessageNames messageNames;

  /**
   * Reads data of this message.
   *
   * @param octets the whole message
   */
  RecordData(byte[] octets, MessageNames messageNames) {
    this.octets = octets;
    this.messageNames = messageNames;
  }

  /** The layout of a type whose names may be compressed, or were in the past (RFC 3597 §4). */
  private static Layout layout(int type) {
    return switch (type) {
      case Type.NS, Type.MD, Type.MF, Type.CNAME, Type.MB, Type.MG, Type.MR, Type.PTR, Type.DNAME ->
          new Layout(0, 1);
      case Type.SOA, Type.MINFO, Type.RP -> new Layout(0, 2);
      case Type.MX, Type.AFSDB, Type.RT, Type.KX -> new Layout(2, 1);
      case Type.PX -> new Layout(2, 2);
      case Type.SRV -> new Layout(6, 1);
      default -> NO_NAME;
    };
  }

  /** Returns the data between two offsets, with names expanded. */
  byte[] uncompressed(int type, int from, int end) throws UnreadableException {
    Layout layout = layout(type);
    ByteArrayOutputStream data = new ByteArrayOutputStream(end - from);
    int at = Math.min(from + layout.before(), end);
    data.write(octets, from, at - from);
    for (int i = 0; i < layout.count(); i++) {
      int behind = messageNames.end(at);
      if (behind > end) {
        throw new UnreadableException("a name ends beyond its record");
      }
      data.writeBytes(messageNames.read(at).toWire());
      at = behind;
    }
    data.write(octets, at, end - at);
    return data.toByteArray();
  }
}
