package io.github.dnsonde.metrics;

import io.github.dnsonde.metrics.MetricCatalogue.Label;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.SocketResult;
import io.prometheus.metrics.core.metrics.Counter;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Counts the queries over long-lived sockets, by source namespace and server. Not thread-safe. */
final class SocketMetrics {

  /** All start at 0, so that rates include the first failure. */
  private static final List<SocketResult> RESULTS = List.of(SocketResult.values());

  private final Counter queries;
  private final ShownSeries shown = new ShownSeries(this::open, this::close);
  private Set<LabelValues> known = Set.of();

  SocketMetrics(MetricFactory factory) {
    queries = factory.counter(MetricCatalogue.LONG_LIVED_SOCKET_QUERIES);
  }

  /** Shows the series of the paths that have a socket, and no others. */
  void paths(Set<ProbePath> paths) {
    known = paths.stream().map(SocketMetrics::labels).collect(Collectors.toUnmodifiableSet());
    shown.show(known);
  }

  /** Counts a query; one of a path without a socket is left out. */
  void take(ProbePath path, SocketResult result) {
    LabelValues labels = labels(path);
    if (known.contains(labels)) {
      count(labels, result, 1);
    }
  }

  private static LabelValues labels(ProbePath path) {
    return LabelValues.NONE
        .with(Label.SOURCE_NAMESPACE, path.vantage().namespace())
        .with(Label.SERVER, path.server().name());
  }

  private void open(LabelValues labels) {
    RESULTS.forEach(result -> count(labels, result, 0));
  }

  private void close(LabelValues labels) {
    RESULTS.forEach(result -> queries.remove(values(labels, result)));
  }

  private void count(LabelValues labels, SocketResult result, int amount) {
    queries.labelValues(values(labels, result)).inc(amount);
  }

  private static String[] values(LabelValues labels, SocketResult result) {
    return labels.with(Label.RESULT, result.label()).in(MetricCatalogue.LONG_LIVED_SOCKET_QUERIES);
  }
}
