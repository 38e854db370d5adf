package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Probe;
import java.time.Duration;

/**
 * The schedule's entry for one probe. All times in the ticker's nanoseconds.
 *
 * <p>A probe has one slot in each period. A probe that missed its slot, because of the budget or
 * for any other reason, returns to its slots afterwards. So probes stay spread over the period.
 *
 * <p>While a query is in flight, the next turn waits for its outcome. Only soon after a change of
 * its vantage does a probe have turns next to older queries, which may have been sent too early.
 */
final class ScheduledProbe {

  /** The next turn is at least this fraction of the full period away. */
  private static final int TOO_SOON = 10;

  /** The time for which a probe is queried more often after a change of its vantage. */
  static final long HURRY = Duration.ofSeconds(15).toNanos();

  /**
   * The period after a change. A policy engine may take a while, and there must be no storm of
   * queries meanwhile.
   */
  private static final long HURRIED_PERIOD = Duration.ofMillis(500).toNanos();

  /**
   * The average delay of the first turn after a change. It varies by half, because a thousand
   * agents learn of the change at once.
   */
  private static final long FIRST = Duration.ofSeconds(1).toNanos();

  /**
   * The longest time for which an unanswered query delays the next turn after a change. A query
   * that was sent before the policy engine had loaded the fix is never answered.
   */
  private static final long PATIENCE = Duration.ofMillis(1_500).toNanos();

  /** So many failures in a row are an outage. */
  private static final int OUTAGE = 3;

  /** The number of failures that a path which never worked may report at once. */
  private static final int NEWS = 6;

  /** The number of good answers after which a vantage is no longer in doubt. */
  private static final int GOOD_AGAIN = 2;

  final Probe probe;
  private double share;
  private Rhythm rhythm;
  private long full;
  private boolean doubted;
  private long period;
  private long due;
  private long startedAt;
  private long interval;
  private int failures;
  private int goods;
  private boolean worked;
  private boolean unwell;
  private int inFlight;
  private long latest;
  private boolean hurried;
  private long hurriedSince;
  private boolean repeated;
  private boolean overlapping;

  /**
   * Creates an entry that has not been queried.
   *
   * @param share the offset of its slot in the period, as a share of it
   */
  ScheduledProbe(Probe probe, double share, long period, long now) {
    this.probe = probe;
    this.share = share;
    this.rhythm = Rhythm.free(period);
    this.full = period;
    this.period = period;
    this.interval = period;
    this.due = slot(now);
    this.startedAt = due - period; // as if it had always kept its phase: fair to probes that did
  }

  /**
   * Creates the entry of a probe that succeeds another one. It waits for the rest of the other's
   * wait, and is as urgent.
   *
   * @param away the time for which neither of the two was planned
   */
  ScheduledProbe(Probe probe, ScheduledProbe before, long away) {
    this.probe = probe;
    this.share = before.share;
    this.rhythm = before.rhythm;
    this.full = before.full;
    this.period = before.period;
    this.interval = before.interval;
    this.due = before.due + away;
    this.startedAt = before.startedAt + away;
    this.failures = before.failures;
    this.goods = before.goods;
    this.worked = before.worked;
    this.hurried = before.hurried;
    this.hurriedSince = before.hurriedSince + away;
    this.repeated = before.repeated;
  }

  /**
   * Changes the rhythm; the slots are new.
   *
   * @param shortest the period while the vantage is in doubt
   */
  void rhythm(Rhythm changed, long shortest, long now) {
    if (!changed.equals(rhythm) || shortest != full) {
      rhythm = changed;
      full = shortest;
      period = period(doubted);
      moveToSlots(now);
    }
  }

  private long period(boolean inDoubt) {
    return inDoubt ? Math.min(full, rhythm.period()) : rhythm.period();
  }

  /** Changes the offset of its slots in the period. */
  void share(double changed, long now) {
    if (changed != share) {
      share = changed;
      moveToSlots(now);
    }
  }

  /**
   * The next turn is in the first of the new slots, or one period after the last turn if that is
   * later. A turn that would have come earlier stays in place: however often the slots change, no
   * turn is postponed. Turns among nodes move with their slots, by two periods at most.
   */
  private void moveToSlots(long now) {
    if (!rhythm.turn()) {
      due = Math.min(due, Math.max(slot(now), startedAt + period));
    } else if (due > now) {
      due = Math.min(slot(now, startedAt), Math.max(now, startedAt + 2 * period));
    }
  }

  /**
   * Sets whether the vantage is in doubt: it is then probed with the full period, at least.
   *
   * @return true if the next turn moved
   */
  boolean doubt(boolean inDoubt, long now) {
    if (inDoubt == doubted) {
      return false;
    }
    doubted = inDoubt;
    if (rhythm.period() <= full) {
      return false;
    }
    period = period(inDoubt);
    if (due > now && !hurried(now)) {
      due = inDoubt ? Math.min(due, slot(now, startedAt)) : slot(now, startedAt);
    }
    return true;
  }

