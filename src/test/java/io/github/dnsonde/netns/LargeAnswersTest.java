package io.github.dnsonde.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Trial;
import io.github.dnsonde.probe.TrialOutcome;
import io.github.dnsonde.probe.TrialQuestion.Kind;
import io.github.dnsonde.probe.TrialResult;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.testkit.Asker;
import io.github.dnsonde.testkit.RoutedNetwork;
import io.github.dnsonde.testkit.RoutedNetwork.Place;
import io.github.dnsonde.testkit.SampleTrials;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Answers that do not fit into a datagram, from a pod through its node to a server, with filters on
 * the node.
 */
@Tag("root")
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LargeAnswersTest {

  private static final InetAddress POD = InetAddress.ofLiteral("10.244.3.57");
  private static final Duration TIMEOUT = Duration.ofMillis(700);

  private static final Trial TRIAL =
      SampleTrials.trial(
          Kind.LARGE,
          new Vantage("shop", "web", "web-1", "n", POD),
          new Server("kube-dns", InetAddress.ofLiteral(RoutedNetwork.KUBE_DNS), Server.DNS_PORT));

  private RoutedNetwork network;
  private SandboxNetworks sandboxes;
  private NetworkNamespaces sockets;
  private Asker asker;

  @BeforeAll
  void build() throws Exception {
    Optional<String> missing = RoutedNetwork.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    network = RoutedNetwork.build();
    sandboxes = new SandboxNetworks(List.of(network.file(Place.POD).getParent()));
    sandboxes.scan();
    sockets = new NetworkNamespaces(sandboxes.byAddress());
    asker = new Asker(sockets, Ticker.SYSTEM);
  }

  @AfterEach
  void fix() throws IOException {
    network.fix();
    network.in(Place.NODE, "ip", "link", "set", "pod", "mtu", "1500");
  }

  @AfterAll
  void remove() {
    if (asker != null) {
      asker.close();
      sockets.close();
      sandboxes.close();
    }
    if (network != null) {
      network.close();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      quoteCharacter = '"',
      delimiter = '|',
      textBlock =
          """
          nothing | "" | WHOLE
          TCP dropped | tcp dport 53 drop | TCP_FAILS
          TCP rejected | tcp dport 53 reject with tcp reset | TCP_FAILS
          TCP prohibited | tcp dport 53 reject with icmp admin-prohibited | TCP_FAILS
          fragments dropped | ip frag-off & 0x3fff != 0 drop | FRAGMENTS_LOST
          all but the first fragment dropped | ip frag-off & 0x1fff != 0 drop | FRAGMENTS_LOST
          truncated answers dropped | udp sport 53 @th,80,8 & 2 == 2 drop | DATAGRAM_LOST
          UDP dropped | udp dport 53 drop | DATAGRAM_LOST
          everything dropped | drop | FAILED
          """)
  void filtersOnThePathAreToldApart(String name, String rule, TrialResult result)
      throws IOException {
    if (!rule.isEmpty()) {
      network.filter(Place.NODE, "forward", rule);
    }
    TrialOutcome outcome = asker.compare(TRIAL, TIMEOUT);
    assertEquals(Optional.of(result), outcome.result(), outcome::toString);
  }

  /**
   * A path with a smaller MTU, such as a tunnel, that reports no packet as too big: the connection
   * opens, and only its large segments are lost.
   */
  @Test
  void aPathThatLosesLargePackets() throws IOException {
    network.filter(Place.NODE, "forward", "ip saddr 10.96.0.10 meta length > 1300 drop");
    TrialOutcome outcome = asker.compare(TRIAL, TIMEOUT);
    assertEquals(Optional.of(TrialResult.TCP_FAILS), outcome.result(), outcome::toString);
    assertEquals(
        Reply.Phase.RESPONSE,
        assertInstanceOf(Reply.TimedOut.class, outcome.outcomes().getLast().reply()).phase());
  }

  /** Routers send fragments again, as long as all of them pass. */
  @Test
  void aSmallMtuAloneLosesNothing() throws IOException {
    network.in(Place.NODE, "ip", "link", "set", "pod", "mtu", "1280");
    TrialOutcome outcome = asker.compare(TRIAL, TIMEOUT);
    assertEquals(Optional.of(TrialResult.WHOLE), outcome.result(), outcome::toString);
  }
}
