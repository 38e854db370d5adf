package io.github.dnsonde.http;

import java.io.IOException;
import java.io.InputStream;

/** The content of a body in chunks (RFC 9112 §7.1), as far as it has arrived. */
final class Chunks extends InputStream {

  private final InputStream in;
  private int left;

  Chunks(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (left == 0 && !next()) {
      return -1;
    }
    int read = in.read(target, offset, Math.min(length, left));
    left -= Math.max(0, read);
    if (left == 0) {
      in.readNBytes(2); // the end of the chunk's line
    }
    return read;
  }

  private boolean next() throws IOException {
    StringBuilder size = new StringBuilder();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        return false;
      }
      size.append((char) octet);
    }
    left = Integer.parseInt(size.toString().strip(), 16);
    return left > 0;
  }
}
