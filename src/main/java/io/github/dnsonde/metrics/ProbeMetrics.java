package io.github.dnsonde.metrics;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.metrics.MetricCatalogue.Label;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.VantageStatus;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The metrics about probes. A series exists as long as at least one probe counts in it. */
final class ProbeMetrics {

  /**
   * Bounds in seconds. 1 and 5 ms separate a cache's answers from an upstream's. 2 and 5 s are the
   * timeouts of CoreDNS for an upstream and of a stub resolver for a server. Alerts need those four
   * exactly.
   */
  private static final double[] DURATION_BOUNDS = {0.001, 0.005, 0.025, 0.1, 0.5, 1, 2, 5};

  private final SharedSeries<ProbeCounters> tallies;
  private final SharedSeries<LastSuccess> lastSuccesses;
  private final SharedSeries<DistributionDataPoint> durations;
  private final SharedSeries<NamespaceSeries> namespaces;
  private final SharedSeries<CounterDataPoint> ignored;
  private final ServerMetrics ofServers;
  private final ShownSeries verdicts;
  private final Gauge blind;
  private final PathStates paths;
  private final FindingInfos findings;
  private final SharedSeries<Info> servers;
  private final SharedSeries<Info> vantages;
  private Map<String, Duration> intervals = Map.of();

  ProbeMetrics(MetricFactory metricFactory, Ticker ticker) {
    tallies = tallies(metricFactory);
    lastSuccesses = lastSuccesses(metricFactory);
    durations = durations(metricFactory);
    namespaces = namespaces(metricFactory);
    ignored = ignored(metricFactory);
    ofServers = new ServerMetrics(metricFactory, DURATION_BOUNDS);
    verdicts = verdicts(metricFactory);
    blind = metricFactory.gauge(MetricCatalogue.NAMESPACE_BLIND);
    servers = infos(metricFactory, MetricCatalogue.SERVER_INFO);
    vantages = infos(metricFactory, MetricCatalogue.VANTAGE_INFO);
    paths = new PathStates(ticker);
    findings = new FindingInfos(metricFactory.info(MetricCatalogue.FINDING_INFO));
    register(metricFactory);
  }

  private void register(MetricFactory metricFactory) {
    metricFactory.series(MetricCatalogue.PATH_UNANSWERED, paths::unansweredSeconds);
    metricFactory.series(MetricCatalogue.PATH_UNANSWERED_RATIO, paths::unansweredRatio);
    metricFactory.series(MetricCatalogue.SERVER_UNANSWERED, paths::serverUnansweredSeconds);
    metricFactory.series(MetricCatalogue.SERVER_VANTAGES, paths::serverVantages);
    metricFactory.series(MetricCatalogue.SERVER_SERVFAIL, paths::serverServfail);
    metricFactory.series(MetricCatalogue.SERVER_SLOW, paths::serverSlow);
    metricFactory.series(MetricCatalogue.NAMESPACE_WRONG, paths::namespaceWrong);
    metricFactory.series(MetricCatalogue.NAMESPACE_UNTESTED, paths::namespaceUntested);
  }

  private static SharedSeries<ProbeCounters> tallies(MetricFactory metricFactory) {
    Counter judged = metricFactory.counter(MetricCatalogue.PROBES);
    Counter failures = metricFactory.counter(MetricCatalogue.PROBE_FAILURES);
    Gauge consecutive = metricFactory.gauge(MetricCatalogue.PROBE_CONSECUTIVE_FAILURES);
    return new SharedSeries<>(
        labels ->
            new ProbeCounters(
                judged.labelValues(labels.in(MetricCatalogue.PROBES)),
                consecutive.labelValues(labels.in(MetricCatalogue.PROBE_CONSECUTIVE_FAILURES)),
                reason -> failures.labelValues(failed(labels, reason))),
        (_, labels) -> {
          judged.remove(labels.in(MetricCatalogue.PROBES));
          consecutive.remove(labels.in(MetricCatalogue.PROBE_CONSECUTIVE_FAILURES));
          Stream.of(Reason.values()).forEach(reason -> failures.remove(failed(labels, reason)));
        });
  }

  private static String[] failed(LabelValues labels, Reason reason) {
    return labels.with(Label.REASON, reason.label()).in(MetricCatalogue.PROBE_FAILURES);
  }

  private static SharedSeries<LastSuccess> lastSuccesses(MetricFactory metricFactory) {
    Gauge times = metricFactory.gauge(MetricCatalogue.PROBE_LAST_SUCCESS);
    return new SharedSeries<>(
        labels ->
            new LastSuccess(() -> times.labelValues(labels.in(MetricCatalogue.PROBE_LAST_SUCCESS))),
        (_, labels) -> times.remove(labels.in(MetricCatalogue.PROBE_LAST_SUCCESS)));
  }

  private static SharedSeries<DistributionDataPoint> durations(MetricFactory metricFactory) {
    Histogram histogram = metricFactory.histogram(MetricCatalogue.PROBE_DURATION, DURATION_BOUNDS);
    return new SharedSeries<>(
        labels -> histogram.labelValues(labels.in(MetricCatalogue.PROBE_DURATION)),
        (_, labels) -> histogram.remove(labels.in(MetricCatalogue.PROBE_DURATION)));
  }

