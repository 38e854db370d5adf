package io.github.dnsonde.netns;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.netns.ScanChanges.Appeared;
import io.github.dnsonde.netns.ScanChanges.Failure;
import io.github.dnsonde.probe.FoundNetwork;
import io.github.dnsonde.probe.FoundNetwork.Held;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.testkit.Commands;
import io.github.dnsonde.testkit.Probes;
import io.github.dnsonde.testkit.Programs;
import io.github.dnsonde.testkit.Sandboxes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real network namespaces, scanned by this very process. */
@Tag("root")
class SandboxNetworksTest {

  private static final String ONE = "10.244.1.7";
  private static final String OTHER = "10.244.1.8";
  private static final String SIX = "fd00:244:1::7";
  private static final ScanChanges NOTHING = new ScanChanges(List.of(), List.of(), List.of());

  @TempDir private Path folder;
  private Sandboxes sandboxes;
  private SandboxNetworks networks;

  @BeforeEach
  void open() throws Exception {
    Optional<String> missing = Sandboxes.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    sandboxes = new Sandboxes(folder);
    networks = new SandboxNetworks(List.of(folder));
  }

  @AfterEach
  void close() {
    if (networks != null) {
      networks.close();
      sandboxes.close();
    }
  }

  @Test
  void addressesOfBothFamiliesAreFoundAndNoOthers() throws Exception {
    Path a = sandboxes.add("a", ONE, SIX, "169.254.7.7", "fe80::7");
    sandboxes.up("a"); // and with it 127.0.0.1 and ::1
    Path b = sandboxes.add("b", OTHER);

    assertEquals(appeared(new Appeared(a, set(ONE, SIX)), new Appeared(b, set(OTHER))), scan());
    assertEquals(set(ONE, OTHER, SIX), networks.addresses());
    assertAll(() -> assertHas(ONE, a), () -> assertHas(SIX, a), () -> assertHas(OTHER, b));
    assertEquals(Optional.empty(), fileOf("10.244.1.9"), "an address that is not in use");
    assertEquals(NOTHING, scan(), "reported once");
  }

  @Test
  void aNamespaceWithoutAnAddressIsVisitedUntilItHasOne() throws Exception {
    Path a = sandboxes.add("a");
    assertEquals(NOTHING, scan());
    assertEquals(NOTHING, scan());
    assertEquals(Set.of(), networks.addresses());

    sandboxes.address("a", ONE);
    assertEquals(appeared(new Appeared(a, set(ONE))), scan());
    assertHas(ONE, a);
  }

  @Test
  void theSecondFamilyMayComeLater() throws Exception {
    Path a = sandboxes.add("a", ONE);
    scan();

    sandboxes.address("a", SIX);
    assertEquals(appeared(new Appeared(a, set(ONE, SIX))), scan());
    assertHas(SIX, a);
  }

  @Test
  void anotherNamespaceUnderTheSamePathIsANewOne() throws Exception {
    Path a = sandboxes.add("a", ONE);
    scan();
    scan();

    sandboxes.delete("a");
    sandboxes.add("a", OTHER);
    assertEquals(
        new ScanChanges(List.of(new Appeared(a, set(OTHER))), List.of(a), List.of()), scan());
    assertEquals(set(OTHER), networks.addresses());
  }

  /** Long after the last change, a scan reads no more than the time of the folder. */
  @Test
  void aNewNamespaceIsFoundInAFolderThatHasNotChangedForLong() throws Exception {
    Clock ticker = new Clock(Instant.now().plusSeconds(60), Duration.ZERO);
    try (SandboxNetworks settled = new SandboxNetworks(List.of(folder), ticker)) {
      sandboxes.add("a", ONE);
      for (int i = 0; i < 5; i++) {
        settled.scan();
        ticker.advance(Duration.ofSeconds(1));
      }
      assertEquals(NOTHING, settled.scan());
      Path added = sandboxes.add("b", OTHER);
      ticker.advance(Duration.ofSeconds(1));
      assertEquals(List.of(new Appeared(added, set(OTHER))), settled.scan().appeared());
      sandboxes.delete("a");
      ticker.advance(Duration.ofSeconds(1));
      assertEquals(List.of(sandboxes.file("a")), settled.scan().vanished());
    }
  }

