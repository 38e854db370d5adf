package io.github.dnsonde.e2e;

import static io.github.dnsonde.e2e.Manifests.NEIGHBOURS;
import static io.github.dnsonde.e2e.Manifests.VICTIM;

import io.github.dnsonde.testkit.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Plays the incident; see {@code --help}. */
@Command(
    name = "incident",
    header = "Play the incident on a cluster, and report what the agents observe, and when.",
    description =
        "Installs the chart, creates three namespaces, cuts one of them off from DNS, fixes it"
            + " partly and then completely, breaks the cluster's DNS, and removes everything"
            + " again.",
    mixinStandardHelpOptions = true)
final class Incident implements Callable<Integer> {

  @Option(
      names = "--cluster",
      paramLabel = "COMMAND",
      description =
          "A command that brings up a test cluster (up, down, env, kubectl, load, exec, logs, stop,"
              + " start). Default: $DNSONDE_TEST_CLUSTER; without either, the cluster of the"
              + " current kubeconfig.")
  private Optional<Path> cluster =
      Optional.ofNullable(System.getenv("DNSONDE_TEST_CLUSTER")).map(Path::of);

  @Option(
      names = "--image",
      paramLabel = "NAME",
      defaultValue = "localhost/dnsonde:e2e",
      description = "The agent's image. Default: ${DEFAULT-VALUE}.")
  private String image = "";

  @Option(
      names = "--archive",
      paramLabel = "FILE",
      description = "An archive of the image, to load into the nodes.")
  private Optional<Path> archive = Optional.empty();

  @Option(
      names = "--load",
      paramLabel = "COMMAND",
      description =
          "A command that loads an archive into the nodes of another cluster; the file's name is"
              + " appended.")
  private Optional<String> load = Optional.empty();

  @Option(
      names = "--workload-image",
      paramLabel = "NAME",
      defaultValue = "localhost/busybox:1",
      description = "An image with sleep(1), for the teams' pods. Default: ${DEFAULT-VALUE}.")
  private String workloadImage = "";

  @Option(
      names = "--pause-image",
      paramLabel = "NAME",
      defaultValue = "localhost/pause:1",
      description = "An image that does nothing, for probe pods. Default: ${DEFAULT-VALUE}.")
  private String pauseImage = "";

  @Option(
      names = "--deny",
      defaultValue = "drop",
      description = "Action of the test cluster's policy engine: drop or reject.")
  private String deny = "";

  @Option(
      names = "--node-local",
      defaultValue = "link",
      description =
          "Addresses of the test cluster's node-local cache: link (169.254.20.10) or both (also the"
              + " kube-dns address).")
  private String nodeLocal = "";

  @Option(
      names = "--other-kinds",
      description =
          "Also install policy kinds of other engines (Calico, Cilium), and policies of these kinds"
              + " that select none of the pods: the results must stay the same.")
  private boolean otherKinds;

  @Option(
      names = "--long",
      description =
          "Also test silent and refusing upstreams, an unreachable API server, and a killed agent.")
  private boolean all;

  @Option(names = "--keep", description = "Keep a test cluster running at the end.")
  private boolean keep;

  /** Starts the program. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Incident()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Table table = new Table(System.out);
    Cluster target = target();
    try (Watchers watchers =
        Watchers.start(prometheus(), target, Release.NAMESPACE, Path.of("target", "incident"))) {
      loadImage(target);
      play(new Stage(target, new Release(target, image), watchers, table));
    } catch (IOException | RuntimeException e) {
      table.wrong("the test itself", String.valueOf(e.getMessage()), "no error");
      throw e;
    } finally {
      table.print();
      if (target.isTestCluster() && !keep) {
        target.part("down");
      }
    }
    return table.allRight() ? 0 : 1;
  }

  private Cluster target() throws IOException {
    return cluster.isPresent()
        ? Cluster.brought(cluster.get(), List.of("--deny", deny, "--node-local", nodeLocal))
        : Cluster.current();
  }

  /** Returns the Prometheus programs on this machine. */
  private static Map<String, String> prometheus() {
    Map<String, String> programs = new TreeMap<>();
    Programs.find("prometheus").ifPresent(found -> programs.put("Prometheus", found.toString()));
    Optional.ofNullable(System.getenv("DNSONDE_PROMETHEUS3"))
        .ifPresent(program -> programs.put("Prometheus-3", program));
    return programs;
  }

  private void loadImage(Cluster target) throws IOException {
    if (archive.isEmpty()) {
      return;
    }
    String file = archive.get().toAbsolutePath().toString();
    if (target.isTestCluster()) {
      target.part("load", file);
    } else if (load.isPresent()) {
      new Program(List.of("sh", "-c", load.get() + " \"$0\""), target.environment()).run(file);
    }
  }

  private void play(Stage stage) throws Exception {
    boolean answersBoth = nodeLocal.equals("both");
    Instant began = Instant.now();
    if (otherKinds) {
      stage.otherKinds();
    }
    stage.workloads(workloadImage);
    stage.install();
    stage.baseline();
    stage.reported();
    stage.denied();
    stage.eventWritten();
    stage.atThePage().seen();
    stage.controllerKilled();
    stage.eventContinued();
    if (!answersBoth) {
      stage.halfFixed(
          "half-fixed: only UDP",
          Manifests.udpOnly(),
          List.of("kube-dns udp"),
          Set.of(
              "DnsondeServerCutOff info payments node-local-dns",
              "DnsondeTransportCutOff warning payments kube-dns tcp"));
    }
    stage.halfFixed(
        "half-fixed: the cache forgotten",
        Manifests.withoutNodeLocal(),
        answersBoth ? List.of() : List.of("kube-dns udp", "kube-dns tcp"),
        Set.of(
            answersBoth
                ? Stage.NAMESPACE_CUT_OFF
                : "DnsondeServerCutOff info payments node-local-dns"));
    stage.fixed();
    stage.eventOfTheEnd();
    stage.neighboursQuiet(began);
    stage.noClusterDns();
    if (all && stage.cluster().isTestCluster()) {
      stage.upstreamGone("world-dns", "refusing");
      stage.upstreamGone("world-net", "silent");
      stage.apiServerAway(Duration.ofMinutes(2));
    }
    stage.agentKilled();
    stage.agentsRolled();
    stage.footprint(NEIGHBOURS.size() + 1);
    stage.upgraded();
    stage.emptyNamespaceSeen(pauseImage);
    stage.divided().seen();
    stage.uninstalled();
    if (otherKinds) {
      stage.otherKindsCleared();
    }
    stage.cleared(List.of(VICTIM, NEIGHBOURS.get(0), NEIGHBOURS.get(1), Stage.EMPTY));
  }
}
