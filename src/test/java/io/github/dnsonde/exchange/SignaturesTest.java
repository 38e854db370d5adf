package io.github.dnsonde.exchange;

import static io.github.dnsonde.testkit.RoutedNetwork.ABSENT;
import static io.github.dnsonde.testkit.RoutedNetwork.KUBE_DNS;
import static io.github.dnsonde.testkit.RoutedNetwork.KUBE_DNS_6;
import static io.github.dnsonde.testkit.RoutedNetwork.NODE_LOCAL;
import static io.github.dnsonde.testkit.RoutedNetwork.NODE_LOCAL_DEAD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.probe.Errno;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Reply.ConnectionRefused;
import io.github.dnsonde.probe.Reply.LocalDenied;
import io.github.dnsonde.probe.Reply.NoRoute;
import io.github.dnsonde.probe.Reply.Phase;
import io.github.dnsonde.probe.Reply.PortUnreachable;
import io.github.dnsonde.probe.Reply.Prohibited;
import io.github.dnsonde.probe.Reply.TimedOut;
import io.github.dnsonde.testkit.RoutedNetwork;
import io.github.dnsonde.testkit.RoutedNetwork.Place;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The appearance of each kind of blocked path to a client, over a real route with real filters. The
 * program distinguishes causes by these signatures.
 */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("long")
class SignaturesTest {

  private static final long TIMEOUT_MILLIS = 1_200;
  private static final int CLOSED = 5_300;
  private static final int DNS = 53;

  private static final String GOOD = "Answered[rcode=0]";
  private static final Reply SILENCE = new TimedOut(Phase.RESPONSE);
  private static final Reply SILENCE_TO_SYN = new TimedOut(Phase.CONNECT);
  private static final Reply UNREACHABLE = new PortUnreachable();
  private static final Reply REFUSED = new ConnectionRefused();
  private static final Reply NO_HOST = new Prohibited(Errno.EHOSTUNREACH);
  private static final Reply FORBIDDEN = new Prohibited(Errno.EACCES);
  private static final Reply NO_NETWORK = new NoRoute(Errno.ENETUNREACH);
  private static final Reply NO_PROTOCOL = new Prohibited(Errno.ENOPROTOOPT);
  private static final Reply HOST_DOWN = new NoRoute(Errno.EHOSTDOWN);
  private static final Reply ISOLATED = new NoRoute(Errno.ENONET);
  private static final Reply BLACKHOLE = new NoRoute(Errno.EINVAL);
  private static final Reply DENIED = new LocalDenied(Errno.EPERM);

  private RoutedNetwork network;
  private RoutedNetwork.Pod pod;

