package io.github.dnsonde.netns;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Verdict;
import io.github.dnsonde.testkit.Asker;
import io.github.dnsonde.testkit.Probes;
import io.github.dnsonde.testkit.Programs;
import io.github.dnsonde.testkit.RoutedNetwork;
import io.github.dnsonde.testkit.RoutedNetwork.Place;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Queries sent by this very process from inside another network namespace. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NetworkNamespacesTest {

  private static final Duration BRIEF = Duration.ofMillis(500);

  private RoutedNetwork network;

  @BeforeAll
  void build() throws IOException {
    Optional<String> missing = RoutedNetwork.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    network = RoutedNetwork.build();
  }

  @AfterEach
  void fix() throws IOException {
    network.fix();
  }

  @AfterAll
  void remove() {
    if (network != null) {
      network.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10.96.0.10, UDP, 10.244.3.57",
    "10.96.0.10, TCP, 10.244.3.57",
    "169.254.20.10, UDP, 10.244.3.57",
    "fd00:96::a, UDP, fd00:244::57",
    "fd00:96::a, TCP, fd00:244::57"
  })
  void serversAnswerToThePodsAddress(String server, Transport transport, String from)
      throws Exception {
    Outcome outcome = ask(server, transport, Asker.PATIENT);

    assertEquals(new Verdict.Good(), outcome.verdict(), outcome::toString);
    assertEquals(
        Optional.of(from),
        outcome.local().map(address -> Addresses.text(address.getAddress())),
        "the source address");
  }

  @ParameterizedTest
  @EnumSource
  void aQueryThatAPolicyDropsTimesOut(Transport transport) throws Exception {
    network.filter(Place.NODE, "forward", "ip daddr 10.96.0.10 drop");

    Outcome outcome = ask("10.96.0.10", transport, BRIEF);

    assertInstanceOf(Reply.TimedOut.class, outcome.reply(), outcome::toString);
  }

  @Test
  void theThreadIsHomeAgainAndHoldsNoNamespace() throws Exception {
    Path own = Path.of("/proc/thread-self/ns/net");
    Path home = Files.readSymbolicLink(own);
    try (NetworkNamespaces namespaces = inside(network.file(Place.POD))) {
      List<String> before = openNamespaces();
      namespaces.openDatagram(Probes.vantage(), StandardProtocolFamily.INET).close();
      namespaces.openStream(Probes.vantage(), StandardProtocolFamily.INET).close();

      assertEquals(home, Files.readSymbolicLink(own), "the thread's namespace");
      assertEquals(before, openNamespaces(), "descriptors of namespaces: home's alone");
    }
  }

  /**
   * A thread started by a first use would keep the pod's namespace alive as long as the process.
   */
  @Test
  void noThreadOfThisProcessIsLeftInside() throws Exception {
    try (NetworkNamespaces namespaces = inside(network.file(Place.POD))) {
      namespaces.openDatagram(Probes.vantage(), StandardProtocolFamily.INET).close();
      namespaces.openStream(Probes.vantage(), StandardProtocolFamily.INET6).close();
    }
    String home = target(Path.of("/proc/thread-self/ns/net"));
    try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
      assertEquals(
          List.of(),
          threads
              .map(thread -> target(thread.resolve("ns/net")))
              .filter(where -> !where.isEmpty() && !where.equals(home)) // or it ended meanwhile
              .toList());
    }
  }

  @Test
  void theThreadIsHomeAgainAfterAFailure() throws Exception {
    Path own = Path.of("/proc/thread-self/ns/net");
    Path home = Files.readSymbolicLink(own);
    try (NetworkNamespaces namespaces = inside(network.file(Place.POD))) {
      assertThrows(
          UnsupportedOperationException.class,
          () -> namespaces.openDatagram(Probes.vantage(), StandardProtocolFamily.UNIX));
    }
    assertEquals(home, Files.readSymbolicLink(own), "the thread's namespace");
  }

  @Test
  void aNamespaceThatIsGoneLeavesItsProbesUntested(@TempDir Path folder) throws Exception {
    Path plain = Files.createFile(folder.resolve("plain"));
    assertAll(
        () -> assertUntested(Cause.VANTAGE_GONE, folder.resolve("gone"), "ENOENT"),
        () -> assertUntested(Cause.VANTAGE_GONE, plain, "is not a network namespace"),
        () -> assertUntested(Cause.VANTAGE_GONE, folder, "is not a network namespace"));
  }

  @Test
  void aVantageWithoutANamespaceIsGone() throws Exception {
    try (SandboxNetworks nothing = new SandboxNetworks(List.of());
        NetworkNamespaces namespaces = new NetworkNamespaces(nothing.byAddress())) {
      Sockets.Unavailable gone =
          assertThrows(
              Sockets.Unavailable.class,
              () -> namespaces.openDatagram(Probes.vantage(), StandardProtocolFamily.INET));
      assertEquals(Cause.VANTAGE_GONE, gone.untestedBy());
    }
  }

  @Test
  void aVirtualThreadIsRejected() throws Exception {
    try (NetworkNamespaces namespaces = inside(network.file(Place.POD))) {
      Throwable[] thrown = new Throwable[1];
      Thread.ofVirtual()
          .start(
              () ->
                  thrown[0] =
                      assertThrows(
                          IllegalStateException.class,
                          () ->
                              namespaces.openDatagram(
                                  Probes.vantage(), StandardProtocolFamily.INET)))
          .join();
      assertInstanceOf(IllegalStateException.class, thrown[0]);
    }
  }

  @Test
  void withoutTheCapabilityTheErrorNamesItAndHowToGrantIt() throws Exception {
    assumeTrue(Programs.find("setpriv").isPresent(), "the program setpriv is not installed");
    Process check =
        new ProcessBuilder(
                "setpriv",
                "--bounding-set=-sys_admin",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.github.dnsonde.Main",
                "check",
                "--netns=" + network.file(Place.POD),
                "--server=127.0.0.1")
            .start();
    String out = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(check.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(check.waitFor(20, TimeUnit.SECONDS), "it ends");
    assertAll(
        () -> assertEquals(1, check.exitValue(), out + err),
        () -> assertEquals("", err, "on standard error"),
        () ->
            assertEquals(
                1,
                out.lines()
                    .filter(line -> line.startsWith("no_permission: "))
                    .filter(line -> line.contains("CAP_SYS_ADMIN"))
                    .count(),
                out));
  }

  private Outcome ask(String server, Transport transport, Duration timeout) throws Exception {
    InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(server), 53);
    try (NetworkNamespaces namespaces = inside(network.file(Place.POD));
        Asker asker = new Asker(namespaces, Ticker.SYSTEM)) {
      return asker.ask(Probes.probe(address, transport), timeout);
    }
  }

  private static void assertUntested(Cause cause, Path file, String why) throws Exception {
    InetSocketAddress nobody = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9);
    try (NetworkNamespaces namespaces = inside(file);
        Asker asker = new Asker(namespaces, Ticker.SYSTEM)) {
      Outcome outcome = asker.ask(Probes.probe(nobody, Transport.UDP), BRIEF);
      assertEquals(new Verdict.Untested(cause), outcome.verdict(), outcome::toString);
      assertTrue(outcome.reply().detail().orElse("").contains(why), outcome::toString);
    }
  }

  private static NetworkNamespaces inside(Path file) throws Sockets.Unavailable {
    return new NetworkNamespaces(_ -> Entrance.named(file));
  }

  /** Descriptors of this process that refer to network namespaces. */
  private static List<String> openNamespaces() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors
          .map(NetworkNamespacesTest::target)
          .filter(target -> target.startsWith("net:["))
          .toList();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException _) {
      return ""; // closed meanwhile, like the listing's own
    }
  }
}
