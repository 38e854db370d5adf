package io.github.dnsonde.lookup;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.lookup.RecordingServers.Seen;
import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.LookupOutcome;
import io.github.dnsonde.probe.ResolverKind;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.testkit.Commands;
import io.github.dnsonde.testkit.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same queries, in the same order, to the same servers as the real libraries: each situation is
 * played to a small program and to a walk, and what arrives at the servers is compared.
 */
@Tag("long")
class RealResolversTest {

  /** Queries with less time between them were sent together. */
  private static final Duration TOGETHER = RecordingServers.MOMENT.multipliedBy(2).dividedBy(5);

  /** The tolerance for the time of a query. */
  private static final long TOLERANCE = 350;

  private static final int AT_ONCE = 16;

  private static final AtomicInteger BLOCKS = new AtomicInteger(1);

  @TempDir private static Path folder;

  private static Optional<String> missing = Optional.empty();

  /** The libraries of the programs. */
  private static final Set<String> PROGRAMS = new HashSet<>();

  @BeforeAll
  static void buildPrograms() throws IOException {
    if (Programs.find("unshare").isEmpty()
        || !Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
      missing = Optional.of("root and unshare are needed to replace /etc/resolv.conf");
      return;
    }
    String source = Path.of("src/test/c/lookup.c").toAbsolutePath().toString();
    if (Programs.find("gcc").isPresent()) {
      build("glibc", "gcc", "-o", output("glibc"), source);
    }
    String zig = System.getenv("DNSONDE_ZIG"); // brings a musl that repeats over TCP
    if (zig != null) {
      build("musl", zig, "cc", "-target", "x86_64-linux-musl", "-o", output("musl"), source);
    }
    if (Programs.find("musl-gcc").isPresent()) {
      build("musl 1.2.3", "musl-gcc", "-static", "-o", output("musl 1.2.3"), source);
    }
    for (Path go : List.of(Path.of("/usr/local/go/bin/go"))) {
      if (Files.isExecutable(go)) {
        build(
            "go",
            "env",
            "CGO_ENABLED=0",
            go.toString(),
            "build",
            "-o",
            output("go"),
            Path.of("src/test/go/lookup/main.go").toAbsolutePath().toString());
      }
    }
  }

  private static void build(String library, String... command) throws IOException {
    Commands.run(command);
    PROGRAMS.add(library);
  }

  private static String output(String library) {
    return folder.resolve(library.replace(' ', '-')).toString();
  }

  @Test
  void glibc() throws InterruptedException {
    compareAll("glibc", ResolverKind.GLIBC, Situation.all());
  }

  @Test
  void musl() throws InterruptedException {
    compareAll("musl", ResolverKind.MUSL, Situation.all());
  }

  /** Debian 12 has a version without TCP. */
  @Test
  void olderMusl() throws InterruptedException {
    compareAll(
        "musl 1.2.3",
        ResolverKind.MUSL,
        Situation.all().stream().filter(each -> !each.title().contains("truncated")).toList());
  }

  @Test
  void go() throws InterruptedException {
    compareAll("go", ResolverKind.GO, Situation.all());
  }

  /** Plays several situations at once: most of them wait. */
  private static void compareAll(String library, ResolverKind kind, List<Situation> situations)
      throws InterruptedException {
    assumeTrue(missing.isEmpty(), () -> missing.orElseThrow());
    assumeTrue(PROGRAMS.contains(library), () -> library + " is not installed");
    try (ExecutorService players = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<?>> played =
          situations.stream()
              .<Future<?>>map(
                  situation ->
                      players.submit(
                          () -> {
                            compareAgain(library, kind, situation);
                            return null;
                          }))
              .toList();
      assertAll(played.stream().map(future -> () -> get(future)));
    }
  }

  /** A busy machine can delay one of two queries that were sent together; not thrice in a row. */
  private static void compareAgain(String library, ResolverKind kind, Situation situation)
      throws Exception {
    for (int left = 2; left >= 0; left--) {
      try {
        compare(library, kind, situation);
        return;
      } catch (AssertionError e) {
        if (left == 0) {
          throw e;
        }
      }
    }
  }

  private static void get(Future<?> future) throws Throwable {
    try {
      future.get();
    } catch (ExecutionException e) {
      throw e.getCause();
    }
  }

  private static void compare(String library, ResolverKind kind, Situation situation)
      throws Exception {
    try (RecordingServers servers =
        new RecordingServers(
            BLOCKS.getAndIncrement(), situation.servers(), situation.behaviour())) {
      String said = real(Path.of(output(library)), servers, situation);
      List<Burst> real = bursts(servers.take());
      int rotation =
          kind == ResolverKind.GLIBC && situation.options().contains("rotate")
              ? real.getFirst().firstServer() - 1
              : 0; // Go counts from 0
      LookupOutcome outcome = ours(kind, servers, situation, rotation);
      List<Burst> ours = bursts(servers.take());
      String context = library + ", " + situation + "; real: " + real + "; ours: " + ours;
      boolean rotates = kind == ResolverKind.GO && situation.options().contains("rotate");
      assertEquals(words(real, rotates), words(ours, rotates), context);
      for (int i = 0; i < real.size(); i++) {
        long gap = Math.abs(real.get(i).millis() - ours.get(i).millis());
        assertEquals(0, gap / TOLERANCE, context);
      }
      assertEquals(
          said.equals("found"),
          outcome.result() instanceof LookupOutcome.Result.Found,
          said + " but " + outcome.result() + "; " + context);
    }
  }

