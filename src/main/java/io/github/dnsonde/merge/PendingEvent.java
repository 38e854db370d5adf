package io.github.dnsonde.merge;

import io.github.dnsonde.merge.EventStep.Answer;
import java.time.Instant;
import java.util.Optional;

/** An Event that has to be written or repeated, and the progress so far. */
sealed interface PendingEvent permits LastingEvent, RestoredEvent {

  EventTopic topic();

  /** The time of the first failure. */
  Instant since();

  /** Returns the next change of the API, if one is due at this moment. */
  Optional<EventStep> step(Instant now, long nanos);

  /** Returns true if the next change makes a new Event. */
  boolean isNew();

  /** Notes that it has to wait for the limit; returns true for the first time. */
  boolean limit();

  /** Notes what became of the last step. */
  void answered(Answer answer, long nanos);
}
