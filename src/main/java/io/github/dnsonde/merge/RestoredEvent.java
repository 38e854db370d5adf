package io.github.dnsonde.merge;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.merge.EventStep.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The Event that a finding is over. It is written once, or never. Belongs to one thread. */
final class RestoredEvent implements PendingEvent {

  /** The time after which it is no longer news. */
  private static final Duration NEWS = Duration.ofMinutes(10);

  private final EventTopic topic;
  private final String name;
  private final DnsEvent event;
  private final Instant since;
  private final long made;
  private boolean limited;
  private boolean settled;

  RestoredEvent(EventTopic topic, DnsEvent event, Instant since, long nanos) {
    this.topic = requireNonNull(topic, "topic is null");
    this.name = topic.name(DnsEvent.RESTORED, since);
    this.event = requireNonNull(event, "event is null");
    this.since = requireNonNull(since, "since is null");
    this.made = nanos;
  }

  @Override
  public EventTopic topic() {
    return topic;
  }

  @Override
  public Instant since() {
    return since;
  }

  @Override
  public Optional<EventStep> step(Instant now, long nanos) {
    return settled ? Optional.empty() : Optional.of(new EventStep.Create(name, event, now));
  }

  @Override
  public boolean isNew() {
    return true;
  }

  @Override
  public boolean limit() {
    boolean first = !limited;
    limited = true;
    return first;
  }

  @Override
  public void answered(Answer answer, long nanos) {
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
