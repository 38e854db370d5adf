package io.github.dnsonde.schedule;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.lookup.LookupRun;
import io.github.dnsonde.lookup.TrialRun;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.ClockSteps;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Repeated;
import io.github.dnsonde.probe.Retention;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Trial;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.Verdict;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Queries every probe of the plan in its turn, continuously. Owns one platform thread, {@code
 * probing}, which sends and waits for everything: no probe costs a hop between threads.
 */
public final class Scheduler implements AutoCloseable {

  /** The longest time that closing waits for the probing thread. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** The loop runs at least this often, so that a stall is visible from outside. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  /** The interval between reports of the effective periods, which change slowly. */
  private static final Duration REPORT = Duration.ofSeconds(5);

  private static final System.Logger LOG = System.getLogger(Scheduler.class.getName());

  private final Exchange exchange;
  private final Ticker ticker;
  private final Listener listener;
  private final ProbeQueue probeQueue;
  private final LookupTurns lookupTurns;
  private final OtherQueries otherQueries;
  private final PairDoubts pairDoubts = new PairDoubts();
  private final List<LookupRun> lookups = new ArrayList<>();
  private final Streaks streaks = new Streaks();
  private final ClockSteps clock;
  private final YoungVantages youngVantages = new YoungVantages();
  private final Runnable ended;
  private final Thread thread;
  private final AtomicReference<Orders> orders;
  private final Queue<Set<Vantage>> hurried = new ConcurrentLinkedQueue<>();
  private volatile Retention retention = new Retention(Duration.ZERO);
  private volatile boolean stopping;
  private volatile long lastTurn;
  private volatile int inFlight;
  private Orders followed;
  private long reported;
  private int rotation;

  /** The plan and the pace to follow. */
  private record Orders(Plan plan, Pace pace) {}

  /**
   * Creates a schedule without a plan. Nothing runs before {@link #start}.
   *
   * @param exchange used and closed by the probing thread alone
   * @param ended run by the probing thread as it ends, after {@link #close} or after a logged error
   */
  public Scheduler(Exchange exchange, Pace pace, Ticker ticker, Listener listener, Runnable ended) {
    this.exchange = exchange;
    this.ticker = ticker;
    this.clock = new ClockSteps(ticker);
    this.listener = listener;
    this.ended = ended;
    this.probeQueue = new ProbeQueue(pace, ticker.nanos());
    this.lookupTurns = new LookupTurns(pace, ticker.nanos());
    this.otherQueries = new OtherQueries(pace, ticker.nanos());
    this.followed = new Orders(Plan.EMPTY, pace);
    this.orders = new AtomicReference<>(followed);
    this.lastTurn = ticker.nanos();
    this.reported = ticker.nanos();
    this.thread = Thread.ofPlatform().name("probing").unstarted(this::run);
  }

  /** Starts the probing thread. */
  public void start() {
    thread.start();
  }

  /**
   * Switches to this plan and pace. Probes that both the old and the new plan name keep their
   * place. May be called by any thread.
   */
  public void follow(Plan plan, Pace pace) {
    orders.set(new Orders(plan, pace));
    exchange.wakeUp();
  }

  /**
   * Sets how long the streak of a probe that left the plan is kept in case it returns; not at all
   * before this is called. May be called by any thread.
   */
  public void retention(Retention changed) {
    retention = requireNonNull(changed, "changed is null");
  }

  /**
   * Queries these vantages soon, because something about them changed: within one and a half
   * seconds, then twice a second until fifteen seconds have passed, as far as the budget allows. A
   * query without an answer delays the next one by a second and a half at most. Vantages that are
   * not planned are ignored. May be called by any thread.
   */
  public void hurry(Set<Vantage> vantages) {
    if (!vantages.isEmpty()) {
      hurried.add(Set.copyOf(vantages));
      exchange.wakeUp();
    }
  }