  /**
   * Brings the next turn forward, because another path gave reason to: within one and a half
   * seconds, but not right after the last one. The share spreads the turns.
   *
   * @return true if it moved
   */
  boolean bringForward(long now) {
    long soon = Math.max(now + FIRST / 2 + (long) (share * FIRST), startedAt + full / 2);
    if (soon >= due) {
      return false;
    }
    due = soon;
    return true;
  }

  /**
   * Returns true if it waits for longer than the full period, since its vantage is not in doubt.
   */
  boolean rests() {
    return period > full;
  }

  /** Returns true if it takes turns with other nodes. */
  boolean takesTurns() {
    return rhythm.turn();
  }

  /** The start of its first turn among the nodes of its class since its last query. */
  long ownSlot() {
    long own = rhythm.slot(share);
    long last = Math.floorDiv(startedAt - own, rhythm.period());
    return own + (last + 1) * rhythm.period();
  }

  /**
   * Returns true if the turn is its own among the nodes of its class, and not one that a failure or
   * a change gave it. Shares are made for these turns.
   */
  boolean ownTurn(long now) {
    return rhythm.turn() && now >= ownSlot();
  }

  void start(long now) {
    interval = now - startedAt;
    startedAt = now;
    inFlight++;
    overlapping = hurried(now);
    repeated = hurried(now + HURRIED_PERIOD);
    due = repeated ? now + HURRIED_PERIOD : slot(now, now);
  }

  /**
   * The first slot from now on, or the one after it if the first is too soon after {@code last}.
   */
  private long slot(long now, long last) {
    long next = slot(now);
    return next - last < Math.min(period, full) / TOO_SOON ? next + period : next;
  }

  /**
   * Queries again within one and a half seconds, and twice a second for a while. The share spreads
   * the first turn, so that a thousand agents do not query at once.
   */
  void hurry(long now) {
    hurried = true;
    hurriedSince = now;
    repeated = false;
    overlapping = true;
    due = Math.min(due, now + FIRST / 2 + (long) (share * FIRST));
  }

  private boolean hurried(long now) {
    return hurried && now - hurriedSince < HURRY;
  }

  /**
   * Returns to its slots if its hurry is over. The first turn after a change stays in place: the
   * budget may have delayed it all the time.
   */
  void settle(long now) {
    if (hurried && !hurried(now)) {
      hurried = false;
      due = repeated ? slot(now, startedAt) : due;
      repeated = false;
    }
  }

  /** Gives up this turn; the next comes with the next slot. */
  void skip(long now) {
    due = slot(now, now);
  }

  /** Returns true if its next turn is granted only because of a change. */
  boolean extra(long now) {
    return inFlight() && hurried(now);
  }

  /** Moves an extra turn, because too many queries are in flight. */
  void postpone(long now) {
    due = now + HURRIED_PERIOD;
  }

  /**
   * Records the end of one of its queries.
   *
   * @param number greater for a query that was sent later
   * @param tested false if the outcome is untested
   * @return true if a query that was sent later has ended with a tested outcome before
   */
  boolean answered(long number, boolean tested) {
    inFlight--;
    boolean overtaken = number < latest;
    if (tested && !overtaken) {
      latest = number;
    }
    return overtaken;
  }

  /**
   * Takes the result of a query that no later one has overtaken.
   *
   * @return what it means for others
   */
  News result(boolean failed) {
    int lost = failures;
    failures = failed ? failures + 1 : 0;
    goods = failed ? 0 : goods + 1;
    worked |= !failed;
    unwell = failed ? worked || failures <= NEWS : unwell && goods < GOOD_AGAIN;
    if (failed) {
      return lost == 0 ? News.FAILS : News.NONE;
    }
    return lost >= OUTAGE ? News.RECOVERS : News.NONE;
  }

  /** The meaning of a result for other probes. */
  enum News {
    NONE,
    /** The first failure. */
    FAILS,
    /** The first good answer after an outage. */
    RECOVERS
  }

  /** Returns true if it fails, or has failed and was not good twice since. */
  boolean unwell() {
    return unwell;
  }

  boolean failing() {
    return failures > 0;
  }

  /** The time of its next turn, if it has one. */
  long due() {
    return inFlight() ? Math.max(due, startedAt + PATIENCE) : due;
  }

  /** The time that its next turn was set for; the same while it is due. */
  long slotTime() {
    return due;
  }

  /** Returns true if it has a turn: next to a query in flight only soon after a change. */
  boolean hasTurn() {
    return !inFlight() || overlapping;
  }

  /** The time of its last query. */
  long startedAt() {
    return startedAt;
  }

  /** Returns true if it goes before others: it fails, or its vantage changed. */
  boolean urgent(long now) {
    return failures > 0 || hurried(now);
  }

  boolean inFlight() {
    return inFlight > 0;
  }

  /** Returns true if it has been due for a whole period, without a query in flight. */
  boolean overdue(long now) {
    return !inFlight() && now - due >= period;
  }

  /** The time between its last two queries, or the time since the last one if that is longer. */
  long interval(long now) {
    return Math.max(interval, now - startedAt);
  }

  /** The first slot from this time on. Those of equal shares and periods are at the same times. */
  private long slot(long from) {
    return from + Math.floorMod(rhythm.slot(share) - from, period);
  }
}
