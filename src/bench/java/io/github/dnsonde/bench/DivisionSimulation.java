package io.github.dnsonde.bench;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.divide.Terms;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Runs a large cluster in simulated time, with the agents' own plans, schedules and metrics and the
 * controller's own division of work. Prints a Markdown table, and whether each target is met; the
 * exit status is 1 if one is not. It sends no query.
 */
public final class DivisionSimulation {

  private final List<String> missed = new ArrayList<>();

  private final Config config;

  private DivisionSimulation(Config config) {
    this.config = config;
  }

  /** Runs the simulation; an argument is the number of a shape, for a part of it. */
  public static void main(String[] args) throws IOException, ConfigException {
    List<Case> all =
        List.of(
            new Case(new Shape(30, 20), 300, 350_000, 500_000, 300),
            new Case(new Shape(110, 20), 300, 600_000, 750_000, 300),
            new Case(new Shape(110, 50), 600, 600_000, 750_000, 600));
    List<Case> cases = args.length == 0 ? all : List.of(all.get(Integer.parseInt(args[0])));
    DivisionSimulation simulation = new DivisionSimulation(Simulation.nodeMode());
    cases.forEach(simulation::run);
    simulation.missed.forEach(target -> System.out.println("MISSED: " + target));
    System.exit(simulation.missed.isEmpty() ? 0 : 1);
  }

  /**
   * A case with its targets.
   *
   * @param vantage the longest time between two queries of a vantage, in seconds
   * @param natives the most series with native histograms
   * @param classic the most series with classic ones
   * @param steady the seconds that are observed before anything happens
   */
  record Case(Shape shape, int vantage, long natives, long classic, int steady) {}

  private void run(Case aCase) {
    Terms terms = Terms.of(config.clusterBudget(), SimulatedCluster.NODES, config.pace().period());
    SimulatedFleet fleet = new SimulatedFleet(config, terms, new SimulatedCluster(), aCase.shape());
    double vantages = fleet.vantagesPerNode();
    System.out.printf(
        Locale.ROOT,
        "%n%.0f vantages a node (%d pods of %d namespaces)%n%n",
        vantages,
        aCase.shape().pods(),
        aCase.shape().namespaces());
    System.out.println("| target | limit | measured | |\n|---|--:|--:|---|");
    fleet.run(Duration.ofMinutes(6));
    fleet.observe();
    fleet.run(Duration.ofSeconds(aCase.steady()));
    Observed steady = fleet.observed();
    System.out.printf(
        Locale.ROOT,
        "| core vantages, background period | | %,d, %d s | |%n",
        fleet.core(),
        fleet.background());
    row("a class is queried within, s", 10, steady.classGap());
    row("a class is queried on three nodes within, s", 30, steady.threeNodes());
    row("a vantage is queried within, s", aCase.vantage(), steady.vantageGap());
    row("queries/s off the node, in any 10 s", config.clusterBudget(), steady.inTenSeconds());
    info("queries/s off the node, mean", steady.mean());
    info("queries/s off the node, in any second", steady.inOneSecond());
    info("queries/s on all nodes to their own caches, mean", steady.onNodeMean());
    SeriesOfPlan series = fleet.series();
    row("series, native histograms", (double) aCase.natives(), (double) series.natives());
    row("series, classic histograms", (double) aCase.classic(), (double) series.classic());
    SimulatedFleet.Local local = fleet.withoutController();
    row("no controller: queries/s change, %", 10, change(local.rate(), fleet.plannedRate()));
    row(
        "no controller: series change, %",
        10, change((double) local.natives(), (double) series.natives()));
    fleet.observe();
    fleet.outage(true);
    fleet.run(Duration.ofMinutes(2));
    Observed outage = fleet.observed();
    row("outage of kube-dns: queries/s off the node, in any 10 s", 1_000, outage.inTenSeconds());
    info("outage: a class is queried within, s", outage.classGap());
    info("outage: 99 % of the failing paths of core vantages certain within, s", fleet.certain());
    fleet.outage(false);
    fleet.observe();
    fleet.run(Duration.ofMinutes(1));
    row("its end: queries/s off the node, in any 10 s", 1_000, fleet.observed().inTenSeconds());
    fleet.observe();
    fleet.churn(Duration.ofMinutes(3));
    Observed churn = fleet.observed();
    row(
        "a node leaves and one joins each second: a class is queried within, s",
        60,
        churn.classGap());
    row("the same: queries/s off the node, in any 10 s", 1_000, churn.inTenSeconds());
    info("the same: core vantages afterwards", (double) fleet.core());
  }

  private static double change(double one, double other) {
    return Math.abs(one - other) / other * 100;
  }

  private void row(String target, double limit, double measured) {
    boolean met = measured <= limit;
    if (!met) {
      missed.add(target + ": " + measured + ", at most " + limit);
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %,.0f | %,.1f | %s |%n",
        target,
        limit,
        measured,
        met ? "met" : "MISSED");
  }

  private static void info(String what, double measured) {
    System.out.printf(Locale.ROOT, "| %s | | %,.1f | |%n", what, measured);
  }
}
