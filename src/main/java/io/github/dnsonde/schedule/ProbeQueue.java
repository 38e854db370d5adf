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
final class ProbeQueue {

  private static final Comparator<ScheduledProbe> LONGEST_UNASKED_FIRST =
      Comparator.comparingLong(ScheduledProbe::startedAt);

  private final Map<Probe, ScheduledProbe> seats = new HashMap<>();
  private final Queue<ScheduledProbe> waiting =
      new PriorityQueue<>(Comparator.comparingLong(ScheduledProbe::due));
  private final Queue<ScheduledProbe> dueCalm = new PriorityQueue<>(LONGEST_UNASKED_FIRST);
  private final Queue<ScheduledProbe> dueUrgent = new PriorityQueue<>(LONGEST_UNASKED_FIRST);
  private final FormerProbes formerProbes = new FormerProbes();
  private Set<Probe> planned = Set.of();
  private Pace pace;
  private final RateLimiter budget;
  private final RateLimiter urgentFirst;
  private final Deque<Long> hurryEnds = new ArrayDeque<>();
  private long queries;
  private int inFlight;
  private long slotFreeSince;
  private boolean spent;
  private long opened;

  ProbeQueue(Pace pace, long now) {
    this.pace = pace;
    this.budget = new RateLimiter(pace.budget(), now);
    this.urgentFirst = new RateLimiter(pace.budget() / 2.0, now);
    this.slotFreeSince = now;
    this.opened = now;
  }

  /**
   * Switches to this plan and pace. Probes that both plans name keep their memory and their place.
   * New probes take the place of those that left before. Probes whose phase changes move to it.
   */
  void follow(Plan plan, Pace changed, long now) {
    adopt(changed, now);
    Set<Probe> wanted = Set.copyOf(plan.probes());
    seats.values().stream()
        .filter(
            scheduledProbe ->
                planned.contains(scheduledProbe.probe) && !wanted.contains(scheduledProbe.probe))
        .forEach(scheduledProbe -> formerProbes.add(scheduledProbe, now));
    seats
        .values()
        .removeIf(
            scheduledProbe -> !wanted.contains(scheduledProbe.probe) && !scheduledProbe.inFlight());
    Phases phases = new Phases(plan.probes());
    plan.probes().forEach(probe -> seat(probe, phases.of(probe), now));
    planned = wanted;
    queueAgain();
  }

  /** Only a changed period moves entries. No other change of the pace affects the order. */
  private void adopt(Pace changed, long now) {
    if (changed.budget() != pace.budget()) {
      budget.rate(changed.budget(), now);
      urgentFirst.rate(changed.budget() / 2.0, now);
    }
    seats
        .values()
        .forEach(scheduledProbe -> scheduledProbe.period(changed.period().toNanos(), now));
    if (inFlight >= pace.inFlight() && inFlight < changed.inFlight()) {
      slotFreeSince = now;
    }
    pace = changed;
  }

  private void seat(Probe probe, double share, long now) {
    ScheduledProbe present = seats.get(probe);
    if (present == null) {
      seats.put(probe, newSeat(probe, share, now));
      return;
    }
    present.share(share, now);
    if (!planned.contains(probe)) {
      formerProbes.remove(present); // it returns while its query is in flight
    }
  }

  private ScheduledProbe newSeat(Probe probe, double share, long now) {
    long period = pace.period().toNanos();
    ScheduledProbe scheduledProbe =
        formerProbes
            .successor(probe, now)
            .orElseGet(() -> new ScheduledProbe(probe, share, period, now));
    scheduledProbe.period(period, now);
    scheduledProbe.share(share, now);
    return scheduledProbe;
  }

