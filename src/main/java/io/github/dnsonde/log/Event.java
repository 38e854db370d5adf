package io.github.dnsonde.log;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An event for one line of the log.
 *
 * @param message the same words for every event of its kind, so that they can be searched for
 * @param fields the variable parts, in this order; texts and whole numbers
 * @param error the exception, if its stack must be logged
 */
public record Event(String message, Map<String, Object> fields, Optional<Throwable> error) {

  public Event {
    requireNonNull(message, "message is null");
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    requireNonNull(error, "error is null");
  }

  /** Creates an event without fields. */
  public static Event of(String message) {
    return new Event(message, Map.of(), Optional.empty());
  }

  /** Returns the event with one more field. */
  public Event with(String name, String value) {
    return with(name, (Object) value);
  }

  /** Returns the event with one more field. */
  public Event with(String name, long value) {
    return with(name, (Object) value);
  }

  /** Returns the event with one more field, such as {@code 7.5s}. */
  public Event with(String name, Duration value) {
    return with(name, (Object) Elapsed.text(value));
  }

  /** Returns the event with its exception. */
  public Event because(Throwable cause) {
    return new Event(message, fields, Optional.of(cause));
  }

  private Event with(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(fields);
    more.put(name, value);
    return new Event(message, more, error);
  }
}
