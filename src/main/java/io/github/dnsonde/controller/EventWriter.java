package io.github.dnsonde.controller;

import io.github.dnsonde.kube.ClusterEvents;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.merge.ClusterSight;
import io.github.dnsonde.merge.DnsEvent;
import io.github.dnsonde.merge.EventPlan;
import io.github.dnsonde.merge.EventResult;
import io.github.dnsonde.merge.EventStep;
import io.github.dnsonde.merge.EventTexts;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Writes Events about findings into the API. It sends one request after the other, ten a second at
 * most, and pauses when the API server fails. Belongs to one thread.
 */
final class EventWriter {

  /** The requests in one turn. */
  private static final int REQUESTS = 10;

  /** The time after which a turn sends no further request: the server is slow. */
  private static final Duration TURN = Duration.ofSeconds(5);

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private static final Log LOG = Log.named("controller");

  private final ClusterEvents events;
  private final Supplier<Optional<ClusterSight>> sight;
  private final Consumer<EventResult> counted;
  private final Ticker ticker;
  private final EventPlan plan;
  private final LineLimit failures;
  private final LineLimit refusals;
  private final LineLimit delays;
  private Duration nextPause = FIRST_PAUSE;
  private long resume;

  /**
   * Creates a writer that has written nothing yet.
   *
   * @param namespace the namespace of Events about causes that belong to no tenant
   * @param sight the present state of the cluster; empty until it is complete
   * @param counted receives what became of each Event
   */
  EventWriter(
      ClusterEvents events,
      String namespace,
      Supplier<Optional<ClusterSight>> sight,
      Consumer<EventResult> counted,
      Ticker ticker) {
    this.events = events;
    this.sight = sight;
    this.counted = counted;
    this.ticker = ticker;
    this.plan = new EventPlan(new EventTexts(namespace), this::count, ticker);
    this.failures = new LineLimit(ticker);
    this.refusals = new LineLimit(ticker);
    this.delays = new LineLimit(ticker);
    this.resume = ticker.nanos();
  }

  /** Writes what is due. Called by one thread, every second. */
  void turn() {
    sight.get().ifPresent(this::write);
  }

  private void write(ClusterSight present) {
    plan.take(present);
    long start = ticker.nanos();
    if (start - resume < 0) {
      return;
    }
    try {
      for (int i = 0; i < REQUESTS && ticker.nanos() - start < TURN.toNanos(); i++) {
        Optional<EventStep> step = plan.next();
        if (step.isEmpty()) {
          break;
        }
        plan.answered(step.get(), answer(step.get()));
        nextPause = FIRST_PAUSE;
      }
    } catch (IOException failure) {
      failed(failure);
    }
    logDelays();
  }

  private EventStep.Answer answer(EventStep step) throws IOException {
    return switch (sent(step)) {
      case ClusterEvents.Answer.Made _ -> EventStep.Answer.DONE;
      case ClusterEvents.Answer.Exists _ -> EventStep.Answer.EXISTS;
      case ClusterEvents.Answer.Missing _ -> EventStep.Answer.MISSING;
      case ClusterEvents.Answer.Refused refusal -> {
        refused(step, refusal);
        yield EventStep.Answer.REFUSED;
      }
    };
  }

  private ClusterEvents.Answer sent(EventStep step) throws IOException {
    NamespacedName name = new NamespacedName(step.namespace(), step.name());
    return switch (step) {
      case EventStep.Create(_, DnsEvent event, _) ->
          events.create(
              name,
              new ClusterEvents.Content(event.policy(), event.type(), event.reason(), event.note()),
              step.at());
      case EventStep.Repeat repeat -> events.repeat(name, repeat.count(), step.at());
    };
  }

  private void count(EventResult result) {
    counted.accept(result);
    if (result == EventResult.LIMITED) {
      delays.event();
    }
  }

  private void failed(IOException failure) {
    counted.accept(EventResult.FAILED);
    resume = ticker.nanos() + nextPause.toNanos();
    Duration doubled = nextPause.multipliedBy(2);
    nextPause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    failures.event();
    long count = failures.take();
    if (count > 0) {
      LOG.warn(
          Event.of("Events could not be written; will be tried again")
              .with("why", String.valueOf(failure.getMessage()))
              .with("count", count));
    }
  }

  private void refused(EventStep step, ClusterEvents.Answer.Refused refusal) {
    refusals.event();
    long count = refusals.take();
    if (count > 0) {
      Event event =
          Event.of("an Event was refused; will be tried again in ten minutes")
              .with("source_namespace", step.namespace())
              .with("why", refusal.why())
              .with("count", count);
      LOG.warn(
          refusal.forbidden()
              ? event.with(
                  "expected",
                  "a ClusterRole of the controller with verbs create and patch for resource events"
                      + " of apiGroup events.k8s.io")
              : event);
    }
  }

  private void logDelays() {
    long count = delays.take();
    if (count > 0) {
      LOG.warn(
          Event.of("new Events wait: at most 20 are written in a minute").with("count", count));
    }
  }
}
