package io.github.dnsonde.agent;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.plan.PodResolvConf;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.MessageOptions;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.Verdict;
import io.github.dnsonde.schedule.Periodic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks that names which do not exist get no address: one random name below each configured
 * domain, every five minutes, from one core vantage to one server, which change each time. A
 * separate thread waits for the answers.
 */
final class CanaryCheck {

  /** The pause between two queries below one domain: random names can look like a tunnel. */
  static final Duration PAUSE = Duration.ofMinutes(5);

  /** The interval between looks whether it is time for a query. */
  private static final Duration CHECK = Duration.ofSeconds(30);

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final Log LOG = Log.named("canary");

  private final Supplier<Exchange> exchanges;
  private final Supplier<Plan> plan;
  private final Supplier<Config.Canary> canary;
  private final Ticker ticker;
  private final AtomicBoolean started = new AtomicBoolean();
  private final Map<Asked, Outcome> wrong = new LinkedHashMap<>();
  private volatile List<Outcome> found = List.of();
  private Optional<Long> latest = Optional.empty();
  private int rounds;

  /** A question to one server: of two servers, one may be honest. */
  private record Asked(Question question, Server server) {}

  private record Path(Vantage vantage, Server server) {}

  /**
   * Creates a check that sends no query yet.
   *
   * @param exchanges creates one for each round
   * @param plan the current one
   * @param canary the configuration
   */
  CanaryCheck(
      Supplier<Exchange> exchanges,
      Supplier<Plan> plan,
      Supplier<Config.Canary> canary,
      Ticker ticker) {
    this.exchanges = exchanges;
    this.plan = plan;
    this.canary = canary;
    this.ticker = ticker;
  }

  /**
   * Starts the check as one of these periodic tasks, once the configuration has a canary; until
   * then it has no thread. May be called by any thread, and again.
   */
  void startIfWanted(Periodic chores) {
    if (isWanted() && started.compareAndSet(false, true)) {
      chores.every("canary", CHECK, this::round);
    }
  }

  private boolean isWanted() {
    return !canary.get().equals(Config.Canary.NONE);
  }

  /**
   * The answers that should not exist, the first of each domain and server. May be called by any
   * thread.
   */
  List<Outcome> found() {
    return found;
  }

  /**
   * Queries, if it is time to. A query that was sent counts, even without a reply; if none was, the
   * next round tries another path. For one thread.
   */
  void round() {
    List<Question> questions = isWanted() ? questions() : List.of();
    wrong.keySet().removeIf(asked -> !questions.contains(asked.question()));
    found = List.copyOf(wrong.values());
    boolean early = latest.filter(time -> ticker.nanos() - time < PAUSE.toNanos()).isPresent();
    if (questions.isEmpty() || early) {
      return;
    }
    List<Probe> candidates = candidates();
    if (candidates.isEmpty()) {
      return;
    }
    Set<Server> servers = candidates.stream().map(Probe::server).collect(Collectors.toSet());
    wrong.keySet().removeIf(asked -> !servers.contains(asked.server()));
    long began = ticker.nanos();
    Probe place = candidates.get(Math.floorMod(rounds, candidates.size()));
    List<Outcome> outcomes = query(place, inTurn(questions, candidates.size()));
    if (outcomes.size() < questions.size()
        || !outcomes.stream().allMatch(LongLivedSocket::isNotSent)) {
      latest = Optional.of(began);
    }
    outcomes.forEach(this::take);
    rounds++;
    found = List.copyOf(wrong.values());
  }

  /**
   * Begins each round with another question: the budget may have no room for a second one. Each
   * place begins with each question at some time.
   */
  private List<Question> inTurn(List<Question> questions, int places) {
    List<Question> turned = new ArrayList<>(questions);
    Collections.rotate(turned, -(rounds % places + rounds / places));
    return turned;
  }

  /** One path from each core vantage to each server that its pod uses. */
  private List<Probe> candidates() {
    Map<Path, Probe> paths = new HashMap<>();
    Plan present = plan.get();
    present.probes().stream()
        .filter(probe -> probe.inUse() && present.isCore(probe.vantage()))
        .forEach(probe -> paths.putIfAbsent(new Path(probe.vantage(), probe.server()), probe));
    return paths.values().stream()
        .sorted(
            Comparator.comparing((Probe probe) -> probe.vantage().namespace())
                .thenComparing(probe -> probe.vantage().pod())
                .thenComparing(probe -> probe.server().name())
                .thenComparing(probe -> probe.server().address().getHostAddress()))
        .toList();
  }

  /** None for the cluster's domain while it is not known: others would leave the cluster. */
  private List<Question> questions() {
    Config.Canary wanted = canary.get();
    Optional<String> own =
        PodResolvConf.clusterDomain(plan.get().resolver()).map(domain -> domain + ".");
    Optional<Question> internal =
        own.filter(_ -> wanted.internal()).map(domain -> question(domain, Scope.INTERNAL));
    Optional<Question> external =
        wanted
            .external()
            .filter(domain -> !(wanted.internal() && own.equals(Optional.of(domain))))
            .map(domain -> question(domain, Scope.of("." + domain)));
    return Stream.of(internal, external).flatMap(Optional::stream).toList();
  }

  private static Question question(String domain, Scope scope) {
    return new Question(
        domain,
        RecordType.A,
        Transport.UDP,
        scope,
        new Expectation.NoSuchName(),
        MessageOptions.FRESH);
  }

  private List<Outcome> query(Probe place, List<Question> questions) {
    List<Outcome> outcomes = new ArrayList<>();
    Server server = place.server();
    try (Exchange exchange = exchanges.get()) {
      for (Question question : questions) {
        exchange.query(
            new Probe(place.vantage(), server, question, true), TIMEOUT, TIMEOUT, outcomes::add);
      }
      AllAnswers.await(exchange, TIMEOUT);
    }
    return outcomes;
  }

  /** Some servers deny names with NOERROR, and some wildcard records have no address. */
  private static boolean hasNoAddress(Outcome outcome) {
    return outcome.verdict() instanceof Verdict.Good
        || (outcome.verdict().equals(new Verdict.Failed(Reason.NODATA))
            && outcome.reply() instanceof Reply.Answered answered
            && !answered.truncated());
  }

  /** An address is remembered until an answer has none; a failure says nothing. */
  private void take(Outcome outcome) {
    Question question = outcome.probe().question();
    Asked asked = new Asked(question, outcome.probe().server());
    if (hasNoAddress(outcome)) {
      wrong.remove(asked);
    } else if (outcome.verdict().equals(new Verdict.Failed(Reason.WRONG_ADDRESS))
        && wrong.putIfAbsent(asked, outcome) == null) {
      LOG.info(
          Event.of("a name that does not exist has an address")
              .with("domain", question.name())
              .with("server", outcome.probe().server().name()));
    }
  }
}
