package io.github.dnsonde.merge;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.merge.EventStep.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The Event that a finding is over. It is written once, or never. Belongs to one thread. */
final class RestoredEvent extends PendingEvent {

  /** The time after which it is no longer news. */
  private static final Duration NEWS = Duration.ofMinutes(10);

  private final String name;
  private final DnsEvent event;
  private final long made;
  private boolean settled;

  RestoredEvent(EventTopic topic, DnsEvent event, Instant since, long nanos) {
    super(topic, since);
    this.name = topic.name(DnsEvent.RESTORED, since);
    this.event = requireNonNull(event, "event is null");
    this.made = nanos;
  }

  @Override
  Optional<EventStep> step(Instant now, long nanos) {
    return settled ? Optional.empty() : Optional.of(new EventStep.Create(name, event, now));
  }

  @Override
  boolean isNew() {
    return true;
  }

  @Override
  void answered(Answer answer, long nanos) {
    settled = true;
  }

  /** Returns true if it was written, or cannot be. */
  boolean isSettled() {
    return settled;
  }

  boolean isOld(long nanos) {
    return nanos - made >= NEWS.toNanos();
  }
}
