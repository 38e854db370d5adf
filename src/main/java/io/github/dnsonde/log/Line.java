package io.github.dnsonde.log;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one line, in order: {@code time}, {@code level}, {@code logger}, {@code msg}, the
 * event's own, {@code error}.
 *
 * @param fields names of a-z, A-Z, 0-9 and underscores; texts and whole numbers of bounded length
 */
record Line(Map<String, Object> fields) {

  /**
   * Limit for one value. Container runtimes cut lines at 16 KiB (Kubernetes' CRI log format); this
   * leaves room for the rest.
   */
  private static final int MAX_VALUE = 8_000;

  /** Limit for each exception and each of its causes. */
  private static final int MAX_FRAMES = 10;

  private static final int MAX_CAUSES = 5;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private static final Pattern NOT_IN_NAMES = Pattern.compile("[^A-Za-z0-9_]");

  /** Fills in the parameters of libraries' messages. */
  private static final Formatter MESSAGES = new SimpleFormatter();

  Line {
    fields = Collections.unmodifiableMap(fields);
  }

  static Line of(LogRecord written) {
    Map<String, Object> fields = head(written);
    Object[] parameters = written.getParameters();
    if (parameters != null && parameters.length == 1 && parameters[0] instanceof Event event) {
      fields.put("msg", bounded(event.message()));
      event.fields().forEach((name, value) -> put(fields, name, value));
    } else {
      fields.put("msg", bounded(String.valueOf(MESSAGES.formatMessage(written))));
    }
    Throwable thrown = written.getThrown();
    if (thrown != null) {
      fields.put("error", bounded(stack(thrown)));
    }
    return new Line(fields);
  }

  /** Creates the line for a record that could not be read. */
  static Line ofUnwritable(LogRecord written, Throwable why) {
    Map<String, Object> fields = head(written);
    fields.put("msg", "an event could not be written");
    fields.put("error", why.getClass().getName());
    return new Line(fields);
  }

  /** The time in RFC 3339, UTC, milliseconds. */
  static String time(Instant instant) {
    return TIME.format(instant);
  }

  private static Map<String, Object> head(LogRecord written) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("time", time(written.getInstant()));
    fields.put("level", word(written.getLevel()));
    fields.put("logger", lastPart(written.getLoggerName()));
    return fields;
  }

  /** Adds an event's field, which never replaces one of the line's own. */
  private static void put(Map<String, Object> fields, String name, Object value) {
    String fit = NOT_IN_NAMES.matcher(name).replaceAll("_");
    String free = fields.containsKey(fit) || fit.equals("error") || fit.isEmpty() ? fit + "_" : fit;
    fields.put(free, value instanceof Long ? value : bounded(value.toString()));
  }

  private static String bounded(String value) {
    return value.length() <= MAX_VALUE
        ? value
        : value.substring(0, MAX_VALUE) + "... (" + (value.length() - MAX_VALUE) + " more)";
  }

  /**
   * The stack as printStackTrace would write it, but only the innermost frames of each exception,
   * so that the last cause is never cut off.
   */
  private static String stack(Throwable thrown) {
    return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
        .limit(MAX_CAUSES)
        .map(Line::innermost)
        .collect(Collectors.joining("\nCaused by: "));
  }

  private static String innermost(Throwable thrown) {
    StackTraceElement[] frames = thrown.getStackTrace();
    String inner =
        Arrays.stream(frames)
            .limit(MAX_FRAMES)
            .map(frame -> "\n\tat " + frame)
            .collect(Collectors.joining("", bounded(thrown.toString()), ""));
    return frames.length > MAX_FRAMES
        ? inner + "\n\t... " + (frames.length - MAX_FRAMES) + " more"
        : inner;
  }

  private static String word(Level level) {
    int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return "error";
    }
    if (value >= Level.WARNING.intValue()) {
      return "warn";
    }
    return value >= Level.INFO.intValue() ? "info" : "debug";
  }

  private static String lastPart(@Nullable String name) {
    return name == null || name.isEmpty() ? "root" : name.substring(name.lastIndexOf('.') + 1);
  }
}