  @Test
  void aFileThatIsNotANamespaceIsReportedOnceAndHarmless() throws Exception {
    Path plain = Files.createFile(folder.resolve("a-plain"));
    Path inner = Files.createDirectory(folder.resolve("b-folder"));
    Path pipe = folder.resolve("c-pipe");
    Commands.run("mkfifo", pipe.toString());
    Path d = sandboxes.add("d", ONE);

    assertEquals(
        new ScanChanges(
            List.of(new Appeared(d, set(ONE))),
            List.of(),
            List.of(noNamespace(plain), noNamespace(inner), noNamespace(pipe))),
        scan());
    assertHas(ONE, d);
    assertEquals(NOTHING, scan(), "reported once");
  }

  @Test
  void aStaleMountIsGoneAndComesBackWithAnotherNamespace() throws Exception {
    Path a = sandboxes.add("a", ONE);
    scan();
    sandboxes.unmount("a");

    assertEquals(new ScanChanges(List.of(), List.of(a), List.of(noNamespace(a))), scan());
    assertEquals(Optional.empty(), fileOf(ONE));
    assertEquals(NOTHING, scan(), "reported once");

    sandboxes.add("a", OTHER);
    assertEquals(appeared(new Appeared(a, set(OTHER))), scan());
    assertHas(OTHER, a);
  }

  @Test
  void aVanishedNamespaceIsForgotten() throws Exception {
    Path a = sandboxes.add("a", ONE);
    scan();
    sandboxes.delete("a");

    assertEquals(new ScanChanges(List.of(), List.of(a), List.of()), scan());
    assertEquals(Optional.empty(), fileOf(ONE));
    assertEquals(Set.of(), networks.addresses());
  }

  @ParameterizedTest
  @CsvSource({"a, b", "b, a"})
  void anAddressOfTwoNamespacesBelongsToNeitherUntilOneLosesIt(String older, String newer)
      throws Exception {
    Path before = sandboxes.add(older, ONE);
    sandboxes.up(older); // up, although it does not have the address alone
    scan();
    scan();
    Path after = sandboxes.add(newer, ONE);
    scan();
    assertEquals(Optional.empty(), fileOf(ONE));
    assertEquals(
        "shop/cart-7d4b9c6f5-x2x9q: " + folder + "/a and " + folder + "/b claim " + ONE,
        assertThrows(
                Sockets.Unavailable.class,
                () -> networks.byAddress().of(Probes.vantageAt(InetAddress.ofLiteral(ONE))))
            .getMessage());

    sandboxes.loseAddress(older, ONE);
    assertEquals(new ScanChanges(List.of(), List.of(before), List.of()), scan());
    assertHas(ONE, after);
  }

  @Test
  void anAddressOnEth0TakesPrecedenceOverTheSameElsewhere() throws Exception {
    Path pod = sandboxes.add("a");
    sandboxes.addEth0("a", ONE);
    sandboxes.add("b", ONE);
    sandboxes.addEth0("b", OTHER);
    scan();
    assertHas(ONE, pod);
  }

  @Test
  void withoutEth0TheSourceAddressOfPacketsTakesPrecedence() throws Exception {
    Path pod = sandboxes.add("a");
    sandboxes.ip(
        "a",
        """
        link add ens5 type veth peer name other-end
        address add 10.244.1.7 dev ens5
        link set ens5 up
        route add default dev ens5
        """);
    sandboxes.add("b", ONE);
    scan();
    assertHas(ONE, pod);
  }

  @Test
  void theOlderNamespaceHasTheAddressAgainOnceTheNewerLosesIt() throws Exception {
    Path a = sandboxes.add("a", ONE);
    scan();
    scan();
    sandboxes.add("b", ONE, OTHER);
    scan();
    scan();

    sandboxes.loseAddress("b", ONE);
    scan();
    assertHas(ONE, a);
  }

