package io.github.dnsonde.testkit;

import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** An independent authoritative DNS server on loopback, with one zone: {@code example.com.}. */
public final class RealServer implements AutoCloseable {

  /**
   * Number of records of {@code many.example.com.}: more than one datagram of 1,232 octets holds.
   */
  public static final int MANY = 200;

  private static final Duration STARTING = Duration.ofSeconds(20);
  private static final Duration ENDING = Duration.ofSeconds(10);

  private final Process process;
  private final Path folder;
  private final InetSocketAddress address;

  private RealServer(Process process, Path folder, InetSocketAddress address) {
    this.process = process;
    this.folder = folder;
    this.address = address;
  }

  /** The servers that can be started, whether or not they are installed here. */
  public enum Kind {
    NSD("nsd") {
      @Override
      String configuration(Path folder, InetSocketAddress address) {
        return """
        server:
          ip-address: %s@%d
          username: ""
          chroot: ""
          zonesdir: "%3$s"
          database: ""
          pidfile: "%3$s/nsd.pid"
          xfrdfile: "%3$s/xfrd.state"
          zonelistfile: "%3$s/zone.list"
          server-count: 1
          rrl-ratelimit: 0
        remote-control:
          control-enable: no
        zone:
          name: example.com
          zonefile: zone
        """
            .formatted(address.getAddress().getHostAddress(), address.getPort(), folder);
      }

      @Override
      List<String> arguments(Path configuration) {
        return List.of("-d", "-c", configuration.toString());
      }
    },
    KNOT("knotd") {
      @Override
      String configuration(Path folder, InetSocketAddress address) {
        return """
        server:
          listen: %s@%d
          rundir: "%3$s"
          udp-workers: 1
          tcp-workers: 1
          background-workers: 1
        database:
          storage: "%3$s"
        zone:
          - domain: example.com
            storage: "%3$s"
            file: zone
            zonefile-sync: -1
        """
            .formatted(address.getAddress().getHostAddress(), address.getPort(), folder);
      }

      @Override
      List<String> arguments(Path configuration) {
        return List.of("-c", configuration.toString());
      }
    };

    private final String program;

    Kind(String program) {
      this.program = program;
    }

    abstract String configuration(Path folder, InetSocketAddress address);

    abstract List<String> arguments(Path configuration);

    /** The program's name, without its folder. */
    public String program() {
      return program;
    }

    /** The path of the program; empty if it is not installed. */
    public Optional<Path> installed() {
      return Programs.find(program);
    }
  }

  /**
   * Starts a server and waits until it answers.
   *
   * @throws IllegalStateException if it does not; the message contains its output
   */
  public static RealServer start(Kind kind) throws IOException {
    Path program =
        kind.installed()
            .orElseThrow(() -> new IllegalStateException(kind.program() + " is absent"));
    Path folder = Files.createTempDirectory("dnsonde-" + kind.program());
    InetSocketAddress address = freePort();
    Path configuration = folder.resolve("configuration");
    Files.writeString(configuration, kind.configuration(folder, address));
    Files.writeString(folder.resolve("zone"), zone());
    Process process =
        new ProcessBuilder(
                Stream.concat(Stream.of(program.toString()), kind.arguments(configuration).stream())
                    .toList())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    RealServer server = new RealServer(process, folder, address);
    server.awaitFirstAnswer();
    return server;
  }

  /** A port that was free a moment ago, for UDP and TCP: the best option for a foreign program. */
  private static InetSocketAddress freePort() throws IOException {
    try (FakeDnsServer placeholder =
        FakeDnsServer.start(Way.IPV4, FakeDnsServer.ANY_PORT, Misbehaviour.silence())) {
      return placeholder.address();
    }
  }

  private static String zone() {
    StringBuilder zone =
        new StringBuilder(
            """
            $ORIGIN example.com.
            $TTL 30
            @     SOA ns hostmaster 1 7200 1800 86400 30
            @     NS  ns
            @     A   192.0.2.80
            ns    A   192.0.2.53
            www   CNAME @
            """);
    IntStream.rangeClosed(1, MANY)
        .forEach(last -> zone.append("many A 198.51.100.").append(last).append('\n'));
    return zone.toString();
  }

  private void awaitFirstAnswer() throws IOException {
    long deadline = System.nanoTime() + STARTING.toNanos();
    try (Asker asker = new Asker()) {
      while (!answers(asker, Transport.UDP) || !answers(asker, Transport.TCP)) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          String said = Files.readString(folder.resolve("output"));
          close();
          throw new IllegalStateException("no answer from " + address + ": " + said);
        }
        asker.exchange().await(Duration.ofMillis(10)); // a refusal is reported at once
      }
    }
  }

  private boolean answers(Asker asker, Transport transport) {
    return asker.ask(Probes.probe(address, transport), Asker.BRIEF).reply() instanceof Answered;
  }

  public InetSocketAddress address() {
    return address;
  }

  /** Ends the server by the handle of its process, with its children. */
  @Override
  public void close() throws IOException {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(ENDING.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly); // those that are left, if any
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
