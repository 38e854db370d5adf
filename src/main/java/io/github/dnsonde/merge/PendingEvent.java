package io.github.dnsonde.merge;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.merge.EventStep.Answer;
import java.time.Instant;
import java.util.Optional;

/** An Event that has to be written or repeated, and the progress so far. Belongs to one thread. */
abstract sealed class PendingEvent permits LastingEvent, RestoredEvent {

  private final EventTopic topic;
  private final Instant since;
  private boolean limited;

  PendingEvent(EventTopic topic, Instant since) {
    this.topic = requireNonNull(topic, "topic is null");
    this.since = requireNonNull(since, "since is null");
  }

  final EventTopic topic() {
    return topic;
  }

  /** The time of the first failure. */
  final Instant since() {
    return since;
  }

  /** Returns the next change of the API, if one is due at this moment. */
  abstract Optional<EventStep> step(Instant now, long nanos);

  /** Returns true if the next change makes a new Event. */
  abstract boolean isNew();

  /** Notes that it has to wait for the limit; returns true for the first time. */
  final boolean limit() {
    boolean first = !limited;
    limited = true;
    return first;
  }

  /** Notes that it need not wait any more. */
  final void unlimited() {
    limited = false;
  }

  /** Notes what became of the last step. */
  abstract void answered(Answer answer, long nanos);
}
