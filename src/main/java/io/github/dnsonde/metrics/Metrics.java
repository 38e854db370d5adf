package io.github.dnsonde.metrics;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.probe.ClockSteps;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Retention;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.VantageStatus;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * All that the agent measures, counted and written.
 *
 * <p>Thread-safe. One lock guards which probe counts where: plans, sweeps and outcomes hold it,
 * briefly and never during I/O; scrapes do not, so that no scraper can hold up a probe. They hold
 * another one while they compute the states of paths, before they write.
 */
public final class Metrics implements AutoCloseable {

  /**
   * Workloads of one namespace whose series stay although nothing is asked from them any more.
   * Whoever makes pods names their workloads, and may name a new one every second.
   */
  private static final int LEAVING_WORKLOADS = 20;

  private final Ticker ticker;
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Exposition exposition = new Exposition(registry);
  private final ClockSteps clock;
  private final ProbeMetrics probes;
  private final AgentMetrics agent;
  private final JvmMeters jvm;
  private final Map<Probe, ProbeSeries> planned = new HashMap<>();
  private final Map<Probe, Leaving> leaving = new HashMap<>();
  private Map<String, VantageStatus> blind = Map.of();
  private Retention retention;
  private volatile long lastOutcome;

  /** Starts with no probe, and with the configuration just read as the one in force. */
  public Metrics(Options options, Ticker ticker) {
    this.ticker = ticker;
    this.clock = new ClockSteps(ticker);
    retention = new Retention(options.retention());
    MetricFactory metricFactory = new MetricFactory(registry, options.histograms());
    probes = new ProbeMetrics(metricFactory, ticker);
    agent = new AgentMetrics(metricFactory, options, ticker::now);
    lastOutcome = ticker.nanos();
    metricFactory.gauge(
        MetricCatalogue.LAST_OUTCOME_AGE,
        () -> Optional.of(Seconds.of(Duration.ofNanos(ticker.nanos() - lastOutcome))));
    jvm = new JvmMeters(registry);
  }

  /**
   * From now on these probes are asked. Series of new ones start at 0; those of vanished ones stay
   * for {@link #retention}, and for good if they are planned again before.
   */
  public synchronized void plan(Plan plan) {
    agent.vantages(plan.vantages().size());
    agent.serversInUse(plan.serversInUse().size());
    blind = plan.blind();
    probes.blind(blind);
    letGo(Set.copyOf(plan.probes()));
    plan.probes().forEach(probe -> planned.computeIfAbsent(probe, this::takeUp));
  }