  @Test
  void theArrivalOfAnAddressIsRemembered() throws Exception {
    Path file = sandboxes.add("old", ONE);
    Instant made = FileIdentity.of(file).made();
    Clock ticker = new Clock(made.plusSeconds(60), Duration.ZERO);
    try (SandboxNetworks slow = new SandboxNetworks(List.of(folder), ticker)) {
      slow.scan();
      long start = ticker.nanos();
      assertEquals(
          new Held(false, start - Duration.ofSeconds(60).toNanos(), made),
          held(slow, file, ONE),
          "a namespace that is older than this process");

      ticker.advance(Duration.ofSeconds(1));
      Path late = sandboxes.add("late");
      slow.scan();
      ticker.advance(Duration.ofSeconds(1));
      sandboxes.address("late", OTHER);
      slow.scan();
      assertEquals(
          new Held(false, ticker.nanos(), made.plusSeconds(61)),
          held(slow, late, OTHER),
          "not before the visit before this one");

      slow.scan();
      ticker.advance(Duration.ofSeconds(11));
      sandboxes.address("late", SIX);
      slow.scan();
      assertEquals(
          new Held(false, ticker.nanos(), made.plusSeconds(73)),
          held(slow, late, SIX),
          "one more address, long after the first: not before it was seen");
      assertEquals(made.plusSeconds(61), held(slow, late, OTHER).notBefore(), "it stays");
    }
  }

  @Test
  void anAddressLostByALongKnownNamespaceIsReported() throws Exception {
    Clock ticker = new Clock(Instant.EPOCH, Duration.ZERO);
    Path file = sandboxes.add("a", ONE, OTHER);
    try (SandboxNetworks slow = new SandboxNetworks(List.of(folder), ticker)) {
      slow.scan();
      slow.scan();
      sandboxes.loseAddress("a", ONE);
      slow.scan();
      assertEquals(Map.of(), network(slow, file).lost(), "settled: not visited each time");
      ticker.advance(Duration.ofSeconds(10));
      slow.scan();
      assertEquals(Map.of(InetAddress.ofLiteral(ONE), ticker.nanos()), network(slow, file).lost());
      sandboxes.address("a", ONE);
      slow.scan();
      assertEquals(Map.of(), network(slow, file).lost(), "it is there again");
    }
  }

  /** Other files are identified and not opened: opening could wait, or have an effect. */
  @Test
  void onlyNamespacesAreEverOpened() throws Exception {
    Commands.run("mkfifo", folder.resolve("a-pipe").toString());
    Commands.run("mknod", folder.resolve("b-device").toString(), "c", "240", "0");
    Files.createSymbolicLink(folder.resolve("c-link"), Path.of("a-pipe"));
    Files.createSymbolicLink(folder.resolve("d-loop"), Path.of("d-loop"));
    Files.createSymbolicLink(folder.resolve("e-nowhere"), Path.of("nowhere"));
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(folder.resolve("f-socket")));
      Commands.run("unshare", "--uts=" + Files.createFile(folder.resolve("g-host-name")), "true");

