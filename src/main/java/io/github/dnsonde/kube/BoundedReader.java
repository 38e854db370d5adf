package io.github.dnsonde.kube;

import java.io.IOException;
import java.io.Reader;

/**
 * A stream of characters that fails if one object, or one text in it, is longer than an API server
 * can send. Gson's reader keeps each text whole while it reads it, and has no bound of its own.
 */
final class BoundedReader extends Reader {

  /**
   * The characters of one object, read or skipped. etcd stores 1.5 MiB by default. The shortest
   * encoding of an empty peer takes 6 octets there and 42 characters of JSON, so about 11 million
   * characters are possible.
   */
  private static final long OBJECT = 32L * 1024 * 1024;

  /** The characters of one text. All annotations of an object may take 256 KiB together. */
  private static final long TEXT = 300L * 1024;

  /** The number of characters that Gson reads ahead. */
  private static final long AHEAD = 1024;

  private final Reader text;
  private long read;
  private long objectEnd = OBJECT;
  private long textEnd = Long.MAX_VALUE;

  BoundedReader(Reader text) {
    this.text = text;
  }

  /** Notes that another object begins. */
  void beginObject() {
    objectEnd = read + OBJECT;
    textEnd = Long.MAX_VALUE;
  }

  /** Notes that a text, or a field's name, begins. */
  void beginText() {
    textEnd = read + TEXT + AHEAD;
  }

  /** Notes that the text has ended. */
  void endText() {
    textEnd = Long.MAX_VALUE;
  }

  @Override
  public int read(char[] into, int from, int length) throws IOException {
    if (read > textEnd) {
      throw new IOException("a text of more than " + TEXT + " characters came");
    }
    if (read > objectEnd) {
      throw new IOException("an object of more than " + OBJECT + " characters came");
    }
    int count = text.read(into, from, length);
    read += Math.max(count, 0);
    return count;
  }

  @Override
  public void close() throws IOException {
    text.close();
  }
}
