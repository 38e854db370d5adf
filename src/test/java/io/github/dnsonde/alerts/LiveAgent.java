package io.github.dnsonde.alerts;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.metrics.Detail;
import io.github.dnsonde.metrics.Histograms;
import io.github.dnsonde.metrics.Metrics;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.testkit.FakeTicker;
import io.github.dnsonde.testkit.SampleOutcomes;
import io.github.dnsonde.testkit.StreakFold;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An agent that a real Prometheus scrapes. Its page is the product's own; its queries, one of each
 * probe before each scrape, get no response in the namespaces that are denied. Thread-safe.
 */
final class LiveAgent implements AutoCloseable {

  private static final Duration STEP = Duration.ofSeconds(5);

  private final FakeTicker ticker = new FakeTicker();
  private final StreakFold streaks = new StreakFold();
  private final Set<String> denied = new HashSet<>();
  private final Metrics metrics;
  private final List<Probe> probes;
  private long scraped = System.nanoTime();

  /** Starts without any past. */
  LiveAgent(String node, List<String> namespaces) {
    metrics =
        new Metrics(
            new Metrics.Options(
                "0.1.0", node, "node", Histograms.NATIVE, Detail.CORE, Duration.ofMinutes(2)),
            ticker);
    probes =
        namespaces.stream()
            .map(namespace -> SampleOutcomes.vantage(namespace, "web", "web-0"))
            .flatMap(vantage -> SampleOutcomes.eightProbes(vantage).stream())
            .toList();
    metrics.plan(new Plan(probes));
  }

  /** Denies these namespaces DNS from now on. */
  synchronized void deny(String... namespaces) {
    denied.addAll(List.of(namespaces));
  }

  /** Lets time pass as it is, with a query of each probe every few seconds. */
  synchronized void pass(Duration duration) {
    for (Duration left = duration; left.isPositive(); left = left.minus(STEP)) {
      ticker.advance(STEP);
      query();
    }
  }

  /** Explains why a namespace is denied DNS. */
  synchronized void find(String namespace) {
    Finding finding =
        new Finding(
            Finding.Code.EGRESS_DENIED,
            new Finding.Subject(
                List.of(namespace),
                List.of(namespace + "/web-0"),
                List.of("kube-dns", "node-local-dns"),
                List.of(Transport.values())),
            Finding.Confidence.LIKELY,
            ticker.now(),
            "Egress is denied.",
            List.of(),
            List.of(namespace + "/default-deny"),
            Optional.empty());
    metrics.findings(List.of(finding), true);
  }

  /** Returns its page of now. */
  synchronized byte[] page() throws IOException {
    long now = System.nanoTime();
    ticker.advance(Duration.ofNanos(now - scraped));
    scraped = now;
    query();
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    metrics.write("text/plain", page);
    return page.toByteArray();
  }

  private void query() {
    for (Probe probe : probes) {
      streaks.to(
          metrics::outcome,
          denied.contains(probe.vantage().namespace())
              ? SampleOutcomes.timeout(probe)
              : SampleOutcomes.good(probe, 1));
    }
  }

  @Override
  public void close() {
    metrics.close();
  }
}
