package io.github.dnsonde.agent;

import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Reply.NotSent;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.Verdict.Failed;
import io.github.dnsonde.schedule.Periodic;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Detects vantages where a proxy answers in place of the servers: a query to an unused address gets
 * an answer there. Each vantage is checked when it is new, after a change that concerns it, and
 * every ten minutes. The agent's own pod is checked with it, for comparison.
 */
final class InterceptionDetector {

  /** An unused address: no host has one of TEST-NET-1 (RFC 5737 §3). */
  private static final Server ABSENT = nobody("192.0.2.53");

  /**
   * Another unused address. No host has one of the last 256 link-local addresses, and no router
   * forwards a packet to one (RFC 3927 §2.1, §7). An answer comes from the pod or the node.
   */
  private static final Server SPARE = nobody(Addresses.text(CacheSearch.NOBODY));

  private static final Question QUESTION =
      new Question(
          "example.com.", RecordType.A, Transport.UDP, Scope.EXTERNAL, Expectation.ANY_RECORD);

  private static final Duration AGAIN = Duration.ofMinutes(10);

  /** The shortest pause between two checks of a vantage, however often something changes. */
  private static final Duration AT_LEAST = Duration.ofSeconds(30);

  /** Time for which a check of the agent's own pod is valid for comparison. */
  private static final Duration FRESH = Duration.ofSeconds(10);

  /** A proxy is near, so it answers or fails at once. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** The interval that gathers changes: a pod that loses its network fails all its queries. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** The interval between looks for vantages that were not checked for long. */
  private static final Duration REGULARLY = Duration.ofSeconds(10);

  /**
   * Maximum number of vantages checked at once, with two queries each; the others wait for a
   * second. With a smaller budget there are as many as queries fit into a second: two queries each,
   * of which a quarter of the budget sends, take about eight seconds, and longer if canaries and
   * long-lived sockets use the same quarter.
   */
  private static final int MOST_AT_ONCE = 64;

  private static final Log LOG = Log.named("interception");

  private final Supplier<Exchange> exchanges;
  private final Supplier<Plan> plan;
  private final DoubleSupplier budget;
  private final Vantage self;
  private final Ticker ticker;
  private final Map<Vantage, Long> asked = new HashMap<>();
  private final Map<Vantage, ProxyCheck> checks = new HashMap<>();
  private final Map<Vantage, Boolean> answered = new ConcurrentHashMap<>();
  private final Set<Vantage> changed = ConcurrentHashMap.newKeySet();
  private final LineLimit lines;
  private final LineLimit borderLines;
  private boolean border;
  private volatile Set<Vantage> found = Set.of();
  private volatile Runnable whenFound = () -> {};
  private volatile Runnable roundSoon = () -> {};

  /**
   * Creates a detector that sends no query yet.
   *
   * @param exchanges creates one for each round
   * @param plan the current one
   * @param budget the queries per second that the node may send
   * @param self the agent's own pod
   */
  InterceptionDetector(
      Supplier<Exchange> exchanges,
      Supplier<Plan> plan,
      DoubleSupplier budget,
      Vantage self,
      Ticker ticker) {
    this.exchanges = exchanges;
    this.plan = plan;
    this.budget = budget;
    this.self = self;
    this.ticker = ticker;
    this.lines = new LineLimit(ticker);
    this.borderLines = new LineLimit(ticker, AGAIN);
  }

  private static Server nobody(String address) {
    return new Server("nobody", InetAddress.ofLiteral(address), Server.DNS_PORT);
  }

  /**
   * Starts the checks, as one of these periodic tasks.
   *
   * @param news runs after each round with another result
   */
  void start(Periodic chores, Runnable news) {
    whenFound = news;
    roundSoon = chores.onDemand("interception", LOOK, REGULARLY, this::round);
  }

  /** Reports a new plan, whose vantages must be checked. May be called by any thread. */
  void planned() {
    roundSoon.run();
  }

  /** The vantages where a proxy answered the last time. May be called by any thread. */
  Set<Vantage> found() {
    return found;
  }

  /**
   * Reports that something about these vantages changed, so that they are checked again soon. May
   * be called by any thread.
   */
  void changed(Set<Vantage> vantages) {
    if (!vantages.isEmpty()) {
      changed.addAll(vantages);
      roundSoon.run();
    }
  }

  /**
   * Takes an outcome. A vantage that begins or ceases to get answers is checked again. May be
   * called by any thread.
   */
  void take(Outcome outcome) {
    Vantage vantage = outcome.probe().vantage();
    boolean silent =
        outcome.verdict() instanceof Failed(Reason reason)
            && reason.kind() == Reason.Kind.UNANSWERED;
    if (silent || outcome.reply() instanceof Answered) {
      Boolean before = answered.put(vantage, !silent);
      if (before != null && before == silent) {
        changed.add(vantage);
        roundSoon.run();
      }
    }
  }

