package io.github.dnsonde.bench;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.config.ConfigFile;
import io.github.dnsonde.plan.PlanInput;
import io.github.dnsonde.plan.Planner;
import io.github.dnsonde.probe.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Creates the plan of every node of a large cluster and prints its cost and its load as a Markdown
 * table. It sends no query.
 */
public final class Simulation {

  private static final List<Shape> SHAPES =
      List.of(new Shape(30, 10), new Shape(30, 20), new Shape(110, 20), new Shape(110, 50));

  /** The watches of each agent at the API server. */
  private static final List<String> WATCHES =
      List.of(
          "its node's pods",
          "the DNS pods",
          "namespaces",
          "NetworkPolicies",
          "the kube-dns Service",
          "its EndpointSlices",
          "the own DaemonSet");

  private final Config config;
  private final SimulatedCluster cluster;

  private Simulation(Config config, SimulatedCluster cluster) {
    this.config = config;
    this.cluster = cluster;
  }

  /** Runs the simulation; takes no arguments. */
  public static void main(String[] args) throws IOException, ConfigException {
    Simulation simulation = new Simulation(nodeMode(), new SimulatedCluster());
    System.out.println(
        """
        | pods per node, of namespaces | vantages | probes | one plan, ms | allocates, KiB | keeps, KiB |\
         queries/s, no budget | with the node's |
        |--:|--:|--:|--:|--:|--:|--:|--:|\
        """);
    SHAPES.forEach(shape -> System.out.println(simulation.row(shape)));
    System.out.printf("%n%s%n", simulation.notes());
  }

  /** Returns the defaults, in mode node. */
  static Config nodeMode() throws IOException, ConfigException {
    Path file = Files.createTempFile("dnsonde-simulation", ".yaml");
    try {
      Files.writeString(file, "mode: node");
      return ConfigFile.read(file, Map.of());
    } finally {
      Files.delete(file);
    }
  }

  private String row(Shape shape) {
    PlanCost cost = cost(cluster.of(0, shape));
    ClusterLoad load = load(shape);
    return String.format(
        Locale.ROOT,
        "| %d, %d | %.0f | %.0f | %.2f | %d | %d | %,.0f | %,.0f |",
        shape.pods(),
        shape.namespaces(),
        load.vantagesPerNode(),
        load.probesPerNode(),
        cost.millis(),
        cost.allocated() / 1024,
        cost.kept() / 1024,
        load.wanted(),
        load.withinNodes());
  }

  /** Returns the cost of a plan that follows another, as all but the first do. */
  private PlanCost cost(PlanInput planInput) {
    Plan before = Planner.plan(config, planInput, Plan.EMPTY);
    return PlanCost.of(() -> Planner.plan(config, planInput, before));
  }

  private ClusterLoad load(Shape shape) {
    ClusterLoad load = new ClusterLoad(config.pace());
    for (int node = 0; node < SimulatedCluster.NODES; node++) {
      PlanInput planInput = cluster.of(node, shape);
      load.add(Planner.plan(config, planInput, Plan.EMPTY));
    }
    return load;
  }

  private String notes() {
    return String.format(
        Locale.ROOT,
        """
        %,d nodes, %d namespaces with %,d NetworkPolicies, NodeLocal on every node: half of the \
        queries go to it. Budgets: %.0f a second for a node, %,d for the cluster; configured period: %d s. \
        Watches at the API server, for any budget: %d for each agent (%s), %,d in all. Each measured plan follows another, as \
        all but the first do; most of its allocations are garbage at once; median of %d, one thread, warm. \
        Java %s, %d processors.\
        """,
        SimulatedCluster.NODES,
        SimulatedCluster.NAMESPACES,
        cluster.policies(),
        config.pace().budget(),
        config.clusterBudget(),
        config.pace().period().toSeconds(),
        WATCHES.size(),
        String.join(", ", WATCHES),
        WATCHES.size() * SimulatedCluster.NODES,
        PlanCost.RUNS,
        Runtime.version(),
        Runtime.getRuntime().availableProcessors());
  }
}
