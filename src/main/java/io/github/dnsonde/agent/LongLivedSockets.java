package io.github.dnsonde.agent;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.StaleSocket;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.schedule.Periodic;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Keeps a UDP socket open from each core vantage to each server that its pod uses, as applications
 * do that keep theirs, and queries through it. If the old socket fails while new ones work, it is
 * stale. A socket is closed as soon as its pod begins to terminate, because it keeps the pod's
 * network namespace alive. A separate thread waits for the answers.
 */
final class LongLivedSockets {

  /** The limit for sockets of this agent. */
  static final int MOST = 256;

  /** The number of sockets that are compared at a time. */
  private static final int COMPARED_AT_ONCE = 8;

  /** The time in which a round sends: what has no room in it waits for the next round. */
  private static final Duration SENDING = Duration.ofSeconds(5);

  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Supplier<Exchange> exchanges;
  private final Sources sources;
  private final LongLivedSocket.Results results;
  private final Duration timeout;
  private final Ticker ticker;
  private final AtomicBoolean started = new AtomicBoolean();
  private final Map<ProbePath, LongLivedSocket> sockets = new HashMap<>();
  private State adopted = new State(Plan.EMPTY, ClusterView.EMPTY, false);
  private Optional<Exchange> opened = Optional.empty();
  private volatile Optional<Exchange> awaited = Optional.empty();
  private volatile Runnable roundSoon = () -> {};
  private volatile List<LongLivedSocket.Stale> stale = List.of();

  /**
   * The state of the agent.
   *
   * @param wanted returns true if the configuration wants such sockets
   */
  record Sources(Supplier<Plan> plan, Supplier<ClusterView> cluster, BooleanSupplier wanted) {}

  /** The state that the sockets follow. */
  private record State(Plan plan, ClusterView cluster, boolean wanted) {

    /** Returns true for the same objects: equality would be costly. */
    @SuppressWarnings("ReferenceEquality")
    boolean isSame(State other) {
      return plan == other.plan && cluster == other.cluster && wanted == other.wanted;
    }
  }

  /**
   * Creates an instance without sockets.
   *
   * @param exchanges creates one, once
   * @param timeout the longest time to wait for an answer
   */
  LongLivedSockets(
      Supplier<Exchange> exchanges,
      Sources sources,
      LongLivedSocket.Results results,
      Duration timeout,
      Ticker ticker) {
    this.exchanges = exchanges;
    this.sources = sources;
    this.results = results;
    this.timeout = timeout;
    this.ticker = ticker;
  }

  /**
   * Starts to query as one of these periodic tasks, once the configuration wants it; until then
   * there is no thread. May be called by any thread, and again.
   */
  void startIfWanted(Periodic chores) {
    if (sources.wanted().getAsBoolean() && started.compareAndSet(false, true)) {
      roundSoon = chores.onDemand("sockets", Duration.ZERO, LOOK, this::round);
    }
  }

  /** Reports a new plan, or pods that began to terminate. May be called by any thread. */
  void planned() {
    roundSoon.run();
    awaited.ifPresent(Exchange::wakeUp);
  }

  /** The sockets that are stale. May be called by any thread. */
  List<StaleSocket> stale() {
    return stale.stream().map(each -> each.at(ticker)).toList();
  }

  /**
   * Closes, opens and queries what is due, and waits for the answers. Ends within half a minute,
   * however little the budget allows. For one thread.
   */
  void round() {
    adopt();
    if (sockets.isEmpty()) {
      release();
      return;
    }
    Exchange exchange = opened.orElseGet(this::open);
    if (compare(exchange)) { // one that had no room goes first
      query(exchange);
      awaitAll(exchange);
      compare(exchange);
    }
    awaitAll(exchange);
    stale = sockets.values().stream().flatMap(socket -> socket.stale().stream()).toList();
    if (Thread.currentThread().isInterrupted()) {
      release();
    }
  }

