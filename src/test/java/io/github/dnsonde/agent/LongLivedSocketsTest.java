package io.github.dnsonde.agent;

import static io.github.dnsonde.testkit.PodNetworks.KUBE_DNS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.probe.NetworkChoice;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.PodAddress;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.SocketResult;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.testkit.Commands;
import io.github.dnsonde.testkit.FakeTicker;
import io.github.dnsonde.testkit.PodBuilder;
import io.github.dnsonde.testkit.PodNetworks;
import io.github.dnsonde.testkit.Probes;
import io.github.dnsonde.testkit.Sandboxes;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sockets in a pod's network, whose packets a router drops by their source port. */
@Tag("root")
@Tag("long")
class LongLivedSocketsTest {

  private static final Vantage SHOP =
      new Vantage("shop", "web", "shop-1", "node-b", InetAddress.ofLiteral("10.244.1.7"));
  private static final Server SERVER =
      new Server("kube-dns", InetAddress.ofLiteral(KUBE_DNS), Server.DNS_PORT);
  private static final Duration TIMEOUT = Duration.ofMillis(300);

  private final FakeTicker ticker = new FakeTicker();
  private final List<SocketResult> results = Collections.synchronizedList(new ArrayList<>());
  private PodNetworks network;
  private NodeNetworks networks;
  private Path file;
  private volatile Plan plan =
      new Plan(
          List.of(
              new Probe(SHOP, SERVER, Probes.question(Probes.INTERNAL, Transport.UDP), true),
              new Probe(SHOP, SERVER, Probes.question(Probes.EXTERNAL, Transport.UDP), true)));
  private volatile ClusterView cluster = ClusterView.EMPTY;
  private volatile boolean wanted = true;
  private LongLivedSockets sockets;

  @BeforeEach
  void build() throws Exception {
    Optional<String> missing = Sandboxes.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    network = PodNetworks.build();
    file = network.add("shop", SHOP.from());
    networks = new NodeNetworks(List.of(network.folder()));
    networks.scan();
    networks.follow(
        Map.of(
            PodAddress.of(SHOP),
            new NetworkChoice.Chosen(
                networks.survey(OptionalLong.empty()).found().getFirst().id())));
    sockets =
        new LongLivedSockets(
            () -> networks.exchange(_ -> {}),
            new LongLivedSockets.Sources(() -> plan, () -> cluster, () -> wanted),
            new LongLivedSocket.Results() {
              @Override
              public void paths(Set<ProbePath> paths) {}

              @Override
              public void result(ProbePath path, SocketResult result) {
                results.add(result);
              }
            },
            TIMEOUT,
            ticker);
  }

  @AfterEach
  void remove() throws IOException {
    if (network != null) {
      wanted = false;
      sockets.round();
      networks.close();
      network.close();
    }
  }

  @Test
  void anOldSocketThatFailsWhileNewOnesWorkIsStale() throws IOException {
    round();
    assertEquals(List.of(SocketResult.ANSWERED), results);
    network.policy("udp sport " + port() + " drop");
    for (int i = 0; i < LongLivedSocket.IN_A_ROW; i++) {
      assertEquals(List.of(), sockets.stale(), "one failure may be chance");
      round();
    }
    assertEquals(
        List.of(SocketResult.ANSWERED, SocketResult.STALE, SocketResult.STALE, SocketResult.STALE),
        results);
    assertEquals(SHOP, sockets.stale().getFirst().vantage());
    assertEquals(SERVER, sockets.stale().getFirst().server());
    assertTrue(sockets.stale().getFirst().opened().isBefore(sockets.stale().getFirst().since()));
    network.noPolicy();
    round();
    assertEquals(List.of(), sockets.stale());
  }

  @Test
  void anOutageIsNoStaleSocket() throws IOException {
    round();
    network.policy("udp dport 53 drop");
    for (int i = 0; i <= LongLivedSocket.IN_A_ROW; i++) {
      round();
    }
    assertFalse(results.contains(SocketResult.STALE), results::toString);
    assertTrue(results.contains(SocketResult.UNANSWERED), results::toString);
    assertEquals(List.of(), sockets.stale());
  }

  @Test
  void oneSocketIsKeptAndQueriedEveryFifteenSeconds() throws IOException {
    round();
    Set<Integer> before = ports();
    sockets.round();
    round();
    assertEquals(before, ports());
    assertEquals(1, before.size());
    assertEquals(2, results.size());
    wanted = false;
    sockets.round();
    assertEquals(Set.of(), ports());
  }

  @Test
  void aStaleSocketIsReplacedInTheEnd() throws IOException {
    round();
    network.policy("udp sport " + port() + " drop");
    for (int i = 0; i < LongLivedSocket.IN_A_ROW; i++) {
      round();
    }
    assertEquals(1, sockets.stale().size());
    ticker.advance(LongLivedSocket.REPLACED);
    round();
    assertEquals(List.of(), sockets.stale());
    assertEquals(SocketResult.ANSWERED, results.getLast());
  }

  /** The namespace of a pod that is deleted goes at once, once no socket holds it. */
  @Test
  void theSocketOfAPodThatBeginsToTerminateIsClosedAndTheNamespaceGoes() throws Exception {
    round();
    assertEquals(1, ports().size());
    cluster = terminating();
    sockets.round();
    assertEquals(Set.of(), ports(), "closed before the network is removed");
    networks.close(); // its open files are others than sockets
    long began = System.nanoTime();
    network.delete("shop");
    while (network.isPlugged("shop")) { // the kernel removes the cable with the namespace
      assertTrue(System.nanoTime() - began < Duration.ofSeconds(10).toNanos(), "it goes");
      Thread.onSpinWait();
    }
  }

  /** The opposite, so that the test above shows something. */
  @Test
  void aSocketThatStaysOpenKeepsTheNamespace() throws Exception {
    round();
    networks.close();
    long began = System.nanoTime();
    network.delete("shop");
    assertTrue(
        System.nanoTime() - began < Duration.ofSeconds(2).toNanos(), "deletion does not wait");
    assertTrue(network.isPlugged("shop"));
    wanted = false;
    sockets.round();
    while (network.isPlugged("shop")) {
      assertTrue(System.nanoTime() - began < Duration.ofSeconds(10).toNanos(), "it goes");
      Thread.onSpinWait();
    }
  }

  private static ClusterView terminating() {
    return PodBuilder.clusterOf(
        List.of(PodBuilder.pod(SHOP.namespace(), SHOP.pod(), "10.244.1.7").deleting().build()));
  }

  private void round() {
    ticker.advance(LongLivedSocket.INTERVAL);
    sockets.round();
  }

  private int port() throws IOException {
    return ports().iterator().next();
  }

  /** The local ports of the sockets in the pod that are connected to port 53. */
  private Set<Integer> ports() throws IOException {
    return Commands.run(List.of("nsenter", "--net=" + file, "cat", "/proc/net/udp"), "")
        .lines()
        .map(line -> line.strip().split(" +", -1))
        .filter(columns -> columns.length > 2 && columns[2].endsWith(":0035"))
        .map(columns -> Integer.parseInt(columns[1].substring(columns[1].indexOf(":") + 1), 16))
        .collect(Collectors.toSet());
  }
}
