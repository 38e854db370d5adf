package io.github.dnsonde.bench;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.divide.Division;
import io.github.dnsonde.divide.NodeDivision;
import io.github.dnsonde.divide.NodeWork;
import io.github.dnsonde.divide.Terms;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.Role;
import io.github.dnsonde.report.ClassKey;
import io.github.dnsonde.schedule.SimulatedAgent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;

/** All agents and the controller of a simulated cluster, in simulated time. */
final class SimulatedFleet {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long MILLI = Duration.ofMillis(1).toNanos();
  private static final long REPORT = 10 * SECOND;
  private static final long DIVIDE = 2 * SECOND;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Config config;
  private final Terms terms;
  private final SimulatedCluster cluster;
  private final Shape shape;
  private final Random random = new Random(7);
  private final TreeMap<Integer, SimulatedNode> nodes = new TreeMap<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at));
  private final Map<ClassKey, Integer> hosts = new HashMap<>();
  private final Map<String, NodeWork> reported = new HashMap<>();
  private final Map<ProbePath, Integer> failed = new HashMap<>();
  private final List<Long> certain = new ArrayList<>();
  private Division division = Division.NONE;
  private Observed observed = new Observed(0);
  private boolean changed;
  private boolean dead;
  private long deadSince;
  private long now;
  private long number;
  private int joined;

  /** Something that happens at a time. */
  private record Event(long at, Runnable what) {}

  SimulatedFleet(Config config, Terms terms, SimulatedCluster cluster, Shape shape) {
    this.config = config;
    this.terms = terms;
    this.cluster = cluster;
    this.shape = shape;
    for (; joined < SimulatedCluster.NODES; joined++) {
      join(joined, random.nextLong(REPORT));
    }
    after(DIVIDE, this::divide);
  }

  private void after(long delay, Runnable what) {
    events.add(new Event(now + delay, what));
  }

  private void join(int node, long firstReport) {
    SimulatedNode added = new SimulatedNode(node, cluster, shape, config, terms, now);
    nodes.put(node, added);
    added.classes.values().stream().distinct().forEach(key -> hosts.merge(key, 1, Integer::sum));
    after(firstReport, () -> report(added));
    after(0, () -> turn(added));
  }

  private void leave(SimulatedNode node) {
    node.gone = true;
    nodes.remove(node.number);
    reported.remove(node.name);
    node.classes.values().stream().distinct().forEach(key -> hosts.merge(key, -1, Integer::sum));
    changed = true;
  }

  private void report(SimulatedNode node) {
    if (node.gone) {
      return;
    }
    NodeWork work = node.work(++number);
    NodeWork before = reported.put(node.name, work);
    changed |= before == null || before.share() != work.share();
    division
        .of(node.name)
        .ifPresent(
            part -> {
              node.reply(part, now);
              after(0, () -> turn(node));
            });
    boolean first = division.of(node.name).isEmpty();
    after(first && now > 60 * SECOND ? 3 * SECOND : REPORT, () -> report(node));
  }

  private void divide() {
    if (changed
        && Division.mayStart(reported.size(), terms.agents(), Duration.ofNanos(now))
        && now > PATIENCE.toNanos()) {
      changed = false;
      division = division.next(terms, reported.values(), now);
    }
    after(DIVIDE, this::divide);
  }

  private void turn(SimulatedNode node) {
    if (node.gone) {
      return;
    }
    node.agent.next(now).ifPresent(query -> send(node, query));
    long next = now + Math.max(node.agent.untilNext(now), 1_000);
    if (next - now < 3_600 * SECOND && (node.wakes <= now || next < node.wakes)) {
      node.wakes = next;
      events.add(new Event(next, () -> wake(node, next)));
    }
  }

  private void wake(SimulatedNode node, long at) {
    if (node.wakes == at) {
      turn(node);
    }
  }

  private void send(SimulatedNode node, SimulatedAgent.Query query) {
    Probe probe = query.probe();
    boolean off = node.isOffNode(probe.server());
    ClassKey key = node.classOf(probe.vantage());
    observed.query(key, probe.vantage(), node.name, hosts.getOrDefault(key, 0), off, now);
    boolean fails = dead && off;
    after(
        fails ? 7_500 * MILLI : 2 * MILLI,
        () -> {
          if (!node.gone) {
            node.agent.done(query, fails, now);
            note(node, probe, fails);
            turn(node);
          }
        });
  }

  private void note(SimulatedNode node, Probe probe, boolean fails) {
    if (fails && node.present.isCore(probe.vantage())) {
      int row = failed.merge(ProbePath.of(probe), 1, Integer::sum);
      if (row == 3) {
        certain.add(now - deadSince);
      }
    }
  }

  /** Lets time pass. */
  void run(Duration span) {
    long end = now + span.toNanos();
    for (Event event = events.peek(); event != null && event.at() <= end; event = events.peek()) {
      events.remove();
      now = event.at();
      event.what().run();
    }
    now = end;
  }

  /** Each second a node leaves and another one joins. */
  void churn(Duration span) {
    for (long second = 0; second < span.toSeconds(); second++) {
      List<SimulatedNode> all = List.copyOf(nodes.values());
      leave(all.get(random.nextInt(all.size())));
      join(joined++, 2 * SECOND);
      run(Duration.ofSeconds(1));
    }
  }

  /** Begins another observation. */
  void observe() {
    Observed before = observed;
    observed = new Observed(now);
    observed.after(before);
  }

  Observed observed() {
    return observed;
  }

  /** Begins or ends an outage of the servers off the nodes. */
  void outage(boolean begins) {
    dead = begins;
    deadSince = now;
    failed.clear();
    if (begins) {
      certain.clear();
    }
  }

  /** Returns the time within which 99 % of the core paths failed three times in a row. */
  double certain() {
    List<Long> sorted = certain.stream().sorted().toList();
    return sorted.isEmpty() ? 0 : sorted.get(sorted.size() * 99 / 100) / (double) SECOND;
  }

  double vantagesPerNode() {
    return nodes.values().stream().mapToInt(node -> node.classes.size()).average().orElseThrow();
  }

  long core() {
    return nodes.values().stream().mapToLong(node -> core(node, node.present)).sum();
  }

  private static long core(SimulatedNode node, Plan plan) {
    return node.classes.keySet().stream().filter(plan::isCore).count();
  }

  long background() {
    return division.background().toSeconds();
  }

  /** Returns the queries per second that the plans of all nodes need. */
  double plannedRate() {
    return nodes.values().stream()
        .mapToDouble(
            node ->
                rate(
                    node,
                    node.present,
                    division.of(node.name).map(NodeDivision::background).orElse(Terms.BACKGROUND)))
        .sum();
  }

  private double rate(SimulatedNode node, Plan plan, Duration background) {
    double period = config.pace().period().toSeconds();
    return plan.probes().stream()
        .filter(probe -> node.isOffNode(probe.server()))
        .mapToDouble(
            probe ->
                switch (plan.role(probe.vantage())) {
                  case Role.Core(_, int of) -> 1 / (of * period);
                  case Role.Background _ -> 1.0 / background.toSeconds();
                })
        .sum();
  }

  /** The load of a cluster whose agents have never had a controller. */
  record Local(double rate, long natives) {}

  Local withoutController() {
    double rate = 0;
    long natives = 0;
    for (SimulatedNode node : nodes.values()) {
      NodeDivision part = node.local();
      Plan plan = node.plan(part);
      rate += rate(node, plan, part.background());
      natives += SeriesOfPlan.of(config, plan).natives();
    }
    return new Local(rate, natives);
  }

  /** Returns the number of series of all nodes. */
  SeriesOfPlan series() {
    long natives = 0;
    long classic = 0;
    for (SimulatedNode node : nodes.values()) {
      SeriesOfPlan one = SeriesOfPlan.of(config, node.present);
      natives += one.natives();
      classic += one.classic();
    }
    return new SeriesOfPlan(natives, classic);
  }
}
