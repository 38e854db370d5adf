package io.github.dnsonde.bench;

import io.github.dnsonde.kube.FakeApiServer;
import io.github.dnsonde.kube.HostileTenant;
import io.github.dnsonde.testkit.PodNetworks;
import io.github.dnsonde.testkit.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/**
 * Measures the whole agent in mode node, which probes from the pods of a node of a large cluster.
 * Also checks that it does its work meanwhile.
 */
@Command(
    name = "memory",
    description =
        "Measure the memory and CPU of the whole agent in a large cluster, by the number of"
            + " vantages.")
final class MemoryCommand implements Callable<Integer> {

  /** The time for the start, the lists of everything, and compilation. */
  private static final Duration SETTLING = Duration.ofSeconds(30);

  /** The memory that tenants may cause, in MiB. */
  private static final double MORE = 16;

  @ParentCommand private Benchmark benchmark = new Benchmark();

  @Option(
      names = "--vantages",
      split = ",",
      description =
          "Numbers of vantages, each of another namespace, in ascending order. Default: 10,50,110.")
  private List<Integer> vantages = List.of(10, 50, 110);

  @Option(names = "--length", description = "Duration of each run. Default: ${DEFAULT-VALUE}.")
  private Duration length = Duration.ofMinutes(1);

  @Option(
      names = "--pages",
      description = "Measure again with so many pages that people have open. Default: none.")
  private int pages;

  @Option(
      names = "--hostile",
      description =
          "Measure again with 50 policies of 0.6 MB and one of 2.5 MB, too many others, pods and"
              + " namespaces with a megabyte each, 40,000 namespaces, and a line of 100 MB; fail if"
              + " that takes 16 MiB more than before.")
  private boolean hostile;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Optional<String> missing = Sandboxes.missing();
    if (missing.isPresent()) {
      System.err.println(missing.get());
      return ExitCode.SOFTWARE;
    }
    Path kubeconfig = Files.createTempFile("bench", ".kubeconfig");
    try (PodNetworks network = PodNetworks.build();
        FakeApiServer api = FakeApiServer.start(0)) {
      Files.writeString(kubeconfig, ServedCluster.kubeconfig(api.url()));
      ServedCluster cluster = new ServedCluster(api);
      return run(cluster, network, kubeconfig, () -> HostileTenant.in(api, 50, 40_000))
          ? ExitCode.OK
          : ExitCode.SOFTWARE;
    } finally {
      Files.delete(kubeconfig);
    }
  }

  /** Measures; returns whether all queries were answered. */
  private boolean run(
      ServedCluster cluster, PodNetworks network, Path kubeconfig, Runnable hostility)
      throws IOException, InterruptedException {
    boolean well = true;
    double usual = 0;
    String configuration = ServedCluster.configuration(network.folder(), kubeconfig);
    cluster.addSpares(network::add);
    System.out.println(MemoryRow.HEAD);
    for (int count : vantages) {
      cluster.addVantages(count, network::add);
      MemoryRow row = measure(cluster, configuration, 0);
      System.out.println(row);
      well &= row.well(count);
      usual = row.use().peakMebibytes();
    }
    if (pages > 0) {
      MemoryRow row = measure(cluster, configuration, pages);
      System.out.printf("with %d pages open: %s%n", pages, row);
      well &= row.well(cluster.vantages());
    }
    if (hostile) {
      hostility.run();
      MemoryRow row = measure(cluster, configuration, 0);
      System.out.println(row);
      well &= row.well(cluster.vantages()) && row.use().peakMebibytes() < usual + MORE;
    }
    System.out.printf("%n%s%n", cluster.notes(benchmark.jvmOptions(), length));
    return well;
  }

  /** Measures one run. It needs the most memory while the old list exists and a new one is read. */
  private MemoryRow measure(ServedCluster cluster, String configuration, int open)
      throws IOException, InterruptedException {
    try (ScheduledExecutorService _ = cluster.bookmarks();
        AgentProcess agent = AgentProcess.start(benchmark.nativeOptions(), configuration)) {
      AgentUse settled = agent.use(SETTLING);
      cluster.forgetPolicies();
      try (OpenPages _ = new OpenPages(agent.api(), open)) {
        return new MemoryRow(settled.asked(), agent.use(length));
      }
    }
  }
}
