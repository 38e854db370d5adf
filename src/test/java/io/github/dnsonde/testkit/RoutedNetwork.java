package io.github.dnsonde.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Three network namespaces in a row, as a packet passes them in a cluster: a pod, its node, and a
 * DNS server behind the node. The node also holds the addresses of a node-local cache. The path can
 * be broken with nftables and routes, and {@link #fix} undoes it.
 */
public final class RoutedNetwork implements AutoCloseable {

  public static final String KUBE_DNS = "10.96.0.10";
  public static final String KUBE_DNS_6 = "fd00:96::a";

  /** An address that is routed to the DNS server's network, but is unused there. */
  public static final String ABSENT = "10.96.0.99";

  /** An address of the node, with a listening cache. */
  public static final String NODE_LOCAL = "169.254.20.10";

  /** An address of the node, without a listener. */
  public static final String NODE_LOCAL_DEAD = "169.254.20.11";

  private static final String IP = "ip";

  /** The namespaces, from the client to the server. */
  public enum Place {
    POD,
    NODE,
    DNS
  }

  private final Path folder;
  private final Sandboxes sandboxes;

  private RoutedNetwork(Path folder) {
    this.folder = folder;
    this.sandboxes = new Sandboxes(folder);
  }

  /** The missing requirements of this network; empty if there are none. */
  public static Optional<String> missing() throws IOException {
    return Sandboxes.missing();
  }

  /** Builds the network and starts the servers in it. */
  public static RoutedNetwork build() throws IOException {
    RoutedNetwork network = new RoutedNetwork(Files.createTempDirectory("routed-network"));
    try {
      for (Place place : Place.values()) {
        network.sandboxes.add(name(place));
        network.sandboxes.up(name(place));
        network.sandboxes.forward(name(place)); // harmless at the ends
      }
      network.link(
          Place.POD, "10.244.3.57/24", "fd00:244::57/64", "10.244.3.1/24", "fd00:244::1/64");
      network.link(
          Place.DNS, KUBE_DNS + "/24", KUBE_DNS_6 + "/64", "10.96.0.1/24", "fd00:96::1/64");
      network.sandboxes.address(name(Place.NODE), NODE_LOCAL + "/32");
      network.sandboxes.address(name(Place.NODE), NODE_LOCAL_DEAD + "/32");
      network.fix();
      network.sandboxes.serve(name(Place.DNS), KUBE_DNS, KUBE_DNS_6);
      network.sandboxes.serve(name(Place.NODE), NODE_LOCAL);
      return network;
    } catch (IOException | RuntimeException failure) {
      network.close();
      throw failure;
    }
  }

  private void link(Place place, String own4, String own6, String node4, String node6)
      throws IOException {
    sandboxes.connect(name(place), "eth0", name(Place.NODE), name(place));
    raise(place, "eth0", own4, own6);
    raise(Place.NODE, name(place), node4, node6);
  }

  private void raise(Place place, String device, String address4, String address6)
      throws IOException {
    in(place, IP, "address", "add", address4, "dev", device);
    in(place, IP, "address", "add", address6, "dev", device, "nodad");
    in(place, IP, "link", "set", device, "up");
  }

  /** Restores the network: no filter anywhere, the two default routes of each end. */
  public void fix() throws IOException {
    for (Place place : Place.values()) {
      sandboxes.unfilter(name(place));
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

  /** Adds one rule to a separate filter, such as {@code ip daddr 10.96.0.10 drop}. */
  public void filter(Place place, String hook, String rule) throws IOException {
    sandboxes.filter(name(place), hook, rule);
  }

  /** The file that one of the namespaces is bound to. */
  public Path file(Place place) {
    return sandboxes.file(name(place));
  }

  /** Runs a command in one of the namespaces. */
  public void in(Place place, String... command) throws IOException {
    sandboxes.in(name(place), command);
  }

  /** Starts a program of this class path that queries from the pod. */
  public Pod pod(long timeoutMillis) throws IOException {
    return new Pod(
        sandboxes.java(name(Place.POD), AskFromHere.class, Long.toString(timeoutMillis)));
  }

  /** A client in the pod. */
  public static final class Pod {
    private final BufferedWriter requests;
    private final BufferedReader replies;

    private Pod(Process process) {
      this.requests = process.outputWriter(UTF_8);
      this.replies = process.inputReader(UTF_8);
    }

    /** Queries a server over UDP and TCP: {@code udp Answered[rcode=0], tcp TimedOut[…]}. */
    public String ask(String address, int port) throws IOException {
      requests.write(address + " " + port + "\n");
      requests.flush();
      return String.valueOf(replies.readLine());
    }
  }

  /** Ends every program and removes every namespace. */
  @Override
  public void close() {
    sandboxes.close();
    try {
      Files.delete(folder);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String name(Place place) {
    return place.name().toLowerCase(Locale.ROOT);
  }
}
