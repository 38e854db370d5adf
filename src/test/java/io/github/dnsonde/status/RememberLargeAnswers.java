package io.github.dnsonde.status;

import static io.github.dnsonde.testkit.Asker.PATIENT;

import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.testkit.Asker;
import io.github.dnsonde.testkit.Probes;
import io.github.dnsonde.testkit.StreakFold;
import io.github.dnsonde.testkit.Way;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A program with a small heap that queries one server from many vantages and remembers every
 * outcome, as an agent does.
 */
final class RememberLargeAnswers {

  private static final StreakFold FOLD = new StreakFold();

  private RememberLargeAnswers() {}

  /** The arguments are the server's port and the number of vantages. */
  public static void main(String[] arguments) throws IOException {
    InetSocketAddress server = new InetSocketAddress(Way.IPV4, Integer.parseInt(arguments[0]));
    List<Probe> probes =
        IntStream.range(0, Integer.parseInt(arguments[1]))
            .mapToObj(number -> probe(server, "web-" + number))
            .toList();
    Outcomes outcomes = new Outcomes();
    outcomes.retain(new Plan(probes));
    try (Asker asker = new Asker()) {
      for (Probe probe : probes) {
        FOLD.to(outcomes::add, asker.ask(probe, PATIENT));
      }
    }
    List<Outcome> failures = outcomes.snapshot().failures();
    System.out.println(
        failures.size()
            + " failures: "
            + failures.stream().map(RememberLargeAnswers::words).distinct().toList());
  }

  private static Probe probe(InetSocketAddress server, String pod) {
    Vantage vantage = new Vantage("shop", "web", pod, "node-1", Vantage.ANY);
    return Probes.probe(vantage, server, Probes.question(Probes.EXTERNAL, Transport.TCP));
  }

  private static String words(Outcome outcome) {
    return outcome.verdict().why().orElse("good")
        + (outcome.reply() instanceof Answered answered
            ? ", " + answered.answers().size() + " of " + answered.count() + " records"
            : "");
  }
}
