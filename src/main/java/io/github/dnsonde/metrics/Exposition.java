package io.github.dnsonde.metrics;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.expositionformats.PrometheusProtobufWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
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

  Exposition(PrometheusRegistry registry) {
    this.registry = registry;
  }

  String contentType(String accept) {
    return formats.findWriter(accept).getContentType();
  }

  /** Writes the families whose names are wanted; does not close the stream. */
  void write(String accept, Predicate<String> wanted, OutputStream out) throws IOException {
    // All our names are plain, so no scheme changes them.
    writer(accept).write(out, registry.scrape(wanted), EscapingScheme.DEFAULT);
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
