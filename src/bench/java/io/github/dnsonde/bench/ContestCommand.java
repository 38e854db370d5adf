package io.github.dnsonde.bench;

import io.github.dnsonde.kube.FakeApiServer;
import io.github.dnsonde.testkit.PodNetworks;
import io.github.dnsonde.testkit.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/**
 * Measures whole processes side by side at 40 probes a second: the agent, blackbox_exporter, and a
 * bare loop that does nothing but query. All run at the same time, so that other load on the
 * machine affects them alike. Afterwards it measures an agent with little to do.
 */
@Command(
    name = "contest",
    description =
        "Compare the CPU of the whole agent with blackbox_exporter and a bare loop, at 40 probes a"
            + " second.")
final class ContestCommand implements Callable<Integer> {

  /** The number of probes a second of each process; 50 vantages have so many. */
  private static final int RATE = 40;

  private static final int VANTAGES = 50;
  private static final int FEW_VANTAGES = 5;

  @ParentCommand private Benchmark benchmark = new Benchmark();

  @Option(
      names = "--blackbox-exporter",
      paramLabel = "PROGRAM",
      description =
          "The exporter (Debian: package prometheus-blackbox-exporter). Default: ${DEFAULT-VALUE}")
  private String exporter = "prometheus-blackbox-exporter";

  @Option(names = "--warm-up", description = "Default: ${DEFAULT-VALUE}.")
  private Duration warmUp = Duration.ofSeconds(60);

  @Option(
      names = "--idle-warm-up",
      description =
          "An agent with little to do takes longer to have its code compiled. Default:"
              + " ${DEFAULT-VALUE}.")
  private Duration idling = Duration.ofMinutes(3);

  @Option(names = "--windows", description = "Default: ${DEFAULT-VALUE}.")
  private int windows = 7;

  @Option(
      names = "--window",
      description = "The time between two scrapes of the agent. Default: ${DEFAULT-VALUE}.")
  private Duration window = Duration.ofSeconds(15);

  @Option(names = "--only", split = ",", description = "Run only some of ${COMPLETION-CANDIDATES}.")
  private List<Part> parts = List.of(Part.values());

  /** The parts of the contest. */
  private enum Part {
    SELF,
    NODE,
    EXPORTER,
    LOOPS,
    IDLE
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Optional<String> missing = Sandboxes.missing();
    if (missing.isPresent()) {
      System.err.println(missing.get());
      return ExitCode.SOFTWARE;
    }
    Path kubeconfig = Files.createTempFile("bench", ".kubeconfig");
    try (PodNetworks network = PodNetworks.build();
        FakeApiServer api = FakeApiServer.start(0);
        Child server = Child.start(Benchmark.SERVER_OPTIONS, List.of("serve"))) {
      Files.writeString(kubeconfig, ServedCluster.kubeconfig(api.url()));
      String node = ServedCluster.configuration(network.folder(), kubeconfig);
      ServedCluster cluster = new ServedCluster(api);
      boolean well = true;
      cluster.addVantages(FEW_VANTAGES, network::add);
      if (parts.contains(Part.IDLE)) {
        well = compare(List.of(() -> agent("idle agent, %d vantages", FEW_VANTAGES, node)), idling);
      }
      cluster.addVantages(VANTAGES, network::add);
      well &= compare(starters(node, Integer.parseInt(server.line())), warmUp);
      System.out.printf("%n%s%n", notes());
      return well ? ExitCode.OK : ExitCode.SOFTWARE;
    } finally {
      Files.delete(kubeconfig);
    }
  }

  /** Starts a process. */
  private interface Starter {
    Rival start() throws IOException;
  }

  private List<Starter> starters(String node, int port) {
    List<Starter> starters = new ArrayList<>();
    if (parts.contains(Part.EXPORTER)) {
      starters.add(() -> RivalExporter.start(exporter, port, RATE));
    }
    if (parts.contains(Part.LOOPS)) {
      for (int perWakeUp : List.of(1, 4, 8)) {
        starters.add(() -> RivalLoop.start(options(), port, RATE, perWakeUp));
      }
    }
    if (parts.contains(Part.SELF)) {
      starters.add(() -> RivalAgent.start("agent, mode self", options(), ManyServers.at(port)));
    }
    if (parts.contains(Part.NODE)) {
      starters.add(() -> agent("agent, mode node, %d vantages", VANTAGES, node));
    }
    return starters;
  }

  private RivalAgent agent(String title, int vantages, String configuration) throws IOException {
    return RivalAgent.start(title.formatted(vantages), options(), configuration);
  }

  private List<String> options() {
    List<String> options = new ArrayList<>(benchmark.jvmOptions());
    options.add("--enable-native-access=ALL-UNNAMED");
    return options;
  }

  /** Lets processes run side by side. Returns whether all queries were answered. */
  private boolean compare(List<Starter> starters, Duration before)
      throws IOException, InterruptedException {
    List<Rival> rivals = new ArrayList<>();
    try {
      for (Starter starter : starters) {
        rivals.add(starter.start());
      }
      Thread.sleep(before);
      List<RivalRuns> runs = new ArrayList<>();
      for (Rival rival : rivals) {
        runs.add(new RivalRuns(rival));
      }
      for (int i = 0; i < windows; i++) {
        Thread.sleep(window);
        for (RivalRuns run : runs) {
          run.lap();
        }
      }
      for (RivalRuns run : runs) {
        run.end();
      }
      print(runs);
      return runs.stream().noneMatch(RivalRuns::errors);
    } finally {
      for (Rival rival : rivals) {
        rival.close();
      }
    }
  }

  /** Prints a table. The first two processes are what the others are compared with. */
  private static void print(List<RivalRuns> runs) {
    List<RivalRuns> references = runs.subList(0, runs.size() < 2 ? 0 : 2);
    System.out.print("| process | probes/s | CPU µs per probe (least–most) | CPU ms per s |");
    references.forEach(run -> System.out.print(" of the CPU of " + run.title() + " |"));
    System.out.println(" median latency, µs | errors |");
    System.out.println("|---|--:|--:|--:|" + "--:|".repeat(references.size()) + "--:|--:|");
    runs.forEach(run -> System.out.println(run.row(references)));
    System.out.println();
  }

  private String notes() {
    return """
    CPU is user and system time of the whole process: the median of %d windows of %d s (least–most), with one scrape of the agent in each, \
    after a warm-up of %d s. All processes of a table run at the same time; a ratio is the median of the windows' ratios. \
    Half of the queries go over TCP. Latency is as each process reports it. Java %s (%s), %d processors.\
    """
        .formatted(
            windows,
            window.toSeconds(),
            warmUp.toSeconds(),
            Runtime.version(),
            String.join(" ", benchmark.jvmOptions()),
            Runtime.getRuntime().availableProcessors());
  }
}
