package io.github.dnsonde.cli;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.config.ResolvConf;
import io.github.dnsonde.json.LookupJson;
import io.github.dnsonde.json.OutcomeJson;
import io.github.dnsonde.plan.PlanInput;
import io.github.dnsonde.plan.Planner;
import io.github.dnsonde.plan.PodResolvers;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.LookupOutcome;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.ResolverKind;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Sends every query once, now, and shows the results. */
@Command(
    name = "check",
    header = "Send each query once, now, and show the results.",
    description = {
      "",
      "Queries each server for each name over each transport, from the network of this command, and"
          + " prints a line for each answer.",
      "Names are queried as they are: no search list, no retry, no cache. Only --lookup uses the"
          + " search list.",
      ""
    },
    footer = {
      "",
      "The times of the first answers are a few milliseconds too long, because the program is"
          + " still warming up.",
      "",
      "Exit status: 0 if every answer was right and in time, or the lookup found an address; 1"
          + " otherwise, 2 wrong usage.",
      "",
      "Examples:",
      "  dnsonde check",
      "  dnsonde check --server 10.96.0.10 --name api.github.com --count 3",
      "  dnsonde check --pod shop/web-0 --lookup api.github.com --resolver musl",
      "  dnsonde check --output json | jq -r '.[] | select(.verdict != \"good\")'"
    })
public final class CheckCommand implements Callable<Integer> {

  private static final int MOST_ROUNDS = 1_000;

  @Spec private CommandSpec spec;
  @Mixin private ConfigOption config;
  @Mixin private OutputOption output;

  @Option(
      names = {"-s", "--server"},
      paramLabel = "ADDRESS[:PORT]",
      description =
          "Server to query; may be given several times. Default: the configuration's servers.")
  private Set<Server> servers = Set.of();

  @Option(
      names = {"-n", "--name"},
      paramLabel = "NAME",
      description =
          "Name to query, used as it is; may be given several times. Default: the configuration's"
              + " questions.")
  private List<String> names = List.of();

  @Option(
      names = "--lookup",
      paramLabel = "NAME",
      description =
          "Instead of single queries, look up this name as an application there does, with the"
              + " search list and retries of its resolver, and show each query.")
  private Optional<String> lookup = Optional.empty();

  @Option(
      names = "--resolver",
      paramLabel = "RESOLVER",
      converter = ResolverReader.class,
      completionCandidates = ResolverReader.class,
      description = "Resolver for --lookup: ${COMPLETION-CANDIDATES}. Default: glibc.")
  private Optional<ResolverKind> resolver = Optional.empty();

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Type of record for --name: ${COMPLETION-CANDIDATES}. Default: A.")
  private Optional<RecordType> type = Optional.empty();

  @Option(
      names = {"-t", "--transport"},
      split = ",",
      paramLabel = "TRANSPORT",
      description =
          "udp, tcp or both, separated by a comma. Default: the configuration's; for --name"
              + " both.")
  private Set<Transport> transports = Set.of();

