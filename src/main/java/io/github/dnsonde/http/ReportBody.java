package io.github.dnsonde.http;

import io.github.dnsonde.http.DeliveryException.Reason;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * The body of a report. The compressed octets are read completely before any of them is inflated:
 * reading waits for the sender, inflating does not.
 */
final class ReportBody {

  /** The maximum of compressed octets. A report of 700 paths has about 15 KiB. */
  static final int MAX_COMPRESSED = 512 * 1_024;

  /** The maximum of octets after inflation. */
  static final int MAX_INFLATED = 4 << 20;

  private ReportBody() {}

  /**
   * Reads the compressed octets.
   *
   * @throws DeliveryException if there are too many
   */
  static byte[] read(InputStream in) throws IOException, DeliveryException {
    byte[] octets = in.readNBytes(MAX_COMPRESSED + 1);
    if (octets.length > MAX_COMPRESSED) {
      throw tooLarge();
    }
    return octets;
  }

  static DeliveryException tooLarge() {
    return new DeliveryException(
        Reason.TOO_LARGE,
        "the report is too large: expected at most 512 KiB of gzip, and 4 MiB after inflation");
  }

  /**
   * Returns the inflated octets. Reading beyond the limit throws {@link TooLong}.
   *
   * @throws DeliveryException if they are not gzip
   */
  static InputStream inflated(byte[] compressed) throws DeliveryException {
    try {
      return new Limited(new GZIPInputStream(new ByteArrayInputStream(compressed)));
    } catch (IOException _) {
      throw new DeliveryException(Reason.MALFORMED, "the body is not gzip (RFC 1952)");
    }
  }

  /** Thrown where the inflated text exceeds its limit. */
  static final class TooLong extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private static final class Limited extends FilterInputStream {
    private long left = MAX_INFLATED;

    Limited(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] octet = new byte[1];
      return read(octet, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(octet[0]);
    }

    @Override
    public int read(byte[] octets, int offset, int length) throws IOException {
      int count = super.read(octets, offset, length);
      left -= Math.max(0, count);
      if (left < 0) {
        throw new TooLong();
      }
      return count;
    }
  }
}
