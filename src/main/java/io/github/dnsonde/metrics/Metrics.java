package io.github.dnsonde.metrics;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.partitioningBy;
import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.cluster.NamespaceOwners;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.probe.ClockSteps;
import io.github.dnsonde.probe.ExpectedSilence;
import io.github.dnsonde.probe.LookupOutcome;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.QueryPair;
import io.github.dnsonde.probe.Retention;
import io.github.dnsonde.probe.SocketResult;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.TrialOutcome;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.VantageStatus;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * All metrics of the agent: counts events and writes the page.
 *
 * <p>Thread-safe. One lock guards the assignment of probes to series. Plans, sweeps and outcomes
 * hold it, briefly and never during I/O. Scrapes do not, so that no scraper can delay a probe; they
 * hold another lock while they compute the states of paths, before they write.
 */
public final class Metrics implements AutoCloseable {

  /**
   * Maximum number of workloads in one namespace whose series stay although they are no longer
   * probed. Tenants who create pods name their workloads, and may use a new name every second.
   */
  private static final int LEAVING_WORKLOADS = 20;

  private final Ticker ticker;
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Exposition exposition = new Exposition(registry);
  private final ClockSteps clock;
  private final ProbeMetrics probes;
  private final BackgroundPaths background;
  private final AgentMetrics agent;
  private final JvmMeters jvm;
  private final Map<Probe, ProbeSeries> planned = new HashMap<>();
  private final Map<Probe, Leaving> leaving = new HashMap<>();
  private final LookupMetrics lookups;
  private final PairMetrics pairs;
  private final SocketMetrics sockets;
  private final TrialMetrics trials;
  private Map<String, VantageStatus> blind = Map.of();
  private ExpectedSilence silence = ExpectedSilence.NONE;
  private NamespaceOwners owners = NamespaceOwners.NONE;
  private Set<String> namespaces = Set.of();
  private Retention retention;
  private volatile long lastOutcome;

  /** Starts without probes, and with the configuration just read as the current one. */
  public Metrics(Options options, Ticker ticker) {
    this.ticker = ticker;
    this.clock = new ClockSteps(ticker);
    retention = new Retention(options.retention());
    MetricFactory metricFactory =
        new MetricFactory(registry, options.histograms(), options.detail());
    probes = new ProbeMetrics(metricFactory, ticker);
    lookups = new LookupMetrics(metricFactory);
    pairs = new PairMetrics(metricFactory);
    sockets = new SocketMetrics(metricFactory);
    trials = new TrialMetrics(metricFactory);
    background = new BackgroundPaths(ticker);
    metricFactory.families(BackgroundPaths.families(), background::values);
    agent = new AgentMetrics(metricFactory, options, ticker::now);
    lastOutcome = ticker.nanos();
    metricFactory.gauge(
        MetricCatalogue.LAST_OUTCOME_AGE,
        () -> Optional.of(Seconds.of(Duration.ofNanos(ticker.nanos() - lastOutcome))));
    jvm = new JvmMeters(registry, options.detail());
  }

  /**
   * Switches to this plan. Series of new probes start at 0. Those of vanished probes stay for
   * {@link #retention}, and stay on if the probes are planned again before that.
   */
  public synchronized void plan(Plan plan) {
    agent.vantages(plan.vantages().size());
    agent.serversInUse(plan.serversInUse().size());
    lookups.plan(plan);
    pairs.plan(plan);
    trials.plan(plan);
    blind = plan.blind();
    namespaces = plan.vantages().stream().map(Vantage::namespace).collect(toUnmodifiableSet());
    showBlind();
    showOwners();
    Map<Boolean, List<Probe>> byRole =
        plan.probes().stream().collect(partitioningBy(probe -> plan.isCore(probe.vantage())));
    List<Probe> core = byRole.getOrDefault(true, List.of());
    letGo(Set.copyOf(core));
    core.forEach(probe -> planned.computeIfAbsent(probe, this::takeUp));
    background.follow(byRole.getOrDefault(false, List.of()));
  }

  /** Sets the time between two queries of a background vantage. */
  public void backgroundPeriod(Duration period) {
    background.period(period);
  }

  /**
   * Sets on which paths no response is expected. They count in no state or share of a node, a
   * server or a namespace, and a namespace that expects none is not blind.
   */
  public synchronized void expect(ExpectedSilence expected) {
    if (!expected.equals(silence)) {
      silence = expected;
      probes.expect(expected);
      background.expect(expected);
      showBlind();
    }
  }