  @Option(
      names = {"-c", "--count"},
      paramLabel = "ROUNDS",
      defaultValue = "1",
      description = "Rounds, one a second; 1 to 1000. Default: ${DEFAULT-VALUE}.")
  private int count = 1;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description =
          "Longest wait for each answer, such as 2s or 500ms. Default: the configuration's.")
  private Optional<Duration> timeout = Optional.empty();

  @ArgGroup private Place place = new Place();

  /** The place to query from; at most one of its options. */
  private static final class Place {
    @Option(
        names = "--netns",
        paramLabel = "FILE",
        description =
            "Query from inside the network namespace that this file is bound to, such as"
                + " /var/run/netns/cni-… of a pod. Needs the capability CAP_SYS_ADMIN.")
    private Optional<Path> namespace = Optional.empty();

    @Option(
        names = "--agent",
        description =
            "Query the servers of the agent that runs here, from the network of this command.")
    private boolean agent;

    @Option(
        names = "--pod",
        paramLabel = "NAMESPACE/POD",
        description =
            "Query the servers of the agent that runs here, from inside this pod. The agent must"
                + " know the pod ('dnsonde vantages' lists them). Needs CAP_SYS_ADMIN.")
    private Optional<String> pod = Optional.empty();

    boolean asksTheAgent() {
      return agent || pod.isPresent();
    }
  }

  @Override
  public Integer call() throws ConfigException, IOException {
    checkUsage();
    Config read = config.read();
    PlanInput planInput = PlanInput.ofSelf(resolvConf(), Set.of());
    CheckVantage from = from(read, planInput);
    if (lookup.isPresent()) {
      return lookUp(lookup.get(), from);
    }
    if (servers.isEmpty()
        && !place.asksTheAgent()
        && read.servers() instanceof Config.Servers.Auto) {
      planInput.resolvConf().remarks().forEach(this::warn);
    }
    Plan plan = plan(read, planInput, from);
    OutcomeTable table = new OutcomeTable(plan, Ansi.AUTO);
    List<Outcome> outcomes = new ArrayList<>();
    if (output.format() == OutputOption.Format.table) {
      print(table.heading());
    }
    from.probe(
        sockets ->
            ProbeRounds.run(
                plan,
                pace(read.pace()),
                count,
                sockets,
                round -> {
                  outcomes.addAll(round);
                  if (output.format() == OutputOption.Format.table) {
                    table.rows(round).forEach(this::print);
                  }
                }));
    conclude(outcomes);
    return outcomes.stream().allMatch(outcome -> outcome.verdict() instanceof Verdict.Good)
        ? ExitCode.OK
        : ExitCode.SOFTWARE;
  }

  private int lookUp(String name, CheckVantage from) throws IOException {
    LookupOutcome outcome =
        CheckLookup.of(name, resolver.orElse(ResolverKind.GLIBC), from, List.copyOf(servers))
            .run(from);
    switch (output.format()) {
      case table -> CheckLookup.lines(outcome).forEach(this::print);
      case json -> {
        LookupJson.write(outcome, spec.commandLine().getOut());
        print("");
      }
    }
    return outcome.result() instanceof LookupOutcome.Result.Found ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private CheckVantage from(Config read, PlanInput planInput) throws IOException {
    if (place.pod.isPresent()) {
      return CheckVantage.of(read, place.pod.get());
    }
    return place.agent
        ? CheckVantage.besideTheAgent(read, planInput)
        : CheckVantage.here(read, planInput, place.namespace);
  }

  private ResolvConf resolvConf() {
    try {
      return ResolvConf.read(ResolvConf.PATH);
    } catch (IOException e) {
      warn("resolv.conf cannot be read: " + e);
      return ResolvConf.EMPTY;
    }
  }

  private void warn(String remark) {
    spec.commandLine().getErr().println("dnsonde: " + remark);
    spec.commandLine().getErr().flush();
  }

  private void conclude(List<Outcome> outcomes) throws IOException {
    switch (output.format()) {
      case table -> {
        OutcomeTable.notes(outcomes).forEach(this::print);
        print("");
        print(OutcomeTable.summary(outcomes));
      }
      case json -> {
        OutcomeJson.writeArray(outcomes, spec.commandLine().getOut());
        print("");
      }
    }
  }

  private void print(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }

  private Plan plan(Config read, PlanInput planInput, CheckVantage from) {
    List<Server> asked = servers.isEmpty() ? from.servers() : List.copyOf(servers);
    if (asked.isEmpty()) {
      throw usage("no server to query: /etc/resolv.conf names none; specify one with --server");
    }
    List<Question> questions = names.isEmpty() ? read.questions() : questions();
    List<Question> wanted =
        questions.stream()
            .filter(q -> transports.isEmpty() || transports.contains(q.transport()))
            .toList();
    if (wanted.isEmpty()) {
      throw usage("no question of the configuration uses " + transports);
    }
    return Planner.every(
        List.of(from.vantage()), asked, wanted, PodResolvers.ofCluster(read, planInput));
  }

  private List<Question> questions() {
    return names.stream()
        .flatMap(name -> Stream.of(Transport.values()).map(transport -> question(name, transport)))
        .distinct()
        .toList();
  }

  private Question question(String name, Transport transport) {
    String absolute = Question.absolute(name);
    try {
      return new Question(
          absolute,
          type.orElse(RecordType.A),
          transport,
          Scope.of(absolute),
          Expectation.ANY_RECORD);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private static boolean isName(String text) {
    try {
      Question.checkName(Question.absolute(text));
      return true;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static boolean namesOnePod(String text) {
    return text.matches("[^/]+/[^/]+");
  }

  /** Checks that picocli cannot do for us. */
  private void checkUsage() {
    if (count < 1 || count > MOST_ROUNDS) {
      throw usage("--count must be 1 to " + MOST_ROUNDS + ", found " + count);
    }
    if (type.isPresent() && names.isEmpty()) {
      throw usage("--type requires --name: the configuration's questions have their own types");
    }
    if (lookup.isPresent() && !names.isEmpty()) {
      throw usage("--lookup and --name exclude each other");
    }
    if (lookup.filter(name -> !isName(name)).isPresent()) {
      throw usage("--lookup must be a domain name, found '" + lookup.get() + "'");
    }
    if (resolver.isPresent() && lookup.isEmpty()) {
      throw usage("--resolver requires --lookup");
    }
    if (names.stream().anyMatch(String::isBlank)) {
      throw usage("--name must not be empty; the root is '.'");
    }
    if (place.namespace.filter(file -> !Files.exists(file)).isPresent()) {
      throw usage("--netns: no such file: " + place.namespace.get());
    }
    if (place.pod.filter(pod -> !namesOnePod(pod)).isPresent()) {
      throw usage("--pod must be NAMESPACE/POD, found '" + place.pod.get() + "'");
    }
  }

  private Pace pace(Pace configured) {
    return timeout.map(configured::waiting).orElse(configured);
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** The resolvers, by their labels. */
  static final class ResolverReader implements ITypeConverter<ResolverKind>, Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return Stream.of(ResolverKind.values()).map(ResolverKind::label).iterator();
    }

    @Override
    public ResolverKind convert(String word) {
      return Stream.of(ResolverKind.values())
          .filter(kind -> kind.label().equalsIgnoreCase(word))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException("expected glibc, musl or go, found '" + word + "'"));
    }
  }
}
