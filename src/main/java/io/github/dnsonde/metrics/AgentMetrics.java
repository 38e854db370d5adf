package io.github.dnsonde.metrics;

import static java.util.stream.Collectors.toMap;

import io.github.dnsonde.metrics.MetricCatalogue.Label;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** The metrics about the agent itself. Thread-safe, because its metrics are. */
final class AgentMetrics {

  private final Histogram delay;
  private final Counter starved;
  private final Gauge vantages;
  private final Gauge serversInUse;
  private final Gauge reloadSuccessful;
  private final Gauge reloadTime;
  private final Gauge limit;
  private final MetricFactory metricFactory;
  private volatile Optional<ReportMetrics> reports = Optional.empty();
  private volatile IntSupplier inFlight = () -> 0;
  private volatile Optional<ClusterStatus> cluster = Optional.empty();
  private volatile Supplier<Optional<Instant>> certificateExpiry = Optional::empty;

  /** The metrics of reports, which exist only if there are reports. */
  private record ReportMetrics(Counter accepted, Counter failed) {}

  AgentMetrics(MetricFactory metricFactory, Metrics.Options options, Supplier<Instant> now) {
    this.metricFactory = metricFactory;
    metricFactory
        .info(MetricCatalogue.AGENT_INFO)
        .addLabelValues(
            LabelValues.NONE
                .with(Label.AGENT_NODE, options.node())
                .with(Label.VERSION, options.version())
                .with(Label.MODE, options.mode())
                .in(MetricCatalogue.AGENT_INFO));
    vantages = metricFactory.gauge(MetricCatalogue.VANTAGES);
    serversInUse = metricFactory.gauge(MetricCatalogue.SERVERS_IN_USE);
    metricFactory.gauge(
        MetricCatalogue.NETWORK_NAMESPACES,
        () -> cluster.map(news -> (double) news.networks().getAsInt()));
    limit = metricFactory.gauge(MetricCatalogue.QUESTIONS_PER_SECOND_LIMIT);
    metricFactory.gauge(
        MetricCatalogue.QUESTIONS_IN_FLIGHT, () -> Optional.of((double) inFlight.getAsInt()));
    delay =
        metricFactory.histogram(
            MetricCatalogue.SCHEDULE_DELAY, metricFactory.detail().delayBounds());
    starved = metricFactory.counter(MetricCatalogue.SCHEDULE_STARVED);
    metricFactory.gauge(
        MetricCatalogue.KUBE_LAST_SYNC,
        () -> cluster.flatMap(news -> news.lastSync().get()).map(Seconds::of));
    metricFactory.gauge(
        MetricCatalogue.KUBE_SYNC_AGE,
        () ->
            cluster
                .flatMap(news -> news.lastSync().get())
                .map(heard -> Math.max(0, Seconds.of(Duration.between(heard, now.get())))));
    metricFactory.gauges(
        MetricCatalogue.KUBE_RESOURCE_LAST_SYNC,
        () -> cluster.map(news -> numbers(news.heard().get(), Seconds::of)).orElse(Map.of()));
    metricFactory.gauges(
        MetricCatalogue.KUBE_RESOURCE_SYNCED,
        () ->
            cluster
                .map(news -> numbers(news.listed().get(), listed -> listed ? 1.0 : 0.0))
                .orElse(Map.of()));
    metricFactory.counter(
        MetricCatalogue.KUBE_WATCH_ERRORS,
        () -> cluster.map(news -> news.watchErrors().get()).orElse(Map.of()));
    reloadSuccessful = metricFactory.gauge(MetricCatalogue.CONFIG_RELOAD_SUCCESSFUL);
    reloadTime = metricFactory.gauge(MetricCatalogue.CONFIG_RELOAD_TIME);
    configReloaded(true, now.get());
    metricFactory.gauge(
        MetricCatalogue.HTTP_CERTIFICATE_EXPIRY, () -> certificateExpiry.get().map(Seconds::of));
  }

  private static <T> Map<String, Double> numbers(
      Map<String, T> values, Function<T, Double> number) {
    return values.entrySet().stream()
        .collect(toMap(Map.Entry::getKey, entry -> number.apply(entry.getValue())));
  }

  void vantages(int count) {
    vantages.set(count);
  }

  void serversInUse(int count) {
    serversInUse.set(count);
  }

  void delay(Duration late) {
    delay.observe(Seconds.of(late));
  }

  void starved(Duration gap) {
    starved.inc(Seconds.of(gap));
  }

  void inFlight(IntSupplier count) {
    inFlight = count;
  }

  void cluster(ClusterStatus news) {
    cluster = Optional.of(news);
  }

  void reports(Supplier<Duration> age) {
    reports =
        Optional.of(
            new ReportMetrics(
                metricFactory.counter(MetricCatalogue.REPORTS),
                metricFactory.counter(MetricCatalogue.REPORT_FAILURES)));
    metricFactory.gauge(MetricCatalogue.REPORT_AGE, () -> Optional.of(Seconds.of(age.get())));
  }

  void reported() {
    reports.ifPresent(metrics -> metrics.accepted().inc());
  }

  void reportFailed(String reason) {
    reports.ifPresent(metrics -> metrics.failed().labelValues(reason).inc());
  }

  void certificateExpiry(Supplier<Optional<Instant>> expiry) {
    certificateExpiry = expiry;
  }

  void limit(double questionsPerSecond) {
    limit.set(questionsPerSecond);
  }

  void configReloaded(boolean successful, Instant at) {
    reloadSuccessful.set(successful ? 1 : 0);
    if (successful) {
      reloadTime.set(Seconds.of(at));
    }
  }
}
