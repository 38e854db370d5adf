package io.github.dnsonde.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Three network namespaces in a row, as a packet passes them in a cluster: a pod, its node, and a
 * DNS server behind the node. The node also holds the addresses of a node-local cache. What lies on
 * the way can be broken with nftables and routes, and {@link #mend} undoes it.
 *
 * <p>Needs root, {@code ip} and {@code nft} (ip-netns(8), nft(8)).
 */
public final class RoutedNetwork implements AutoCloseable {

  public static final String KUBE_DNS = "10.96.0.10";
  public static final String KUBE_DNS_6 = "fd00:96::a";

  /** An address that is routed to the DNS server's network, but that nobody there has. */
  public static final String ABSENT = "10.96.0.99";

  /** The node has it, and a cache listens. */
  public static final String NODE_LOCAL = "169.254.20.10";

  /** The node has it, and nobody listens. */
  public static final String NODE_LOCAL_DEAD = "169.254.20.11";

  private static final String IP = "ip";
  private static final String NFT = "nft";
  private static final long MOMENT = 20;

  /** The namespaces, from the one who asks to the one who answers. */
  public enum Place {
    POD,
    NODE,
    DNS
  }

  private final List<Process> programs = new ArrayList<>();
  private final Thread undoing = new Thread(this::deleteAll, "network-undoing");

  private RoutedNetwork() {}

  /** What this network cannot be built without and is not here; empty when all is. */
  public static Optional<String> missing() throws IOException {
    return Commands.noNamespaces(IP, NFT, "unshare");
  }

  /** Builds the network and starts the servers in it. */
  public static RoutedNetwork build() throws IOException {
    RoutedNetwork network = new RoutedNetwork();
    Runtime.getRuntime().addShutdownHook(network.undoing);
    try {
      for (Place place : Place.values()) {
        Commands.run(IP, "netns", "add", name(place));
        network.settings(place);
      }
      network.link(
          Place.POD, "10.244.3.57/24", "fd00:244::57/64", "10.244.3.1/24", "fd00:244::1/64");
      network.link(
          Place.DNS, KUBE_DNS + "/24", KUBE_DNS_6 + "/64", "10.96.0.1/24", "fd00:96::1/64");
      network.in(Place.NODE, IP, "address", "add", NODE_LOCAL + "/32", "dev", "lo");
      network.in(Place.NODE, IP, "address", "add", NODE_LOCAL_DEAD + "/32", "dev", "lo");
      network.mend();
      network.serve(Place.DNS, KUBE_DNS, KUBE_DNS_6);
      network.serve(Place.NODE, NODE_LOCAL);
      return network;
    } catch (IOException | RuntimeException failure) {
      network.close();
      throw failure;
    }
  }

  /** Forwards everywhere: harmless at the ends. No limit on ICMP errors: each row needs its own. */
  private void settings(Place place) throws IOException {
    in(place, IP, "link", "set", "lo", "up");
    in(
        place,
        "sh",
        "-ec",
        """
        cd /proc/sys/net
        echo 1 > ipv4/ip_forward
        echo 1 > ipv6/conf/all/forwarding
        echo 0 > ipv4/icmp_ratelimit
        echo 0 > ipv6/icmp/ratelimit
        """);
  }

  private void link(Place place, String own4, String own6, String node4, String node6)
      throws IOException {
    String there = place.name().toLowerCase(Locale.ROOT);
    Commands.run(
        IP,
        "link",
        "add",
        "eth0",
        "netns",
        name(place), //
        "type",
        "veth",
        "peer",
        "name",
        there,
        "netns",
        name(Place.NODE));
    raise(place, "eth0", own4, own6);
    raise(Place.NODE, there, node4, node6);
  }

  private void raise(Place place, String device, String address4, String address6)
      throws IOException {
    in(place, IP, "address", "add", address4, "dev", device);
    in(place, IP, "address", "add", address6, "dev", device, "nodad");
    in(place, IP, "link", "set", device, "up");
  }

  /**
   * Everything is as it should be again: no filter anywhere, the two default routes of each end.
   */
  public void mend() throws IOException {
    for (Place place : Place.values()) {
      in(place, NFT, "flush", "ruleset");
    }
    for (String special : List.of("prohibit", "blackhole", "unreachable")) {
      for (String family : List.of("-4", "-6")) {
        in(Place.POD, IP, family, "route", "flush", "type", special);
      }
    }
    route(Place.POD, "-4", "10.244.3.1");
    route(Place.POD, "-6", "fd00:244::1");
    route(Place.DNS, "-4", "10.96.0.1");
    route(Place.DNS, "-6", "fd00:96::1");
  }

  private void route(Place place, String family, String gateway) throws IOException {
    in(place, IP, family, "route", "replace", "default", "via", gateway, "dev", "eth0");
  }

  /** Adds one rule to a filter of its own, such as {@code ip daddr 10.96.0.10 drop}. */
  public void filter(Place place, String hook, String rule) throws IOException {
    Commands.run(
        inside(place, NFT, "-f", "-"),
        """
        table inet broken {
          chain %1$s {
            type filter hook %1$s priority 0;
            %2$s
          }
        }
        """
            .formatted(hook, rule));
  }

  /** The file that one of the namespaces is bound to (ip-netns(8)). */
  public Path file(Place place) {
    return Path.of("/run/netns", name(place));
  }

  /** Runs a command in one of the namespaces. */
  public void in(Place place, String... command) throws IOException {
    Commands.run(inside(place, command), "");
  }

  /** Starts a program of this class path that asks from the pod. */
  public Pod pod(long timeoutMillis) throws IOException {
    return new Pod(java(Place.POD, AskFromHere.class, Long.toString(timeoutMillis)));
  }

  private void serve(Place place, String... addresses) throws IOException {
    Process server = java(place, ServeHere.class, addresses);
    if (!"ready".equals(server.inputReader(UTF_8).readLine())) {
      throw new IOException("no server in " + name(place));
    }
  }

  private Process java(Place place, Class<?> program, String... arguments) throws IOException {
    Process started =
        new ProcessBuilder(
                inside(
                    place,
                    Stream.concat(
                            Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                program.getName()),
                            Arrays.stream(arguments))
                        .toArray(String[]::new)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    programs.add(started);
    return started;
  }

  /** Somebody in the pod who asks. */
  public static final class Pod {
    private final BufferedWriter asked;
    private final BufferedReader told;

    private Pod(Process process) {
      this.asked = process.outputWriter(UTF_8);
      this.told = process.inputReader(UTF_8);
    }

    /** Asks a server over UDP and TCP: {@code udp Answered[rcode=0], tcp TimedOut[…]}. */
    public String ask(String address, int port) throws IOException {
      asked.write(address + " " + port + "\n");
      asked.flush();
      return String.valueOf(told.readLine());
    }
  }

  /** Ends every program and removes every namespace; nothing of it is left. */
  @Override
  public void close() {
    deleteAll();
    Runtime.getRuntime().removeShutdownHook(undoing);
  }

  private void deleteAll() {
    programs.forEach(Process::destroyForcibly);
    try {
      for (Process program : programs) {
        program.waitFor(MOMENT, TimeUnit.SECONDS);
      }
      for (Place place : Place.values()) {
        Commands.ended(List.of(IP, "netns", "delete", name(place)), "");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String name(Place place) {
    return name(place.name().toLowerCase(Locale.ROOT));
  }

  /** Two runs on one machine do not meet. */
  private static String name(String what) {
    return "dnsonde-" + ProcessHandle.current().pid() + "-" + what;
  }

  private static List<String> inside(Place place, String... command) {
    return Stream.concat(Stream.of(IP, "netns", "exec", name(place)), Arrays.stream(command))
        .toList();
  }
}
