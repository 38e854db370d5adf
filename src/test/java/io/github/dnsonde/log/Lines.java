package io.github.dnsonde.log;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/** Records the log while this is open, one string a line; restores java.util.logging at the end. */
public final class Lines implements AutoCloseable {

  private static final Logger ROOT = Logger.getLogger("");
  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");

  private final List<Handler> handlers = List.of(ROOT.getHandlers());
  private final Level level = ROOT.getLevel();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private Lines() {}

  public static Lines in(Logging.Format format) {
    return in(format, System.Logger.Level.INFO);
  }

  static Lines in(Logging.Format format, System.Logger.Level least) {
    Lines lines = new Lines();
    lines.configure(format, least);
    return lines;
  }

  void configure(Logging.Format format, System.Logger.Level least) {
    Logging.configure(format, least, out);
  }

  /** The stream that the lines go to, for code that sets up the log again. */
  public OutputStream stream() {
    return out;
  }

  /** The lines as they were written. */
  public List<String> written() {
    String text = out.toString(StandardCharsets.UTF_8);
    assertTrue(text.isEmpty() || text.endsWith("\n"), "the last line has no end: " + text);
    return text.lines().toList();
  }

  /** The lines since the last call, each time in them replaced by {@code TIME}. */
  public List<String> fresh() {
    List<String> fresh =
        written().stream().map(line -> TIME.matcher(line).replaceAll("TIME")).toList();
    out.reset();
    return fresh;
  }

  @Override
  public void close() {
    for (Handler handler : ROOT.getHandlers()) {
      ROOT.removeHandler(handler);
    }
    handlers.forEach(ROOT::addHandler);
    ROOT.setLevel(level);
  }
}
