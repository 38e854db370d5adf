package io.github.dnsonde.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A program that queries from the network namespace it was started in. Each line that it reads is
 * an address and a port; it queries there over UDP and TCP at once and prints one line with both
 * replies.
 */
final class AskFromHere {

  private AskFromHere() {}

  /** Ends with its input. The first argument is the timeout in milliseconds. */
  public static void main(String[] arguments) throws IOException {
    Duration timeout = Duration.ofMillis(Long.parseLong(arguments[0]));
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    try (Asker asker = new Asker()) {
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        String[] server = line.split(" ", 2);
        InetAddress address = InetAddress.ofLiteral(server[0]);
        System.out.println(
            ask(asker, new InetSocketAddress(address, Integer.parseInt(server[1])), timeout));
      }
    }
  }

  private static String ask(Asker asker, InetSocketAddress server, Duration timeout) {
    Map<Transport, Outcome> outcomes = new EnumMap<>(Transport.class);
    Exchange exchange = asker.exchange();
    for (Transport transport : Transport.values()) {
      exchange.query(
          Probes.probe(server, transport),
          timeout,
          timeout,
          outcome -> outcomes.put(transport, outcome));
    }
    asker.awaitUntilIdle();
    return Arrays.stream(Transport.values())
        .map(transport -> transport.label() + " " + words(outcomes.get(transport)))
        .collect(Collectors.joining(", "));
  }

  private static String words(Outcome outcome) {
    return outcome.reply() instanceof Answered answered
        ? "Answered[rcode=" + answered.rcode() + "]"
        : outcome.reply().toString();
  }
}
