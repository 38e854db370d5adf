package io.github.dnsonde.controller;

import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.controller.ProbePodReconciler.NamespaceReport;
import io.github.dnsonde.controller.ProbePodReconciler.State;
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
  private final Map<String, NamespaceReport> logged = new HashMap<>();
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
  void round(List<NamespaceReport> all) {
    Set<String> namespaces = all.stream().map(NamespaceReport::namespace).collect(toSet());
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

  private boolean isNews(NamespaceReport namespaceReport) {
    return namespaceReport.state() == State.APPLIED
        || namespaceReport.state() == State.DELETED
        || Optional.ofNullable(logged.get(namespaceReport.namespace()))
            .map(before -> !said(before).equals(said(namespaceReport)))
            .orElse(namespaceReport.failed());
  }

  /** The part that makes a difference: applied and unchanged are equivalent. */
  private static List<Object> said(NamespaceReport namespaceReport) {
    return List.of(namespaceReport.failed(), namespaceReport.why());
  }

  private void news(NamespaceReport namespaceReport) {
    LineLimit limit =
        limits.computeIfAbsent(
            new Topic(namespaceReport.namespace(), namespaceReport.state()),
            _ -> new LineLimit(ticker));
    limit.event();
    long rounds = limit.take();
    if (rounds > 0) {
      logged.put(namespaceReport.namespace(), namespaceReport);
      write(namespaceReport, rounds);
    }
  }

  private static void write(NamespaceReport namespaceReport, long rounds) {
    Event event =
        Event.of(namespaceReport.state().word())
            .with("source_namespace", namespaceReport.namespace())
            .with("why", namespaceReport.sentence());
    event = rounds == 1 ? event : event.with("rounds", rounds);
    if (namespaceReport.failed()) {
      LOG.warn(event);
    } else {
      LOG.info(event);
    }
  }
}