  private void letGo(Set<Probe> wanted) {
    long now = ticker.nanos();
    Iterator<Map.Entry<Probe, ProbeSeries>> each = planned.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<Probe, ProbeSeries> entry = each.next();
      if (!wanted.contains(entry.getKey())) {
        entry.getValue().planned(false);
        probes.paths().planned(entry.getKey(), false);
        leaving.put(entry.getKey(), new Leaving(entry.getValue(), now));
        each.remove();
      }
    }
    leaving.keySet().stream()
        .map(probe -> probe.vantage().namespace())
        .distinct()
        .toList()
        .forEach(this::makeRoom);
  }

  /** Those that have been gone for longest go before their time. */
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
    Iterator<Map.Entry<Probe, Leaving>> each = leaving.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<Probe, Leaving> entry = each.next();
      Vantage vantage = entry.getKey().vantage();
      if (vantage.namespace().equals(namespace) && vantage.workload().equals(workload)) {
        probes.leave(entry.getKey(), entry.getValue().series());
        each.remove();
      }
    }
  }

  private ProbeSeries takeUp(Probe probe) {
    Leaving left = leaving.remove(probe);
    if (left == null) {
      return probes.join(probe);
    }
    left.series().planned(true);
    probes.paths().planned(probe, true);
    return left.series();
  }

  /**
   * Counts an outcome; one of a probe whose series are gone is left out.
   *
   * @param streak the probe's streak, with this outcome
   */
  public synchronized void outcome(Outcome outcome, Optional<Streak> streak) {
    lastOutcome = ticker.nanos();
    series(outcome.probe())
        .ifPresent(
            series -> {
              series.count(outcome);
              streak.ifPresent(series::streak);
              probes.paths().take(outcome);
            });
  }

  /** Counts an outcome that came after that of a later query of the probe: no streak changes. */
  public synchronized void overtaken(Outcome outcome) {
    lastOutcome = ticker.nanos();
    series(outcome.probe())
        .ifPresent(
            series -> {
              series.count(outcome);
              probes.paths().takeOvertaken(outcome);
            });
  }

  private Optional<ProbeSeries> series(Probe probe) {
    return Optional.ofNullable(planned.get(probe))
        .or(() -> Optional.ofNullable(leaving.get(probe)).map(Leaving::series));
  }

  /**
   * Takes away the series of probes that vanished longer ago than the retention. If the wall clock
   * was set, moves past times: what was ten seconds ago is ten seconds ago by the new clock.
   */
  public synchronized void sweep() {
    Duration step = clock.step();
    if (!step.isZero()) {
      probes.clockSet(step);
    }
    long now = ticker.nanos();
    Iterator<Map.Entry<Probe, Leaving>> each = leaving.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<Probe, Leaving> entry = each.next();
      if (now - entry.getValue().since()
          >= retention.of(entry.getKey(), blind.keySet()).toNanos()) {
        probes.leave(entry.getKey(), entry.getValue().series());
        each.remove();
      }
    }
  }

  /** Sets how long the series of a vanished probe stay; counts from when it vanished. */
  public synchronized void retention(Retention changed) {
    retention = requireNonNull(changed, "changed is null");
  }

  /** The period that results in each namespace, by its name. */
  public synchronized void interval(Map<String, Duration> byNamespace) {
    probes.intervals(byNamespace);
  }

  /** What the policies say of each path, at present. */
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

  /** A question was asked so much later than the schedule wanted. */
  public void scheduleDelay(Duration delay) {
    agent.delay(delay);
  }

  /** The agent got no processor for so long. */
  public void starved(Duration gap) {
    agent.starved(gap);
  }

  /** How many questions a second may be asked, all probes together. */
  public void limit(double questionsPerSecond) {
    agent.limit(questionsPerSecond);
  }

  /** Whom to ask about the cluster, at each scrape; in mode self nobody. */
  public void cluster(ClusterStatus news) {
    agent.cluster(requireNonNull(news, "news is null"));
  }

  /**
   * Sets the source of the expiry of the certificate that clients are shown, read at each scrape.
   */
  public void certificateExpiry(Supplier<Optional<Instant>> expiry) {
    agent.certificateExpiry(requireNonNull(expiry, "expiry is null"));
  }

  /** Whom to ask how many questions are in flight, at each scrape. */
  public void inFlight(IntSupplier count) {
    agent.inFlight(requireNonNull(count, "count is null"));
  }

  /**
   * The configuration was read again.
   *
   * @param successful whether it is the one in force now
   */
  public void configReloaded(boolean successful, Instant at) {
    agent.configReloaded(successful, at);
  }

  /**
   * The media type of what {@link #write} writes.
   *
   * @param accept the value of the scraper's Accept header; may be empty
   */
  public String contentType(String accept) {
    return exposition.contentType(accept);
  }

  /**
   * Writes everything that is known now, family by family, in the format asked for; does not close
   * the stream.
   *
   * @param accept the value of the scraper's Accept header; may be empty
   */
  public void write(String accept, OutputStream out) throws IOException {
    exposition.write(accept, _ -> true, out);
  }

  /** The families of our own, without those of the virtual machine. */
  void writeOwn(String accept, OutputStream out) throws IOException {
    exposition.write(accept, name -> name.startsWith("dnsonde_"), out);
  }

  @Override
  public void close() {
    jvm.close();
  }

  /** A probe that is no longer planned, since when by the ticker. */
  private record Leaving(ProbeSeries series, long since) {}

  /**
   * What does not change while the agent runs, and the retention it starts with.
   *
   * @param version the agent's version
   * @param node the node it runs on; may be empty where it was not told
   * @param mode {@code node} or {@code self}
   * @param retention how long the series of a vanished probe stay; two scrapes at least
   */
  public record Options(
      String version, String node, String mode, Histograms histograms, Duration retention) {
    public Options {
      requireNonNull(version, "version is null");
      requireNonNull(node, "node is null");
      requireNonNull(mode, "mode is null");
      requireNonNull(histograms, "histograms is null");
      requireNonNull(retention, "retention is null");
    }
  }
}
