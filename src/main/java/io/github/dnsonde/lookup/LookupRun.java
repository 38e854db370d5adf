package io.github.dnsonde.lookup;

import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.Ignored;
import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.LookupOutcome;
import io.github.dnsonde.probe.LookupOutcome.Result;
import io.github.dnsonde.probe.LookupOutcome.Step;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.QueryPair;
import io.github.dnsonde.probe.QuerySocket;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One lookup that is under way: sends the queries of its walk through an exchange, and hands the
 * replies back. For the thread of the exchange.
 */
public final class LookupRun {

  private final Lookup lookup;
  private final Walk walk;
  private final Exchange exchange;
  private final Ticker ticker;
  private final Consumer<Probe> sent;
  private final Consumer<LookupOutcome> done;
  private final Pairs pairing;
  private final Instant at;
  private final long started;
  private final List<Step> steps = new ArrayList<>();
  private final Deque<Sending> next = new ArrayDeque<>();
  private final Map<Server, QuerySocket> kept = new HashMap<>();
  private String keptFor = "";
  private boolean sending;
  private boolean starved;
  private boolean over;

  /**
   * The handling of A and AAAA that are sent from one socket.
   *
   * @param compare returns true if a pair to this server is also sent from two sockets
   * @param done receives each pair whose replies are known, also after the end of the lookup
   */
  public record Pairs(Predicate<Server> compare, Consumer<QueryPair> done) {

    /** Pairs that nobody wants to know. */
    public static final Pairs IGNORED = new Pairs(_ -> false, _ -> {});
  }

  /**
   * A query that waits to be sent.
   *
   * @param socket the one that it shares; empty for its own
   * @param pair the pair that it belongs to
   * @param last true for the second one of the pair
   */
  private record Sending(
      Query query, Optional<QuerySocket> socket, Optional<SentPair> pair, boolean last) {}

  /**
   * Creates a lookup that has sent nothing.
   *
   * @param rotation the number of the first server with the option {@code rotate}
   * @param sent receives each query before it is sent
   * @param done receives the outcome, once
   */
  public LookupRun(
      Lookup lookup,
      int rotation,
      Exchange exchange,
      Ticker ticker,
      Consumer<Probe> sent,
      Consumer<LookupOutcome> done,
      Pairs pairing) {
    this.lookup = lookup;
    this.walk = Walk.of(lookup, rotation);
    this.exchange = exchange;
    this.ticker = ticker;
    this.sent = sent;
    this.done = done;
    this.pairing = pairing;
    this.at = ticker.now();
    this.started = ticker.nanos();
  }

  /** Sends the first queries. */
  public void start() {
    go(walk.begin());
  }

  /** Returns true if it has ended. */
  public boolean isOver() {
    return over;
  }

  /** The ticker's nanoseconds at which {@link #wake} must be called, if it has not ended. */
  public long wakeAt() {
    Duration latest =
        walk.wakeAt().filter(time -> time.compareTo(Walk.LONGEST) < 0).orElse(Walk.LONGEST);
    return started + latest.toNanos();
  }

  /** Goes on if it is time to. */
  public void wake() {
    if (over || ticker.nanos() < wakeAt()) {
      return;
    }
    Duration now = elapsed();
    if (now.compareTo(Walk.LONGEST) >= 0) {
      finish(new Result.Failed(Reason.TIMEOUT, steps.size()));
    } else {
      go(walk.wake(now));
    }
  }

  private Duration elapsed() {
    return Duration.ofNanos(ticker.nanos() - started);
  }

  /** Sends queries. A reply can come in while one is sent: its queries wait for their turn. */
  private void go(List<Query> queries) {
    next.addAll(sendings(queries));
    if (!sending) {
      sending = true;
      while (!over && !next.isEmpty()) {
        send(next.remove());
      }
      sending = false;
    }
    if (!over && next.isEmpty()) {
      walk.end().ifPresent(this::conclude);
    }
  }

  /** Gives the queries to one server one socket, if the resolver does. */
  private List<Sending> sendings(List<Query> queries) {
    Map<Server, QuerySocket> sockets = sockets(queries);
    Map<Server, SentPair> begun = new HashMap<>();
    List<Sending> sendings = new ArrayList<>();
    for (Query query : queries) {
      List<Query> same = queries.stream().filter(other -> isPair(query, other)).toList();
      Optional<SentPair> pair =
          same.size() == 2
              ? Optional.of(begun.computeIfAbsent(query.server(), _ -> pair()))
              : Optional.empty();
      boolean shared = pair.isPresent() || walk.sockets() == Walk.SocketUse.ONE_FOR_A_NAME;
      Optional<QuerySocket> socket =
          query.transport() == Transport.UDP && shared
              ? Optional.of(
                  sockets.computeIfAbsent(
                      query.server(), server -> exchange.openSocket(lookup.vantage(), server)))
              : Optional.empty();
      sendings.add(new Sending(query, socket, pair, query.equals(same.getLast())));
    }
    return sendings;
  }