  /**
   * Returns an exchange of another check, for example of canaries: each of its queries waits until
   * the budget allows it. May be called by any thread.
   *
   * @param other the exchange that sends; closed with the result
   * @param toServers false if its queries reach no server, so that the cluster's budget leaves them
   *     out
   * @param patience a query that waits for longer is untested
   */
  public Exchange withinBudget(Exchange other, boolean toServers, Duration patience) {
    return new BudgetedExchange(
        other,
        new BudgetedExchange.Turns() {
          @Override
          public void add(OtherQueries.Waiting query) {
            otherQueries.add(query);
            exchange.wakeUp();
          }

          @Override
          public void remove(OtherQueries.Waiting query) {
            otherQueries.remove(query);
          }
        },
        toServers,
        patience,
        ticker);
  }

  /** Number of queries in flight. May be called by any thread. */
  public int inFlight() {
    return inFlight;
  }

  /**
   * Returns true if the probing thread is alive and its loop ran within the last {@code limit}. May
   * be called by any thread.
   */
  public boolean turning(Duration limit) {
    return thread.isAlive() && ticker.nanos() - lastTurn <= limit.toNanos();
  }

  /** Returns true if the probing thread is not running. */
  public boolean ended() {
    return !thread.isAlive();
  }

  private void run() {
    try (exchange) {
      while (!stopping) {
        turn();
      }
    } catch (RuntimeException | Error fault) {
      LOG.log(Level.ERROR, "probing ended", fault);
    } finally {
      ended.run();
    }
  }

  /**
   * Runs the loop once: sends at most one query, then reads what was received. So an answer does
   * not wait, and is not timed too long, while many more queries are sent.
   */
  private void turn() {
    lastTurn = ticker.nanos();
    adoptOrders();
    probeQueue.next(ticker.nanos()).ifPresent(this::query);
    lookupTurns.next(ticker.nanos()).ifPresent(this::begin);
    otherQueries.next(followed.plan().onNode(), ticker.nanos()).ifPresent(this::grant);
    goOn();
    giveUpCapped();
    reportIntervals();
    inFlight = exchange.inFlight();
    exchange.await(
        Duration.ofNanos(Math.clamp(untilNext(ticker.nanos()), 0, LONGEST_WAIT.toNanos())));
  }

  private long untilNext(long now) {
    long until =
        Math.min(
            otherQueries.untilNext(followed.plan().onNode(), now),
            Math.min(probeQueue.untilNext(now), lookupTurns.untilNext(now)));
    for (LookupRun run : lookups) {
      until = Math.min(until, run.wakeAt() - now);
    }
    return until;
  }

  private void begin(Repeated next) {
    boolean young = youngVantages.covers(next.vantage(), ticker.nanos());
    switch (next) {
      case Lookup lookup -> lookUp(lookup, young);
      case Trial trial -> tryOut(trial, young);
    }
  }

  private void tryOut(Trial trial, boolean young) {
    TrialRun.start(
        trial,
        followed.pace(),
        exchange,
        ticker,
        this::charge,
        outcome -> {
          lookupTurns.ended();
          listener.trial(young ? outcome.whileYoung() : outcome);
        });
  }

  private void lookUp(Lookup lookup, boolean young) {
    LookupRun run =
        new LookupRun(
            lookup,
            rotation++,
            exchange,
            ticker,
            this::charge,
            outcome -> listener.lookup(young ? outcome.whileYoung() : outcome),
            young ? LookupRun.Pairs.IGNORED : pairs(lookup.vantage()));
    lookups.add(run);
    run.start();
  }

  private LookupRun.Pairs pairs(Vantage vantage) {
    return new LookupRun.Pairs(
        server -> pairDoubts.compare(vantage, server),
        pair -> {
          pairDoubts.take(pair);
          listener.pair(pair);
        });
  }

  /**
   * The budget counts each query of a lookup or a trial: probes wait for their turn accordingly.
   */
  private void charge(Probe probe) {
    long now = ticker.nanos();
    boolean off = probeQueue.isOffNode(probe);
    probeQueue.charge(off, now);
    lookupTurns.sent(off, now);
    listener.alsoSent(probe);
  }