  private static SharedSeries<NamespaceSeries> namespaces(MetricFactory metricFactory) {
    Counter untested = metricFactory.counter(MetricCatalogue.PROBES_UNTESTED);
    Gauge interval = metricFactory.gauge(MetricCatalogue.PROBE_INTERVAL);
    return new SharedSeries<>(
        labels ->
            new NamespaceSeries(
                cause -> untested.labelValues(untested(labels, cause)),
                () -> interval.labelValues(labels.in(MetricCatalogue.PROBE_INTERVAL))),
        (_, labels) -> {
          interval.remove(labels.in(MetricCatalogue.PROBE_INTERVAL));
          Stream.of(Cause.values()).forEach(cause -> untested.remove(untested(labels, cause)));
        });
  }

  private static String[] untested(LabelValues labels, Cause cause) {
    return labels.with(Label.CAUSE, cause.label()).in(MetricCatalogue.PROBES_UNTESTED);
  }

  private static SharedSeries<CounterDataPoint> ignored(MetricFactory metricFactory) {
    Counter replies = metricFactory.counter(MetricCatalogue.REPLIES_IGNORED);
    return new SharedSeries<>(
        labels -> replies.labelValues(labels.in(MetricCatalogue.REPLIES_IGNORED)),
        (_, labels) -> replies.remove(labels.in(MetricCatalogue.REPLIES_IGNORED)));
  }

  private static ShownSeries verdicts(MetricFactory metricFactory) {
    Gauge gauge = metricFactory.gauge(MetricCatalogue.POLICY_VERDICT);
    return new ShownSeries(
        labels -> gauge.labelValues(labels.in(MetricCatalogue.POLICY_VERDICT)).set(1),
        labels -> gauge.remove(labels.in(MetricCatalogue.POLICY_VERDICT)));
  }

  private static SharedSeries<Info> infos(MetricFactory metricFactory, MetricCatalogue family) {
    Info info = metricFactory.info(family);
    return new SharedSeries<>(
        labels -> {
          info.addLabelValues(labels.in(family));
          return info;
        },
        (_, labels) -> info.remove(labels.in(family)));
  }

  /** Opens the missing series: the probe's counters exist, at 0, before its first outcome. */
  ProbeSeries join(Probe probe) {
    LabelValues labels = LabelValues.of(probe);
    ProbeCounters probeCounters = tallies.join(labels.of(MetricCatalogue.PROBES));
    NamespaceSeries namespace = namespaces.join(labels.of(MetricCatalogue.PROBE_INTERVAL));
    Optional.ofNullable(intervals.get(probe.vantage().namespace())).ifPresent(namespace::interval);
    servers.join(labels.of(MetricCatalogue.SERVER_INFO));
    vantages.join(labels.of(MetricCatalogue.VANTAGE_INFO));
    return new ProbeSeries(
        probeCounters,
        probeCounters.join(),
        lastSuccesses.join(labels.of(MetricCatalogue.PROBE_LAST_SUCCESS)),
        durations.join(labels.of(MetricCatalogue.PROBE_DURATION)),
        namespace,
        ignored.join(labels.of(MetricCatalogue.REPLIES_IGNORED)),
        ofServers.join(labels),
        paths.join(probe));
  }

  /** Closes the series that no other probe counts in. */
  void leave(Probe probe, ProbeSeries series) {
    series.probeCounters().leave(series.member());
    LabelValues labels = LabelValues.of(probe);
    tallies.leave(labels.of(MetricCatalogue.PROBES));
    namespaces.leave(labels.of(MetricCatalogue.PROBE_INTERVAL));
    servers.leave(labels.of(MetricCatalogue.SERVER_INFO));
    vantages.leave(labels.of(MetricCatalogue.VANTAGE_INFO));
    lastSuccesses.leave(labels.of(MetricCatalogue.PROBE_LAST_SUCCESS));
    durations.leave(labels.of(MetricCatalogue.PROBE_DURATION));
    ignored.leave(labels.of(MetricCatalogue.REPLIES_IGNORED));
    ofServers.leave(labels);
    paths.leave(probe);
  }

  /** Shows these findings and no others. */
  void findings(List<Finding> found, boolean policyNames) {
    findings.show(found, policyNames);
  }

  /** Moves past times by this much, after the wall clock was set. */
  void clockSet(Duration by) {
    lastSuccesses.forEach(time -> time.clockSet(by));
  }

  /** Sets the intervals; those of namespaces without a probe are kept until they have one. */
  void intervals(Map<String, Duration> byNamespace) {
    intervals = Map.copyOf(byNamespace);
    intervals.forEach(
        (namespace, interval) ->
            namespaces
                .find(LabelValues.NONE.with(Label.SOURCE_NAMESPACE, namespace))
                .ifPresent(series -> series.interval(interval)));
  }

  /** Sets the blind namespaces, and forgets earlier ones. */
  void blind(Map<String, VantageStatus> namespaces) {
    blind.clear();
    namespaces.forEach(
        (namespace, vantageStatus) ->
            blind
                .labelValues(
                    LabelValues.NONE
                        .with(Label.SOURCE_NAMESPACE, namespace)
                        .with(Label.CAUSE, vantageStatus.label())
                        .in(MetricCatalogue.NAMESPACE_BLIND))
                .set(1));
  }

  /** Sets the verdicts of the policies; earlier ones that are no longer true are removed. */
  void policyVerdicts(List<ReportedVerdict> policyVerdicts) {
    verdicts.show(policyVerdicts.stream().map(LabelValues::of).collect(toUnmodifiableSet()));
  }
}
