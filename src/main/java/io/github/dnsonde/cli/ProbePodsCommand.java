package io.github.dnsonde.cli;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.config.ConfigWatch;
import io.github.dnsonde.controller.ProbePodController;
import io.github.dnsonde.controller.ProbePodReconciler;
import io.github.dnsonde.controller.ProbePodReconciler.NamespaceReport;
import io.github.dnsonde.kube.ProbePodCluster;
import io.github.dnsonde.probe.SafeText;
import io.github.dnsonde.probe.Ticker;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Keeps probe pods in the cluster until it is stopped. */
@Command(
    name = "probe-pods",
    header = "Keep a tiny probe pod in each selected namespace.",
    description = {
      "",
      "Keeps the Deployment dnsonde-probe in each namespace that probe-pods.namespaces of the"
          + " configuration selects, and removes those that it created elsewhere. It never touches"
          + " other Deployments. One instance is enough for a cluster.",
      "",
      "Runs until SIGTERM or SIGINT, and adopts a changed configuration file. Needs permission to"
          + " list namespaces, and to list, create, patch and delete Deployments; with"
          + " probe-pods.labels also to list Services and PodDisruptionBudgets.",
      ""
    },
    footer = {
      "",
      "Exit status: 1 if something was refused or failed, 2 wrong usage or configuration, otherwise"
          + " that of the signal."
    })
public final class ProbePodsCommand implements Callable<Integer> {

  /** Time for the cluster to create the pods, or to report why not. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  @Spec private CommandSpec spec;
  @Mixin private ConfigOption config;

  @Option(
      names = "--once",
      description =
          "Do it once, print a line for each namespace, and exit: 0 if every namespace is in the"
              + " desired state, 1 otherwise.")
  private boolean once;

  @Override
  public Integer call() throws ConfigException, IOException, InterruptedException {
    Optional<ConfigWatch> watch = once ? Optional.empty() : config.watch();
    Config inForce = watch.isPresent() ? watch.get().inForce() : config.read();
    warnOfNone(inForce.probePods());
    try (ProbePodCluster cluster = ProbePodCluster.open(inForce.kubernetes().kubeconfig())) {
      ProbePodReconciler keeper = new ProbePodReconciler(cluster);
      if (once) {
        return print(round(keeper, inForce.probePods()));
      }
      new ProbePodController(keeper, inForce, watch, System.err).run();
      return ExitCode.SOFTWARE; // a signal would have ended the process before
    }
  }

  private void warnOfNone(Config.ProbePods settings) {
    if (settings.namespaces().include().isEmpty()) {
      PrintWriter err = spec.commandLine().getErr();
      err.println(
          "dnsonde: probe-pods.namespaces.include is empty: no pod is kept, and existing ones"
              + " are removed");
      err.flush();
    }
  }

  /** Performs a round. Returns the actions, with the state a moment later. */
  private static Map<String, NamespaceReport> round(
      ProbePodReconciler keeper, Config.ProbePods settings)
      throws IOException, InterruptedException {
    long end = Ticker.SYSTEM.nanos() + PATIENCE.toNanos();
    List<NamespaceReport> last = keeper.round(settings);
    Map<String, NamespaceReport> all = new TreeMap<>();
    last.forEach(namespaceReport -> all.put(namespaceReport.namespace(), namespaceReport));
    while (!last.stream().allMatch(NamespaceReport::settled) && Ticker.SYSTEM.nanos() < end) {
      Thread.sleep(LOOK_AGAIN);
      last = keeper.round(settings);
    }
    last.forEach(
        namespaceReport ->
            all.merge(namespaceReport.namespace(), namespaceReport, ProbePodsCommand::summary));
    return all;
  }

  /** Selects the result to report: the first action, unless something is wrong. */
  private static NamespaceReport summary(NamespaceReport first, NamespaceReport last) {
    return first.failed() || last.failed() ? last : first;
  }

  private int print(Map<String, NamespaceReport> all) {
    PrintWriter out = spec.commandLine().getOut();
    all.values().forEach(namespaceReport -> out.println(line(namespaceReport)));
    out.println(all.size() + (all.size() == 1 ? " namespace" : " namespaces"));
    out.flush();
    return all.values().stream().anyMatch(NamespaceReport::failed)
        ? ExitCode.SOFTWARE
        : ExitCode.OK;
  }

  static String line(NamespaceReport namespaceReport) {
    String why = namespaceReport.why().isEmpty() ? "" : ": " + namespaceReport.sentence();
    return SafeText.line(namespaceReport.namespace() + " " + namespaceReport.state().word() + why);
  }
}
