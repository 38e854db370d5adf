package io.github.dnsonde.schedule;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Vantage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;

/**
 * The queue that decides which probe is next. Pure: it receives the time as a number, and has no
 * thread and no clock.
 *
 * <p>A probe falls due once a period. When more are due than the budget allows they take turns, the
 * longest unqueried first. Urgent ones, which fail or whose vantage changed, go before the others,
 * for at most half of the budget. The number of queries in flight is limited. A probe usually has
 * one of them. Soon after a change of its vantage it may have several, while less than half of the
 * limit is in use: the older ones may have been sent before the change took effect.
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
  private final Deque<Long> hurryEnds = new ArrayDeque<>();
  private long queries;
  private int inFlight;
  private long slotFreeSince;

  Turns(Pace pace, long now) {
    this.pace = pace;
    this.budget = new Allowance(pace.budget(), now);
    this.urgentFirst = new Allowance(pace.budget() / 2.0, now);
    this.slotFreeSince = now;
  }

  /**
   * Switches to this plan and pace. Probes that both plans name keep their memory and their place.
   * New probes take the place of those that left before.
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

  /** Only a changed period moves entries. No other change of the pace affects the order. */
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
      vacancies.remove(present); // it returns while its query is in flight
    }
  }

  private Seat newSeat(Probe probe, long now) {
    long period = pace.period().toNanos();
    Seat seat = vacancies.successor(probe, now).orElseGet(() -> new Seat(probe, period, now));
    seat.period(period, now);
    return seat;
  }

  /** Queries these vantages soon, and often for a while, because something about them changed. */
  void hurry(Set<Vantage> vantages, long now) {
    seats.values().stream()
        .filter(seat -> vantages.contains(seat.probe.vantage()))
        .forEach(seat -> seat.hurry(now));
    queueAgain();
    long end = now + Seat.HURRY;
    if (hurryEnds.isEmpty() || hurryEnds.getLast() < end) {
      hurryEnds.add(end);
    }
  }

  private void settle(long now) {
    boolean settled = false;
    while (!hurryEnds.isEmpty() && hurryEnds.element() <= now) {
      hurryEnds.remove();
      settled = true;
    }
    if (settled) {
      seats.values().forEach(seat -> seat.settle(now));
      queueAgain();
    }
  }

  private void queueAgain() {
    waiting.clear();
    dueCalm.clear();
    dueUrgent.clear();
    seats.values().stream()
        .filter(seat -> planned.contains(seat.probe) && seat.hasTurn())
        .forEach(waiting::add);
  }

  /** Takes the next turn, if a probe is due. */
  Optional<Turn> next(long now) {
    settle(now);
    promote(now);
    if (!roomForExtra()) {
      postponeExtra(now);
    }
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
    if (seat.hasTurn()) {
      waiting.add(seat);
    }
    return Optional.of(new Turn(seat.probe, ++queries, since));
  }

  /**
   * Returns true if a probe may have another query in flight: the others need half of the limit.
   */
  private boolean roomForExtra() {
    return inFlight < pace.inFlight() / 2;
  }

  private void postponeExtra(long now) {
    List<Seat> extra = dueUrgent.stream().filter(seat -> seat.extra(now)).toList();
    dueUrgent.removeAll(extra);
    for (Seat seat : extra) {
      seat.postpone(now);
      waiting.add(seat);
    }
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
   * Releases the place of a query.
   *
   * @param failed true if the query failed; empty if its outcome is untested
   * @return true if the query was overtaken: a later query of the probe has ended before it
   */
  boolean done(Turn turn, Optional<Boolean> failed, long now) {
    if (inFlight-- == pace.inFlight()) {
      slotFreeSince = now;
    }
    Seat seat = requireNonNull(seats.get(turn.probe()), "no such probe is in flight");
    boolean hadTurn = seat.hasTurn();
    boolean waited = hadTurn && waiting.remove(seat); // its turn may come earlier now
    boolean overtaken = seat.answered(turn.number(), failed);
    if (!planned.contains(seat.probe)) {
      leave(seat);
    } else if (waited || (!hadTurn && seat.hasTurn())) {
      waiting.add(seat);
    }
    return overtaken;
  }

  /** Removes an entry that left the plan while a query was in flight. */
  private void leave(Seat seat) {
    if (!seat.inFlight()) {
      seats.remove(seat.probe);
    }
  }

  /**
   * Removes the probes that could not be queried for a whole period because too many queries were
   * in flight.
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
   * The time until a turn may come, if no query ends meanwhile; {@link Long#MAX_VALUE} if none
   * will.
   */
  long untilNext(long now) {
    settle(now);
    promote(now);
    if (inFlight >= pace.inFlight()) {
      return Long.MAX_VALUE;
    }
    if (!noneDue()) {
      return Math.max(0, budget.from() - now);
    }
    return waiting.isEmpty() ? Long.MAX_VALUE : waiting.element().due() - now;
  }

  /** The effective period by source namespace: the longest among its probes. */
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
