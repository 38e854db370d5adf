package io.github.dnsonde.netns;

import static io.github.dnsonde.testkit.PodNetworks.KUBE_DNS;
import static io.github.dnsonde.testkit.PodNetworks.NODE_LOCAL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.Verdict;
import io.github.dnsonde.schedule.Scheduler;
import io.github.dnsonde.testkit.DeafListener;
import io.github.dnsonde.testkit.PodNetworks;
import io.github.dnsonde.testkit.Probes;
import io.github.dnsonde.testkit.Sandboxes;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Three pods of one node, all queried from at once by one scheduler. The effect of a policy on one
 * of them appears there, as what it is, and nowhere else.
 */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("long")
class PodsTest {

  /** Source namespace and address of each pod. */
  private static final Map<String, InetAddress> PODS =
      Map.of(
          "shop", InetAddress.ofLiteral("10.244.1.7"),
          "pay", InetAddress.ofLiteral("10.244.1.8"),
          "mail", InetAddress.ofLiteral("10.244.1.9"));

  private static final List<Server> SERVERS =
      List.of(
          new Server("kube-dns", InetAddress.ofLiteral(KUBE_DNS), Server.DNS_PORT),
          new Server("node-local-dns", InetAddress.ofLiteral(NODE_LOCAL), Server.DNS_PORT));

  private static final Plan PLAN = new Plan(probes().toList());

  /** Long enough for a pod that is not cut off, even on a busy machine. */
  private static final Duration PATIENCE = Duration.ofMillis(1_500);

  private static final Pace PACE = new Pace(Duration.ofMillis(500), PATIENCE, PATIENCE, 100, 200);

  private static final String UNTOUCHED =
      "kube-dns udp good, kube-dns tcp good, node-local-dns udp good, node-local-dns tcp good";

  private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
  private PodNetworks network;
  private SandboxNetworks sandboxes;
  private NetworkNamespaces sockets;
  private Scheduler scheduler;

  @BeforeAll
  void build() throws Exception {
    Optional<String> missing = Sandboxes.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    network = PodNetworks.build();
    for (Map.Entry<String, InetAddress> pod : PODS.entrySet()) {
      network.add(pod.getKey(), pod.getValue());
    }
    sandboxes = new SandboxNetworks(List.of(network.folder()));
    sandboxes.scan();
    sockets = new NetworkNamespaces(sandboxes.byAddress());
    scheduler =
        new Scheduler(
            new DnsExchange(sockets, Ticker.SYSTEM, _ -> {}),
            PACE,
            Ticker.SYSTEM,
            new Recorder(),
            () -> {});
    scheduler.follow(PLAN, PACE);
    scheduler.start();
  }

  @AfterEach
  void fix() throws IOException {
    network.noPolicy();
  }

