package io.github.dnsonde.bench;

import io.github.dnsonde.kube.ControllerApi;
import io.github.dnsonde.kube.ManyPods;
import io.github.dnsonde.probe.NamespacedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/**
 * Measures the whole controller: all agents connect within ten seconds, as after a restart; then
 * they report over HTTPS; then a namespace is cut off. Pods come in pages and in a watch.
 */
@Command(
    name = "controller",
    description =
        "Measure the memory and CPU of the whole controller, and the time that a report takes.")
final class ControllerCommand implements Callable<Integer> {

  private static final NamespacedName AGENTS = new NamespacedName("dns", "dnsonde");
  private static final NamespacedName SECRET = new NamespacedName("control", "dnsonde-controller");
  private static final NamespacedName CA = new NamespacedName("dns", "dnsonde-controller-ca");

  private static final double MOST_WITHOUT_PODS = 256;
  private static final double MOST = 512;
  private static final double PROCESSORS = 0.3;

  /** The time for all agents to be known. */
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @ParentCommand private Benchmark benchmark = new Benchmark();

  @Option(names = "--nodes", description = "Number of agents. Default: ${DEFAULT-VALUE}.")
  private int nodes = 1_000;

  @Option(names = "--vantages", description = "Vantages of a node. Default: ${DEFAULT-VALUE}.")
  private int vantages = 85;

  @Option(
      names = "--pods",
      split = ",",
      description = "Pods of a node, for one run each. Default: ${DEFAULT-VALUE}.")
  private List<Integer> pods = List.of(0, 110);

  @Option(
      names = "--pages",
      description = "Pages that people have open, in rows of their own. Default: ${DEFAULT-VALUE}.")
  private int pages = 20;

  @Option(names = "--length", description = "Duration of each row. Default: ${DEFAULT-VALUE}.")
  private Duration length = Duration.ofSeconds(30);

  @Option(
      names = "--short",
      description =
          "Fifty agents, in half a minute; the processor time of rows so short is not judged.")
  private boolean brief;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (brief) {
      nodes = 50;
      pods = List.of(110);
      length = Duration.ofSeconds(3);
    }
    System.out.println(ControllerRow.HEAD);
    boolean well = true;
    for (int perNode : pods) {
      well &= run(new ManyPods(nodes, perNode), perNode == 0 ? MOST_WITHOUT_PODS : MOST);
    }
    System.out.printf(
        "%n%,d agents with %d vantages and 4 paths each, over HTTPS on loopback; each of 20 reports"
            + " is followed by another one a second later. 50 changed pods a second. Java %s (%s),"
            + " %d processors.%n",
        nodes,
        vantages,
        Runtime.version(),
        String.join(" ", jvmOptions()),
        Runtime.getRuntime().availableProcessors());
    return well ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private List<String> jvmOptions() throws IOException {
    return Stream.concat(
            benchmark.nativeOptions().stream(), ControllerProcess.launcherOptions().stream())
        .toList();
  }

  /** Measures with these pods; returns whether the controller kept within its limits. */
  private boolean run(ManyPods cluster, double mostMebibytes)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("bench");
    try (ControllerApi api = ControllerApi.start(SECRET, CA)) {
      cluster.servedBy(api);
      Path config = configuration(api, folder);
      ControllerProcess controller = ControllerProcess.start(jvmOptions(), config);
      try (ReportingAgents agents = new ReportingAgents(controller.reports())) {
        report(controller.awaitReady());
        String authorities = api.configMap(CA, "ca.crt");
        for (int i = 0; i < nodes; i++) {
          String node = ManyPods.node(i);
          agents.add(
              new NodeReports(i, vantages),
              authorities,
              api.token(AGENTS, "dnsonde-" + node, node));
        }
        agents.start();
        boolean well = row("all connect", controller, agents, mostMebibytes, false);
        well &= row("steady", controller, agents, mostMebibytes, true);
        if (cluster.perNode() > 0) {
          agents.incident(true);
          well &= row("a namespace is cut off", controller, agents, mostMebibytes, true);
        }
        try (OpenPages open = new OpenPages(controller.api(), pages)) {
          well &= row(pages + " pages open", controller, agents, mostMebibytes, true);
          report(open);
        }
        return well;
      } finally {
        controller.close();
      }
    } finally {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  private static void report(OpenPages open) {
    System.err.printf(
        Locale.ROOT,
        "%d pages follow the stream; all read %.1f MiB%n",
        open.streams(),
        open.mebibytes());
  }

  private static void report(Duration ready) {
    System.err.printf(Locale.ROOT, "ready after %.1f s%n", ready.toMillis() / 1e3);
  }

  private static Path configuration(ControllerApi api, Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("dnsonde.yaml"),
        """
        kubernetes: {kubeconfig: %s}
        http: {metrics: "127.0.0.1:0", api: "127.0.0.1:0"}
        controller:
          listen: 127.0.0.1:0
          namespace: control
          agents: {namespace: dns}
        """
            .formatted(api.kubeconfig(folder)));
  }

  /**
   * Measures, prints a row, and returns whether the controller kept within its limits.
   *
   * @param steady whether to measure for the given time and to expect that all goes well; otherwise
   *     until all agents are known
   */
  private boolean row(
      String what,
      ControllerProcess controller,
      ReportingAgents agents,
      double mostMebibytes,
      boolean steady)
      throws IOException, InterruptedException {
    agents.take();
    Duration cpu = controller.cpu();
    long start = System.nanoTime();
    List<Long> resident = new ArrayList<>();
    Duration most = steady ? length : LIMIT;
    Samples page = controller.scrape();
    while (System.nanoTime() - start < most.toNanos() && (steady || known(page) < nodes)) {
      Thread.sleep(Duration.ofMillis(500));
      resident.add(controller.resident());
      page = controller.scrape();
    }
    ControllerRow row =
        new ControllerRow(
            what,
            (int) page.sum("dnsonde_controller_pods"),
            agents.take(),
            resident.stream().sorted().toList(),
            controller.peak(),
            controller.cpu().minus(cpu),
            Duration.ofNanos(System.nanoTime() - start));
    System.out.println(row);
    return row.peakMebibytes() <= mostMebibytes
        && known(page) == nodes
        && (!steady || ((brief || row.processors() <= PROCESSORS) && row.refused() == 0));
  }

  private static long known(Samples page) {
    return page.sum("dnsonde_controller_nodes_reporting");
  }
}