  private static String real(Path program, RecordingServers servers, Situation situation)
      throws IOException {
    Path etc = Files.createTempDirectory(folder, "etc");
    StringBuilder file = new StringBuilder();
    servers.addresses().forEach(a -> file.append("nameserver " + a.getHostAddress() + "\n"));
    if (!situation.search().isEmpty()) {
      file.append("search " + situation.search() + "\n");
    }
    file.append("options " + situation.options() + "\n");
    Files.writeString(etc.resolve("resolv.conf"), file);
    Files.writeString(etc.resolve("nsswitch.conf"), "hosts: dns\n");
    Files.writeString(etc.resolve("hosts"), "");
    String script =
        "set -e; for f in resolv.conf nsswitch.conf hosts; do mount --bind "
            + etc
            + "/$f /etc/$f; done; exec \"$0\" \"$1\"";
    return Commands.run(
            List.of("unshare", "--mount", "sh", "-c", script, program.toString(), situation.name()),
            "")
        .strip();
  }

  private static LookupOutcome ours(
      ResolverKind kind, RecordingServers servers, Situation situation, int rotation) {
    Vantage self = new Vantage("default", "test", "", "", Vantage.ANY);
    Lookup lookup =
        new Lookup(
            self,
            situation.name(),
            kind,
            servers.addresses().stream().map(a -> new Server("dns", a, Server.DNS_PORT)).toList(),
            ResolverSettings.of(
                servers.addresses(), words(situation.search()), words(situation.options())),
            List.of());
    List<LookupOutcome> outcomes = new ArrayList<>();
    try (DnsExchange exchange = new DnsExchange(Sockets.ofThisProcess(), Ticker.SYSTEM, _ -> {})) {
      LookupRun run =
          new LookupRun(
              lookup,
              rotation,
              exchange,
              Ticker.SYSTEM,
              _ -> {},
              outcomes::add,
              LookupRun.Pairs.IGNORED);
      run.start();
      while (!run.isOver()) {
        exchange.await(Duration.ofNanos(Math.max(0, run.wakeAt() - System.nanoTime())));
        run.wake();
      }
    }
    assertEquals(1, outcomes.size());
    return outcomes.getFirst();
  }

  private static Stream<String> words(String text) {
    return Arrays.stream(text.split(" ", -1)).filter(word -> !word.isEmpty());
  }

  /**
   * Queries that were sent together.
   *
   * @param millis since the first query of the lookup
   */
  private record Burst(long millis, List<Seen> queries) {
    int firstServer() {
      return queries.getFirst().server();
    }

    @Override
    public String toString() {
      return "\n  " + millis + " ms " + queries;
    }
  }

  private static List<Burst> bursts(List<Seen> all) {
    List<Burst> bursts = new ArrayList<>();
    List<Seen> together = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      together.add(all.get(i));
      boolean last =
          i + 1 == all.size() || all.get(i + 1).nanos() - all.get(i).nanos() > TOGETHER.toNanos();
      if (last) {
        long millis = (together.getFirst().nanos() - all.getFirst().nanos()) / 1_000_000;
        bursts.add(new Burst(millis, List.copyOf(together)));
        together.clear();
      }
    }
    return bursts;
  }

  /**
   * The queries of each burst, in no order: they are sent within microseconds.
   *
   * @param apart whether servers and types are listed apart: Go's two queries race for the servers
   */
  private static String words(List<Burst> bursts, boolean apart) {
    return IntStream.range(0, bursts.size())
        .mapToObj(
            i -> i + ": " + words(bursts.get(i), apart) + sockets(bursts.get(i), apart) + "\n")
        .reduce("", String::concat);
  }

  /** The number of sockets that sent over UDP to each server. */
  private static Map<Integer, Long> sockets(Burst burst, boolean apart) {
    return burst.queries().stream()
        .filter(query -> query.transport() == Transport.UDP && !apart)
        .map(query -> Map.entry(query.server(), query.port()))
        .distinct()
        .collect(Collectors.groupingBy(Map.Entry::getKey, TreeMap::new, Collectors.counting()));
  }

  private static List<String> words(Burst burst, boolean apart) {
    return burst.queries().stream()
        .flatMap(
            query ->
                apart
                    ? Stream.of("" + query.server(), query.toString().substring(2))
                    : Stream.of(query.toString()))
        .sorted()
        .toList();
  }
}
