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
import java.util.function.Predicate;
import java.util.stream.Stream;

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

  private final Map<Probe, ScheduledProbe> seats = new HashMap<>();
  private final Queue<ScheduledProbe> waiting =
      new PriorityQueue<>(Comparator.comparingLong(ScheduledProbe::due));
  private final DueProbes onNode = new DueProbes();
  private final DueProbes offNode = new DueProbes();
  private final Doubts doubts = new Doubts();
  private final FormerProbes formerProbes = new FormerProbes();
  private Set<Probe> planned = Set.of();
  private Plan plan = Plan.EMPTY;
  private Pace pace;
  private final RateLimiter budget;
  private final RateLimiter urgentFirst;
  private final RateLimiter share;
  private final RateLimiter urgentShare;
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
    this.share = new RateLimiter(pace.offNode(), now);
    this.urgentShare = new RateLimiter(pace.offNode() / 2.0, now);
    this.slotFreeSince = now;
    this.opened = now;
  }

  /**
   * Switches to this plan and pace. Probes that both plans name keep their memory and their place.
   * New probes take the place of those that left before. Probes whose phase changes move to it.
   */
  void follow(Plan next, Pace changed, long now) {
    plan = next;
    adopt(changed, now);
    Set<Probe> wanted = Set.copyOf(next.probes());
    seats.values().stream()
        .filter(
            scheduledProbe ->
                planned.contains(scheduledProbe.probe) && !wanted.contains(scheduledProbe.probe))
        .forEach(scheduledProbe -> formerProbes.add(scheduledProbe, now));
    seats
        .values()
        .removeIf(
            scheduledProbe -> !wanted.contains(scheduledProbe.probe) && !scheduledProbe.inFlight());
    Phases phases = new Phases(next);
    next.probes().forEach(probe -> seat(probe, phases.of(probe), now));
    planned = wanted;
    doubts.retain(planned);
    doubtVantages(now);
    queueAgain();
  }

  /** Only a changed period moves entries. No other change of the pace affects the order. */
  private void adopt(Pace changed, long now) {
    if (changed.budget() != pace.budget()) {
      budget.rate(changed.budget(), now);
      urgentFirst.rate(changed.budget() / 2.0, now);
    }
    if (changed.offNode() != pace.offNode()) {
      share.rate(changed.offNode(), now);
      urgentShare.rate(changed.offNode() / 2.0, now);
    }
    if (inFlight >= pace.inFlight() && inFlight < changed.inFlight()) {
      slotFreeSince = now;
    }
    pace = changed;
    seats.values().forEach(scheduledProbe -> setRhythm(scheduledProbe, now));
  }

  private void setRhythm(ScheduledProbe scheduledProbe, long now) {
    Probe probe = scheduledProbe.probe;
    scheduledProbe.rhythm(
        Rhythm.of(plan.role(probe.vantage()), plan.isDivided(), pace),
        pace.period().toNanos(),
        now);
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
    setRhythm(scheduledProbe, now);
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
    onNode.clear();
    offNode.clear();
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
    Optional<ScheduledProbe> turn = firstTurn(now);
    Optional<ScheduledProbe> urgent = turn.isPresent() ? Optional.empty() : firstUrgent(now);
    Optional<ScheduledProbe> first = turn.or(() -> urgent).or(() -> firstOther(now));
    return first.map(scheduledProbe -> start(scheduledProbe, urgent.isPresent(), now));
  }

  private Optional<ScheduledProbe> firstTurn(long now) {
    Optional<ScheduledProbe> off = share.from() <= now ? offNode.firstTurn() : Optional.empty();
    return Stream.concat(onNode.firstTurn().stream(), off.stream())
        .min(DueProbes.EARLIEST_SLOT_FIRST);
  }

  private Optional<ScheduledProbe> firstUrgent(long now) {
    if (urgentFirst.from() > now) {
      return Optional.empty();
    }
    boolean off = share.from() <= now && urgentShare.from() <= now;
    return longestUnasked(onNode.firstUrgent(), off ? offNode.firstUrgent() : Optional.empty());
  }

  private Optional<ScheduledProbe> firstOther(long now) {
    return longestUnasked(
        onNode.firstOther(), share.from() <= now ? offNode.firstOther() : Optional.empty());
  }

  private static Optional<ScheduledProbe> longestUnasked(
      Optional<ScheduledProbe> one, Optional<ScheduledProbe> other) {
    return Stream.concat(one.stream(), other.stream()).min(DueProbes.LONGEST_UNASKED_FIRST);
  }

  private boolean noneDue() {
    return onNode.isEmpty() && offNode.isEmpty();
  }

  private DueProbe start(ScheduledProbe scheduledProbe, boolean first, long now) {
    boolean off = isOffNode(scheduledProbe.probe);
    (off ? offNode : onNode).remove(scheduledProbe);
    spent = false;
    long allowed = off ? Math.max(opened, share.from()) : opened;
    long since = Math.max(scheduledProbe.due(), Math.max(allowed, slotFreeSince));
    charge(off, since);
    if (first) {
      urgentFirst.take(since);
      if (off) {
        urgentShare.take(since);
      }
    }
    scheduledProbe.start(now);
    inFlight++;
    if (scheduledProbe.hasTurn()) {
      waiting.add(scheduledProbe);
    }
    return new DueProbe(scheduledProbe.probe, ++queries, since);
  }

  /** Returns true if the server that a probe queries is on another node, or may be. */
  boolean isOffNode(Probe probe) {
    return !plan.onNode().contains(probe.server());
  }

  /**
   * The time from which the budget allows a query. After it was spent, several queries are allowed
   * together, a little later than the first of them alone: that saves wake-ups.
   */
  private long opening(long now) {
    if (budget.from() > now) {
      spent = true;
    }
    opened = spent ? budget.from(Math.min(onNode.size() + offNode.size(), Phases.BURST)) : opened;
    return spent ? opened : budget.from();
  }

  /**
   * Returns true if a probe may have another query in flight: the others need half of the limit.
   */
  private boolean roomForExtra() {
    return inFlight < pace.inFlight() / 2;
  }

  private void postponeExtra(long now) {
    List<ScheduledProbe> extra = new ArrayList<>(onNode.take(each -> each.extra(now)));
    extra.addAll(offNode.take(each -> each.extra(now)));
    for (ScheduledProbe scheduledProbe : extra) {
      scheduledProbe.postpone(now);
      waiting.add(scheduledProbe);
    }
  }

  private void promote(long now) {
    onNode.at(now);
    offNode.at(now);
    while (!waiting.isEmpty() && waiting.element().due() <= now) {
      ScheduledProbe scheduledProbe = waiting.remove();
      (isOffNode(scheduledProbe.probe) ? offNode : onNode).add(scheduledProbe, now);
    }
  }

  /** Counts a query in the budget, of a probe or another check. */
  void charge(boolean off, long since) {
    budget.take(since);
    if (off) {
      share.take(since);
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

  /**
   * Takes the result of a probe's query that no later one has overtaken. A probe that fails is
   * urgent, its vantage is in doubt until it was good twice, and other probes are also queried
   * once: those of the namespace after the first failure of a core vantage, and those that fail at
   * the same server after the first good answer.
   */
  void result(Probe probe, boolean failed, long now) {
    ScheduledProbe scheduledProbe = seats.get(probe);
    if (scheduledProbe == null) {
      return;
    }
    ScheduledProbe.News news = scheduledProbe.result(failed);
    boolean moved = doubts.set(probe, scheduledProbe.unwell()) && doubtVantages(now);
    moved |=
        switch (news) {
          case NONE -> false;
          case FAILS ->
              plan.isCore(probe.vantage())
                  && doubts.mayAlert(probe.vantage().namespace(), now, pace.period().toNanos())
                  && bringForward(other -> isNeighbour(other, probe), now);
          case RECOVERS ->
              bringForward(
                  other -> other.failing() && other.probe.server().equals(probe.server()), now);
        };
    if (moved) {
      queueAgain();
    }
  }

  private static boolean isNeighbour(ScheduledProbe other, Probe probe) {
    return other.rests()
        && other.probe.vantage().namespace().equals(probe.vantage().namespace())
        && !other.probe.vantage().equals(probe.vantage());
  }

  private boolean doubtVantages(long now) {
    boolean moved = false;
    for (ScheduledProbe scheduledProbe : seats.values()) {
      moved |= scheduledProbe.doubt(doubts.concern(scheduledProbe.probe.vantage()), now);
    }
    return moved;
  }

  private boolean bringForward(Predicate<ScheduledProbe> which, long now) {
    boolean moved = false;
    for (ScheduledProbe scheduledProbe : seats.values()) {
      moved |= which.test(scheduledProbe) && scheduledProbe.bringForward(now);
    }
    return moved;
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
      for (DueProbes due : List.of(onNode, offNode)) {
        List<ScheduledProbe> overdue = due.take(scheduledProbe -> scheduledProbe.overdue(now));
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
    long until = waiting.isEmpty() ? Long.MAX_VALUE : waiting.element().due() - now;
    if (!onNode.isEmpty()) {
      until = Math.min(until, opening(now) - now);
    }
    if (!offNode.isEmpty()) {
      until = Math.min(until, Math.max(opening(now), share.from()) - now);
    }
    return Math.max(0, until);
  }

  /** The effective period by source namespace: the longest among its core vantages' probes. */
  Map<String, Duration> intervals(long now) {
    Map<String, Duration> longest = new TreeMap<>();
    for (Probe probe : planned) {
      if (!plan.isCore(probe.vantage())) {
        continue;
      }
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