  /** Checks the vantages that are due, and evaluates all results. For one thread. */
  void round() {
    Set<Vantage> vantages = new HashSet<>(plan.get().vantages());
    vantages.remove(self);
    Stream.of(asked.keySet(), checks.keySet())
        .forEach(
            keys -> keys.removeIf(vantage -> !vantages.contains(vantage) && !vantage.equals(self)));
    Stream.of(answered.keySet(), changed).forEach(keys -> keys.retainAll(vantages));
    long now = ticker.nanos();
    int most = (int) Math.clamp(budget.getAsDouble(), 1, MOST_AT_ONCE);
    List<Vantage> due =
        vantages.stream().filter(vantage -> isDue(vantage, now)).limit(most).toList();
    if (!due.isEmpty()) {
      Optional<ProxyCheck> before = Optional.ofNullable(checks.get(self));
      query(withSelf(due, now), now);
      if (before.isPresent() && !before.get().equals(checks.get(self))) {
        checks
            .keySet()
            .retainAll(Set.of(self)); // results compared with the old one are no longer valid
        asked.keySet().retainAll(Set.of(self));
      }
    }
    conclude(vantages);
    if (due.size() == most) {
      roundSoon.run();
    }
  }

  private boolean isDue(Vantage vantage, long now) {
    Long before = asked.get(vantage);
    Duration pause = changed.contains(vantage) || !checks.containsKey(vantage) ? AT_LEAST : AGAIN;
    return before == null || now - before >= pause.toNanos();
  }

  private List<Vantage> withSelf(List<Vantage> due, long now) {
    Long before = asked.get(self);
    boolean fresh = before != null && now - before < FRESH.toNanos();
    return fresh ? due : Stream.concat(Stream.of(self), due.stream()).toList();
  }

  private void query(List<Vantage> vantages, long now) {
    List<Outcome> outcomes = new ArrayList<>();
    try (Exchange exchange = exchanges.get()) {
      for (Vantage vantage : vantages) {
        asked.put(vantage, now);
        changed.remove(vantage);
        for (Server nobody : List.of(ABSENT, SPARE)) {
          exchange.query(
              new Probe(vantage, nobody, QUESTION, false),
              PATIENCE,
              Pace.DEFAULT.late(),
              outcomes::add);
        }
      }
      AllAnswers.await(exchange, PATIENCE);
    }
    vantages.forEach(vantage -> learn(vantage, outcomes));
  }

  /** Records the results of a vantage, unless its queries could not be sent. */
  private void learn(Vantage vantage, List<Outcome> outcomes) {
    List<Outcome> own =
        outcomes.stream().filter(outcome -> outcome.probe().vantage().equals(vantage)).toList();
    if (own.stream().noneMatch(outcome -> outcome.reply() instanceof NotSent)) {
      checks.put(vantage, new ProxyCheck(answers(own, ABSENT), answers(own, SPARE)));
    }
  }

  private static boolean answers(List<Outcome> outcomes, Server nobody) {
    return outcomes.stream()
        .filter(outcome -> outcome.probe().server().equals(nobody))
        .anyMatch(outcome -> outcome.reply() instanceof Answered);
  }

  private void conclude(Set<Vantage> vantages) {
    Map<Vantage, ProxyCheck> pods = new HashMap<>(checks);
    pods.keySet().retainAll(vantages);
    ProxyCheck.Result result = ProxyCheck.compare(Optional.ofNullable(checks.get(self)), pods);
    result.proxied().stream().filter(vantage -> !found.contains(vantage)).forEach(this::report);
    boolean news = !found.equals(result.proxied());
    found = result.proxied();
    if (news) {
      whenFound.run();
    }
    if (result.border() && !border) {
      reportBorder();
    }
    border = result.border();
  }

  /**
   * Reports a vantage, one line a minute at most: a namespace can replace such pods at any rate.
   */
  private void report(Vantage vantage) {
    lines.event();
    long vantages = lines.take();
    if (vantages > 0) {
      LOG.info(
          Event.of("a query to an address that no host has was answered in a pod")
              .with("addresses", addresses())
              .with("source_namespace", vantage.namespace())
              .with("pod", vantage.pod())
              .with("vantages", vantages));
    }
  }

  private void reportBorder() {
    borderLines.event();
    if (borderLines.take() > 0) {
      LOG.info(
          Event.of(
                  "queries to an address that no host has are answered in every pod and in the"
                      + " agent's own: a firewall, a provider or a mesh answers all queries;"
                      + " findings are not affected")
              .with("addresses", addresses()));
    }
  }

  private static String addresses() {
    return Addresses.text(ABSENT.address()) + " " + Addresses.text(SPARE.address());
  }
}
