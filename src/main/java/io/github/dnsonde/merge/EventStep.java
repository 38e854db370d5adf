package io.github.dnsonde.merge;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/** One change of the API that the Events need. */
public sealed interface EventStep {

  /** The namespace of the Event. */
  String namespace();

  /** The name of the Event. */
  String name();

  /** The time of the observation. */
  Instant at();

  /** Creates an Event, unless there is one of this name. */
  record Create(String name, DnsEvent event, Instant at) implements EventStep {
    public Create {
      requireNonNull(name, "name is null");
      requireNonNull(event, "event is null");
      requireNonNull(at, "at is null");
    }

    @Override
    public String namespace() {
      return event.namespace();
    }
  }

  /**
   * Notes that the cause of an Event lasts, if there is an Event of this name.
   *
   * @param count the number of observations so far, two or more
   */
  record Repeat(String name, String namespace, int count, Instant at) implements EventStep {
    public Repeat {
      requireNonNull(name, "name is null");
      requireNonNull(namespace, "namespace is null");
      requireNonNull(at, "at is null");
      if (count < 2) {
        throw new IllegalArgumentException("a series of " + count);
      }
    }
  }

  /** The answers of the API server. */
  enum Answer {
    /** The change was made. */
    DONE,
    /** There is an Event of this name, so none was created. */
    EXISTS,
    /** There is no such Event, or no such namespace. */
    MISSING,
    /** The server will not make this change. */
    REFUSED
  }
}
