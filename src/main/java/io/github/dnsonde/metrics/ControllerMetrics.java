package io.github.dnsonde.metrics;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.metrics.MetricCatalogue.Label;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** All metrics of the controller. Thread-safe. */
public final class ControllerMetrics implements AutoCloseable {

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Exposition exposition = new Exposition(registry);
  private final Counter reports;
  private final Counter refused;
  private final Counter doubted;
  private final Counter reviews;
  private final Counter events;
  private final Optional<AdmissionMeters> admission;
  private final JvmMeters jvm;

  /**
   * The sources that are read at each scrape.
   *
   * @param version of the program
   * @param nodes the number of nodes that report regularly
   * @param pods the number of pods whose node is known
   * @param lastHeard the API server's last message
   * @param watchErrors failed lists and watches, by resource
   * @param certificateExpiry by {@code leaf} and {@code authority}
   * @param httpCertificateExpiry that of the metrics page
   * @param admission whether the API server reaches the webhook, 1 or 0, or unknown; no source if
   *     there is no webhook
   * @param now the wall clock
   */
  public record Sources(
      String version,
      LongSupplier nodes,
      LongSupplier pods,
      Supplier<Optional<Instant>> lastHeard,
      Supplier<Map<String, Long>> watchErrors,
      Supplier<Map<String, Instant>> certificateExpiry,
      Supplier<Optional<Instant>> httpCertificateExpiry,
      Optional<Supplier<Optional<Double>>> admission,
      Supplier<Instant> now) {
    public Sources {
      requireNonNull(version, "version is null");
      requireNonNull(nodes, "nodes is null");
      requireNonNull(pods, "pods is null");
      requireNonNull(lastHeard, "lastHeard is null");
      requireNonNull(watchErrors, "watchErrors is null");
      requireNonNull(certificateExpiry, "certificateExpiry is null");
      requireNonNull(httpCertificateExpiry, "httpCertificateExpiry is null");
      requireNonNull(admission, "admission is null");
      requireNonNull(now, "now is null");
    }
  }

  public ControllerMetrics(Sources sources) {
    MetricFactory factory = new MetricFactory(registry, Histograms.CLASSIC, Detail.CORE);
    factory
        .info(MetricCatalogue.CONTROLLER_INFO)
        .addLabelValues(
            LabelValues.NONE
                .with(Label.VERSION, sources.version())
                .in(MetricCatalogue.CONTROLLER_INFO));
    reports = factory.counter(MetricCatalogue.CONTROLLER_REPORTS);
    refused = factory.counter(MetricCatalogue.CONTROLLER_REPORTS_REFUSED);
    doubted = factory.counter(MetricCatalogue.CONTROLLER_REPORT_PARTS_DOUBTED);
    reviews = factory.counter(MetricCatalogue.CONTROLLER_TOKEN_REVIEWS);
    events = factory.counter(MetricCatalogue.CONTROLLER_EVENTS);
    factory.gauge(
        MetricCatalogue.CONTROLLER_NODES_REPORTING,
        () -> Optional.of((double) sources.nodes().getAsLong()));
    factory.gauge(
        MetricCatalogue.CONTROLLER_PODS, () -> Optional.of((double) sources.pods().getAsLong()));
    factory.gauges(
        MetricCatalogue.CONTROLLER_CERTIFICATE_EXPIRY,
        () -> seconds(sources.certificateExpiry().get()));
    factory.gauge(
        MetricCatalogue.HTTP_CERTIFICATE_EXPIRY,
        () -> sources.httpCertificateExpiry().get().map(Seconds::of));
    factory.gauge(
        MetricCatalogue.CONTROLLER_SYNC_AGE,
        () ->
            sources
                .lastHeard()
                .get()
                .map(
                    heard ->
                        Math.max(0, Seconds.of(Duration.between(heard, sources.now().get())))));
    factory.counter(MetricCatalogue.CONTROLLER_WATCH_ERRORS, sources.watchErrors());
    admission = sources.admission().map(reached -> new AdmissionMeters(factory, reached));
    jvm = new JvmMeters(registry, Detail.CORE);
  }

  private static Map<String, Double> seconds(Map<String, Instant> times) {
    Map<String, Double> seconds = new HashMap<>();
    times.forEach((name, time) -> seconds.put(name, Seconds.of(time)));
    return seconds;
  }

  /**
   * Counts a report.
   *
   * @param parts the number of its parts that were left out
   */
  public void accepted(int parts) {
    reports.inc();
    doubted.inc(parts);
  }

  /** Counts a refused report. */
  public void refused(String reason) {
    refused.labelValues(reason).inc();
  }

  /** Counts a question to the API server, by its result. */
  public void reviewed(String result) {
    reviews.labelValues(result).inc();
  }

  /** Makes series for the results of Events, so that a first one counts as an increase. */
  public void expectEvents(Collection<String> results) {
    results.forEach(events::initLabelValues);
  }

  /** Counts an Event, by its result. */
  public void event(String result) {
    events.labelValues(result).inc();
  }

  /** Makes series for the results of changes, so that a first one counts as an increase. */
  public void expectAdmission(Collection<String> results) {
    admission.ifPresent(meters -> meters.expect(results));
  }

  /**
   * Counts a change that the API server asked about.
   *
   * @param took the time of the decision; empty if there was none
   */
  public void admitted(String result, Optional<Duration> took) {
    admission.ifPresent(meters -> meters.decided(result, took));
  }

  /** Counts a change that would have been refused, and that the API server did not ask about. */
  public void slipped() {
    admission.ifPresent(AdmissionMeters::slipped);
  }

  /**
   * The media type of the output of {@link #write}.
   *
   * @param accept the value of the scraper's Accept header; may be empty
   */
  public String contentType(String accept) {
    return exposition.contentType(accept);
  }

  /** Writes the current values in the requested format; does not close the stream. */
  public void write(String accept, OutputStream out) throws IOException {
    exposition.write(accept, _ -> true, out);
  }

  @Override
  public void close() {
    jvm.close();
  }
}
