package io.github.dnsonde.metrics;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.expositionformats.PrometheusProtobufWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Predicate;

/**
 * Writes all metrics as text 0.0.4, OpenMetrics 1.0.0 or protobuf
 * (prometheus.io/docs/instrumenting/exposition_formats), depending on what the scraper accepts.
 */
final class Exposition {

  private final PrometheusRegistry registry;
  private final ExpositionFormats formats = ExpositionFormats.init();
  private volatile long series;

  Exposition(PrometheusRegistry registry) {
    this.registry = registry;
  }

  String contentType(String accept) {
    return formats.findWriter(accept).getContentType();
  }

  /** Writes the families whose names are wanted; does not close the stream. */
  void write(String accept, Predicate<String> wanted, OutputStream out) throws IOException {
    // All our names are plain, so no scheme changes them.
    MetricSnapshots page = registry.scrape(wanted);
    series = page.stream().mapToLong(Exposition::series).sum();
    writer(accept).write(out, page, EscapingScheme.DEFAULT);
  }

  /** Returns the number of series on the page that was last written. */
  long series() {
    return series;
  }

  /** A classic histogram has a series for each bucket, one for the sum and one for the count. */
  private static long series(MetricSnapshot family) {
    return family.getDataPoints().stream()
        .mapToLong(
            point ->
                point instanceof HistogramDataPointSnapshot histogram
                        && histogram.hasClassicHistogramData()
                    ? histogram.getClassicBuckets().size() + 2
                    : 1)
        .sum();
  }

  private ExpositionFormatWriter writer(String accept) {
    ExpositionFormatWriter writer = formats.findWriter(accept);
    return writer instanceof PrometheusProtobufWriter ? Protobuf.WRITER : writer;
  }

  /** Loaded by the first scrape with protobuf, because it has some three hundred classes. */
  private static final class Protobuf {
    private static final ExpositionFormatWriter WRITER = ProtobufLoader.writer();
  }
}