  @AfterAll
  void remove() {
    if (scheduler != null) {
      scheduler.close();
      sockets.close();
      sandboxes.close();
    }
    if (network != null) {
      network.close();
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      quoteCharacter = '"',
      delimiter = '|',
      textBlock =
          """
          nothing, with no policy | shop | "" | \
            kube-dns udp good, kube-dns tcp good, node-local-dns udp good, node-local-dns tcp good
          drop | shop | drop | \
            kube-dns udp timeout, kube-dns tcp timeout, node-local-dns udp timeout, node-local-dns tcp timeout
          TCP alone | pay | meta l4proto udp drop | \
            kube-dns udp timeout, kube-dns tcp good, node-local-dns udp timeout, node-local-dns tcp good
          UDP alone | mail | meta l4proto tcp drop | \
            kube-dns udp good, kube-dns tcp timeout, node-local-dns udp good, node-local-dns tcp timeout
          the node-local cache alone | shop | ip daddr 10.96.0.10 drop | \
            kube-dns udp timeout, kube-dns tcp timeout, node-local-dns udp good, node-local-dns tcp good
          kube-dns alone | pay | ip daddr 169.254.20.10 drop | \
            kube-dns udp good, kube-dns tcp good, node-local-dns udp timeout, node-local-dns tcp timeout
          reject | mail | reject with icmp port-unreachable | \
            kube-dns udp port_unreachable, kube-dns tcp connection_refused, node-local-dns udp port_unreachable, node-local-dns tcp connection_refused
          reset | shop | meta l4proto tcp reject with tcp reset | \
            kube-dns udp good, kube-dns tcp connection_refused, node-local-dns udp good, node-local-dns tcp connection_refused
          prohibit | pay | reject with icmp admin-prohibited | \
            kube-dns udp prohibited, kube-dns tcp prohibited, node-local-dns udp prohibited, node-local-dns tcp prohibited
          """)
  void aPolicyAffectsOnlyItsOwnPod(String name, String broken, String rule, String table)
      throws Exception {
    if (!rule.isEmpty()) {
      network.policy("iifname " + broken + " " + rule);
    }

    Map<Probe, Outcome> found = outcomesFromNowOn();

    assertEquals(
        PODS.keySet().stream()
            .collect(
                Collectors.toMap(
                    Function.identity(), pod -> pod.equals(broken) ? table : UNTOUCHED)),
        PODS.keySet().stream()
            .collect(Collectors.toMap(Function.identity(), pod -> table(pod, found))));
    assertTrue(found.values().stream().allMatch(PodsTest::sentFromThePod), () -> "from: " + found);
  }

  private static Stream<Probe> probes() {
    return PODS.entrySet().stream()
        .map(pod -> new Vantage(pod.getKey(), "web", pod.getKey() + "-1", "n", pod.getValue()))
        .flatMap(vantage -> SERVERS.stream().flatMap(server -> probes(vantage, server)));
  }

  private static Stream<Probe> probes(Vantage vantage, Server server) {
    return Stream.of(Transport.values())
        .map(
            transport ->
                new Probe(vantage, server, Probes.question(Probes.INTERNAL, transport), true));
  }

  /** One outcome of each probe, of a query that was sent after this call. */
  private Map<Probe, Outcome> outcomesFromNowOn() throws InterruptedException {
    Instant now = Ticker.SYSTEM.now();
    Map<Probe, Outcome> found = new HashMap<>();
    while (found.size() < PLAN.probes().size()) {
      Outcome outcome = outcomes.poll(20, TimeUnit.SECONDS);
      assertTrue(outcome != null, () -> "outcomes keep arriving; so far " + found);
      if (outcome.at().isAfter(now)) {
        found.putIfAbsent(outcome.probe(), outcome);
      }
    }
    return found;
  }

  private static String table(String pod, Map<Probe, Outcome> found) {
    return PLAN.probes().stream()
        .filter(probe -> probe.vantage().namespace().equals(pod))
        .map(
            probe ->
                probe.server().name()
                    + " "
                    + probe.question().transport().label()
                    + " "
                    + Optional.ofNullable(found.get(probe)).map(PodsTest::word).orElse("nothing"))
        .collect(Collectors.joining(", "));
  }

  private static String word(Outcome outcome) {
    return switch (outcome.verdict()) {
      case Verdict.Good good -> good.label();
      case Verdict.Failed(var reason) -> reason.label();
      case Verdict.Untested(var cause) -> cause.label();
    };
  }

  /**
   * Returns true for the pod's address. A socket that was refused its connection has no address.
   */
  private static boolean sentFromThePod(Outcome outcome) {
    return outcome
        .local()
        .map(local -> local.getAddress().equals(outcome.probe().vantage().from()))
        .orElseGet(() -> !(outcome.verdict() instanceof Verdict.Good));
  }

  private final class Recorder extends DeafListener {
    @Override
    public void outcome(Outcome outcome, Optional<Streak> streak) {
      outcomes.add(outcome);
    }

    @Override
    public void overtaken(Outcome outcome) {
      outcomes.add(outcome);
    }
  }
}
