package io.github.dnsonde;

import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.schedule.Periodic;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Where somebody answers in the servers' place: a question to an address that nobody has is
 * answered there, by a proxy in the pod's network. Each vantage is asked once when it is new, and
 * then every ten minutes. A thread of its own waits for the answers, that as a rule do not come.
 */
final class Interception {

  /** Of TEST-NET-1, which no host may have (RFC 5737 §3). */
  private static final Server NOBODY =
      new Server("nobody", InetAddress.ofLiteral("192.0.2.53"), Server.DNS_PORT);

  private static final Question QUESTION =
      new Question(
          "example.com.", RecordType.A, Transport.UDP, Scope.EXTERNAL, Expectation.ANY_RECORD);

  private static final Duration AGAIN = Duration.ofMinutes(10);

  /** A proxy is near: it answers at once, or fails at once. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final Duration LOOK = Duration.ofSeconds(1);

  private static final Log LOG = Log.named("interception");

  private final Supplier<Exchange> exchanges;
  private final Supplier<Plan> plan;
  private final Map<Vantage, Long> asked = new HashMap<>();
  private final Set<Vantage> answered = new HashSet<>();
  private final LineLimit lines = new LineLimit(Ticker.SYSTEM);
  private volatile Set<Vantage> found = Set.of();

  /**
   * Asks nothing yet.
   *
   * @param exchanges makes one for each round
   * @param plan the one in force
   */
  Interception(Supplier<Exchange> exchanges, Supplier<Plan> plan) {
    this.exchanges = exchanges;
    this.plan = plan;
  }

  /** Begins to query, as one of these periodic tasks. */
  void start(Periodic chores) {
    chores.every("interception", LOOK, this::round);
  }

  /** The vantages where it was answered the last time. */
  Set<Vantage> found() {
    return found;
  }

  private void round() {
    Set<Vantage> vantages = plan.get().vantages();
    asked.keySet().retainAll(vantages);
    answered.retainAll(vantages);
    long now = Ticker.SYSTEM.nanos();
    List<Vantage> due = vantages.stream().filter(each -> isDue(each, now)).toList();
    if (!due.isEmpty()) {
      ask(due, now);
    }
    found = Set.copyOf(answered);
  }

  private void ask(List<Vantage> due, long now) {
    try (Exchange exchange = exchanges.get()) {
      for (Vantage vantage : due) {
        asked.put(vantage, now);
        exchange.ask(
            new Probe(vantage, NOBODY, QUESTION, false), PATIENCE, Pace.DEFAULT.late(), this::take);
      }
      while (exchange.inFlight() > 0) {
        exchange.await(PATIENCE);
      }
    }
  }

  private boolean isDue(Vantage vantage, long now) {
    Long before = asked.get(vantage);
    return before == null || now - before >= AGAIN.toNanos();
  }

  private void take(Outcome outcome) {
    Vantage vantage = outcome.probe().vantage();
    if (!(outcome.reply() instanceof Answered)) {
      answered.remove(vantage);
    } else if (answered.add(vantage)) {
      tell(vantage);
    }
  }

  /** One line a minute: a namespace can replace such pods as often as it likes. */
  private void tell(Vantage vantage) {
    lines.event();
    long vantages = lines.take();
    if (vantages > 0) {
      LOG.info(
          Event.of("a question to 192.0.2.53, which nobody has, was answered")
              .with("source_namespace", vantage.namespace())
              .with("pod", vantage.pod())
              .with("vantages", vantages));
    }
  }
}
