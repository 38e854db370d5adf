package io.github.dnsonde.metrics;

import static io.github.dnsonde.testkit.SampleOutcomes.eightProbes;
import static io.github.dnsonde.testkit.SampleOutcomes.good;
import static io.github.dnsonde.testkit.SampleOutcomes.servfail;
import static io.github.dnsonde.testkit.SampleOutcomes.timeout;
import static io.github.dnsonde.testkit.SampleOutcomes.vantage;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.testkit.StreakFold;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The reduced page: what it adds up, what it distinguishes, and what it leaves out. */
class DetailTest {

  private static final String FAILURES = "dnsonde_probe_failures_total";
  private static final String KUBE_DNS = "server=\"kube-dns\"";

  private final StreakFold fold = new StreakFold();
  private final ManualTicker ticker = new ManualTicker();
  private final Metrics metrics =
      new Metrics(
          new Metrics.Options(
              "1.2.3", "node-a", "node", Histograms.BOTH, Detail.CORE, Duration.ofMinutes(2)),
          ticker);
  private final List<Probe> probes = eightProbes(vantage("shop"));
  private final Probe internal = probe(Scope.INTERNAL, Transport.UDP);
  private final Probe external = probe(Scope.EXTERNAL, Transport.UDP);
  private final Probe overTcp = probe(Scope.EXTERNAL, Transport.TCP);

  private Probe probe(Scope scope, Transport transport) {
    return probes.stream()
        .filter(probe -> probe.server().name().equals("kube-dns"))
        .filter(probe -> probe.question().scope() == scope)
        .filter(probe -> probe.question().transport() == transport)
        .findFirst()
        .orElseThrow();
  }

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void countersAddUpScopesExceptForServfail() {
    metrics.plan(new Plan(probes));
    ended(timeout(internal));
    ended(timeout(external));
    ended(servfail(external, 1));
    Page page = page();
    String udp = "transport=\"udp\"";
    assertAll(
        () -> assertEquals(3, page.value("dnsonde_probes_total", KUBE_DNS, udp)),
        () -> assertEquals(2, page.value(FAILURES, KUBE_DNS, udp, "reason=\"timeout\"")),
        () -> assertEquals(1, servfails(page, "external")),
        () -> assertEquals(0, servfails(page, "internal"), "starts at 0"),
        () -> assertEquals(4, page.count("dnsonde_probes_total")),
        () -> assertEquals(12, page.count(FAILURES)));
  }

  private static double servfails(Page page, String scope) {
    return page.value(
        FAILURES, KUBE_DNS, "transport=\"udp\"", "reason=\"servfail\"", "scope=\"" + scope + "\"");
  }

  @Test
  void durationsAddUpTransports() {
    metrics.plan(new Plan(probes));
    ended(good(external, 1));
    ended(good(overTcp, 1));
    ended(good(internal, 1));
    Page page = page();
    String count = "dnsonde_probe_duration_seconds_count";
    assertEquals(2, page.value(count, KUBE_DNS, "scope=\"external\""));
    assertEquals(1, page.value(count, KUBE_DNS, "scope=\"internal\""));
  }

  @Test
  void whatIsAddedUpStaysUntilTheLastProbeLeaves() {
    metrics.plan(new Plan(List.of(internal, external)));
    ended(timeout(internal));
    metrics.plan(new Plan(List.of(external)));
    later();
    ended(timeout(external));
    assertEquals(2, page().value("dnsonde_probes_total", "shop"));
    assertEquals(2, page().value(FAILURES, "shop", "timeout"));
    metrics.plan(Plan.EMPTY);
    later();
    assertEquals(List.of(), page().linesWith("shop"));
  }

  @Test
  void theRestIsOnTheFullPageOnly() {
    List<String> left =
        List.of(
            "dnsonde_probe_consecutive_failures",
            "dnsonde_probe_last_success_timestamp_seconds",
            "dnsonde_kube_last_sync_timestamp_seconds",
            "dnsonde_kube_resource_last_sync_timestamp_seconds",
            "system_",
            "jvm_buffer_");
    metrics.plan(new Plan(probes));
    ended(good(internal, 1));
    String core = String.join("\n", Page.whole(metrics).samples());
    assertEquals(List.of(), left.stream().filter(core::contains).toList());
    assertTrue(core.contains("\njvm_memory_used_bytes{"), core);
  }

  private void ended(Outcome outcome) {
    fold.to(metrics::outcome, outcome);
  }

  private void later() {
    ticker.advance(Duration.ofMinutes(3));
    metrics.sweep();
  }

  private Page page() {
    return Page.of(metrics);
  }
}
