package io.github.dnsonde.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

/** Writes each record as one line, in one piece. A line that cannot be written is lost silently. */
final class LineHandler extends Handler {

  private record Target(Logging.Format format, OutputStream out) {}

  private volatile Optional<Target> target = Optional.empty();

  /** Switches to this format and stream, from the next line on. */
  void writeTo(Logging.Format format, OutputStream out) {
    target = Optional.of(new Target(format, out));
  }

  boolean hasTarget() {
    return target.isPresent();
  }

  @Override
  public void publish(LogRecord written) {
    if (isLoggable(written)) {
      target.ifPresent(
          to ->
              write(
                  (text(written, to.format()) + "\n").getBytes(StandardCharsets.UTF_8), to.out()));
    }
  }

  /** Formats a record. It may hold foreign objects, whose methods may throw. */
  private static String text(LogRecord written, Logging.Format format) {
    try {
      return text(Line.of(written), format);
    } catch (RuntimeException | StackOverflowError e) {
      return text(Line.ofUnwritable(written, e), format);
    }
  }

  private static String text(Line line, Logging.Format format) {
    return switch (format) {
      case LOGFMT -> Logfmt.text(line);
      case JSON -> Json.text(line);
    };
  }

  private synchronized void write(byte[] line, OutputStream out) {
    try {
      out.write(line, 0, line.length);
      out.flush();
    } catch (IOException | RuntimeException _) {
      // standard error is gone, so this cannot be reported
    }
  }

  @Override
  public void flush() {
    // each line is flushed as it is written
  }

  @Override
  public void close() {
    // the stream belongs to the caller of writeTo
  }
}