  /** The sockets that the queries may share: those of earlier queries for the name, if any. */
  private Map<Server, QuerySocket> sockets(List<Query> queries) {
    if (walk.sockets() != Walk.SocketUse.ONE_FOR_A_NAME || queries.isEmpty()) {
      return new HashMap<>();
    }
    String name = queries.getFirst().name();
    if (!name.equals(keptFor)) {
      closeKept();
      keptFor = name;
    }
    return kept;
  }

  private void closeKept() {
    kept.values().forEach(QuerySocket::closeWhenIdle);
    kept.clear();
  }

  private boolean isPair(Query query, Query other) {
    return query.equals(other)
        || (walk.sockets() != Walk.SocketUse.ONE_FOR_A_QUERY
            && query.transport() == Transport.UDP
            && other.transport() == Transport.UDP
            && query.server().equals(other.server()));
  }

  private SentPair pair() {
    return new SentPair(pairing.done());
  }

  private void send(Sending sending) {
    Query query = sending.query();
    Duration rest = Walk.LONGEST.minus(elapsed());
    if (steps.size() == Walk.MOST_QUERIES || !rest.isPositive()) {
      next.addFirst(sending);
      finish(new Result.Failed(Reason.TIMEOUT, steps.size()));
      return;
    }
    Probe probe = new Probe(lookup.vantage(), query.server(), question(query), true);
    int index = steps.size();
    steps.add(new Step(elapsed(), probe, Optional.empty()));
    sent.accept(probe);
    Duration timeout = query.timeout().compareTo(rest) < 0 ? query.timeout() : rest;
    sending.pair().ifPresent(pair -> pair.add(probe));
    Consumer<Outcome> ended =
        outcome -> {
          sending.pair().ifPresent(pair -> pair.ended(outcome));
          ended(query, index, outcome);
        };
    sending
        .socket()
        .ifPresentOrElse(
            socket -> socket.query(probe, timeout, timeout, ended),
            () -> exchange.query(probe, timeout, timeout, ended));
    if (sending.last()) {
      release(sending);
      sending.pair().ifPresent(pair -> compare(pair, timeout));
    }
  }

  /** Lets a socket be closed that has sent all its queries. */
  private void release(Sending sending) {
    if (walk.sockets() == Walk.SocketUse.ONE_FOR_A_PAIR) {
      sending.socket().ifPresent(QuerySocket::closeWhenIdle);
    }
  }

  /** Sends the queries of a pair again, from a socket each. They are no part of the lookup. */
  private void compare(SentPair pair, Duration timeout) {
    List<Probe> both = pair.queries();
    if (!over && both.size() == 2 && pairing.compare().test(both.getFirst().server())) {
      pair.compare();
      for (Probe probe : both) {
        sent.accept(probe);
        exchange.query(probe, timeout, timeout, pair::compared);
      }
    }
  }

  private static Question question(Query query) {
    return new Question(
        query.name(),
        query.type(),
        query.transport(),
        Scope.of(query.name()),
        Expectation.ANY_RECORD,
        query.options());
  }

  private void ended(Query query, int index, Outcome outcome) {
    if (over) {
      return;
    }
    steps.set(index, new Step(steps.get(index).after(), outcome.probe(), Optional.of(outcome)));
    starved |= outcome.duration().isEmpty();
    if (outcome.reply() instanceof Reply.NotSent(var cause, _)) {
      finish(new Result.Untested(cause));
      return;
    }
    go(walk.reply(query, outcome.reply(), elapsed()));
  }

  private void conclude(Walk.End end) {
    finish(
        switch (end) {
          case Walk.End.Found(String name) -> new Result.Found(name);
          case Walk.End.Failed(Query query, Reply reply) ->
              new Result.Failed(reason(query, reply), query.number());
          case Walk.End.NoName() -> new Result.Failed(Reason.NXDOMAIN, 0);
        });
  }

  /** The reason of a query that decided the failure; a right answer that came too late is late. */
  private Reason reason(Query query, Reply reply) {
    Verdict verdict =
        Outcome.judged(
                steps.get(query.number() - 1).probe(),
                at,
                Optional.empty(),
                Optional.empty(),
                Ignored.NONE,
                reply,
                query.timeout())
            .verdict();
    return verdict instanceof Verdict.Failed(Reason reason) ? reason : Reason.NODATA;
  }

  private void finish(Result result) {
    over = true;
    next.forEach(this::release);
    closeKept();
    next.clear();
    boolean measured = !starved && !(result instanceof Result.Untested);
    done.accept(
        new LookupOutcome(
            lookup, at, measured ? Optional.of(elapsed()) : Optional.empty(), steps, result));
  }
}
