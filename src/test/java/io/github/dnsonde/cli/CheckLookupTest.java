package io.github.dnsonde.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.plan.PodResolvConf;
import io.github.dnsonde.probe.LookupOutcome;
import io.github.dnsonde.probe.ResolverKind;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Vantage;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CheckLookupTest {

  private FakeDnsServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        FakeDnsServer.start(
            InetAddress.ofLiteral("127.0.0.1"), FakeDnsServer.ANY_PORT, FakeDnsServer.clusterDns());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void theWalkIsShownStepByStep() throws IOException {
    CheckVantage place =
        place(
            new PodResolvConf.Known(
                ResolverSettings.of(
                    List.of(),
                    Stream.of("shop.svc.cluster.local", "cluster.local"),
                    Stream.of("ndots:5")),
                List.of("the node's search list")));
    LookupOutcome outcome =
        CheckLookup.of("example.com", ResolverKind.GLIBC, place, List.of(kubeDns())).run(place);
    List<String> lines = CheckLookup.lines(outcome);
    assertEquals(
        "resolv.conf: search shop.svc.cluster.local cluster.local; options ndots:5",
        lines.getFirst());
    assertEquals("not visible: the node's search list", lines.get(1));
    assertTrue(lines.get(3).startsWith("AFTER"), lines::toString);
    List<String> steps = lines.subList(4, 10);
    assertTrue(
        steps.getFirst().contains("example.com.shop.svc.cluster.local.  A     udp"),
        lines::toString);
    assertEquals(4, steps.stream().filter(line -> line.contains("nxdomain")).count());
    assertTrue(
        lines.getLast().startsWith("found example.com. after 6 queries and "), lines::toString);
    assertTrue(lines.getLast().endsWith("as glibc looks it up"), lines::toString);
  }

  @Test
  void aFileThatIsNotKnownIsAnError() {
    CheckVantage place = place(new PodResolvConf.Unknown("dnsPolicy Default: unseen"));
    IOException error =
        assertThrows(
            IOException.class,
            () -> CheckLookup.of("example.com", ResolverKind.GO, place, List.of()));
    assertTrue(String.valueOf(error.getMessage()).contains("dnsPolicy Default: unseen"));
  }

  private Server kubeDns() {
    return new Server("kube-dns", server.address().getAddress(), server.address().getPort());
  }

  private static CheckVantage place(PodResolvConf resolvConf) {
    return new CheckVantage(
        new Vantage("shop", "web", "web-0", "", Vantage.ANY),
        List.of(),
        Optional.empty(),
        resolvConf);
  }
}
