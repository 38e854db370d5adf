package io.github.dnsonde.controller;

import io.github.dnsonde.admission.AdmissionDecision;
import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.cluster.AdmissionRequest.Version;
import io.github.dnsonde.kube.ClusterEvents;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.merge.EventResult;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.SafeText;
import io.github.dnsonde.probe.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * Writes an Event about each refusal that was overridden. It waits until the change is stored: a
 * change that fails elsewhere has no Event, and nobody who merely reaches the webhook's port can
 * have one written. One that is stored then waits for its place: only a few are written a minute.
 * Thread-safe.
 */
final class OverrideEvents {

  static final String REASON = "DNSRefusalOverridden";

  /** The time for which a change may be on its way into the watch. */
  private static final long LONGEST = Duration.ofSeconds(60).toNanos();

  private static final int MOST = 1_000;
  private static final int NEW_A_MINUTE = 20;
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_NOTE = 1_000;

  private static final Log LOG = Log.named("controller");

  private final Target events;
  private final Stored stored;
  private final Consumer<EventResult> counted;
  private final long room;
  private final Ticker ticker;
  private final SequencedMap<NamespacedName, Pending> pending = new LinkedHashMap<>();
  private final Deque<Due> due = new ArrayDeque<>();
  private long octets;
  private final Deque<Long> written = new ArrayDeque<>();
  private final LineLimit failures;
  private final LineLimit dropped;

  /** Creates Events. */
  interface Target {
    ClusterEvents.Answer create(NamespacedName name, ClusterEvents.Content content, Instant at)
        throws IOException;
  }

  /** The objects, by the watch. */
  interface Stored {

    /** Returns true if it shows this version of an object. */
    boolean shows(NamespacedName name, Version version);
  }

  /** An overridden refusal that may be stored at any moment. */
  private record Pending(Version version, long octets, Due event, long at) {}

  /**
   * An Event to be written.
   *
   * @param name the object's; its namespace is empty if it is a Namespace
   */
  private record Due(NamespacedName name, AdmissionDecision.Overridden override) {}

  /**
   * Creates one without Events.
   *
   * @param counted receives the result of each Event
   * @param room the octets of the changes that are not stored yet
   */
  OverrideEvents(
      Target events, Stored stored, Consumer<EventResult> counted, long room, Ticker ticker) {
    this.events = events;
    this.stored = stored;
    this.counted = counted;
    this.room = room;
    this.ticker = ticker;
    this.failures = new LineLimit(ticker);
    this.dropped = new LineLimit(ticker);
  }

  /**
   * Notes an overridden refusal. A dry run has no Event. The oldest make room for new ones.
   *
   * @param weight the approximate memory of the version after it, in octets
   */
  synchronized void overridden(
      AdmissionRequest request, long weight, AdmissionDecision.Overridden override) {
    if (request.dryRun() || request.after().isEmpty()) {
      return;
    }
    forget(request.name());
    Due event = new Due(request.name(), override);
    pending.putLast(
        request.name(), new Pending(request.after().get(), weight, event, ticker.nanos()));
    octets += weight;
    while (pending.size() > MOST || octets > room) {
      forget(pending.firstEntry().getKey());
    }
  }

  private void forget(NamespacedName name) {
    Pending forgotten = pending.remove(name);
    octets -= forgotten == null ? 0 : forgotten.octets();
  }

  /**
   * Writes what is due. Called by one thread, regularly: after a write that fails, the rest waits
   * for the next turn, so that a silent API server does not keep the thread.
   */
  void turn() {
    List<Due> all = due();
    long lost = dropped.take();
    if (lost > 0) {
      LOG.warn(
          Event.of("refusals were overridden, and there is no Event about them")
              .with("count", lost)
              .with("why", "too many at one time"));
    }
    for (Due each : all) {
      if (!mayWrite() || !write(each)) {
        return;
      }
    }
  }

  private synchronized List<Due> due() {
    long now = ticker.nanos();
    for (Pending each : List.copyOf(pending.values())) {
      NamespacedName name = each.event().name();
      if (stored.shows(name, each.version())) {
        forget(name);
        due.addLast(each.event());
      } else if (now - each.at() > LONGEST) {
        forget(name);
      }
    }
    while (due.size() > MOST) {
      due.removeFirst();
      dropped.event();
      counted.accept(EventResult.DROPPED);
    }
    return List.copyOf(due);
  }

  private boolean mayWrite() {
    long now = ticker.nanos();
    written.removeIf(at -> now - at > MINUTE);
    return written.size() < NEW_A_MINUTE;
  }

  /** Returns true unless the API server did not take it. */
  private boolean write(Due each) {
    boolean policy = !each.name().namespace().isEmpty();
    String about = (policy ? "NetworkPolicy " : "The new labels of Namespace ");
    String note =
        SafeText.atMost(
            about
                + each.name().name()
                + " "
                + each.override().consequence()
                + ". It was not refused, because its annotation overrides that: \""
                + each.override().reason()
                + "\".",
            LONGEST_NOTE);
    NamespacedName name =
        new NamespacedName(
            policy ? each.name().namespace() : each.name().name(),
            each.name().name().substring(0, Math.min(each.name().name().length(), LONGEST_NAME))
                + "-"
                + Long.toHexString(ticker.now().toEpochMilli()));
    try {
      ClusterEvents.Answer answer =
          events.create(
              name,
              new ClusterEvents.Content(
                  policy ? Optional.of(each.name().name()) : Optional.empty(),
                  "Warning",
                  REASON,
                  note),
              ticker.now());
      written.add(ticker.nanos());
      done(each);
      counted.accept(
          answer instanceof ClusterEvents.Answer.Made ? EventResult.CREATED : EventResult.REFUSED);
      return true;
    } catch (IOException failure) {
      counted.accept(EventResult.FAILED);
      failures.event();
      if (failures.take() > 0) {
        LOG.warn(
            Event.of(
                    "an Event about an overridden refusal could not be written; will be tried"
                        + " again")
                .with("why", String.valueOf(failure.getMessage())));
      }
      return false;
    }
  }

  private synchronized void done(Due each) {
    due.remove(each);
  }
}
