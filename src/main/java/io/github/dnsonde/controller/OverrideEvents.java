package io.github.dnsonde.controller;

import io.github.dnsonde.admission.AdmissionDecision;
import io.github.dnsonde.cluster.AdmissionRequest;
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
import java.util.function.Predicate;

/**
 * Writes an Event about each refusal that was overridden. It waits until the change is stored: a
 * change that fails elsewhere has no Event, and nobody who merely reaches the webhook's port can
 * have one written. Thread-safe.
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
  private final Predicate<AdmissionRequest> isStored;
  private final Consumer<EventResult> counted;
  private final Ticker ticker;
  private final SequencedMap<NamespacedName, Pending> pending = new LinkedHashMap<>();
  private final Deque<Long> written = new ArrayDeque<>();
  private final LineLimit failures;

  /** Creates Events. */
  interface Target {
    ClusterEvents.Answer create(NamespacedName name, ClusterEvents.Content content, Instant at)
        throws IOException;
  }

  private record Pending(
      AdmissionRequest request, AdmissionDecision.Overridden override, long at) {}

  /**
   * Creates one without Events.
   *
   * @param isStored returns true if the watch shows the change of a request
   * @param counted receives the result of each Event
   */
  OverrideEvents(
      Target events,
      Predicate<AdmissionRequest> isStored,
      Consumer<EventResult> counted,
      Ticker ticker) {
    this.events = events;
    this.isStored = isStored;
    this.counted = counted;
    this.ticker = ticker;
    this.failures = new LineLimit(ticker);
  }

  /** Notes an overridden refusal. A dry run has no Event. The oldest make room for new ones. */
  synchronized void overridden(AdmissionRequest request, AdmissionDecision.Overridden override) {
    if (request.dryRun()) {
      return;
    }
    pending.putLast(request.name(), new Pending(request, override, ticker.nanos()));
    if (pending.size() > MOST) {
      pending.pollFirstEntry();
    }
  }

  /**
   * Writes what is due. Called by one thread, regularly: after a write that fails, the rest waits
   * for the next turn, so that a silent API server does not keep the thread.
   */
  void turn() {
    for (Pending each : stored()) {
      if (!mayWrite() || !write(each)) {
        return;
      }
    }
  }

  private synchronized List<Pending> stored() {
    long now = ticker.nanos();
    pending.values().removeIf(each -> now - each.at() > LONGEST);
    return pending.values().stream().filter(each -> isStored.test(each.request())).toList();
  }

  private boolean mayWrite() {
    long now = ticker.nanos();
    written.removeIf(at -> now - at > MINUTE);
    return written.size() < NEW_A_MINUTE;
  }

  /** Returns true unless the API server did not take it. */
  private boolean write(Pending each) {
    AdmissionRequest request = each.request();
    boolean policy = request.subject() instanceof AdmissionRequest.Policy;
    String about = (policy ? "NetworkPolicy " : "The new labels of Namespace ");
    String note =
        SafeText.atMost(
            about
                + request.name().name()
                + " "
                + each.override().consequence()
                + ". It was not refused, because its annotation overrides that: \""
                + each.override().reason()
                + "\".",
            LONGEST_NOTE);
    NamespacedName name =
        new NamespacedName(
            request.namespace(),
            request
                    .name()
                    .name()
                    .substring(0, Math.min(request.name().name().length(), LONGEST_NAME))
                + "-"
                + Long.toHexString(ticker.now().toEpochMilli()));
    try {
      ClusterEvents.Answer answer =
          events.create(
              name,
              new ClusterEvents.Content(
                  policy ? Optional.of(request.name().name()) : Optional.empty(),
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

  private synchronized void done(Pending each) {
    pending.remove(each.request().name(), each);
  }
}