  /** Queries these vantages soon, and often for a while, because something about them changed. */
  void hurry(Set<Vantage> vantages, long now) {
    seats.values().stream()
        .filter(scheduledProbe -> vantages.contains(scheduledProbe.probe.vantage()))
        .forEach(scheduledProbe -> scheduledProbe.hurry(now));
    queueAgain();
    long end = now + ScheduledProbe.HURRY;
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
      seats.values().forEach(scheduledProbe -> scheduledProbe.settle(now));
      queueAgain();
    }
  }

  private void queueAgain() {
    waiting.clear();
    dueCalm.clear();
    dueUrgent.clear();
    seats.values().stream()
        .filter(
            scheduledProbe -> planned.contains(scheduledProbe.probe) && scheduledProbe.hasTurn())
        .forEach(waiting::add);
  }

  /** Takes the next turn, if a probe is due. */
  Optional<DueProbe> next(long now) {
    settle(now);
    promote(now);
    if (!roomForExtra()) {
      postponeExtra(now);
    }
    if (inFlight >= pace.inFlight() || noneDue() || opening(now) > now) {
      return Optional.empty();
    }
    spent = false;
    boolean first = !dueUrgent.isEmpty() && urgentFirst.from() <= now;
    ScheduledProbe scheduledProbe = (first ? dueUrgent : longestUnasked()).remove();
    long since = Math.max(scheduledProbe.due(), Math.max(opened, slotFreeSince));
    budget.take(since);
    if (first) {
      urgentFirst.take(since);
    }
    scheduledProbe.start(now);
    inFlight++;
    if (scheduledProbe.hasTurn()) {
      waiting.add(scheduledProbe);
    }
    return Optional.of(new DueProbe(scheduledProbe.probe, ++queries, since));
  }

  /**
   * The time from which the budget allows a query. After it was spent, several queries are allowed
   * together, a little later than the first of them alone: that saves wake-ups.
   */
  private long opening(long now) {
    if (budget.from() > now) {
      spent = true;
    }
    opened =
        spent ? budget.from(Math.min(dueCalm.size() + dueUrgent.size(), Phases.BURST)) : opened;
    return spent ? opened : budget.from();
  }

  /**
   * Returns true if a probe may have another query in flight: the others need half of the limit.
   */
  private boolean roomForExtra() {
    return inFlight < pace.inFlight() / 2;
  }

  private void postponeExtra(long now) {
    List<ScheduledProbe> extra =
        dueUrgent.stream().filter(scheduledProbe -> scheduledProbe.extra(now)).toList();
    dueUrgent.removeAll(extra);
    for (ScheduledProbe scheduledProbe : extra) {
      scheduledProbe.postpone(now);
      waiting.add(scheduledProbe);
    }
  }

  private Queue<ScheduledProbe> longestUnasked() {
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
      ScheduledProbe scheduledProbe = waiting.remove();
      (scheduledProbe.urgent(now) ? dueUrgent : dueCalm).add(scheduledProbe);
    }
  }

  /**
   * Releases the place of a query.
   *
   * @param tested false if its outcome is untested
   * @return true if the query was overtaken: a later query of the probe has ended before it
   */
  boolean done(DueProbe dueProbe, boolean tested, long now) {
    if (inFlight-- == pace.inFlight()) {
      slotFreeSince = now;
    }
    ScheduledProbe scheduledProbe =
        requireNonNull(seats.get(dueProbe.probe()), "no such probe is in flight");
    boolean hadTurn = scheduledProbe.hasTurn();
    boolean waited = hadTurn && waiting.remove(scheduledProbe); // its turn may come earlier now
    boolean overtaken = scheduledProbe.answered(dueProbe.number(), tested);
    if (!planned.contains(scheduledProbe.probe)) {
      leave(scheduledProbe);
    } else if (waited || (!hadTurn && scheduledProbe.hasTurn())) {
      waiting.add(scheduledProbe);
    }
    return overtaken;
  }

  /** Takes over from a probe's streak whether the probe fails: it is urgent then. */
  void failing(Probe probe, boolean failing) {
    Optional.ofNullable(seats.get(probe))
        .ifPresent(scheduledProbe -> scheduledProbe.failing(failing));
  }

  /** It left the plan while it was in flight. */
  private void leave(ScheduledProbe scheduledProbe) {
    if (!scheduledProbe.inFlight()) {
      seats.remove(scheduledProbe.probe);
    }
  }

  /**
   * Removes the probes that could not be queried for a whole period because too many queries were
   * in flight.
   */
  List<Probe> capped(long now) {
    List<Probe> lost = new ArrayList<>();
    if (inFlight >= pace.inFlight()) {
      for (Queue<ScheduledProbe> due : List.of(dueCalm, dueUrgent)) {
        List<ScheduledProbe> overdue =
            due.stream().filter(scheduledProbe -> scheduledProbe.overdue(now)).toList();
        due.removeAll(overdue);
        for (ScheduledProbe scheduledProbe : overdue) {
          scheduledProbe.skip(now);
          waiting.add(scheduledProbe);
          lost.add(scheduledProbe.probe);
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
      return Math.max(0, opening(now) - now);
    }
    return waiting.isEmpty() ? Long.MAX_VALUE : waiting.element().due() - now;
  }

  /** The effective period by source namespace: the longest among its probes. */
  Map<String, Duration> intervals(long now) {
    Map<String, Duration> longest = new TreeMap<>();
    for (Probe probe : planned) {
      ScheduledProbe scheduledProbe =
          requireNonNull(seats.get(probe), "every planned probe has a seat");
      Duration interval = Duration.ofNanos(scheduledProbe.interval(now));
      longest.merge(
          scheduledProbe.probe.vantage().namespace(),
          interval,
          (a, b) -> a.compareTo(b) >= 0 ? a : b);
    }
    return longest;
  }
}
