package io.github.dnsonde.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.log.Logging;
import io.github.dnsonde.plan.Planner;
import io.github.dnsonde.probe.FoundNetwork;
import io.github.dnsonde.probe.NetworkChoice;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.PodAddress;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.testkit.FakeTicker;
import io.github.dnsonde.testkit.PodNetworks;
import io.github.dnsonde.testkit.SampleOutcomes;
import io.github.dnsonde.testkit.Sandboxes;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Three pods behind a router: the agent's own, one with a proxy in its network, and a plain one.
 */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InterceptionDetectorTest {

  private static final Vantage SELF = vantage("agent", "10.244.1.6");
  private static final Vantage PROXIED = vantage("proxied", "10.244.1.7");
  private static final Vantage PLAIN = vantage("plain", "10.244.1.8");

  /** A pod that is added later, in the network of the agent's. */
  private static final Vantage LATER = new Vantage("shop", "web", "agent", "node-b", SELF.from());

  private static final Probe PROBE =
      Planner.every(
              List.of(PROXIED),
              List.of(SampleOutcomes.KUBE_DNS),
              List.of(SampleOutcomes.probe("shop").question()),
              List.of())
          .probes()
          .getFirst();

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private PodNetworks network;
  private NodeNetworks networks;
  private FakeTicker ticker = new FakeTicker();
  private Plan plan = Plan.EMPTY;
  private double budget = 50;
  private InterceptionDetector interceptionDetector;

  @BeforeAll
  void build() throws Exception {
    Optional<String> missing = Sandboxes.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    network = PodNetworks.build();
    for (Vantage pod : List.of(SELF, PROXIED, PLAIN)) {
      network.add(pod.pod(), pod.from());
      network.throughGateway(pod.pod(), "192.0.2.53", "169.254.255.53");
    }
    network.proxy("proxied");
    networks = new NodeNetworks(List.of(network.folder()));
    networks.scan();
    networks.follow(choices());
  }

  @BeforeEach
  void start() {
    log.reset();
    Logging.configure(Logging.Format.LOGFMT, System.Logger.Level.INFO, log);
    ticker = new FakeTicker();
    plan = plan(PROXIED, PLAIN);
    budget = 50;
    interceptionDetector =
        new InterceptionDetector(
            () -> networks.exchange(_ -> {}), () -> plan, () -> budget, SELF, ticker);
  }

  @AfterEach
  void stop() throws Exception {
    Logging.configure(Logging.Format.LOGFMT, System.Logger.Level.INFO, System.err);
    network.noPolicy();
    network.noProxy("proxied");
    network.redirect("proxied");
  }

  @AfterAll
  void remove() {
    if (network != null) {
      networks.close();
      network.close();
    }
  }

  @Test
  void aProxyInOnePodIsDetected() {
    interceptionDetector.round();
    assertEquals(Set.of(PROXIED), interceptionDetector.found());
    assertTrue(log().contains("source_namespace=shop pod=proxied"), this::log);
  }

  @Test
  void aBorderThatAnswersAllQueriesIsReportedOnceAndIsNotAProxy() throws Exception {
    network.answerBeyond();
    network.noProxy("proxied");
    interceptionDetector.round();
    assertEquals(Set.of(), interceptionDetector.found());

    network.redirect("proxied");
    later(Duration.ofMinutes(11));
    assertEquals(Set.of(PROXIED), interceptionDetector.found(), "a proxy is still detected");
    assertEquals(
        1, log().lines().filter(line -> line.contains("answers all queries")).count(), this::log);
  }

  @Test
  void aProxyThatIsGoneIsForgottenOnceTheVantageGetsNoAnswer() throws Exception {
    interceptionDetector.round();
    interceptionDetector.take(SampleOutcomes.good(PROBE, 1));
    network.noProxy("proxied");
    later(Duration.ofSeconds(31));
    assertEquals(Set.of(PROXIED), interceptionDetector.found(), "checked every ten minutes");

    interceptionDetector.take(SampleOutcomes.timeout(PROBE));
    later(Duration.ofSeconds(1));
    assertEquals(Set.of(), interceptionDetector.found());
  }

  @Test
  void vantagesThatAPolicyMayAffectAreCheckedAgainSoon() throws Exception {
    network.noProxy("proxied");
    interceptionDetector.round();
    network.redirect("proxied");
    interceptionDetector.changed(Set.of(PROXIED));
    later(Duration.ofSeconds(29));
    assertEquals(Set.of(), interceptionDetector.found(), "not twice within half a minute");
    later(Duration.ofSeconds(2));
    assertEquals(Set.of(PROXIED), interceptionDetector.found());
  }

  @Test
  void allAreCheckedAgainWhenTheAgentsOwnResultChanges() throws Exception {
    network.answerBeyond();
    network.noProxy("proxied");
    interceptionDetector.round();
    network.noPolicy(); // and with it the border
    plan = plan(PROXIED, PLAIN, LATER);
    later(Duration.ofSeconds(11));
    assertEquals(
        Set.of(), interceptionDetector.found(), "their earlier answers were not a proxy's");
    later(Duration.ofSeconds(1));
    assertEquals(Set.of(), interceptionDetector.found());
  }

  private void later(Duration duration) {
    ticker.advance(duration);
    interceptionDetector.round();
  }

  private Map<PodAddress, NetworkChoice> choices() {
    List<FoundNetwork> found = networks.survey(OptionalLong.empty()).found();
    return Stream.of(SELF, PROXIED, PLAIN)
        .collect(
            toMap(
                PodAddress::of,
                pod ->
                    found.stream()
                        .filter(it -> it.addresses().containsKey(pod.from()))
                        .map(it -> new NetworkChoice.Chosen(it.id()))
                        .findFirst()
                        .orElseThrow()));
  }

  private String log() {
    return log.toString(UTF_8);
  }

  private static Plan plan(Vantage... vantages) {
    return Planner.every(
        List.of(vantages),
        List.of(SampleOutcomes.KUBE_DNS),
        List.of(SampleOutcomes.probe("shop").question()),
        List.of());
  }

  private static Vantage vantage(String pod, String address) {
    return new Vantage("shop", "web", pod, "node-a", InetAddress.ofLiteral(address));
  }
}
