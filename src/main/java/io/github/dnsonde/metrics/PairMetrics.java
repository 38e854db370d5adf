package io.github.dnsonde.metrics;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.metrics.MetricCatalogue.Label;
import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.QueryPair;
import io.github.dnsonde.probe.ResolverKind;
import io.prometheus.metrics.core.metrics.Counter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Counts the pairs of A and AAAA that lookups send from one socket, by source namespace. Not
 * thread-safe.
 */
final class PairMetrics {

  private static final List<String> REPLIES = List.of("none", "one", "both");

  private final Counter pairs;
  private final Map<LabelValues, Set<LabelValues>> open = new HashMap<>();
  private final ShownSeries planned = new ShownSeries(this::open, this::close);

  PairMetrics(MetricFactory factory) {
    pairs = factory.counter(MetricCatalogue.LOOKUP_PAIRS);
  }

  /** Opens the usual series, so that rates include the first lost reply. */
  private void open(LabelValues namespace) {
    if (open.putIfAbsent(namespace, new HashSet<>()) == null) {
      count(namespace, 1, 2, 0);
      count(namespace, 1, 1, 0);
    }
  }

  private void close(LabelValues namespace) {
    requireNonNull(open.remove(namespace), "every planned namespace has its series")
        .forEach(labels -> pairs.remove(labels.in(MetricCatalogue.LOOKUP_PAIRS)));
  }

  /** Switches to this plan: the series of namespaces without such lookups are removed at once. */
  void plan(Plan plan) {
    planned.show(
        plan.lookups().stream()
            .filter(lookup -> lookup.kind() != ResolverKind.GO)
            .map(Lookup::vantage)
            .map(vantage -> LabelValues.NONE.with(Label.SOURCE_NAMESPACE, vantage.namespace()))
            .collect(Collectors.toSet()));
  }

  /** Counts a pair; one of a namespace that is not planned is left out. */
  void take(QueryPair pair) {
    LabelValues namespace =
        LabelValues.NONE.with(Label.SOURCE_NAMESPACE, pair.vantage().namespace());
    if (open.containsKey(namespace)) {
      count(namespace, 1, pair.replies(), 1);
      pair.fromTwoSockets().ifPresent(replies -> count(namespace, 2, replies, 1));
    }
  }

  private void count(LabelValues namespace, int sockets, int replies, int amount) {
    LabelValues labels =
        namespace
            .with(Label.SOCKETS, Integer.toString(sockets))
            .with(Label.REPLIES, REPLIES.get(replies));
    requireNonNull(open.get(namespace), "the namespace is open").add(labels);
    pairs.labelValues(labels.in(MetricCatalogue.LOOKUP_PAIRS)).inc(amount);
  }
}