      List<Failure> failures = scan().failures();
      assertEquals(
          List.of(
              noNamespace(folder.resolve("a-pipe")),
              noNamespace(folder.resolve("b-device")),
              noNamespace(folder.resolve("c-link"))),
          failures.subList(0, 3));
      assertTrue(failures.get(3).words().contains("d-loop"), failures::toString);
      assertEquals(noNamespace(folder.resolve("f-socket")), failures.get(4));
      assertTrue(failures.get(5).words().contains("setns: EINVAL"), failures::toString);
      assertEquals(6, failures.size(), failures::toString);
      assertEquals(Set.of(), networks.addresses());
    }
    Files.delete(folder.resolve("f-socket"));
  }

  @Test
  void theCostOfAFolderFullOfFilesIsBounded() throws Exception {
    Path full = Files.createDirectory(folder.resolve("full"));
    for (int i = 0; i < 2_100; i++) {
      Files.createFile(full.resolve("file" + i));
    }
    try (SandboxNetworks many = new SandboxNetworks(List.of(full))) {
      List<Failure> failures = many.scan().failures();
      assertEquals(SandboxNetworks.MOST_FILES + 1, failures.size());
      assertTrue(
          failures.contains(
              new Failure(full, full + " has more than 2048 files: the others are ignored")));
      assertEquals(NOTHING, many.scan(), "reported once");
    }
  }

  /** A tenant may add any number of addresses. */
  @Test
  void onlySourceAddressesOfANamespaceWithTooManyCount() throws Exception {
    Path many = sandboxes.add("many");
    sandboxes.addEth0("many", ONE);
    sandboxes.ip("many", "route add default dev eth0");
    sandboxes.ip(
        "many",
        IntStream.range(0, 6_000)
            .mapToObj(i -> "address add 10.%d.%d.1/32 dev lo".formatted(128 + i / 250, i % 250))
            .collect(Collectors.joining("\n")));
    Path victim = sandboxes.add("victim");
    sandboxes.addEth0("victim", "10.128.0.1");

    ScanChanges scanChanges = scan();
    assertEquals(
        List.of(
            new Failure(
                many,
                many
                    + " has more than 1024 addresses: only those that packets to elsewhere"
                    + " are sent from count")),
        scanChanges.failures());
    assertHas(ONE, many);
    assertHas("10.128.0.1", victim);
    assertEquals(set(ONE, "10.128.0.1"), networks.addresses());
  }

  @Test
  void aLongScanContinuesAtTheNextOne() throws Exception {
    for (int i = 0; i < 4; i++) {
      sandboxes.add("pod" + i, "10.244.1." + i);
    }
    Clock ticker = new Clock(Instant.EPOCH, Duration.ofMillis(100));
    try (SandboxNetworks slow = new SandboxNetworks(List.of(folder), ticker)) {
      slow.scan();
      int first = slow.addresses().size();
      assertTrue(first > 0 && first < 4, () -> first + " visited at once");
      slow.scan();
      slow.scan();
      slow.scan();
      assertEquals(4, slow.addresses().size(), "those that waited longest are visited first");
    }
  }

  @Test
  void aFolderMayComeLaterAndThereMayBeTwo() throws Exception {
    Path later = folder.resolve("run").resolve("netns");
    Path b = sandboxes.add("b", OTHER);
    try (SandboxNetworks two = new SandboxNetworks(List.of(later, folder, later))) {
      assertEquals(appeared(new Appeared(b, set(OTHER))), two.scan());

      Files.createDirectories(later);
      try (Sandboxes more = new Sandboxes(later)) {
        Path a = more.add("a", ONE);
        assertEquals(List.of(new Appeared(a, set(ONE))), two.scan().appeared());
        assertEquals(Optional.of(a), two.fileOf(InetAddress.ofLiteral(ONE)));
        assertEquals(set(ONE, OTHER), two.addresses());
      }
    }
  }

  @Test
  void oneNamespaceInTwoFoldersDoesNotCompeteWithItself() throws Exception {
    sandboxes.add("a", ONE);
    Path link = Files.createSymbolicLink(folder.resolve("linked"), folder);
    try (SandboxNetworks two = new SandboxNetworks(List.of(link, folder))) {
      two.scan();
      assertEquals(
          Optional.of(folder.resolve("a")), two.fileOf(InetAddress.ofLiteral(ONE)), "by name");
      two.scan();
      sandboxes.loseAddress("a", ONE);
      assertEquals(List.of(), two.scan().vanished(), "settled: not entered again");
    }
  }

  @Test
  void aFolderThatCannotBeListedIsReportedOnce() throws Exception {
    Path plain = Files.createFile(folder.resolve("plain"));
    try (SandboxNetworks wrong = new SandboxNetworks(List.of(plain))) {
      assertEquals(
          List.of(new Failure(plain, "cannot list " + plain + ": ENOTDIR")),
          wrong.scan().failures());
      assertEquals(NOTHING, wrong.scan());
    }
  }

  @Test
  void aThousandScansLeaveNoDescriptorAndTheThreadAtHome() throws Exception {
    Path own = Path.of("/proc/thread-self/ns/net");
    Path home = Files.readSymbolicLink(own);
    sandboxes.add("a", ONE);
    sandboxes.add("b", ONE); // competing: both are entered each time
    sandboxes.add("c");
    Files.createFile(folder.resolve("d"));
    scan();
    long before = descriptors();

    for (int i = 0; i < 1_000; i++) {
      scan();
    }

    long more =
        descriptors() - before; // other code in this process opens and closes its own meanwhile
    assertTrue(more < 100, () -> more + " more descriptors; a leak would be a thousand or more");
    assertEquals(home, Files.readSymbolicLink(own), "the thread's namespace");
  }

  @Test
  void aKnownNamespaceCanBeDeleted() throws Exception {
    sandboxes.add("a", ONE);
    sandboxes.add("b", OTHER);
    sandboxes.connect("a", "cable", "b", "cable");
    scan();
    assertTrue(sandboxes.has("b", "cable"), "a cable to the other namespace");

    sandboxes.delete("a");

    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (sandboxes.has("b", "cable") && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertFalse(sandboxes.has("b", "cable"), "its other end lives as long as the namespace");
  }

  @Test
  void aVirtualThreadIsRejected() throws Exception {
    sandboxes.add("a", ONE);
    Throwable[] thrown = new Throwable[1];
    Thread.ofVirtual()
        .start(() -> thrown[0] = assertThrows(IllegalStateException.class, networks::scan))
        .join();
    assertInstanceOf(IllegalStateException.class, thrown[0]);
  }

  @Test
  void withoutTheCapabilityOneLineNamesItAndHowToGrantIt() throws Exception {
    assumeTrue(Programs.find("setpriv").isPresent(), "the program setpriv is not installed");
    Process scan =
        new ProcessBuilder(
                "setpriv",
                "--bounding-set=-sys_admin",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ScanHere.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(scan.getInputStream().readAllBytes(), UTF_8);
    assertTrue(scan.waitFor(20, TimeUnit.SECONDS), "it ends");
    assertEquals(1, said.lines().count(), said);
    for (String part :
        List.of(
            "no_permission: ",
            "CAP_SYS_ADMIN",
            "runAsUser: 0",
            "[SYS_ADMIN]",
            "mode: self",
            "setns: EPERM")) {
      assertTrue(said.contains(part), () -> part + " in: " + said);
    }
  }

  private ScanChanges scan() {
    return networks.scan();
  }

  private Optional<Path> fileOf(String address) {
    return networks.fileOf(InetAddress.ofLiteral(address));
  }

  private static FoundNetwork network(SandboxNetworks networks, Path file) {
    return networks.found().stream()
        .filter(found -> found.file().equals(file))
        .findFirst()
        .orElseThrow();
  }

  private static Held held(SandboxNetworks networks, Path file, String address) {
    return requireNonNull(
        network(networks, file).addresses().get(InetAddress.ofLiteral(address)), address);
  }

  private void assertHas(String address, Path file) {
    assertEquals(Optional.of(file), fileOf(address), address);
  }

  private static ScanChanges appeared(Appeared... appeared) {
    return new ScanChanges(List.of(appeared), List.of(), List.of());
  }

  private static Set<InetAddress> set(String... addresses) {
    return Arrays.stream(addresses).map(InetAddress::ofLiteral).collect(Collectors.toSet());
  }

  private static Failure noNamespace(Path file) {
    return new Failure(file, file + " is not a network namespace");
  }

  /** A clock that starts at a given time, and may advance with each reading. */
  private static final class Clock implements Ticker {

    private final Instant start;
    private final Duration step;
    private Duration passed = Duration.ZERO;

    Clock(Instant start, Duration step) {
      this.start = start;
      this.step = step;
    }

    void advance(Duration duration) {
      passed = passed.plus(duration);
    }

    @Override
    public long nanos() {
      advance(step);
      return passed.toNanos();
    }

    @Override
    public Instant now() {
      return start.plus(passed);
    }
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }
}
