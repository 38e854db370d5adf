package io.github.dnsonde.merge;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.merge.EventStep.Answer;
import io.github.dnsonde.overview.NodeInput;
import io.github.dnsonde.probe.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The Events of a cluster: one when a finding begins, repeated while it lasts, and one when it is
 * over. It decides which change of the API is due, and makes none itself. Bounded: what tenants
 * cause grows neither the memory nor the number of Events. Belongs to one thread.
 */
public final class EventPlan {

  /** The new Events in a minute, of all namespaces together. */
  static final int NEW_A_MINUTE = 20;

  /** The findings with an Event at the same time; more wait until others are over. */
  static final int LASTING = 1_000;

  /**
   * The time for which a finding must be gone. In the meantime, a finding of another kind may take
   * its place, since outcomes arrive one after another.
   */
  static final Duration OVER = Duration.ofSeconds(30);

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final EventTexts texts;
  private final Consumer<EventResult> results;
  private final Ticker ticker;
  private final Map<EventTopic, LastingEvent> lasting = new LinkedHashMap<>();
  private final Map<EventTopic, RestoredEvent> restored = new LinkedHashMap<>();
  private final Deque<Created> created = new ArrayDeque<>();
  private Optional<PendingEvent> asked = Optional.empty();

  /** A new Event of the last minute. */
  private record Created(String namespace, long nanos) {}

  /**
   * Creates a plan without Events.
   *
   * @param results receives what became of each Event
   */
  public EventPlan(EventTexts texts, Consumer<EventResult> results, Ticker ticker) {
    this.texts = texts;
    this.results = results;
    this.ticker = ticker;
  }

  /** Takes the present state of the cluster. */
  public void take(ClusterSight sight) {
    Set<String> reporting =
        sight.nodes().stream()
            .filter(node -> !node.isSilent(ticker.now()))
            .map(NodeInput::node)
            .collect(toSet());
    Set<EventTopic> present = new HashSet<>();
    for (Finding finding : sight.findings()) {
      for (DnsEvent event : texts.cutOff(finding)) {
        EventTopic topic = EventTopic.of(finding, event);
        if (present.add(topic)) { // the first is the oldest
          holds(topic, finding, event, observed(finding, reporting), sight.complete());
        }
      }
    }
    lasting.values().stream()
        .filter(event -> !present.contains(event.topic()))
        .forEach(LastingEvent::absent);
    restored.values().removeIf(event -> event.isSettled() || isOutdated(event, present));
    end(new Aftermath(sight, reporting, ticker.now()), present);
  }

  private static boolean observed(Finding finding, Set<String> reporting) {
    List<String> nodes = finding.subject().nodes();
    return nodes.isEmpty() || nodes.stream().anyMatch(reporting::contains);
  }

  private void holds(
      EventTopic topic, Finding finding, DnsEvent event, boolean observed, Instant complete) {
    LastingEvent known = lasting.get(topic);
    if (known == null && lasting.size() >= LASTING) {
      return;
    }
    long nanos = ticker.nanos();
    if (known == null) {
      List<String> earlier =
          finding.since().isBefore(complete)
              ? topic.namesAround(DnsEvent.CUT_OFF, finding.since())
              : List.of();
      known = new LastingEvent(topic, finding, event, earlier, nanos);
      lasting.put(topic, known);
    }
    known.holds(finding, event, observed, nanos);
  }

  /** Returns true, and counts it, if it is old, or if failures are back. */
  private boolean isOutdated(RestoredEvent event, Set<EventTopic> present) {
    boolean back =
        event.topic().shared()
            ? present.contains(event.topic())
            : present.stream().anyMatch(event.topic()::isOfSameTenant);
    if (back || event.isOld(ticker.nanos())) {
      results.accept(EventResult.DROPPED);
      return true;
    }
    return false;
  }

