package io.github.dnsonde;

import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.ProbePodKeeper.State;
import io.github.dnsonde.ProbePodKeeper.Told;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.Ticker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The log of the rounds: changes of each namespace, each state at most once a minute, since the
 * users of a namespace can change things at any rate. For one thread.
 */
final class ProbePodLog {

  private static final Log LOG = Log.named("probe-pods");

  private final Ticker ticker;
  private final Map<String, Told> logged = new HashMap<>();
  private final Map<Topic, LineLimit> limits = new HashMap<>();
  private final LineLimit failures;

  /** The lines that share a limit. */
  private record Topic(String namespace, State state) {}

  /** Creates a log that measures minutes with this ticker. */
  ProbePodLog(Ticker ticker) {
    this.ticker = ticker;
    this.failures = new LineLimit(ticker);
  }

  /** Logs the changes of one round. Delayed ones are compared again in the next round. */
  void round(List<Told> all) {
    Set<String> namespaces = all.stream().map(Told::namespace).collect(toSet());
    logged.keySet().retainAll(namespaces);
    limits.keySet().removeIf(topic -> !namespaces.contains(topic.namespace()));
    all.stream().filter(this::isNews).forEach(this::news);
  }

  /** Logs that a round failed, at most once a minute. */
  void failed(Event event) {
    failures.event();
    long rounds = failures.take();
    if (rounds > 0) {
      LOG.warn(event.with("rounds", rounds));
    }
  }

  private boolean isNews(Told told) {
    return told.state() == State.APPLIED
        || told.state() == State.DELETED
        || Optional.ofNullable(logged.get(told.namespace()))
            .map(before -> !said(before).equals(said(told)))
            .orElse(told.failed());
  }

  /** The part that makes a difference: applied and unchanged are equivalent. */
  private static List<Object> said(Told told) {
    return List.of(told.failed(), told.why());
  }

  private void news(Told told) {
    LineLimit limit =
        limits.computeIfAbsent(
            new Topic(told.namespace(), told.state()), _ -> new LineLimit(ticker));
    limit.event();
    long rounds = limit.take();
    if (rounds > 0) {
      logged.put(told.namespace(), told);
      write(told, rounds);
    }
  }

  private static void write(Told told, long rounds) {
    Event event =
        Event.of(ProbePodsCommand.word(told.state()))
            .with("source_namespace", told.namespace())
            .with("why", told.sentence());
    event = rounds == 1 ? event : event.with("rounds", rounds);
    if (told.failed()) {
      LOG.warn(event);
    } else {
      LOG.info(event);
    }
  }
}
