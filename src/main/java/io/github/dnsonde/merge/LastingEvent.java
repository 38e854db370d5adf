package io.github.dnsonde.merge;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.merge.EventStep.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The Event of a finding while it lasts, and shortly after. Belongs to one thread. */
final class LastingEvent extends PendingEvent {

  /**
   * The time between two repetitions, and until a refused request is made again. An Event lives for
   * an hour by default (kube-apiserver, {@code --event-ttl}), and each change prolongs its life.
   */
  static final Duration REPEATED = Duration.ofMinutes(10);

  /** The API server's lower limit (API reference, events.k8s.io/v1, EventSeries). */
  private static final int SMALLEST_COUNT = 2;

  private final Deque<String> earlier;
  private String name;
  private DnsEvent event;
  private Finding finding;
  private boolean observed;
  private long seen;
  private long due;
  private boolean written;
  private boolean claimed;

  /**
   * Creates one that is due.
   *
   * @param earlier the names that an earlier controller may have given it; they are tried first
   */
  LastingEvent(
      EventTopic topic, Finding finding, DnsEvent event, List<String> earlier, long nanos) {
    super(topic, finding.since());
    this.earlier = new ArrayDeque<>(earlier);
    this.name = topic.name(DnsEvent.CUT_OFF, finding.since());
    this.event = requireNonNull(event, "event is null");
    this.finding = finding;
    this.seen = nanos;
    this.due = nanos;
  }

  /** Returns the finding as it was seen last. */
  Finding finding() {
    return finding;
  }

  /**
   * Notes that the finding holds.
   *
   * @param observing whether an agent reports it at present: otherwise nobody knows
   */
  void holds(Finding latest, DnsEvent text, boolean observing, long nanos) {
    finding = latest;
    event = text;
    observed = observing;
    seen = nanos;
  }

  /** Notes that the finding does not hold. */
  void absent() {
    observed = false;
  }

  /** Returns true if the finding has not held for this long. */
  boolean isOver(Duration time, long nanos) {
    return !observed && nanos - seen >= time.toNanos();
  }

  /** Returns true if the Event is in the API. */
  boolean isWritten() {
    return written;
  }

  @Override
  boolean isNew() {
    return !written && earlier.isEmpty();
  }

  @Override
  Optional<EventStep> step(Instant now, long nanos) {
    if (!observed || nanos - due < 0) {
      return Optional.empty();
    }
    if (isNew()) {
      return Optional.of(new EventStep.Create(name, event, now));
    }
    String which = earlier.isEmpty() ? name : earlier.element();
    return Optional.of(new EventStep.Repeat(which, topic().namespace(), count(now), now));
  }

  /** Counts an observation in each span. The count needs no memory, so it outlives restarts. */
  private int count(Instant now) {
    long spans = Duration.between(since(), now).dividedBy(REPEATED);
    return Math.clamp(spans + 1, SMALLEST_COUNT, Integer.MAX_VALUE);
  }

  @Override
  void answered(Answer answer, long nanos) {
    switch (answer) {
      case DONE -> {
        if (!earlier.isEmpty()) {
          name = earlier.element();
          earlier.clear();
        }
        written = true;
        claimed = false;
        due = nanos + REPEATED.toNanos();
      }
      case EXISTS -> {
        written = true;
        claimed = true;
        due = nanos;
      }
      case MISSING -> missing(nanos);
      case REFUSED -> due = nanos + REPEATED.toNanos();
    }
  }

  private void missing(long nanos) {
    // A namespace that is gone, or a server that contradicts itself, must not be asked at once.
    boolean soon = !earlier.isEmpty() || (written && !claimed);
    due = soon ? nanos : nanos + REPEATED.toNanos();
    if (!earlier.isEmpty()) {
      earlier.remove();
    }
    written = false; // it expired, or somebody deleted it
    claimed = false;
    unlimited();
  }
}
