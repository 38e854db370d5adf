package io.github.dnsonde.metrics;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.SafeText;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.VantageStatus;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The families that speak of probes; keeps a series as long as one probe counts in it. */
final class ProbeMetrics {

  /**
   * Seconds. 1 and 5 ms part a cache's answers from an upstream's, 2 and 5 s are what CoreDNS
   * grants an upstream and a stub resolver a server: alerts need those four exactly.
   */
  private static final double[] DURATION_BOUNDS = {0.001, 0.005, 0.025, 0.1, 0.5, 1, 2, 5};

  /** No name in Kubernetes is longer. */
  private static final int LONGEST_NAME = 253;

  private final SharedSeries<ProbeCounters> tallies;
  private final SharedSeries<LastSuccess> lastSuccesses;
  private final SharedSeries<DistributionDataPoint> durations;
  private final SharedSeries<NamespaceSeries> namespaces;
  private final SharedSeries<CounterDataPoint> ignored;
  private final Gauge verdicts;
  private final Gauge blind;
  private final PathStates paths;
  private final FindingInfos findings;
  private final SharedSeries<Info> servers;
  private final SharedSeries<Info> vantages;
  private Map<String, Duration> intervals = Map.of();
  private Set<List<String>> ruled = Set.of();

  ProbeMetrics(MetricFactory metricFactory, Ticker ticker) {
    tallies = tallies(metricFactory);
    lastSuccesses = lastSuccesses(metricFactory);
    durations = durations(metricFactory);
    namespaces = namespaces(metricFactory);
    ignored = ignored(metricFactory);
    verdicts = metricFactory.gauge(MetricCatalogue.POLICY_VERDICT);
    blind = metricFactory.gauge(MetricCatalogue.NAMESPACE_BLIND);
    servers = infos(metricFactory.info(MetricCatalogue.SERVER_INFO));
    vantages = infos(metricFactory.info(MetricCatalogue.VANTAGE_INFO));
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
                judged.labelValues(labels),
                consecutive.labelValues(labels),
                reason -> failures.labelValues(and(labels, reason.label()))),
        (_, labels) -> {
          judged.remove(labels);
          consecutive.remove(labels);
          Stream.of(Reason.values())
              .forEach(reason -> failures.remove(and(labels, reason.label())));
        });
  }

  private static SharedSeries<LastSuccess> lastSuccesses(MetricFactory metricFactory) {
    Gauge times = metricFactory.gauge(MetricCatalogue.PROBE_LAST_SUCCESS);
    return new SharedSeries<>(
        labels -> new LastSuccess(() -> times.labelValues(labels)),
        (_, labels) -> times.remove(labels));
  }

  private static SharedSeries<DistributionDataPoint> durations(MetricFactory metricFactory) {
    Histogram histogram = metricFactory.histogram(MetricCatalogue.PROBE_DURATION, DURATION_BOUNDS);
    return new SharedSeries<>(histogram::labelValues, (_, labels) -> histogram.remove(labels));
  }

  private static SharedSeries<NamespaceSeries> namespaces(MetricFactory metricFactory) {
    Counter untested = metricFactory.counter(MetricCatalogue.PROBES_UNTESTED);
    Gauge interval = metricFactory.gauge(MetricCatalogue.PROBE_INTERVAL);
    return new SharedSeries<>(
        labels ->
            new NamespaceSeries(
                cause -> untested.labelValues(and(labels, cause.label())),
                () -> interval.labelValues(labels)),
        (_, labels) -> {
          interval.remove(labels);
          Stream.of(Cause.values()).forEach(cause -> untested.remove(and(labels, cause.label())));
        });
  }

  private static SharedSeries<CounterDataPoint> ignored(MetricFactory metricFactory) {
    Counter replies = metricFactory.counter(MetricCatalogue.REPLIES_IGNORED);
    return new SharedSeries<>(replies::labelValues, (_, labels) -> replies.remove(labels));
  }

  private static SharedSeries<Info> infos(Info info) {
    return new SharedSeries<>(
        labels -> {
          info.addLabelValues(labels);
          return info;
        },
        Info::remove);
  }

  /** Opens what is not open yet: the probe's counters are there, at 0, before its first outcome. */
  ProbeSeries join(Probe probe) {
    ProbeCounters probeCounters = tallies.join(stateLabels(probe));
    NamespaceSeries namespace = namespaces.join(namespaceLabels(probe));
    Optional.ofNullable(intervals.get(probe.vantage().namespace())).ifPresent(namespace::interval);
    servers.join(serverInfoLabels(probe));
    vantages.join(vantageInfoLabels(probe));
    paths.join(probe);
    return new ProbeSeries(
        probeCounters,
        probeCounters.join(),
        lastSuccesses.join(successLabels(probe)),
        durations.join(durationLabels(probe)),
        namespace,
        ignored.join(ignoredLabels(probe)));
  }

  /** Closes what no other probe counts in. */
  void leave(Probe probe, ProbeSeries series) {
    series.probeCounters().leave(series.streak());
    tallies.leave(stateLabels(probe));
    namespaces.leave(namespaceLabels(probe));
    servers.leave(serverInfoLabels(probe));
    vantages.leave(vantageInfoLabels(probe));
    paths.leave(probe);
    lastSuccesses.leave(successLabels(probe));
    durations.leave(durationLabels(probe));
    ignored.leave(ignoredLabels(probe));
  }

  /** Returns the states of the paths. */
  PathStates paths() {
    return paths;
  }

  /** Shows these findings and no others. */
  void findings(List<Finding> found, boolean policyNames) {
    findings.show(found, policyNames);
  }

  /** Moves past times: the wall clock was set by this much. */
  void clockSet(Duration by) {
    lastSuccesses.forEach(each -> each.clockSet(by));
  }

  /** Tells the intervals; those of namespaces that have no probe yet are kept until they have. */
  void intervals(Map<String, Duration> byNamespace) {
    intervals = Map.copyOf(byNamespace);
    intervals.forEach(
        (namespace, interval) ->
            namespaces.find(name(namespace)).ifPresent(series -> series.interval(interval)));
  }

  /** Tells which namespaces cannot be asked from, and forgets what was told before. */
  void blind(Map<String, VantageStatus> namespaces) {
    blind.clear();
    namespaces.forEach(
        (namespace, vantageStatus) ->
            blind.labelValues(name(namespace), vantageStatus.label()).set(1));
  }

  /** Tells what the policies say; what they no longer say is forgotten. */
  void policyVerdicts(List<ReportedVerdict> policyVerdicts) {
    Set<List<String>> said =
        policyVerdicts.stream().map(ProbeMetrics::verdictLabels).collect(toUnmodifiableSet());
    if (said.equals(ruled)) {
      return; // the usual case: reported every second, changed only with a policy
    }
    ruled.stream()
        .filter(labels -> !said.contains(labels))
        .forEach(labels -> verdicts.remove(labels.toArray(String[]::new)));
    said.forEach(labels -> verdicts.labelValues(labels.toArray(String[]::new)).set(1));
    ruled = said;
  }

  private static List<String> verdictLabels(ReportedVerdict policyVerdict) {
    return List.of(
        name(policyVerdict.namespace()),
        name(policyVerdict.workload()),
        name(policyVerdict.server()),
        policyVerdict.transport().label(),
        policyVerdict.decision().label());
  }

  private static String[] stateLabels(Probe probe) {
    return new String[] {
      name(probe.vantage().namespace()),
      name(probe.vantage().workload()),
      name(probe.server().name()),
      probe.question().transport().label(),
      probe.question().scope().label(),
      Boolean.toString(probe.inUse())
    };
  }

  private static String[] successLabels(Probe probe) {
    return new String[] {
      name(probe.vantage().namespace()),
      name(probe.vantage().workload()),
      name(probe.server().name()),
      probe.question().transport().label()
    };
  }

  private static String[] durationLabels(Probe probe) {
    return new String[] {
      name(probe.vantage().namespace()),
      name(probe.server().name()),
      probe.question().transport().label(),
      probe.question().scope().label()
    };
  }

  private static String[] namespaceLabels(Probe probe) {
    return new String[] {name(probe.vantage().namespace())};
  }

  private static String[] ignoredLabels(Probe probe) {
    return new String[] {name(probe.server().name()), probe.question().transport().label()};
  }

  private static String[] serverInfoLabels(Probe probe) {
    Server server = probe.server();
    return new String[] {
      name(server.name()), Addresses.text(server.address()), Integer.toString(server.port())
    };
  }

  private static String[] vantageInfoLabels(Probe probe) {
    Vantage vantage = probe.vantage();
    return new String[] {name(vantage.namespace()), name(vantage.workload()), name(vantage.pod())};
  }

  /** A label's value: of bounded length, and harmless on the terminal of whoever reads the page. */
  static String name(String name) {
    return SafeText.part(name, LONGEST_NAME);
  }

  private static String[] and(String[] labels, String last) {
    String[] longer = Arrays.copyOf(labels, labels.length + 1);
    longer[labels.length] = last;
    return longer;
  }
}
