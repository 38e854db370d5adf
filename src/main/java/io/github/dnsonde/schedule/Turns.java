package io.github.dnsonde.schedule;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Vantage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whose turn it is. Pure: time comes in as a number, no thread, no clock.
 *
 * <p>A probe falls due once a period. When more are due than the budget allows they take turns, the
 * longest unasked first; urgent ones, which fail or whose vantage changed, go before the others,
 * for at most half of the budget. A probe in flight is never asked again, and at most so many are
 * in flight.
 */
final class Turns {

  private static final Comparator<Seat> LONGEST_UNASKED_FIRST =
      Comparator.comparingLong(Seat::asked);

  private final Map<Probe, Seat> seats = new HashMap<>();
  private final Queue<Seat> waiting = new PriorityQueue<>(Comparator.comparingLong(Seat::due));
  private final Queue<Seat> dueCalm = new PriorityQueue<>(LONGEST_UNASKED_FIRST);
  private final Queue<Seat> dueUrgent = new PriorityQueue<>(LONGEST_UNASKED_FIRST);
  private final Vacancies vacancies = new Vacancies();
  private Set<Probe> planned = Set.of();
  private Pace pace;
  private final Allowance budget;
  private final Allowance urgentFirst;
  private int inFlight;
  private long slotFreeSince;

  Turns(Pace pace, long now) {
    this.pace = pace;
    this.budget = new Allowance(pace.budget(), now);
    this.urgentFirst = new Allowance(pace.budget() / 2.0, now);
    this.slotFreeSince = now;
  }

  /**
   * From now on this plan at this pace. What both plans name keeps its memory and its place, and
   * what is new takes the place of what left before it.
   */
  void follow(Plan plan, Pace changed, long now) {
    adopt(changed, now);
    Set<Probe> wanted = Set.copyOf(plan.probes());
    seats.values().stream()
        .filter(seat -> planned.contains(seat.probe) && !wanted.contains(seat.probe))
        .forEach(seat -> vacancies.add(seat, now));
    seats.values().removeIf(seat -> !wanted.contains(seat.probe) && !seat.inFlight());
    plan.probes().forEach(probe -> seat(probe, now));
    planned = wanted;
    queueAgain();
  }

  /** Only a changed period moves anybody: no other change of the pace disturbs the order. */
  private void adopt(Pace changed, long now) {
    if (changed.budget() != pace.budget()) {
      budget.rate(changed.budget(), now);
      urgentFirst.rate(changed.budget() / 2.0, now);
    }
    seats.values().forEach(seat -> seat.period(changed.period().toNanos(), now));
    if (inFlight >= pace.inFlight() && inFlight < changed.inFlight()) {
      slotFreeSince = now;
    }
    pace = changed;
  }

  private void seat(Probe probe, long now) {
    Seat present = seats.get(probe);
    if (present == null) {
      seats.put(probe, newSeat(probe, now));
    } else if (!planned.contains(probe)) {
      vacancies.remove(present); // it returns while its question is in flight
    }
  }

  private Seat newSeat(Probe probe, long now) {
    long period = pace.period().toNanos();
    Seat seat = vacancies.successor(probe, now).orElseGet(() -> new Seat(probe, period, now));
    seat.period(period, now);
    return seat;
  }

  /** Something changed about these vantages: they are asked soon, and often for a while. */
  void hurry(Set<Vantage> vantages, long now) {
    seats.values().stream()
        .filter(seat -> vantages.contains(seat.probe.vantage()))
        .forEach(seat -> seat.hurry(now));
    queueAgain();
  }

  private void queueAgain() {
    waiting.clear();
    dueCalm.clear();
    dueUrgent.clear();
    seats.values().stream().filter(seat -> !seat.inFlight()).forEach(waiting::add);
  }

  /** Takes the next turn, if one has come. */
  Optional<Turn> next(long now) {
    promote(now);
    if (inFlight >= pace.inFlight() || budget.from() > now || noneDue()) {
      return Optional.empty();
    }
    boolean first = !dueUrgent.isEmpty() && urgentFirst.from() <= now;
    Seat seat = (first ? dueUrgent : longestUnasked()).remove();
    long since = Math.max(seat.due(), Math.max(budget.from(), slotFreeSince));
    budget.take(since);
    if (first) {
      urgentFirst.take(since);
    }
    seat.ask(now);
    inFlight++;
    return Optional.of(new Turn(seat.probe, since));
  }

  private Queue<Seat> longestUnasked() {
    if (dueCalm.isEmpty()) {
      return dueUrgent;
    }
    return dueUrgent.isEmpty()
            || LONGEST_UNASKED_FIRST.compare(dueCalm.element(), dueUrgent.element()) <= 0
        ? dueCalm
        : dueUrgent;
  }

  private boolean noneDue() {
    return dueCalm.isEmpty() && dueUrgent.isEmpty();
  }

  private void promote(long now) {
    while (!waiting.isEmpty() && waiting.element().due() <= now) {
      Seat seat = waiting.remove();
      (seat.urgent(now) ? dueUrgent : dueCalm).add(seat);
    }
  }

  /**
   * Gives a question's place back.
   *
   * @param failing whether the probe fails now; empty when this time told nothing
   */
  void done(Probe probe, Optional<Boolean> failing, long now) {
    if (inFlight-- == pace.inFlight()) {
      slotFreeSince = now;
    }
    Seat seat = requireNonNull(seats.get(probe), "no such probe is in flight");
    failing.ifPresent(seat::failing);
    seat.answered();
    if (planned.contains(probe)) {
      waiting.add(seat);
    } else {
      seats.remove(probe); // it left the plan while it was in flight
    }
  }

  /**
   * Takes out what could not be asked for a whole period because too many questions were in flight.
   */
  List<Probe> capped(long now) {
    List<Probe> lost = new ArrayList<>();
    if (inFlight >= pace.inFlight()) {
      for (Queue<Seat> due : List.of(dueCalm, dueUrgent)) {
        List<Seat> overdue = due.stream().filter(seat -> seat.overdue(now)).toList();
        due.removeAll(overdue);
        for (Seat seat : overdue) {
          seat.skip(now);
          waiting.add(seat);
          lost.add(seat.probe);
        }
      }
    }
    return lost;
  }

  /**
   * How long until a turn may come, if nothing is answered meanwhile; {@link Long#MAX_VALUE} when
   * none will.
   */
  long untilNext(long now) {
    promote(now);
    if (inFlight >= pace.inFlight()) {
      return Long.MAX_VALUE;
    }
    if (!noneDue()) {
      return Math.max(0, budget.from() - now);
    }
    return waiting.isEmpty() ? Long.MAX_VALUE : waiting.element().due() - now;
  }

  /** The period that results, by source namespace: the longest among its probes. */
  Map<String, Duration> intervals(long now) {
    Map<String, Duration> longest = new TreeMap<>();
    for (Probe probe : planned) {
      Seat seat = requireNonNull(seats.get(probe), "every planned probe has a seat");
      Duration interval = Duration.ofNanos(seat.interval(now));
      longest.merge(
          seat.probe.vantage().namespace(), interval, (a, b) -> a.compareTo(b) >= 0 ? a : b);
    }
    return longest;
  }
}