  @BeforeAll
  void build() throws IOException {
    Optional<String> missing = RoutedNetwork.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    network = RoutedNetwork.build();
    pod = network.pod(TIMEOUT_MILLIS);
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

  @ParameterizedTest(name = "{0}")
  @MethodSource("signatures")
  void hasSignature(Signature signature) throws IOException {
    signature.fault().breakIt(network);

    assertEquals(
        "udp " + signature.udp() + ", tcp " + signature.tcp(),
        pod.ask(signature.server(), signature.port()));
  }

  static Stream<Signature> signatures() {
    return Stream.of(
            List.of(
                to(KUBE_DNS, "healthy", nothing(), GOOD, GOOD),
                to(NODE_LOCAL, "healthy node-local cache", nothing(), GOOD, GOOD),
                to(
                    KUBE_DNS,
                    "forward drop",
                    forward("ip daddr 10.96.0.10 drop"),
                    SILENCE,
                    SILENCE_TO_SYN),
                to(
                    KUBE_DNS,
                    "forward drop of TCP alone",
                    forward("meta l4proto tcp drop"),
                    GOOD,
                    SILENCE_TO_SYN),
                to(
                    NODE_LOCAL,
                    "input drop on the node",
                    filter(Place.NODE, "input", "ip daddr 169.254.20.10 drop"),
                    SILENCE,
                    SILENCE_TO_SYN),
                new Signature(
                    "port closed", nothing(), KUBE_DNS, CLOSED, UNREACHABLE + "", REFUSED + ""),
                to(NODE_LOCAL_DEAD, "dead node-local cache", nothing(), UNREACHABLE, REFUSED),
                to(
                    KUBE_DNS,
                    "reject with port-unreachable",
                    reject("port-unreachable"),
                    UNREACHABLE,
                    REFUSED),
                to(
                    KUBE_DNS,
                    "reject with a TCP reset",
                    forward("meta l4proto tcp reject with tcp reset"),
                    GOOD,
                    REFUSED),
                to(
                    KUBE_DNS,
                    "reject with admin-prohibited",
                    reject("admin-prohibited"),
                    NO_HOST,
                    NO_HOST),
                to(
                    KUBE_DNS,
                    "reject with host-prohibited",
                    reject("host-prohibited"),
                    NO_HOST,
                    NO_HOST),
                to(
                    KUBE_DNS,
                    "reject with net-prohibited",
                    reject("net-prohibited"),
                    NO_NETWORK,
                    NO_NETWORK),
                to(
                    KUBE_DNS,
                    "reject with host-unreachable",
                    reject("host-unreachable"),
                    SILENCE,
                    NO_HOST),
                to(
                    KUBE_DNS,
                    "reject with net-unreachable",
                    reject("net-unreachable"),
                    SILENCE,
                    NO_NETWORK),
                to(
                    KUBE_DNS,
                    "reject with prot-unreachable",
                    reject("prot-unreachable"),
                    NO_PROTOCOL,
                    NO_PROTOCOL),
                to(
                    KUBE_DNS,
                    "reject: source route failed",
                    reject("5"), // the other codes have no name in nft: RFC 1122 §3.2.2.1
                    SILENCE,
                    new NoRoute(Errno.EOPNOTSUPP)),
                to(KUBE_DNS, "reject: network unknown", reject("6"), NO_NETWORK, NO_NETWORK),
                to(KUBE_DNS, "reject: host unknown", reject("7"), HOST_DOWN, HOST_DOWN),
                to(KUBE_DNS, "reject: source isolated", reject("8"), ISOLATED, ISOLATED),
                to(ABSENT, "address absent behind the node", nothing(), SILENCE, SILENCE_TO_SYN),
                to(
                    KUBE_DNS,
                    "drop in the pod's own output",
                    filter(Place.POD, "output", "ip daddr 10.96.0.10 drop"),
                    DENIED,
                    SILENCE_TO_SYN),
                to(
                    KUBE_DNS,
                    "reject in the pod's own output",
                    filter(Place.POD, "output", "ip daddr 10.96.0.10 reject"),
                    DENIED,
                    REFUSED),
                to(KUBE_DNS, "no route", route("-4", "delete", "default"), NO_NETWORK, NO_NETWORK),
                to(
                    KUBE_DNS,
                    "route prohibit",
                    route("-4", "add", "prohibit", KUBE_DNS),
                    FORBIDDEN,
                    FORBIDDEN),
                to(
                    KUBE_DNS,
                    "route blackhole",
                    route("-4", "add", "blackhole", KUBE_DNS),
                    BLACKHOLE,
                    BLACKHOLE),
                to(
                    KUBE_DNS,
                    "route unreachable",
                    route("-4", "add", "unreachable", KUBE_DNS),
                    NO_HOST,
                    NO_HOST)),
            List.of(
                to(KUBE_DNS_6, "healthy, IPv6", nothing(), GOOD, GOOD),
                to(
                    KUBE_DNS_6,
                    "forward drop, IPv6",
                    forward("ip6 daddr fd00:96::a drop"),
                    SILENCE,
                    SILENCE_TO_SYN),
                new Signature(
                    "port closed, IPv6",
                    nothing(),
                    KUBE_DNS_6,
                    CLOSED,
                    UNREACHABLE + "",
                    REFUSED + ""),
                to(
                    KUBE_DNS_6,
                    "reject with port-unreachable, IPv6",
                    reject6("port-unreachable"),
                    UNREACHABLE,
                    REFUSED),
                to(
                    KUBE_DNS_6,
                    "reject with admin-prohibited, IPv6",
                    reject6("admin-prohibited"),
                    FORBIDDEN,
                    FORBIDDEN),
                to(
                    KUBE_DNS_6,
                    "reject with addr-unreachable, IPv6",
                    reject6("addr-unreachable"),
                    SILENCE,
                    NO_HOST),
                to(
                    KUBE_DNS_6,
                    "reject with policy-fail, IPv6",
                    reject6("policy-fail"),
                    FORBIDDEN,
                    FORBIDDEN),
                to(
                    KUBE_DNS_6,
                    "reject with reject-route, IPv6",
                    reject6("reject-route"),
                    FORBIDDEN,
                    FORBIDDEN),
                to(
                    KUBE_DNS_6,
                    "reject with no-route, IPv6",
                    reject6("no-route"),
                    SILENCE,
                    NO_NETWORK),
                to(
                    KUBE_DNS_6,
                    "no route, IPv6",
                    route("-6", "delete", "default"),
                    NO_NETWORK,
                    NO_NETWORK),
                to(
                    KUBE_DNS_6,
                    "route prohibit, IPv6",
                    route("-6", "add", "prohibit", KUBE_DNS_6),
                    FORBIDDEN,
                    FORBIDDEN)))
        .flatMap(List::stream);
  }

  /** The fault, the queried server, and the client's view over each transport. */
  record Signature(String name, Fault fault, String server, int port, String udp, String tcp) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** A fault on the path. */
  interface Fault {
    void breakIt(RoutedNetwork network) throws IOException;
  }

  private static Signature to(String server, String name, Fault fault, Object udp, Object tcp) {
    return new Signature(name, fault, server, DNS, udp.toString(), tcp.toString());
  }

  private static Fault nothing() {
    return _ -> {};
  }

  private static Fault filter(Place place, String hook, String rule) {
    return network -> network.filter(place, hook, rule);
  }

  private static Fault forward(String rule) {
    return filter(Place.NODE, "forward", rule);
  }

  private static Fault reject(String type) {
    return forward("ip daddr 10.96.0.10 reject with icmp type " + type);
  }

  private static Fault reject6(String type) {
    return forward("ip6 daddr fd00:96::a reject with icmpv6 type " + type);
  }

  private static Fault route(String family, String... change) {
    String[] command =
        Stream.concat(Stream.of("ip", family, "route"), Stream.of(change)).toArray(String[]::new);
    return network -> network.in(Place.POD, command);
  }
}
