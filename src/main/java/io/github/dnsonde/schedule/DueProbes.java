package io.github.dnsonde.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The probes that are due, to servers on the node or to others. Turns among nodes come in the order
 * of their slots: a class whose cycle is longer than that of others must not push those back. Of
 * the others, the longest unqueried is first.
 */
final class DueProbes {

  static final Comparator<ScheduledProbe> LONGEST_UNASKED_FIRST =
      Comparator.comparingLong(ScheduledProbe::startedAt);

  static final Comparator<ScheduledProbe> EARLIEST_SLOT_FIRST =
      Comparator.comparingLong(ScheduledProbe::slotTime).thenComparing(LONGEST_UNASKED_FIRST);

  private final Queue<ScheduledProbe> turns = new PriorityQueue<>(EARLIEST_SLOT_FIRST);
  private final Queue<ScheduledProbe> beforeTurn =
      new PriorityQueue<>(Comparator.comparingLong(ScheduledProbe::ownSlot));
  private final Queue<ScheduledProbe> urgent = new PriorityQueue<>(LONGEST_UNASKED_FIRST);
  private final Queue<ScheduledProbe> calm = new PriorityQueue<>(LONGEST_UNASKED_FIRST);

  void add(ScheduledProbe scheduledProbe, long now) {
    if (scheduledProbe.ownTurn(now)) {
      turns.add(scheduledProbe);
    } else {
      (scheduledProbe.urgent(now) ? urgent : calm).add(scheduledProbe);
      if (scheduledProbe.takesTurns()) {
        beforeTurn.add(scheduledProbe);
      }
    }
  }

  /** Notes the time: those whose turn has begun while they waited go with the turns. */
  void at(long now) {
    while (!beforeTurn.isEmpty() && beforeTurn.element().ownSlot() <= now) {
      ScheduledProbe begun = beforeTurn.remove();
      List.of(urgent, calm).forEach(queue -> queue.remove(begun));
      turns.add(begun);
    }
  }

  void clear() {
    turns.clear();
    beforeTurn.clear();
    urgent.clear();
    calm.clear();
  }

  boolean isEmpty() {
    return turns.isEmpty() && urgent.isEmpty() && calm.isEmpty();
  }

  int size() {
    return turns.size() + urgent.size() + calm.size();
  }

  /** The first of those whose turn it is among the nodes of their class. */
  Optional<ScheduledProbe> firstTurn() {
    return Optional.ofNullable(turns.peek());
  }

  /** The first of those that fail or whose vantage changed. */
  Optional<ScheduledProbe> firstUrgent() {
    return Optional.ofNullable(urgent.peek());
  }

  /** The first of all that have no turn of their own. */
  Optional<ScheduledProbe> firstOther() {
    return Stream.of(calm, urgent)
        .flatMap(queue -> Optional.ofNullable(queue.peek()).stream())
        .min(LONGEST_UNASKED_FIRST);
  }

  void remove(ScheduledProbe scheduledProbe) {
    for (Queue<ScheduledProbe> queue : List.of(turns, urgent, calm)) {
      if (queue.peek() == scheduledProbe) {
        queue.remove();
        beforeTurn.remove(scheduledProbe);
        return;
      }
    }
    throw new IllegalArgumentException("not the first of any: " + scheduledProbe.probe);
  }

  /** Removes and returns those that match. */
  List<ScheduledProbe> take(Predicate<ScheduledProbe> which) {
    List<ScheduledProbe> taken = new ArrayList<>();
    for (Queue<ScheduledProbe> queue : List.of(calm, urgent, turns)) {
      List<ScheduledProbe> matching = queue.stream().filter(which).toList();
      queue.removeAll(matching);
      beforeTurn.removeAll(matching);
      taken.addAll(matching);
    }
    return taken;
  }
}
