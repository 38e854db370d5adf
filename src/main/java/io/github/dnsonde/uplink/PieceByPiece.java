package io.github.dnsonde.uplink;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;

/**
 * A body that is sent in short pieces, each in a TLS record of its own. The JDK's TLS keeps buffers
 * of the size of the longest record that a connection has received: at a controller, a thousand of
 * them.
 */
final class PieceByPiece extends RequestBody {

  /** Shorter than the buffers that the JDK begins with, and longer than most headers. */
  static final int PIECE = 2 << 10;

  private final byte[] body;
  private final MediaType type;

  PieceByPiece(byte[] body, MediaType type) {
    this.body = body;
    this.type = type;
  }

  @Override
  public MediaType contentType() {
    return type;
  }

  @Override
  public long contentLength() {
    return body.length;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    sink.flush(); // the headers
    for (int from = 0; from < body.length; from += PIECE) {
      sink.write(body, from, Math.min(PIECE, body.length - from));
      sink.flush();
    }
  }
}