  private void grant(OtherQueries.Waiting query) {
    for (int i = 0; i < query.times(); i++) {
      probeQueue.charge(OtherQueries.isOffNode(query, followed.plan().onNode()), ticker.nanos());
      if (query.toServer()) {
        listener.alsoSent(query.probe());
      }
    }
    query.granted().run();
  }

  private void goOn() {
    if (!lookups.isEmpty()) {
      lookups.forEach(LookupRun::wake);
      lookups.removeIf(this::isOver);
    }
  }

  private boolean isOver(LookupRun run) {
    if (run.isOver()) {
      lookupTurns.ended();
    }
    return run.isOver();
  }

  private void adoptOrders() {
    Orders latest = orders.get();
    Orders before = followed;
    followed = latest;
    if (!latest.equals(before)) { // costly unless they are the same object
      youngVantages.follow(latest.plan().vantages(), ticker.nanos(), ticker.now());
      probeQueue.follow(latest.plan(), latest.pace(), ticker.nanos());
      lookupTurns.follow(latest.plan(), latest.pace(), ticker.nanos());
      pairDoubts.follow(latest.plan());
      otherQueries.follow(latest.pace(), ticker.nanos());
      streaks.follow(latest.plan(), retention, ticker.nanos());
    }
    for (Set<Vantage> vantages = hurried.poll(); vantages != null; vantages = hurried.poll()) {
      probeQueue.hurry(vantages, ticker.nanos());
    }
  }

  private void query(DueProbe dueProbe) {
    listener.delayed(Duration.ofNanos(ticker.nanos() - dueProbe.since()));
    long asked = ticker.nanos();
    boolean young = youngVantages.covers(dueProbe.probe().vantage(), asked);
    exchange.query(
        dueProbe.probe(),
        followed.pace().timeout(),
        followed.pace().late(),
        outcome -> done(dueProbe, byPresentClock(young ? outcome.whileYoung() : outcome, asked)));
  }

  /**
   * Corrects the time of an outcome after the clock was set. Outcomes are compared by their times,
   * and the time taken before is wrong by then.
   */
  private Outcome byPresentClock(Outcome outcome, long asked) {
    Instant at = ticker.now().minusNanos(ticker.nanos() - asked);
    return Duration.between(outcome.at(), at).abs().compareTo(ClockSteps.NOTICEABLE) < 0
        ? outcome
        : outcome.queriedAt(at);
  }

  private void done(DueProbe dueProbe, Outcome outcome) {
    boolean tested = !(outcome.verdict() instanceof Verdict.Untested);
    if (probeQueue.done(dueProbe, tested, ticker.nanos())) {
      listener.overtaken(outcome);
    } else {
      handOver(outcome);
    }
  }

  private void handOver(Outcome outcome) {
    Duration step = clock.step();
    if (!step.isZero()) {
      streaks.clockSet(step);
    }
    Optional<Streak> streak = streaks.then(outcome);
    if (!(outcome.verdict() instanceof Verdict.Untested)) {
      boolean failed = outcome.verdict() instanceof Verdict.Failed;
      probeQueue.result(outcome.probe(), failed, ticker.nanos());
    }
    listener.outcome(outcome, streak);
  }

  private void giveUpCapped() {
    for (Probe probe : probeQueue.capped(ticker.nanos())) {
      String detail = followed.pace().inFlight() + " queries were in flight for a whole period";
      handOver(Outcome.untested(probe, ticker.now(), Cause.CAPPED, detail));
    }
  }

  private void reportIntervals() {
    long now = ticker.nanos();
    if (now - reported >= REPORT.toNanos()) {
      reported = now;
      listener.intervals(probeQueue.intervals(now));
      streaks.forget(retention, now);
    }
  }

  /**
   * Stops probing, ends the queries in flight as untested, and waits a few seconds at most for the
   * probing thread to end: {@link #ended} shows if it has.
   */
  @Override
  public void close() {
    stopping = true;
    if (thread.getState() == Thread.State.NEW) { // never started, so the exchange is still ours
      exchange.close();
      return;
    }
    exchange.wakeUp();
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
