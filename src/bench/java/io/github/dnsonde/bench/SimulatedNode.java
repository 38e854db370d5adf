package io.github.dnsonde.bench;

import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.divide.LocalDivision;
import io.github.dnsonde.divide.NodeDivision;
import io.github.dnsonde.divide.NodeWork;
import io.github.dnsonde.divide.Terms;
import io.github.dnsonde.plan.DividedPlan;
import io.github.dnsonde.plan.PlanInput;
import io.github.dnsonde.plan.Planner;
import io.github.dnsonde.plan.Servers;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.report.ClassKey;
import io.github.dnsonde.schedule.SimulatedAgent;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A node with its agent, in simulated time. */
final class SimulatedNode {

  private static final int ZONES = 3;

  /** The part of an equal share that an agent uses until a first reply. */
  private static final double JOINING = 0.1;

  final int number;
  final String name;
  final Map<Vantage, ClassKey> classes = new HashMap<>();
  final SimulatedAgent agent;
  private final Config config;
  private final Terms terms;
  private final DividedPlan plan;
  private final Set<Server> onNode;
  private Optional<NodeDivision> division = Optional.empty();
  private NodeDivision followed;
  private double share;
  Plan present;
  boolean gone;
  long wakes;

  SimulatedNode(
      int number, SimulatedCluster cluster, Shape shape, Config config, Terms terms, long now) {
    this.number = number;
    this.name = "node-" + number;
    this.config = config;
    this.terms = terms;
    PlanInput input = cluster.of(number, shape);
    Plan whole = Planner.plan(config, input, Plan.EMPTY);
    NodeCache cache = Servers.cache(config, input.cluster(), whole);
    this.plan = new DividedPlan(name, cache, whole);
    Map<String, ClassKey> byPod = new HashMap<>();
    whole
        .candidates()
        .forEach(
            candidate ->
                byPod.put(
                    candidate.namespace() + "/" + candidate.pod(),
                    new ClassKey(candidate.namespace(), candidate.policyClass())));
    whole
        .vantages()
        .forEach(
            vantage -> {
              ClassKey key = byPod.get(vantage.namespace() + "/" + vantage.pod());
              if (key == null) {
                throw new IllegalStateException("no class of " + vantage);
              }
              classes.put(vantage, key);
            });
    this.share = JOINING * terms.equalShare();
    this.followed = local();
    this.present = plan.plan(followed);
    this.onNode = present.onNode();
    this.agent = new SimulatedAgent(pace(), now);
    agent.follow(present, pace(), now);
  }

  ClassKey classOf(Vantage vantage) {
    return classes.getOrDefault(vantage, new ClassKey(vantage.namespace(), "-"));
  }

  boolean isOffNode(Server server) {
    return !onNode.contains(server);
  }

  /** Its division without a controller. */
  NodeDivision local() {
    return LocalDivision.of(terms, work(0));
  }

  /** Its plan by a division. */
  Plan plan(NodeDivision part) {
    return plan.plan(part);
  }

  private Pace pace() {
    return config
        .pace()
        .sharing(new Pace.Share(Math.min(share, terms.largestShare()), followed.background(), 0));
  }

  /** The report of its agent. */
  NodeWork work(long report) {
    Set<ClassKey> core = division.map(part -> part.core().keySet()).orElse(Set.of());
    return plan.work(config.pace().period(), "zone-" + number % ZONES, core, share, report);
  }

  /** The controller's reply. */
  void reply(NodeDivision part, long now) {
    if (division.equals(Optional.of(part))) {
      return;
    }
    division = Optional.of(part);
    share = part.share();
    if (!part.core().equals(followed.core())
        || part.whole() != followed.whole()
        || !part.background().equals(followed.background())) {
      present = plan.plan(part);
    }
    followed = part;
    agent.follow(present, pace(), now);
  }
}
