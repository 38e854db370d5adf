package io.github.dnsonde.schedule;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
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
 * longest unasked first; probes that fail go before those that do not, for at most half of the
 * budget. A probe in flight is never asked again, and at most so many are in flight.
 */
final class Turns {

  private static final Comparator<Seat> LONGEST_UNASKED_FIRST =
      Comparator.comparingLong(Seat::asked);

  private final Map<Probe, Seat> seats = new HashMap<>();
  private final Queue<Seat> waiting = new PriorityQueue<>(Comparator.comparingLong(Seat::due));
  private final Queue<Seat> dueGood = new PriorityQueue<>(LONGEST_UNASKED_FIRST);
  private final Queue<Seat> dueFailing = new PriorityQueue<>(LONGEST_UNASKED_FIRST);
  private Set<Probe> planned = Set.of();
  private Pace pace;
  private Allowance budget;
  private Allowance failingFirst;
  private int inFlight;
  private long slotFreeSince;

  Turns(Pace pace, long now) {
    this.pace = pace;
    this.budget = new Allowance(pace.budget(), now);
    this.failingFirst = new Allowance(pace.budget() / 2.0, now);
    this.slotFreeSince = now;
  }

  /** From now on this plan at this pace. What both plans name keeps its memory and its place. */
  void follow(Plan plan, Pace changed, long now) {
    if (!changed.equals(pace)) {
      pace = changed;
      budget = new Allowance(pace.budget(), now);
      failingFirst = new Allowance(pace.budget() / 2.0, now);
      seats.values().forEach(seat -> seat.period(pace.period().toNanos(), now));
    }
    planned = Set.copyOf(plan.probes());
    seats.values().removeIf(seat -> !planned.contains(seat.probe) && !seat.inFlight());
    plan.probes()
        .forEach(
            probe -> seats.computeIfAbsent(probe, p -> new Seat(p, pace.period().toNanos(), now)));
    waiting.clear();
    dueGood.clear();
    dueFailing.clear();
    seats.values().stream().filter(seat -> !seat.inFlight()).forEach(waiting::add);
  }

  /** Takes the next turn, if one has come. */
  Optional<Turn> next(long now) {
    promote(now);
    if (inFlight >= pace.inFlight() || budget.from() > now || noneDue()) {
      return Optional.empty();
    }
    Seat seat = choose(now);
    long since = Math.max(seat.due(), Math.max(budget.from(), slotFreeSince));
    budget.take(since);
    seat.ask(now);
    inFlight++;
    return Optional.of(new Turn(seat.probe, since));
  }

  private Seat choose(long now) {
    if (!dueFailing.isEmpty() && failingFirst.from() <= now) {
      Seat seat = dueFailing.remove();
      failingFirst.take(Math.max(seat.due(), failingFirst.from()));
      return seat;
    }
    return longestUnasked().remove();
  }

  private Queue<Seat> longestUnasked() {
    if (dueGood.isEmpty()) {
      return dueFailing;
    }
    return dueFailing.isEmpty()
            || LONGEST_UNASKED_FIRST.compare(dueGood.element(), dueFailing.element()) <= 0
        ? dueGood
        : dueFailing;
  }

  private boolean noneDue() {
    return dueGood.isEmpty() && dueFailing.isEmpty();
  }

  private void promote(long now) {
    while (!waiting.isEmpty() && waiting.element().due() <= now) {
      Seat seat = waiting.remove();
      (seat.failing() ? dueFailing : dueGood).add(seat);
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
      for (Queue<Seat> due : List.of(dueGood, dueFailing)) {
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
