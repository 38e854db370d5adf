package io.github.dnsonde;

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
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.schedule.Periodic;
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
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Three pods behind a router: the agent's own, one with a proxy in its network, and a plain one. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InterceptionTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Vantage SELF = vantage("agent", "10.244.1.6");
  private static final Vantage PROXIED = vantage("proxied", "10.244.1.7");
  private static final Vantage PLAIN = vantage("plain", "10.244.1.8");
  private static final Probe PROBE = Planner.every(
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
  private Interception interception;
  private Periodic chores;

  @BeforeAll
  void build() throws Exception {
    Optional<String> missing = Sandboxes.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    network = PodNetworks.build();
    for (Vantage pod : List.of(SELF, PROXIED, PLAIN)) {
      network.add(pod.pod(), pod.from());
      network.throughGateway(pod.pod());
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
    interception =
        new Interception(() -> networks.exchange(_ -> {}), () -> plan, SELF, ticker);
    chores = new Periodic(Ticker.SYSTEM, _ -> {});
    interception.start(chores);
  }

  @AfterEach
  void stop() throws Exception {
    chores.close();
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
  void aProxyInOnePodIsFoundOut() {
    await(() -> interception.found().equals(Set.of(PROXIED)), "the pod with the proxy");
    assertTrue(log().contains("source_namespace=shop pod=proxied"), this::log);
  }

  @Test
  void aBorderThatAnswersForEverybodyIsReportedOnceAndIsNoProxy() throws Exception {
    network.answerBeyond();
    network.noProxy("proxied");
    await(() -> log().contains("answers for everybody"), "a line");
    assertEquals(Set.of(), interception.found());

    interception.changed(Set.of(PROXIED, PLAIN));
    ticker.advance(Duration.ofMinutes(11));
    network.redirect("proxied");
    await(() -> interception.found().equals(Set.of(PROXIED)), "the proxy shows all the same");
    assertEquals(1, log().lines().filter(line -> line.contains("everybody")).count(), this::log);
  }

  @Test
  void aProxyThatIsGoneIsForgottenOnceTheVantageIsNotAnswered() throws Exception {
    await(() -> interception.found().equals(Set.of(PROXIED)), "the pod with the proxy");
    network.noProxy("proxied");
    interception.take(SampleOutcomes.good(PROBE, 1));
    interception.take(SampleOutcomes.timeout(PROBE));
    ticker.advance(Duration.ofSeconds(31)); // and not ten minutes
    await(() -> interception.found().isEmpty(), "it is checked again and forgotten");
  }

  @Test
  void whatAPolicyMayHaveChangedIsCheckedAgain() throws Exception {
    network.noProxy("proxied");
    await(() -> log().isEmpty() && ticker != null, "nothing");
    plan = plan(PLAIN);
    chores.close();
    chores = new Periodic(Ticker.SYSTEM, _ -> {});
    plan = plan(PROXIED, PLAIN);
    interception.start(chores);
    network.redirect("proxied");
    interception.changed(Set.of(PROXIED));
    ticker.advance(Duration.ofSeconds(31));
    await(() -> interception.found().equals(Set.of(PROXIED)), "a proxy that came later");
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

  private static void await(BooleanSupplier condition, String what) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertTrue(condition, what);
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
