package io.github.dnsonde.agent;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.QuerySocket;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.SocketResult;
import io.github.dnsonde.probe.StaleSocket;
import io.github.dnsonde.probe.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** One socket that stays open, and what its queries showed. For one thread. */
final class LongLivedSocket {

  /**
   * The time between two queries of a socket: below 30 s, after which connection tracking forgets a
   * flow without answers.
   */
  static final Duration INTERVAL = Duration.ofSeconds(15);

  /** The number of queries over the old socket, and of new sockets, that are compared. */
  static final int COMPARED = 3;

  /**
   * The number of comparisons in a row after which a socket is stale, not counting those in which
   * only some new sockets are answered: one may be chance.
   */
  static final int IN_A_ROW = 3;

  /** A stale socket is replaced after this time, since applications may have been restarted. */
  static final Duration REPLACED = Duration.ofMinutes(30);

  /** A comparison that finds no room in the budget for this long is left. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private Probe probe;
  private final Duration timeout;
  private final Ticker ticker;
  private final Results results;
  private Optional<QuerySocket> socket = Optional.empty();
  private long opened;
  private long asked;
  private boolean open;
  private boolean closed;
  private int failedAlone;
  private long failingSince;
  private boolean failed;
  private long failedAt;

  /** Receives what the sockets show. */
  interface Results {

    /** The paths that have a socket. */
    void paths(Set<ProbePath> paths);

    /** A query over a socket was answered, or its failure was compared with new sockets. */
    void result(ProbePath path, SocketResult result);
  }

  /**
   * A stale socket, by the ticker's nanoseconds.
   *
   * @param opened when it was opened
   * @param since when its first query without an answer was sent
   */
  record Stale(ProbePath path, long opened, long since) {

    /** Returns it with times by the present clock. */
    StaleSocket at(Ticker ticker) {
      return new StaleSocket(
          path.vantage(), path.server(), time(opened, ticker), time(since, ticker));
    }

    private static Instant time(long nanos, Ticker ticker) {
      return ticker.now().minusNanos(ticker.nanos() - nanos);
    }
  }

  LongLivedSocket(Probe probe, Duration timeout, Ticker ticker, Results results) {
    this.probe = probe;
    this.timeout = timeout;
    this.ticker = ticker;
    this.results = results;
    this.asked = ticker.nanos() - INTERVAL.toNanos();
  }

  /** Switches to a probe of the same path with another question, from the next query on. */
  void ask(Probe changed) {
    probe = changed;
  }

  /** The time of the last query. */
  long asked() {
    return asked;
  }

  boolean isDue() {
    return !closed && !open && !failed && ticker.nanos() - asked >= INTERVAL.toNanos();
  }

  /**
   * Sends one query, if it is not closed. Returns false if the budget has no room for it. Another
   * reason for not sending it concerns this socket alone, which waits for its next turn.
   */
  boolean query(Exchange exchange) {
    if (closed) {
      return true;
    }
    if (isOld()) {
      closeSocket();
    }
    QuerySocket present = socket.orElseGet(() -> opened(exchange));
    long now = ticker.nanos();
    List<Outcome> ended = new ArrayList<>();
    open = true;
    present.query(
        probe,
        timeout,
        timeout,
        outcome -> {
          ended.add(outcome);
          take(outcome, now);
        });
    boolean room = ended.stream().noneMatch(LongLivedSocket::isCapped);
    if (room) {
      asked = now;
    }
    return room;
  }

  /** Returns true if it is stale for so long that applications may have been restarted. */
  private boolean isOld() {
    return failedAlone > 0 && ticker.nanos() - failingSince >= REPLACED.toNanos();
  }

  private QuerySocket opened(Exchange exchange) {
    QuerySocket created = exchange.openSocket(probe.vantage(), probe.server());
    socket = Optional.of(created);
    opened = ticker.nanos();
    failedAlone = 0;
    return created;
  }

  private void take(Outcome outcome, long sent) {
    open = false;
    if (closed || isNotSent(outcome)) {
      return;
    }
    if (isAnswered(outcome)) {
      failedAlone = 0;
      report(SocketResult.ANSWERED);
      return;
    }
    if (failedAlone == 0) {
      failingSince = sent;
    }
    failed = true;
    failedAt = ticker.nanos();
  }

  /** Returns true if its last query got no answer, and was not compared. */
  boolean isFailed() {
    return failed;
  }

  /**
   * The number of comparisons in a row in which it failed alone, not counting those in which only
   * some new sockets are answered.
   */
  int failedAlone() {
    return failedAlone;
  }

  /**
   * Sends the same query over the old socket and over new ones, at the same time. Returns false if
   * the budget has no room for them; then it is still failed, and is compared later, if that is
   * soon.
   */
  boolean compare(Exchange exchange) {
    if (!exchange.reserve(probe, 2 * COMPARED)) {
      if (ticker.nanos() - failedAt >= PATIENCE.toNanos()) {
        leave();
      }
      return false;
    }
    List<Outcome> old = new ArrayList<>();
    List<Outcome> fresh = new ArrayList<>();
    QuerySocket present = socket.orElseThrow();
    failed = false;
    open = true;
    for (int i = 0; i < COMPARED; i++) {
      exchange.query(probe, timeout, timeout, outcome -> compared(old, fresh, fresh, outcome));
      present.query(probe, timeout, timeout, outcome -> compared(old, fresh, old, outcome));
    }
    return true;
  }

  /** States that a failure is not compared, because others are, or for want of budget. */
  void leave() {
    failed = false;
    report(SocketResult.UNANSWERED);
  }

  private void compared(
      List<Outcome> old, List<Outcome> fresh, List<Outcome> some, Outcome outcome) {
    some.add(outcome);
    if (old.size() < COMPARED || fresh.size() < COMPARED) {
      return;
    }
    open = false;
    if (closed) {
      return;
    }
    if (Stream.concat(old.stream(), fresh.stream()).anyMatch(LongLivedSocket::isNotSent)) {
      report(SocketResult.UNANSWERED);
      return;
    }
    boolean anyOld = old.stream().anyMatch(LongLivedSocket::isAnswered);
    boolean anyNew = fresh.stream().anyMatch(LongLivedSocket::isAnswered);
    boolean alone = !anyOld && fresh.stream().allMatch(LongLivedSocket::isAnswered);
    if (alone) {
      failedAlone++;
    } else if (anyOld || !anyNew) {
      failedAlone = 0; // a lost packet among the new ones changes nothing
    }
    report(alone ? SocketResult.STALE : SocketResult.UNANSWERED);
  }

  private void report(SocketResult result) {
    results.result(ProbePath.of(probe), result);
  }

  private static boolean isAnswered(Outcome outcome) {
    return outcome.reply() instanceof Reply.Answered;
  }

  static boolean isNotSent(Outcome outcome) {
    return outcome.reply() instanceof Reply.NotSent;
  }

  /** Returns true for a query that the budget had no room for. */
  private static boolean isCapped(Outcome outcome) {
    return outcome.reply() instanceof Reply.NotSent(Cause cause, _) && cause == Cause.CAPPED;
  }

  /** The socket, if it is stale. */
  Optional<Stale> stale() {
    return failedAlone >= IN_A_ROW
        ? Optional.of(new Stale(ProbePath.of(probe), opened, failingSince))
        : Optional.empty();
  }

  void close() {
    closed = true;
    failed = false;
    closeSocket();
  }

  private void closeSocket() {
    socket.ifPresent(QuerySocket::close);
    socket = Optional.empty();
    failedAlone = 0;
  }
}
