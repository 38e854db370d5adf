package io.github.dnsonde.bench;

import io.github.dnsonde.probe.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** Compares all contenders in all cases and prints one table. */
@Command(
    name = "bench",
    description = "Compare the cost of a probe with dnsjava's own client and with a bare loop.",
    mixinStandardHelpOptions = true,
    subcommands = {
      ServeCommand.class,
      AskCommand.class,
      ChurnCommand.class,
      ContestCommand.class,
      ControllerCommand.class,
      LintCommand.class,
      LookupsCommand.class,
      MemoryCommand.class,
      PodsCommand.class,
      NamespaceCommand.class,
      PaceCommand.class,
      RulesCommand.class,
      BoardsCommand.class
    })
public final class Benchmark implements Callable<Integer> {

  static final List<String> SERVER_OPTIONS = List.of("-Xmx256m");

  @Option(names = "--quick", description = "Few and short runs, for a first impression.")
  private boolean quick;

  @Option(
      names = "--transports",
      split = ",",
      description = "Run only these of ${COMPLETION-CANDIDATES}.")
  private List<Transport> transports = List.of(Transport.values());

  @Option(
      names = "--loads",
      split = ",",
      description = "Run only these of ${COMPLETION-CANDIDATES}.")
  private List<Load> loads = List.of(Load.values());

  @Option(
      names = "--jvm-options",
      split = " ",
      paramLabel = "OPTION",
      description = "JVM options of every contender. Default, as for the agent: ${DEFAULT-VALUE}")
  private List<String> jvmOptions =
      List.of(
          "-XX:+UseSerialGC",
          "-Xmx26m",
          "-XX:NewRatio=5",
          "-XX:MarkSweepDeadRatio=0",
          "-Xss256k",
          "-XX:TieredStopAtLevel=1",
          "-XX:CompileThresholdScaling=3",
          "-XX:ReservedCodeCacheSize=24m",
          "-XX:+UseCompactObjectHeaders",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:ArchiveRelocationMode=0",
          "-XX:-UsePerfData",
          "-XX:TrimNativeHeapInterval=10000",
          "-XX:AsyncDeflationInterval=10000");

  /** Starts the benchmark, or one of its child processes. */
  public static void main(String[] args) {
    CommandLine commandLine =
        new CommandLine(new Benchmark()).setCaseInsensitiveEnumValuesAllowed(true);
    System.exit(commandLine.execute(args));
  }

  List<String> jvmOptions() {
    return jvmOptions;
  }

  /** The JVM options of a process that reads its own clock or enters networks. */
  List<String> nativeOptions() {
    return Stream.concat(jvmOptions.stream(), Stream.of("--enable-native-access=ALL-UNNAMED"))
        .toList();
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Child server = Child.start(SERVER_OPTIONS, List.of("serve"))) {
      int port = Integer.parseInt(server.line());
      Table table = compare(port);
      AgentUse use = runAgent(port);
      System.out.println(table);
      System.out.printf(
          "%n%s%n%n%s%n", use.of(ManyServers.PROBES), Notes.about(jvmOptions, rounds()));
    }
    return ExitCode.OK;
  }

  private Table compare(int port) throws IOException {
    Table table = new Table();
    for (Case way : Case.all().filter(this::wanted).toList()) {
      System.err.println("running " + way);
      table.add(contest(way.load()).hold(way, port));
    }
    return table;
  }

  private AgentUse runAgent(int port) throws IOException, InterruptedException {
    System.err.println("running the agent");
    try (AgentProcess agent = AgentProcess.start(jvmOptions, ManyServers.at(port))) {
      return agent.use(Duration.ofSeconds(quick ? 12 : 30));
    }
  }

  private boolean wanted(Case each) {
    return transports.contains(each.transport()) && loads.contains(each.load());
  }

  private Contest contest(Load load) {
    Duration length =
        switch (load) {
          case PACED -> Duration.ofSeconds(2);
          case FLAT_OUT -> Duration.ofSeconds(1);
        };
    return new Contest(jvmOptions, Duration.ofSeconds(quick ? 1 : 3), length, rounds());
  }

  private int rounds() {
    return quick ? 3 : 7;
  }
}
