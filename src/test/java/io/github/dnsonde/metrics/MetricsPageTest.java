package io.github.dnsonde.metrics;

import static io.github.dnsonde.testkit.SampleOutcomes.KUBE_DNS;
import static io.github.dnsonde.testkit.SampleOutcomes.NOON;
import static io.github.dnsonde.testkit.SampleOutcomes.good;
import static io.github.dnsonde.testkit.SampleOutcomes.outcast;
import static io.github.dnsonde.testkit.SampleOutcomes.probe;
import static io.github.dnsonde.testkit.SampleOutcomes.question;
import static io.github.dnsonde.testkit.SampleOutcomes.replied;
import static io.github.dnsonde.testkit.SampleOutcomes.servfail;
import static io.github.dnsonde.testkit.SampleOutcomes.timeout;
import static io.github.dnsonde.testkit.SampleOutcomes.untested;
import static io.github.dnsonde.testkit.SampleOutcomes.vantage;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Ignored;
import io.github.dnsonde.probe.Ignored.Why;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.VantageStatus;
import io.github.dnsonde.testkit.StreakFold;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The whole page of a small scenario, so that a change of any name, help or value is detected. */
class MetricsPageTest {

  private final StreakFold fold = new StreakFold();

  private final ManualTicker ticker = new ManualTicker();

  @Test
  void theWholePage() throws IOException {
    try (Metrics metrics =
        new Metrics(
            new Metrics.Options(
                "1.2.3", "node-a", "node", Histograms.BOTH, Detail.FULL, Duration.ofMinutes(2)),
            ticker)) {
      scenario(metrics);
      ByteArrayOutputStream page = new ByteArrayOutputStream();
      metrics.writeOwn("", page);
      assertEquals(expected(), page.toString(StandardCharsets.UTF_8));
    }
  }

  private static String expected() throws IOException {
    try (InputStream file =
        requireNonNull(MetricsPageTest.class.getResourceAsStream("page.txt"), "no page.txt")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void scenario(Metrics metrics) {
    Probe external = probe("shop");
    Probe internal =
        new Probe(
            vantage("shop"),
            KUBE_DNS,
            question("kubernetes.default.svc.cluster.local.", Scope.INTERNAL, Transport.TCP),
            false);
    metrics.plan(
        new Plan(
            List.of(external, internal), List.of(outcast("infra", VantageStatus.HOST_NETWORK))));
    metrics.limit(50);
    metrics.cluster(
        new ClusterStatus(
            () -> 2,
            () -> Optional.of(NOON.plusSeconds(30)),
            () -> Map.of("networkpolicies", 4L),
            () -> Map.of("networkpolicies", false),
            () -> Map.of("networkpolicies", NOON.plusSeconds(30))));
    metrics.interval(Map.of("shop", Duration.ofSeconds(10), "elsewhere", Duration.ofSeconds(20)));
    metrics.inFlight(() -> 3);
    metrics.scheduleDelay(Duration.ofMillis(4));
    metrics.starved(Duration.ofMillis(300));
    fold.to(metrics::outcome, good(external, 2));
    fold.to(metrics::outcome, servfail(external, 4_040));
    fold.to(metrics::outcome, timeout(external));
    fold.to(metrics::outcome, ignoring(external));
    fold.to(metrics::outcome, untested(external, Cause.STARVED));
    metrics.configReloaded(false, NOON.plusSeconds(60));
  }

  /** A refusal, after messages that did not answer the query. */
  private static Outcome ignoring(Probe probe) {
    Outcome outcome = replied(probe, 1, new Reply.PortUnreachable());
    return new Outcome(
        outcome.probe(),
        outcome.at(),
        Optional.of(Duration.ofMillis(1)),
        outcome.local(),
        Ignored.one(Why.ANOTHER_ID).and(Why.ANOTHER_ID).and(Why.NO_QUESTION),
        outcome.reply(),
        outcome.verdict());
  }
}
