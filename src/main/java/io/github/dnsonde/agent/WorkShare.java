package io.github.dnsonde.agent;

import io.github.dnsonde.divide.LocalDivision;
import io.github.dnsonde.divide.NodeDivision;
import io.github.dnsonde.divide.NodeWork;
import io.github.dnsonde.divide.Terms;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Role;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.report.ClassKey;
import io.github.dnsonde.report.ReportReply.NodeShare;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The node's part of the cluster's work: by the last reply of the controller, which stays in force
 * while there is none, or by the agent itself if it has never had one.
 *
 * <p>Thread-safe: replies arrive on another thread than plans are made on.
 */
final class WorkShare {

  /** The time that an agent gives its controller for the first reply. */
  private static final Duration WAITING = Duration.ofSeconds(30);

  /**
   * The part of an equal share that it uses until then: the others may still use all of the budget.
   */
  private static final double JOINING = 0.1;

  /** Clocks that differ by less are the same. A reply takes a while. */
  private static final long SAME = Duration.ofMillis(500).toNanos();

  /** The time within which the schedule has adopted another limit. */
  private static final Duration SWITCHING = Duration.ofSeconds(2);

  private final Ticker ticker;
  private final long started;
  private final boolean reporting;
  private volatile Reply reply;
  private volatile Used used;
  private boolean waits;

  /**
   * The limit in force.
   *
   * @param before the one before it
   * @param at the time when it came into force
   */
  private record Used(double limit, double before, long at) {}

  private record Reply(Optional<NodeDivision> division, long origin) {}

  /**
   * Starts without a reply.
   *
   * @param reporting true if there is a controller to reply
   */
  WorkShare(Ticker ticker, boolean reporting) {
    this.ticker = ticker;
    this.started = ticker.nanos();
    this.reporting = reporting;
    this.waits = reporting;
    this.used = new Used(0, 0, started);
    this.reply = new Reply(Optional.empty(), origin(ticker.now().toEpochMilli()));
  }

  private long origin(long clockMillis) {
    return ticker.nanos() - Duration.ofMillis(clockMillis).toNanos();
  }

  /**
   * Takes a reply of the controller.
   *
   * @return true if it changes the plan or the pace
   */
  boolean take(NodeShare share) {
    Map<ClassKey, Role.Core> core = new HashMap<>();
    share.core().forEach(each -> core.put(each.key(), new Role.Core(each.turn(), each.of())));
    Reply before = reply;
    long origin = origin(share.clock());
    Reply next =
        new Reply(
            Optional.of(
                new NodeDivision(
                    share.queriesPerSecond(), share.whole(), share.background(), core)),
            Math.abs(origin - before.origin()) < SAME ? before.origin() : origin);
    reply = next;
    return !next.equals(before);
  }

  /** Returns the classes that a division made core; none without one. */
  Set<ClassKey> core() {
    return reply.division().map(division -> division.core().keySet()).orElse(Set.of());
  }

  /** Returns the part in force. */
  NodeDivision division(Terms terms, NodeWork work) {
    return reply.division().orElseGet(() -> LocalDivision.of(terms, work));
  }

  /** Returns the limit of queries per second to servers off the node. */
  double limit(Terms terms) {
    return reply
        .division()
        .map(division -> Math.min(division.share(), terms.largestShare()))
        .orElseGet(() -> waiting() ? JOINING * terms.equalShare() : terms.equalShare());
  }

  /** Returns true once, when the time for the first reply is over: the limit is another then. */
  boolean waited() {
    boolean ended = waits && !waiting();
    waits &= !ended;
    return ended;
  }

  /**
   * Returns the largest limit that the agent may use before its next report: the one in force or
   * planned, that of the latest reply, or the one before while the schedule switches to it.
   */
  double most(double planned) {
    Used now = used;
    double leaving = ticker.nanos() - now.at() < SWITCHING.toNanos() ? now.before() : 0;
    double next = reply.division().map(NodeDivision::share).orElse(0.0);
    return Math.max(Math.max(planned, next), Math.max(now.limit(), leaving));
  }

  private boolean waiting() {
    return reporting && ticker.nanos() - started < WAITING.toNanos();
  }

  /** Returns the pace within the part in force. */
  Pace pace(Pace configured, Terms terms, NodeDivision division) {
    double limit = Math.max(limit(terms), Double.MIN_NORMAL);
    Used now = used;
    if (limit != now.limit()) {
      used = new Used(limit, now.limit(), ticker.nanos());
    }
    return configured.sharing(new Pace.Share(limit, division.background(), reply.origin()));
  }
}
