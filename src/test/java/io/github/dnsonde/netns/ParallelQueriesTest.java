package io.github.dnsonde.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.diagnosis.Diagnoser;
import io.github.dnsonde.diagnosis.DiagnosisInput;
import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.lookup.LookupRun;
import io.github.dnsonde.manifest.PolicyYaml;
import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.PairLosses;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.QueryPair;
import io.github.dnsonde.probe.ResolverKind;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.status.QueryPairs;
import io.github.dnsonde.testkit.PodNetworks;
import io.github.dnsonde.testkit.Sandboxes;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Lookups from a pod whose router loses packets: those of the race of connection tracking
 * (kubernetes#56903), the second one of the same source port while the first has no reply yet; or
 * one in five of all.
 */
@Tag("root")
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ParallelQueriesTest {

  private static final int LOOKUPS = 120;

  private static final Vantage SHOP =
      new Vantage("shop", "web", "shop-1", "n", InetAddress.ofLiteral("10.244.1.7"));

  /** musl repeats what is unanswered after 100 ms. */
  private static final Lookup LOOKUP =
      new Lookup(
          SHOP,
          "example.com.",
          ResolverKind.MUSL,
          List.of(
              new Server("kube-dns", InetAddress.ofLiteral(PodNetworks.KUBE_DNS), Server.DNS_PORT)),
          ResolverSettings.of(List.of(), Stream.of(), Stream.of("timeout:1", "attempts:10")),
          List.of());

  private PodNetworks network;
  private SandboxNetworks sandboxes;
  private NetworkNamespaces sockets;

  @BeforeAll
  void build() throws Exception {
    Optional<String> missing = Sandboxes.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    network = PodNetworks.build();
    network.add("shop", SHOP.from());
    sandboxes = new SandboxNetworks(List.of(network.folder()));
    sandboxes.scan();
    sockets = new NetworkNamespaces(sandboxes.byAddress());
  }

  @AfterEach
  void repair() throws Exception {
    network.noPolicy();
  }

  @AfterAll
  void remove() {
    if (network != null) {
      sockets.close();
      sandboxes.close();
      network.close();
    }
  }

  @Test
  void theRaceIsFound() throws Exception {
    network.policy(
        "udp dport 53 meter race { udp sport limit rate over 20/second burst 1 packets } drop");
    List<PairLosses> losses = lookUp();
    assertTrue(losses.getFirst().lost() > losses.getFirst().compared() * 3 / 4, losses::toString);
    assertTrue(
        losses.getFirst().lostFromTwo() < losses.getFirst().compared() / 10, losses::toString);
    Finding finding = findings(losses).getFirst();
    assertEquals(Finding.Code.PARALLEL_QUERIES_LOST, finding.code());
    assertEquals(List.of("shop"), finding.subject().namespaces());
    assertTrue(finding.sentence().contains(" in " + losses.getFirst().lost() + " of "));
  }

  @Test
  void aLossyLinkIsNoRace() throws Exception {
    network.policy("udp dport 53 numgen random mod 5 0 drop");
    List<PairLosses> losses = lookUp();
    assertTrue(losses.getFirst().lost() > LOOKUPS / 10, losses::toString);
    assertTrue(losses.getFirst().lostFromTwo() > LOOKUPS / 10, losses::toString);
    assertEquals(List.of(), findings(losses), losses::toString);
  }

  @Test
  void withoutLossNothingIsKnown() {
    assertEquals(List.of(), lookUp());
  }

  /** Sends many lookups at once, each compared with two sockets. */
  private List<PairLosses> lookUp() {
    QueryPairs pairs = new QueryPairs(Ticker.SYSTEM);
    pairs.retain(Plan.EMPTY.lookingUp(List.of(LOOKUP)));
    List<QueryPair> known = new ArrayList<>();
    Consumer<QueryPair> both =
        pair -> {
          known.add(pair);
          pairs.add(pair);
        };
    try (DnsExchange exchange = new DnsExchange(sockets, Ticker.SYSTEM, _ -> {})) {
      List<LookupRun> runs = new ArrayList<>();
      for (int i = 0; i < LOOKUPS; i++) {
        LookupRun.Pairs compared = new LookupRun.Pairs(_ -> true, both);
        runs.add(new LookupRun(LOOKUP, 0, exchange, Ticker.SYSTEM, _ -> {}, _ -> {}, compared));
        runs.getLast().start();
        exchange.await(Duration.ZERO);
      }
      while (exchange.inFlight() > 0 || !runs.stream().allMatch(LookupRun::isOver)) {
        exchange.await(Duration.ofMillis(10));
        runs.forEach(LookupRun::wake);
      }
    }
    assertTrue(known.size() > LOOKUPS / 2, known::toString);
    return pairs.losses();
  }

  private static List<Finding> findings(List<PairLosses> losses) {
    return new Diagnoser(PolicyYaml::text)
        .into(
            new DiagnosisInput(
                List.of(),
                List.of(),
                losses,
                List.of(),
                List.of(),
                List.of(),
                ClusterView.EMPTY,
                NodeCache.NONE,
                Set.of(),
                Ticker.SYSTEM.now()))
        .findings();
  }
}
