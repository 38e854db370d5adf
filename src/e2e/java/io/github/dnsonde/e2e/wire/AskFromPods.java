package io.github.dnsonde.e2e.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dnsonde.netns.Entrance;
import io.github.dnsonde.netns.NetworkNamespaces;
import io.github.dnsonde.netns.SandboxNetworks;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.testkit.Asker;
import io.github.dnsonde.testkit.Probes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program that runs on a node and queries from inside its pods, over UDP and TCP, all at once.
 * Each input line has a key, the pod's address (or {@code host}), and a server's address and port.
 * Each output line has a key, a transport and the result.
 */
final class AskFromPods {

  static final String HOST = "host";
  static final String ANSWERED = "answered";
  static final String SILENCE = "timeout";
  static final String REJECTED = "rejected";

  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Path RUNTIME = Path.of("/run/netns");
  private static final Path OF_THE_NODE = Path.of("/proc/1/ns/net");

  private AskFromPods() {}

  public static void main(String[] arguments) throws IOException, Sockets.Unavailable {
    Map<String, Path> files = new HashMap<>();
    try (SandboxNetworks networks = new SandboxNetworks(List.of(RUNTIME));
        NetworkNamespaces sockets = new NetworkNamespaces(vantage -> entrance(files, vantage));
        Asker asker = new Asker(sockets, Ticker.SYSTEM)) {
      var _ = networks.scan();
      BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String line : input.readAllLines()) {
        String[] words = line.split(" ", 4);
        file(networks, words[1]).ifPresent(file -> files.put(words[0], file));
        InetSocketAddress server =
            new InetSocketAddress(InetAddress.ofLiteral(words[2]), Integer.parseInt(words[3]));
        ask(asker, words[0], server);
      }
      asker.awaitUntilIdle();
    }
  }

  private static Optional<Path> file(SandboxNetworks networks, String pod) {
    return pod.equals(HOST)
        ? Optional.of(OF_THE_NODE)
        : networks.fileOf(InetAddress.ofLiteral(pod));
  }

  private static Entrance entrance(Map<String, Path> files, Vantage vantage)
      throws Sockets.Unavailable {
    if (!files.containsKey(vantage.pod())) {
      throw new Sockets.Unavailable(Cause.VANTAGE_GONE, vantage.pod() + " has no network");
    }
    return Entrance.named(files.get(vantage.pod()));
  }

  private static void ask(Asker asker, String key, InetSocketAddress server) {
    Vantage vantage = new Vantage("wire", "wire", key, "", Vantage.ANY);
    for (Transport transport : Transport.values()) {
      asker
          .exchange()
          .query(
              Probes.probe(vantage, server, Probes.question(Probes.INTERNAL, transport)),
              TIMEOUT,
              TIMEOUT,
              outcome -> System.out.println(key + " " + transport.name() + " " + word(outcome)));
    }
  }

  private static String word(Outcome outcome) {
    return switch (outcome.reply()) {
      case Reply.Answered _ -> ANSWERED;
      case Reply.TimedOut _ -> SILENCE;
      case Reply.PortUnreachable _, Reply.ConnectionRefused _, Reply.Prohibited _ -> REJECTED;
      default -> outcome.reply().toString();
    };
  }
}
