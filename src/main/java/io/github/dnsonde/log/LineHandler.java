package io.github.dnsonde.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

/** Writes each record as one line, in one piece. A line that cannot be written is lost silently. */
final class LineHandler extends Handler {

  private final Logging.Format format;
  private final OutputStream out;

  LineHandler(Logging.Format format, OutputStream out) {
    this.format = format;
    this.out = out;
  }

  @Override
  public void publish(LogRecord written) {
    if (isLoggable(written)) {
      write((text(written) + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  /** What a record holds may be anyone's, and its methods may throw. */
  private String text(LogRecord written) {
    try {
      return text(Line.of(written));
    } catch (RuntimeException | StackOverflowError e) {
      return text(Line.ofUnwritable(written, e));
    }
  }

  private String text(Line line) {
    return switch (format) {
      case LOGFMT -> Logfmt.text(line);
      case JSON -> Json.text(line);
    };
  }

  private synchronized void write(byte[] line) {
    try {
      out.write(line, 0, line.length);
      out.flush();
    } catch (IOException | RuntimeException _) {
      // standard error is gone; there is nowhere left to say so
    }
  }

  @Override
  public void flush() {
    // each line is flushed as it is written
  }

  @Override
  public void close() {
    // the stream belongs to whoever gave it
  }
}