  /** Ends what is over. A tenant's failures end together: DNS is answered again, or it is not. */
  private void end(Aftermath aftermath, Set<EventTopic> present) {
    List<LastingEvent> over =
        lasting.values().stream()
            .filter(event -> !present.contains(event.topic()))
            .filter(event -> event.isOver(OVER, ticker.nanos()))
            .toList();
    over.stream()
        .filter(event -> event.topic().shared())
        .filter(event -> !aftermath.hasSuccessor(event.finding()))
        .forEach(event -> end(List.of(event), aftermath));
    over.stream()
        .filter(event -> !event.topic().shared())
        .collect(groupingBy(event -> event.topic().namespace()))
        .forEach(
            (namespace, events) -> {
              boolean rest =
                  lasting.values().stream()
                      .filter(event -> events.getFirst().topic().isOfSameTenant(event.topic()))
                      .anyMatch(event -> !events.contains(event));
              if (!rest && !aftermath.isFailing(namespace)) {
                end(events, aftermath);
              }
            });
  }

  private void end(List<LastingEvent> events, Aftermath aftermath) {
    events.forEach(event -> lasting.remove(event.topic()));
    events.stream()
        .filter(event -> !event.isWritten())
        .forEach(_ -> results.accept(EventResult.DROPPED));
    events.stream()
        .filter(LastingEvent::isWritten)
        .min(comparing(LastingEvent::since))
        .filter(first -> aftermath.isAnswered(first.topic(), first.finding()))
        .ifPresent(this::restored);
  }

  private void restored(LastingEvent first) {
    if (restored.size() >= LASTING) {
      results.accept(EventResult.DROPPED);
      return;
    }
    texts.restored(first.finding().since(first.since()), ticker.now()).stream()
        .filter(event -> event.namespace().equals(first.topic().namespace()))
        .findFirst()
        .ifPresent(
            event ->
                restored.put(
                    first.topic(),
                    new RestoredEvent(first.topic(), event, first.since(), ticker.nanos())));
  }

  /** Returns the change of the API to make now, if one is due. It counts when it is answered. */
  public Optional<EventStep> next() {
    asked =
        lasting.values().stream()
            .filter(event -> !event.isNew() && isDue(event))
            .map(PendingEvent.class::cast)
            .findFirst()
            .or(this::nextNew);
    return asked.flatMap(event -> event.step(ticker.now(), ticker.nanos()));
  }

  private boolean isDue(PendingEvent event) {
    return event.step(ticker.now(), ticker.nanos()).isPresent();
  }

  private Optional<PendingEvent> nextNew() {
    created.removeIf(event -> ticker.nanos() - event.nanos() >= MINUTE.toNanos());
    List<PendingEvent> waiting =
        Stream.<Collection<? extends PendingEvent>>of(lasting.values(), restored.values())
            .flatMap(Collection::stream)
            .filter(event -> event.isNew() && isDue(event))
            .map(PendingEvent.class::cast)
            .toList();
    if (created.size() >= NEW_A_MINUTE) {
      waiting.stream()
          .filter(PendingEvent::limit)
          .forEach(_ -> results.accept(EventResult.LIMITED));
      return Optional.empty();
    }
    return waiting.stream().min(order());
  }

  /** One tenant whose DNS fails again and again must not use up the Events of the others. */
  private Comparator<PendingEvent> order() {
    return comparing((PendingEvent event) -> !event.topic().shared())
        .thenComparingLong(event -> createdIn(event.topic().namespace()))
        .thenComparing(event -> event instanceof RestoredEvent)
        .thenComparing(PendingEvent::since);
  }

  private long createdIn(String namespace) {
    return created.stream().filter(event -> event.namespace().equals(namespace)).count();
  }

  /** Notes what became of the change that {@link #next} returned last. */
  public void answered(EventStep step, Answer answer) {
    PendingEvent event =
        asked.orElseThrow(() -> new IllegalStateException("nothing was asked: " + step));
    asked = Optional.empty();
    event.answered(answer, ticker.nanos());
    switch (answer) {
      case DONE -> done(step);
      case REFUSED -> results.accept(EventResult.REFUSED);
      case EXISTS -> {
        // A repetition follows, and is counted.
      }
      case MISSING -> {
        if (step instanceof EventStep.Create) {
          results.accept(EventResult.REFUSED);
        }
      }
    }
  }

  private void done(EventStep step) {
    switch (step) {
      case EventStep.Create(_, DnsEvent event, _) -> {
        created.add(new Created(event.namespace(), ticker.nanos()));
        results.accept(EventResult.CREATED);
      }
      case EventStep.Repeat _ -> results.accept(EventResult.REPEATED);
    }
  }
}