  /**
   * Sets the owners of namespaces. They are shown for the namespaces that have vantages here, and
   * for blind ones.
   */
  public synchronized void owners(NamespaceOwners known) {
    owners = known;
    showOwners();
  }

  private void showOwners() {
    Set<String> here = new HashSet<>(namespaces);
    here.addAll(blind.keySet());
    probes.owners(owners.among(here));
  }

  private void showBlind() {
    Map<String, VantageStatus> shown = new HashMap<>(blind);
    shown.keySet().removeAll(silence.namespaces());
    probes.blind(shown);
  }

  private void letGo(Set<Probe> wanted) {
    long now = ticker.nanos();
    Iterator<Map.Entry<Probe, ProbeSeries>> entries = planned.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Probe, ProbeSeries> entry = entries.next();
      if (!wanted.contains(entry.getKey())) {
        entry.getValue().planned(false);
        leaving.put(entry.getKey(), new Leaving(entry.getValue(), now));
        entries.remove();
      }
    }
    leaving.keySet().stream()
        .map(probe -> probe.vantage().namespace())
        .distinct()
        .toList()
        .forEach(this::makeRoom);
  }

  /** Removes series early, beginning with those that have been gone for longest. */
  private void makeRoom(String namespace) {
    Map<String, Long> since = new HashMap<>();
    leaving.forEach(
        (probe, left) -> {
          if (probe.vantage().namespace().equals(namespace)) {
            since.merge(probe.vantage().workload(), left.since(), Math::max);
          }
        });
    since.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .skip(LEAVING_WORKLOADS)
        .map(Map.Entry::getKey)
        .forEach(workload -> forget(namespace, workload));
  }

  private void forget(String namespace, String workload) {
    Iterator<Map.Entry<Probe, Leaving>> entries = leaving.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Probe, Leaving> entry = entries.next();
      Vantage vantage = entry.getKey().vantage();
      if (vantage.namespace().equals(namespace) && vantage.workload().equals(workload)) {
        probes.leave(entry.getKey(), entry.getValue().series());
        entries.remove();
      }
    }
  }

  private ProbeSeries takeUp(Probe probe) {
    Leaving left = leaving.remove(probe);
    if (left == null) {
      return probes.join(probe);
    }
    left.series().planned(true);
    return left.series();
  }

  /**
   * Counts an outcome; one of a probe whose series are gone is left out.
   *
   * @param streak the probe's streak, with this outcome
   */
  public synchronized void outcome(Outcome outcome, Optional<Streak> streak) {
    lastOutcome = ticker.nanos();
    series(outcome.probe()).ifPresent(series -> series.take(outcome, streak));
    background.take(outcome);
  }

  /** Counts an outcome that arrived after that of a later query of the probe; changes no streak. */
  public synchronized void overtaken(Outcome outcome) {
    lastOutcome = ticker.nanos();
    series(outcome.probe()).ifPresent(series -> series.takeOvertaken(outcome));
  }

  /** Shows the series of the paths that have a long-lived socket. */
  public synchronized void socketPaths(Set<ProbePath> paths) {
    sockets.paths(paths);
  }

  /** Counts a query over a long-lived socket. */
  public synchronized void socketResult(ProbePath path, SocketResult result) {
    sockets.take(path, result);
  }

  /** Counts A and AAAA that were sent from one socket. */
  public synchronized void pair(QueryPair pair) {
    pairs.take(pair);
  }

  /** Counts the outcome of a lookup. */
  public synchronized void lookup(LookupOutcome outcome) {
    lookups.take(outcome);
  }

  /** Counts the outcome of a trial. */
  public synchronized void trial(TrialOutcome outcome) {
    trials.take(outcome);
  }

  private Optional<ProbeSeries> series(Probe probe) {
    return Optional.ofNullable(planned.get(probe))
        .or(() -> Optional.ofNullable(leaving.get(probe)).map(Leaving::series));
  }

  /**
   * Removes the series of probes that vanished longer ago than the retention. If the wall clock was
   * set, moves past times: what was ten seconds ago is still ten seconds ago by the new clock.
   */
  public synchronized void sweep() {
    Duration step = clock.step();
    if (!step.isZero()) {
      probes.clockSet(step);
    }
    long now = ticker.nanos();
    Iterator<Map.Entry<Probe, Leaving>> entries = leaving.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Probe, Leaving> entry = entries.next();
      if (now - entry.getValue().since()
          >= retention.of(entry.getKey(), blind.keySet()).toNanos()) {
        probes.leave(entry.getKey(), entry.getValue().series());
        entries.remove();
      }
    }
  }

  /** Sets how long the series of a vanished probe stay; counts from when it vanished. */
  public synchronized void retention(Retention changed) {
    retention = requireNonNull(changed, "changed is null");
  }

  /** Sets the effective period of each namespace. */
  public synchronized void interval(Map<String, Duration> byNamespace) {
    probes.intervals(byNamespace);
  }

  /** Sets the current verdicts of the policies on each path. */
  public synchronized void policyVerdicts(List<ReportedVerdict> policyVerdicts) {
    probes.policyVerdicts(policyVerdicts);
  }

  /**
   * Shows the present findings.
   *
   * @param policyNames whether with the names of the policies
   */
  public synchronized void findings(List<Finding> findings, boolean policyNames) {
    probes.findings(findings, policyNames);
  }

  /** Records the delay of a query against the schedule. */
  public void scheduleDelay(Duration delay) {
    agent.delay(delay);
  }

  /** Records a time without CPU. */
  public void starved(Duration gap) {
    agent.starved(gap);
  }

  /** Sets the limit of queries per second, all probes together. */
  public void limit(double questionsPerSecond) {
    agent.limit(questionsPerSecond);
  }

  /**
   * Sets the sources for metrics about the cluster, read at each scrape. Not called in mode self.
   */
  public void cluster(ClusterStatus news) {
    agent.cluster(requireNonNull(news, "news is null"));
  }

  /**
   * Sets the source of the expiry of the certificate that clients are shown, read at each scrape.
   */
  public void certificateExpiry(Supplier<Optional<Instant>> expiry) {
    agent.certificateExpiry(requireNonNull(expiry, "expiry is null"));
  }

  /**
   * Sets the source of the time since the last accepted report, read at each scrape. Not called if
   * the agent does not report.
   */
  public void reports(Supplier<Duration> age) {
    agent.reports(requireNonNull(age, "age is null"));
  }

  /** Counts an accepted report. */
  public void reported() {
    agent.reported();
  }

  /** Counts a report that was not accepted. */
  public void reportFailed(String reason) {
    agent.reportFailed(reason);
  }

  /** Sets the source of the number of queries in flight, read at each scrape. */
  public void inFlight(IntSupplier count) {
    agent.inFlight(requireNonNull(count, "count is null"));
  }

  /**
   * Records that the configuration was read again.
   *
   * @param successful true if it is in force now
   */
  public void configReloaded(boolean successful, Instant at) {
    agent.configReloaded(successful, at);
  }

  /**
   * The media type of the output of {@link #write}.
   *
   * @param accept the value of the scraper's Accept header; may be empty
   */
  public String contentType(String accept) {
    return exposition.contentType(accept);
  }

  /**
   * Writes the current values, family by family, in the requested format; does not close the
   * stream.
   *
   * @param accept the value of the scraper's Accept header; may be empty
   */
  public void write(String accept, OutputStream out) throws IOException {
    exposition.write(accept, _ -> true, out);
  }

  /** Returns the number of series on the page that was last written; 0 before the first. */
  public long series() {
    return exposition.series();
  }

  /** Writes our own families, without those of the virtual machine. */
  void writeOwn(String accept, OutputStream out) throws IOException {
    exposition.write(accept, name -> name.startsWith("dnsonde_"), out);
  }

  @Override
  public void close() {
    jvm.close();
  }

  /** A probe that is no longer planned, with the ticker's time of its end. */
  private record Leaving(ProbeSeries series, long since) {}

  /**
   * The fixed properties of an agent, and its initial retention.
   *
   * @param version the agent's version
   * @param node the node it runs on; may be empty if it is not known
   * @param mode {@code node} or {@code self}
   * @param retention time for which the series of a vanished probe stay; two scrapes at least
   */
  public record Options(
      String version,
      String node,
      String mode,
      Histograms histograms,
      Detail detail,
      Duration retention) {
    public Options {
      requireNonNull(version, "version is null");
      requireNonNull(node, "node is null");
      requireNonNull(mode, "mode is null");
      requireNonNull(histograms, "histograms is null");
      requireNonNull(detail, "detail is null");
      requireNonNull(retention, "retention is null");
    }
  }
}