  /** Queries what is due, as far as the budget allows. Each query may wait for it. */
  private void query(Exchange exchange) {
    List<LongLivedSocket> due =
        sockets.values().stream()
            .filter(LongLivedSocket::isDue)
            .sorted(Comparator.comparingLong(LongLivedSocket::asked))
            .toList();
    long began = ticker.nanos();
    for (LongLivedSocket socket : due) {
      adopt();
      if (isOver(began) || (socket.isDue() && !socket.query(exchange))) {
        return; // the budget has no room
      }
    }
  }

  private boolean isOver(long began) {
    return ticker.nanos() - began >= SENDING.toNanos();
  }

  private void awaitAll(Exchange exchange) {
    do {
      exchange.await(exchange.inFlight() == 0 ? Duration.ZERO : LOOK);
      adopt();
    } while (exchange.inFlight() > 0 && !Thread.currentThread().isInterrupted());
    exchange.await(Duration.ZERO); // closes what was given up meanwhile
  }

  /**
   * Compares a few of the sockets that failed: in an outage, all of them fail. Returns false if one
   * waits for the budget.
   */
  private boolean compare(Exchange exchange) {
    List<LongLivedSocket> failed =
        sockets.values().stream()
            .filter(LongLivedSocket::isFailed)
            .sorted(Comparator.comparingInt(LongLivedSocket::failedAlone).reversed())
            .toList();
    failed.stream().skip(COMPARED_AT_ONCE).forEach(LongLivedSocket::leave);
    long began = ticker.nanos();
    boolean room = true;
    for (LongLivedSocket socket : failed.stream().limit(COMPARED_AT_ONCE).toList()) {
      adopt();
      if (!socket.isFailed()) {
        continue; // closed meanwhile
      }
      if (!room || isOver(began)) {
        socket.leave();
      } else {
        room = socket.compare(exchange);
      }
    }
    return room;
  }

  private Exchange open() {
    Exchange exchange = exchanges.get();
    opened = Optional.of(exchange);
    awaited = opened;
    return exchange;
  }

  /** Closes the sockets of paths that are no longer planned, and adds new ones. */
  private void adopt() {
    State now =
        new State(sources.plan().get(), sources.cluster().get(), sources.wanted().getAsBoolean());
    if (now.isSame(adopted)) {
      return;
    }
    adopted = now;
    Map<ProbePath, Probe> paths = now.wanted() ? paths(now) : Map.of();
    List<ProbePath> gone =
        sockets.keySet().stream().filter(path -> !paths.containsKey(path)).toList();
    gone.forEach(
        path -> Optional.ofNullable(sockets.remove(path)).ifPresent(LongLivedSocket::close));
    paths.forEach(
        (path, probe) ->
            sockets
                .computeIfAbsent(path, _ -> new LongLivedSocket(probe, timeout, ticker, results))
                .ask(probe));
    results.paths(Set.copyOf(paths.keySet()));
  }

  /** One question for each path, from pods that do not terminate. */
  private static Map<ProbePath, Probe> paths(State now) {
    Plan plan = now.plan();
    Set<NamespacedName> deleting =
        now.cluster().pods().stream()
            .filter(Pod::deleting)
            .map(pod -> new NamespacedName(pod.namespace(), pod.name()))
            .collect(Collectors.toSet());
    List<Probe> candidates =
        plan.probes().stream()
            .filter(probe -> probe.inUse() && plan.isCore(probe.vantage()))
            .filter(probe -> probe.question().transport() == Transport.UDP)
            .filter(probe -> !deleting.contains(probe.vantage().namespacedPod()))
            .toList();
    Map<ProbePath, Probe> paths = new HashMap<>();
    for (Probe probe : candidates) {
      if (paths.size() < MOST || paths.containsKey(ProbePath.of(probe))) {
        paths.merge(ProbePath.of(probe), probe, LongLivedSockets::nearer);
      }
    }
    return paths;
  }

  /** An internal name needs no upstream resolver. */
  private static Probe nearer(Probe one, Probe other) {
    return one.question().scope().compareTo(other.question().scope()) <= 0 ? one : other;
  }

  private void release() {
    stale = List.of();
    awaited = Optional.empty();
    sockets.values().forEach(LongLivedSocket::close);
    sockets.clear();
    opened.ifPresent(Exchange::close);
    opened = Optional.empty();
  }
}
