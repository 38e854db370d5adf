package io.github.dnsonde.metrics;

import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Series that several probes share because their labels are equal. A series is opened when the
 * first probe joins, and closed when the last has left. Not thread-safe.
 *
 * @param <S> the handle of the series of one set of label values
 */
final class SharedSeries<S> {

  private final Function<LabelValues, S> open;
  private final BiConsumer<S, LabelValues> close;
  private final Map<LabelValues, Share<S>> shares = new HashMap<>();

  SharedSeries(Function<LabelValues, S> open, BiConsumer<S, LabelValues> close) {
    this.open = open;
    this.close = close;
  }

  /** Creates the series of a histogram of durations, in the buckets of the detail. */
  static SharedSeries<DistributionDataPoint> durations(
      MetricFactory metricFactory, MetricCatalogue family) {
    Histogram histogram = metricFactory.histogram(family, metricFactory.detail().durationBounds());
    return new SharedSeries<>(
        labels -> histogram.labelValues(labels.in(family)),
        (_, labels) -> histogram.remove(labels.in(family)));
  }

  S join(LabelValues labels) {
    Share<S> share = shares.computeIfAbsent(labels, _ -> new Share<>(open.apply(labels)));
    share.members++;
    return share.series;
  }

  void leave(LabelValues labels) {
    Share<S> share = shares.get(labels);
    if (share == null) {
      throw new IllegalArgumentException("no probe has joined " + labels);
    }
    share.members--;
    if (share.members == 0) {
      shares.remove(labels);
      close.accept(share.series, labels);
    }
  }

  void forEach(Consumer<S> action) {
    shares.values().forEach(share -> action.accept(share.series));
  }

  Optional<S> find(LabelValues labels) {
    return Optional.ofNullable(shares.get(labels)).map(share -> share.series);
  }

  private static final class Share<S> {
    private final S series;
    private int members;

    private Share(S series) {
      this.series = series;
    }
  }
}
