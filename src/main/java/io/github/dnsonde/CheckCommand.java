package io.github.dnsonde;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.json.OutcomeJson;
import io.github.dnsonde.plan.Planner;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Asks every question once, now, and shows what came back. */
@Command(
    name = "check",
    header = "Ask now, once, and show what came back.",
    description = {
      "",
      "Asks each server each name over each transport, from where this command runs, and prints a"
          + " line an answer.",
      "Names are asked as they stand: no search list, no retry, no cache.",
      ""
    },
    footer = {
      "",
      "Exit status: 0 every answer was right and in time, 1 something was not, 2 wrong usage.",
      "",
      "Examples:",
      "  dnsonde check",
      "  dnsonde check --server 10.96.0.10 --name api.github.com --transport udp,tcp --count 3",
      "  dnsonde check --output json | jq -r '.[] | select(.verdict != \"good\")'"
    })
final class CheckCommand implements Callable<Integer> {

  private static final int MOST_ROUNDS = 1_000;
  private static final Duration BETWEEN_ROUNDS = Duration.ofSeconds(1);

  @Spec private CommandSpec spec;
  @Mixin private ConfigOption config;

  @Option(
      names = {"-s", "--server"},
      paramLabel = "ADDRESS[:PORT]",
      description =
          "Whom to ask; may be given several times. Default: the configuration's servers.")
  private List<Server> servers = List.of();

  @Option(
      names = {"-n", "--name"},
      paramLabel = "NAME",
      description =
          "What to ask for, as it stands; may be given several times. Default: the configuration's"
              + " questions.")
  private List<String> names = List.of();

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      defaultValue = "A",
      description =
          "Type of record for --name: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private RecordType type = RecordType.A;

  @Option(
      names = {"-t", "--transport"},
      split = ",",
      paramLabel = "TRANSPORT",
      description =
          "udp, tcp or, with a comma between them, both. Default: the configuration's; for --name"
              + " both.")
  private Set<Transport> transports = Set.of();

  @Option(
      names = {"-c", "--count"},
      paramLabel = "ROUNDS",
      defaultValue = "1",
      description = "Rounds, at least a second apart; 1 to 1000. Default: ${DEFAULT-VALUE}.")
  private int count = 1;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description =
          "How long to wait for each answer, such as 2s or 500ms. Default: the configuration's.")
  private Optional<Duration> timeout = Optional.empty();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Output output = Output.table;

  private enum Output {
    table,
    json
  }

  @Override
  public Integer call() throws ConfigException, IOException {
    if (count < 1 || count > MOST_ROUNDS) {
      throw usage("--count must be 1 to " + MOST_ROUNDS + ", found " + count);
    }
    Config read = config.read();
    List<Outcome> outcomes = ask(plan(read), pace(read.pace()));
    switch (output) {
      case table -> printTable(outcomes);
      case json -> printJson(outcomes);
    }
    return outcomes.stream().allMatch(outcome -> outcome.verdict() instanceof Verdict.Good)
        ? ExitCode.OK
        : ExitCode.SOFTWARE;
  }

  private Plan plan(Config read) {
    List<Server> asked = servers.isEmpty() ? read.servers() : servers;
    List<Question> questions = names.isEmpty() ? read.questions() : questions();
    List<Question> wanted =
        questions.stream()
            .filter(q -> transports.isEmpty() || transports.contains(q.transport()))
            .toList();
    if (wanted.isEmpty()) {
      throw usage("no question of the configuration goes over " + transports);
    }
    return Planner.plan(List.of(read.vantage()), asked, wanted, List.of());
  }

  private List<Question> questions() {
    return names.stream()
        .distinct()
        .flatMap(name -> Stream.of(Transport.values()).map(transport -> question(name, transport)))
        .toList();
  }

  private Question question(String name, Transport transport) {
    String absolute = name.endsWith(".") ? name : name + ".";
    try {
      return new Question(absolute, type, transport, Scope.of(absolute), Expectation.ANY_RECORD);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private Pace pace(Pace configured) {
    return timeout.map(configured::waiting).orElse(configured);
  }

  private List<Outcome> ask(Plan plan, Pace pace) {
    List<Outcome> outcomes = new ArrayList<>();
    try (Exchange exchange = new DnsExchange(Sockets.ofThisProcess(), Ticker.SYSTEM, gap -> {})) {
      for (int round = 1; round <= count; round++) {
        long next = Ticker.SYSTEM.nanos() + BETWEEN_ROUNDS.toNanos();
        askOnce(exchange, plan, pace, outcomes);
        if (round < count) {
          rest(exchange, next);
        }
      }
    }
    return outcomes;
  }

  /**
   * One round: everything at once, but for the cap on questions in flight; the outcomes in the
   * plan's order.
   */
  private static void askOnce(Exchange exchange, Plan plan, Pace pace, List<Outcome> outcomes) {
    Map<Probe, Outcome> round = new HashMap<>();
    for (Probe probe : plan.probes()) {
      while (exchange.inFlight() >= pace.inFlight()) {
        exchange.await(pace.timeout());
      }
      exchange.ask(probe, pace.timeout(), pace.late(), outcome -> round.put(probe, outcome));
    }
    while (exchange.inFlight() > 0) {
      exchange.await(pace.timeout());
    }
    plan.probes()
        .forEach(
            probe -> outcomes.add(requireNonNull(round.get(probe), "every probe has an outcome")));
  }

  private static void rest(Exchange exchange, long until) {
    for (long left = until - Ticker.SYSTEM.nanos();
        left > 0;
        left = until - Ticker.SYSTEM.nanos()) {
      exchange.await(Duration.ofNanos(left));
    }
  }

  private void printTable(List<Outcome> outcomes) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(OutcomeTable.render(outcomes, Ansi.AUTO));
    out.println();
    out.println(OutcomeTable.summary(outcomes));
    out.flush();
  }

  private void printJson(List<Outcome> outcomes) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    OutcomeJson.writeArray(outcomes, out);
    out.println();
    out.flush();
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
