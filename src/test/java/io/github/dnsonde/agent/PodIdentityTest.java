package io.github.dnsonde.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigFile;
import io.github.dnsonde.config.ResolvConf;
import io.github.dnsonde.log.Logging;
import io.github.dnsonde.plan.PlanInput;
import io.github.dnsonde.plan.Planner;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.VantageStatus;
import io.github.dnsonde.probe.Verdict;
import io.github.dnsonde.testkit.PodBuilder;
import io.github.dnsonde.testkit.PodNetworks;
import io.github.dnsonde.testkit.Sandboxes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real network namespaces that appear, vanish and have foreign addresses, next to an API server's
 * reports about the pods. The victim is the pod {@code payments/web}; others have, or claim, its
 * address.
 */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PodIdentityTest {

  private static final InetAddress VICTIM = InetAddress.ofLiteral("10.244.1.5");
  private static final InetAddress OTHER = InetAddress.ofLiteral("10.244.1.9");
  private static final Duration PATIENT = Duration.ofSeconds(20);
  private static final Duration BRIEF = Duration.ofMillis(300);

  /** The kernel's times of files may lag by one of its ticks, 10 ms at most; twice that. */
  private static final Duration TICK = Duration.ofMillis(20);

  private static final Verdict GOOD = new Verdict.Good();
  private static final Verdict GONE = new Verdict.Untested(Cause.VANTAGE_GONE);
  private static final Verdict CONTESTED = new Verdict.Untested(Cause.CONTESTED);

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private PodNetworks network;
  private Config config;
  private int tests;
  private String web = "";
  private String b = "";
  private final Map<String, Pod> pods = new HashMap<>();
  private final Set<String> sandboxes = new HashSet<>();
  private Clock clock = new Clock();
  private NodeNetworks networks;
  private Exchange exchange;
  private Plan plan = Plan.EMPTY;
  private OptionalLong podsCurrent = OptionalLong.empty();

  @BeforeAll
  void build(@TempDir Path folder) throws Exception {
    Optional<String> missing = Sandboxes.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    network = PodNetworks.build();
    config =
        ConfigFile.read(
            Files.writeString(
                folder.resolve("config.yaml"),
                """
                mode: node
                servers: [{name: kube-dns, address: %s}]
                questions:
                  - {name: kubernetes.default.svc.cluster.local., type: A, transports: [udp]}
                """
                    .formatted(PodNetworks.KUBE_DNS)),
            Map.of());
  }

  @BeforeEach
  void open() throws Exception {
    log.reset();
    Logging.configure(Logging.Format.LOGFMT, System.Logger.Level.INFO, log);
    tests++;
    web = "web" + tests; // a name is free again only some time after the namespace is gone
    b = "b" + tests;
    pods.clear();
    clock = new Clock();
    podsCurrent = OptionalLong.empty();
    begin(web, VICTIM);
    start();
  }

  /** Starts a new agent, which remembers nothing. */
  private void start() throws Exception {
    networks = new NodeNetworks(List.of(network.folder()), clock);
    exchange = networks.exchange(_ -> {});
    plan = Plan.EMPTY;
    look();
  }

  private void restart() throws Exception {
    exchange.close();
    networks.close();
    start();
  }

  @AfterEach
  void close() throws IOException {
    Logging.configure(Logging.Format.LOGFMT, System.Logger.Level.INFO, System.err);
    exchange.close();
    networks.close();
    for (String name : List.copyOf(sandboxes)) {
      remove(name);
    }
  }

  @AfterAll
  void remove() {
    if (network != null) {
      network.close();
    }
  }

  @Test
  void aPodThatAddsAForeignAddressIsNotQueriedInItsName() throws Exception {
    begin(b, OTHER);
    look();
    network.in(b, "ip", "address", "add", "10.244.1.5/32", "dev", "eth0");
    later(11);
    assertAll(
        () -> assertEquals(GOOD, outcome(web), "queried from the namespace that gets the answer"),
        () -> assertEquals(VantageStatus.CHOSEN, standing(web)));

    restart();
    assertEquals(
        GOOD, outcome(web), "a new agent knows nothing more, but sees whose namespace it is");
    assertEquals("", contests());
  }

  @Test
  void aPodThatExchangesItsAddressForAForeignOneIsRemembered() throws Exception {
    begin(b, OTHER);
    look();
    trade(b);
    later(11);
    assertEquals(GOOD, outcome(web));
    assertEquals("", contests());
  }

  @Test
  void twoIndistinguishableNamespacesAreBothLeftAlone() throws Exception {
    begin(b, OTHER);
    trade(b);
    restart();
    later(11);

    assertAll(
        () -> assertEquals(CONTESTED, outcome(web)),
        () -> assertEquals(VantageStatus.CONTESTED, standing(web)),
        () -> assertEquals(Map.of("payments", VantageStatus.CONTESTED), blindOfVictim()),
        () -> assertEquals(1, contests().lines().count(), this::contests));
    later(60);
    assertEquals(1, contests().lines().count(), "reported once");

    remove(b);
    later(1);
    assertEquals(GOOD, outcome(web));
  }

  @Test
  void duringATeardownTheEarlierChoiceIsUsed() throws Exception {
    add(b, VICTIM); // belongs to no known pod; answers go there now
    later(1);
    later(8);
    assertEquals(new Verdict.Failed(Reason.TIMEOUT), outcome(web, BRIEF), "queried from the first");
    later(2);
    assertEquals(CONTESTED, outcome(web));
  }

  @Test
  void aReusedAddressIsNotQueriedFromInTheOldName() throws Exception {
    remove(web);
    awaitNextSecond();
    add(b, VICTIM);
    later(1);
    assertAll(
        () -> assertEquals(GONE, outcome(web)),
        () -> assertEquals(VantageStatus.UNCONFIRMED, standing(web)));
    later(3_600);
    assertEquals(GONE, outcome(web), "as long as the API server is away");

    pods.remove(web);
    know(b, VICTIM);
    look();
    assertEquals(GOOD, outcome(b), "it has reported the owner of the address");
  }

  @Test
  void aPodWhoseSandboxIsRecreatedIsQueriedFromAgain() throws Exception {
    remove(web);
    awaitNextSecond();
    add(web + "-again", VICTIM);
    later(1);
    assertEquals(GONE, outcome(web));

    know(web, VICTIM); // its containers have started again
    look();
    assertEquals(GOOD, outcome(web));
  }

  @Test
  void aPodThatLosesItsAddressPermanentlyFails() throws Exception {
    network.in(web, "ip", "address", "flush", "dev", "eth0");
    assertEquals(GONE, outcome(web), "it may be torn down");
    later(11);
    later(1);
    assertEquals(GONE, outcome(web), "and by the API server's reports it still may be");

    later(40);
    podsCurrent = OptionalLong.of(clock.nanos());
    look();
    assertAll(
        () -> assertEquals(new Verdict.Failed(Reason.NO_ROUTE), outcome(web)),
        () -> assertEquals(VantageStatus.CHOSEN, standing(web)));
  }

  /** Gives up its own address, and takes the victim's. */
  private void trade(String pod) throws IOException {
    network.in(pod, "ip", "address", "add", "10.244.1.5/32", "dev", "eth0");
    network.in(pod, "ip", "address", "delete", "10.244.1.9/32", "dev", "eth0");
    network.in(pod, "ip", "route", "replace", "default", "dev", "eth0");
  }

  private void begin(String pod, InetAddress address) throws IOException {
    add(pod, address);
    know(pod, address);
  }

  private void add(String sandbox, InetAddress address) throws IOException {
    network.add(sandbox, address);
    sandboxes.add(sandbox);
  }

  private void remove(String sandbox) throws IOException {
    network.unplug(sandbox);
    network.delete(sandbox);
    sandboxes.remove(sandbox);
  }

  /** Reports, like the API server, a pod that was scheduled recently, and has just started. */
  private void know(String pod, InetAddress address) {
    Instant accepted = Ticker.SYSTEM.now().minusSeconds(30);
    pods.put(
        pod,
        new Pod(
            address.equals(VICTIM) ? "payments" : "shop",
            pod,
            "node-a",
            Optional.empty(),
            Labels.NONE,
            List.of(address),
            false,
            Optional.empty(),
            Pod.Phase.RUNNING,
            true,
            false,
            accepted,
            Optional.of(Instant.EPOCH), // not young
            Pod.Dns.CLUSTER,
            List.of(),
            new Pod.Starts(Optional.of(accepted), Optional.of(clock.now())),
            Optional.empty()));
  }

  /**
   * Waits for a full second: an API server reports whole seconds, so events within one have no
   * order.
   */
  private static void awaitNextSecond() {
    Instant next = Ticker.SYSTEM.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    while (Ticker.SYSTEM.now().isBefore(next.plus(TICK))) {
      Thread.onSpinWait();
    }
  }

  private void later(int seconds) {
    clock.passed = clock.passed.plusSeconds(seconds);
    look();
  }

  private void look() {
    networks.scan();
    ClusterView view = PodBuilder.clusterOf(List.copyOf(pods.values()));
    plan =
        Planner.plan(
            config, PlanInput.ofNode(view, networks.survey(podsCurrent), ResolvConf.EMPTY), plan);
    networks.follow(plan.networks());
  }

  private Verdict outcome(String pod) {
    return outcome(pod, PATIENT);
  }

  private Verdict outcome(String pod, Duration timeout) {
    Probe probe =
        plan.probes().stream()
            .filter(vantage -> vantage.vantage().pod().equals(pod))
            .findFirst()
            .orElseThrow();
    List<Outcome> outcomes = new ArrayList<>();
    exchange.query(probe, timeout, timeout, outcomes::add);
    while (outcomes.isEmpty()) {
      exchange.await(Duration.ofSeconds(1));
    }
    return outcomes.getFirst().verdict();
  }

  private VantageStatus standing(String pod) {
    return plan.candidates().stream()
        .filter(candidate -> candidate.pod().equals(pod))
        .findFirst()
        .orElseThrow()
        .status();
  }

  private Map<String, VantageStatus> blindOfVictim() {
    Map<String, VantageStatus> blind = new HashMap<>(plan.blind());
    blind.keySet().retainAll(Set.of("payments"));
    return blind;
  }

  private String contests() {
    return log.toString(UTF_8)
        .lines()
        .filter(line -> line.contains("claim the address"))
        .reduce("", (one, other) -> one + other + "\n");
  }

  /** The machine's clock plus the time that a test adds. */
  private static final class Clock implements Ticker {

    private volatile Duration passed = Duration.ZERO;

    @Override
    public long nanos() {
      return Ticker.SYSTEM.nanos() + passed.toNanos();
    }

    @Override
    public Instant now() {
      return Ticker.SYSTEM.now().plus(passed);
    }
  }
}
