package io.github.dnsonde.netns;

import static io.github.dnsonde.testkit.PodNetworks.KUBE_DNS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Verdict;
import io.github.dnsonde.testkit.PodNetworks;
import io.github.dnsonde.testkit.Probes;
import io.github.dnsonde.testkit.Sandboxes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pods that disappear while a query from them is in flight. */
@Tag("long")
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VanishingPodsTest {

  private static final InetAddress POD = InetAddress.ofLiteral("10.244.1.7");
  private static final InetSocketAddress SERVER =
      new InetSocketAddress(InetAddress.ofLiteral(KUBE_DNS), Server.DNS_PORT);
  private static final Duration TIMEOUT = Duration.ofMillis(800);
  private static final Duration PATIENT = Duration.ofSeconds(20);

  private static final Verdict GONE = new Verdict.Untested(Cause.VANTAGE_GONE);
  private static final Verdict SILENCE = new Verdict.Failed(Reason.TIMEOUT);

  private final List<Outcome> outcomes = new ArrayList<>();
  private PodNetworks network;
  private int pods; // a name is free again only some time after the namespace is gone
  private String pod = "";
  private SandboxNetworks sandboxes;
  private NetworkNamespaces sockets;
  private Exchange exchange;

  @BeforeAll
  void build() throws IOException {
    Optional<String> missing = Sandboxes.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    network = PodNetworks.build();
  }

  @BeforeEach
  void open() throws Exception {
    pod = "pod" + pods++;
    network.add(pod, POD);
    sandboxes = new SandboxNetworks(List.of(network.folder()));
    sandboxes.scan();
    sockets = new NetworkNamespaces(sandboxes.byAddress());
    exchange =
        sandboxes.watching(new DnsExchange(sockets, Ticker.SYSTEM, _ -> {}), sandboxes.byAddress());
    outcomes.clear();
  }

  @AfterEach
  void close() throws IOException {
    exchange.close();
    sockets.close();
    sandboxes.close();
    network.noPolicy();
    if (Files.exists(network.folder().resolve(pod))) {
      network.delete(pod);
    }
  }

  @AfterAll
  void remove() {
    if (network != null) {
      network.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPodThatStaysIsGoodOrTimesOut(Transport transport) throws IOException {
    ask(transport, PATIENT);
    assertEquals(new Verdict.Good(), outcome());

    network.policy("drop");
    ask(transport);
    assertEquals(SILENCE, outcome());
  }

  @ParameterizedTest
  @EnumSource
  void aPodThatDisappearsDuringAQueryIsUntested(Transport transport) throws IOException {
    network.policy("drop");
    ask(transport);
    network.unplug(pod);
    network.delete(pod);

    assertEquals(GONE, outcome());
  }

  @ParameterizedTest
  @EnumSource
  void aPodThatLostItsAddressIsGoneThoughItsFileRemains(Transport transport) throws IOException {
    network.policy("drop");
    ask(transport);
    network.unplug(pod);
    assertEquals(GONE, outcome(), "sent before");

    ask(transport);
    assertEquals(GONE, outcome(), "sent after");
  }

  @ParameterizedTest
  @EnumSource
  void anAddressThatAnotherSandboxHasNowProvesNothing(Transport transport) throws IOException {
    network.policy("iifname " + pod + " drop");
    ask(transport);
    network.unplug(pod);
    String next = pod + "-next";
    network.add(next, POD);
    sandboxes.scan();
    assertEquals(GONE, outcome());

    ask(transport);
    assertEquals(new Verdict.Good(), outcome(), "queried from the other");
    network.delete(next);
  }

  @Test
  void aSocketKeepsTheNamespaceOfADeletedFileAlive() throws Exception {
    try (DatagramChannel socket =
        sockets.openDatagram(Probes.vantageAt(POD), StandardProtocolFamily.INET)) {
      network.delete(pod);
      socket.connect(SERVER);
      assertEquals(POD, ((InetSocketAddress) socket.getLocalAddress()).getAddress());
    }
  }

  private void ask(Transport transport) {
    ask(transport, TIMEOUT);
  }

  private void ask(Transport transport, Duration timeout) {
    Probe probe =
        Probes.probe(Probes.vantageAt(POD), SERVER, Probes.question(Probes.INTERNAL, transport));
    exchange.query(probe, timeout, timeout, outcomes::add);
  }

  private Verdict outcome() {
    while (outcomes.isEmpty()) {
      exchange.await(Duration.ofSeconds(1));
    }
    return outcomes.removeFirst().verdict();
  }
}
