package io.github.dnsonde.metrics;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.cluster.NamespaceOwners;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.metrics.MetricCatalogue.Label;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.ExpectedSilence;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.VantageStatus;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Info;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The metrics about probes. A series exists as long as at least one probe counts in it. */
final class ProbeMetrics {

  private final Detail detail;
  private final SharedSeries<ProbeCounters> tallies;
  private final SharedSeries<LastSuccess> lastSuccesses;
  private final SharedSeries<DistributionDataPoint> durations;
  private final SharedSeries<NamespaceSeries> namespaces;
  private final SharedSeries<CounterDataPoint> ignored;
  private final ServerMetrics ofServers;
  private final ShownSeries verdicts;
  private final ShownSeries owners;
  private final Gauge blind;
  private final PathStates paths;
  private final FindingInfos findings;
  private final SharedSeries<Info> servers;
  private final SharedSeries<Info> vantages;
  private Map<String, Duration> intervals = Map.of();

  ProbeMetrics(MetricFactory metricFactory, Ticker ticker) {
    detail = metricFactory.detail();
    tallies = tallies(metricFactory);
    lastSuccesses = lastSuccesses(metricFactory);
    durations = SharedSeries.durations(metricFactory, MetricCatalogue.PROBE_DURATION);
    namespaces = namespaces(metricFactory);
    ignored = ignored(metricFactory);
    ofServers = new ServerMetrics(metricFactory);
    verdicts = ones(metricFactory, MetricCatalogue.POLICY_VERDICT);
    owners = ones(metricFactory, MetricCatalogue.NAMESPACE_OWNER);
    blind = metricFactory.gauge(MetricCatalogue.NAMESPACE_BLIND);
    servers = infos(metricFactory, MetricCatalogue.SERVER_INFO);
    vantages = infos(metricFactory, MetricCatalogue.VANTAGE_INFO);
    paths = new PathStates(ticker);
    findings = new FindingInfos(metricFactory.info(MetricCatalogue.FINDING_INFO));
    metricFactory.families(
        PathSeries.families(),
        () -> new PathSeries(paths.readings(), paths.expectedSilent()).values());
  }

  private SharedSeries<ProbeCounters> tallies(MetricFactory metricFactory) {
    Counter judged = metricFactory.counter(MetricCatalogue.PROBES);
    Counter failures = metricFactory.counter(MetricCatalogue.PROBE_FAILURES);
    Gauge consecutive = metricFactory.gauge(MetricCatalogue.PROBE_CONSECUTIVE_FAILURES);
    return new SharedSeries<>(
        labels ->
            new ProbeCounters(
                judged.labelValues(labels.in(MetricCatalogue.PROBES)),
                consecutive.labelValues(labels.in(MetricCatalogue.PROBE_CONSECUTIVE_FAILURES)),
                failure -> failures.labelValues(failed(labels, failure))),
        (_, labels) -> {
          judged.remove(labels.in(MetricCatalogue.PROBES));
          consecutive.remove(labels.in(MetricCatalogue.PROBE_CONSECUTIVE_FAILURES));
          Failure.all().forEach(failure -> failures.remove(failed(labels, failure)));
        });
  }

  /**
   * SERVFAIL alone is counted by scope in any case: it separates a server's from its upstream's.
   */
  private String[] failed(LabelValues labels, Failure failure) {
    boolean scoped =
        failure.reason() == Reason.SERVFAIL
            || !detail.joins(MetricCatalogue.PROBE_FAILURES, Label.SCOPE);
    return labels
        .with(Label.SCOPE, scoped ? failure.scope().label() : "")
        .with(Label.REASON, failure.reason().label())
        .in(MetricCatalogue.PROBE_FAILURES);
  }

  private static SharedSeries<LastSuccess> lastSuccesses(MetricFactory metricFactory) {
    Gauge times = metricFactory.gauge(MetricCatalogue.PROBE_LAST_SUCCESS);
    return new SharedSeries<>(
        labels ->
            new LastSuccess(() -> times.labelValues(labels.in(MetricCatalogue.PROBE_LAST_SUCCESS))),
        (_, labels) -> times.remove(labels.in(MetricCatalogue.PROBE_LAST_SUCCESS)));
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

  private static ShownSeries ones(MetricFactory metricFactory, MetricCatalogue family) {
    Gauge gauge = metricFactory.gauge(family);
    return new ShownSeries(
        labels -> gauge.labelValues(labels.in(family)).set(1),
        labels -> gauge.remove(labels.in(family)));
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
    ProbeCounters probeCounters = tallies.join(detail.of(MetricCatalogue.PROBES, labels));
    NamespaceSeries namespace = namespaces.join(labels.of(MetricCatalogue.PROBE_INTERVAL));
    Optional.ofNullable(intervals.get(probe.vantage().namespace())).ifPresent(namespace::interval);
    servers.join(labels.of(MetricCatalogue.SERVER_INFO));
    vantages.join(labels.of(MetricCatalogue.VANTAGE_INFO));
    return new ProbeSeries(
        probeCounters,
        probeCounters.join(probe.question().scope()),
        lastSuccesses.join(labels.of(MetricCatalogue.PROBE_LAST_SUCCESS)),
        durations.join(detail.of(MetricCatalogue.PROBE_DURATION, labels)),
        namespace,
        ignored.join(labels.of(MetricCatalogue.REPLIES_IGNORED)),
        ofServers.join(labels),
        paths.join(probe));
  }

  /** Closes the series that no other probe counts in. */
  void leave(Probe probe, ProbeSeries series) {
    series.probeCounters().leave(series.member());
    LabelValues labels = LabelValues.of(probe);
    tallies.leave(detail.of(MetricCatalogue.PROBES, labels));
    namespaces.leave(labels.of(MetricCatalogue.PROBE_INTERVAL));
    servers.leave(labels.of(MetricCatalogue.SERVER_INFO));
    vantages.leave(labels.of(MetricCatalogue.VANTAGE_INFO));
    lastSuccesses.leave(labels.of(MetricCatalogue.PROBE_LAST_SUCCESS));
    durations.leave(detail.of(MetricCatalogue.PROBE_DURATION, labels));
    ignored.leave(labels.of(MetricCatalogue.REPLIES_IGNORED));
    ofServers.leave(labels);
    paths.leave(probe);
  }

  /** Shows the owners of these namespaces and of no others. */
  void owners(NamespaceOwners known) {
    owners.show(
        known.byNamespace().entrySet().stream()
            .map(
                entry ->
                    LabelValues.NONE
                        .with(Label.SOURCE_NAMESPACE, entry.getKey())
                        .with(Label.OWNER, entry.getValue()))
            .collect(toUnmodifiableSet()));
  }

  /** Sets on which paths no response is expected. */
  void expect(ExpectedSilence silence) {
    paths.expect(silence);
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
