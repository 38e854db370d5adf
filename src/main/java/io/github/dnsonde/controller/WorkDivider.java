package io.github.dnsonde.controller;

import io.github.dnsonde.divide.ClassWork;
import io.github.dnsonde.divide.Division;
import io.github.dnsonde.divide.NodeDivision;
import io.github.dnsonde.divide.NodeWork;
import io.github.dnsonde.divide.Terms;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.report.ClassKey;
import io.github.dnsonde.report.Limits;
import io.github.dnsonde.report.ReportReply;
import io.github.dnsonde.report.ReportReply.CoreClass;
import io.github.dnsonde.report.ReportReply.NodeShare;
import io.github.dnsonde.report.ReportedWork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Divides the cluster's work among the nodes whose agents report, and replies each its part. Every
 * agent reports the share that it uses, so that the shares never add up to more than the budget,
 * also after a restart.
 *
 * <p>Thread-safe: reports arrive on any thread, and one thread divides.
 */
final class WorkDivider {

  /** The interval between two divisions, if something has changed. */
  static final Duration EVERY = Duration.ofSeconds(2);

  /** Reports come every ten seconds: three are missing. */
  private static final long SILENT = Duration.ofSeconds(30).toNanos();

  /** The same of a node that the API server does not have any more: one is missing. */
  private static final long GONE = Duration.ofSeconds(11).toNanos();

  /** As many as the controller keeps reports of. */
  private static final int NODES = 10_000;

  private final Settings settings;
  private final Nodes known;
  private final Ticker ticker;
  private final long started;
  private final long clock;
  private final Map<String, Entry> nodes = new HashMap<>();
  private final Map<ClassKey, ClassKey> classes = new HashMap<>();
  private Division division = Division.NONE;
  private boolean changed;
  private long reports;

  /**
   * The settings.
   *
   * @param budget queries per second that all agents together may send to servers off their nodes
   * @param nodesPerClass the number of nodes that take turns with a class
   * @param period the time that one turn lasts
   */
  record Settings(double budget, int nodesPerClass, Duration period) {}

  /**
   * The nodes that the API server has.
   *
   * @param zone returns the zone of a node; empty if it has none, or is not known
   * @param gone selects the names that are surely not of a node
   */
  record Nodes(Function<String, Optional<String>> zone, Predicate<String> gone) {}

  /** A node's latest report about its work. */
  private record Entry(NodeWork work, int agents, long received) {}

  WorkDivider(Settings settings, Nodes known, Ticker ticker) {
    this.settings = settings;
    this.known = known;
    this.ticker = ticker;
    this.started = ticker.nanos();
    this.clock = ticker.now().toEpochMilli();
  }

  /**
   * Takes the work of a node, and returns the reply.
   *
   * @param work empty if the agent does not take part
   */
  synchronized ReportReply reported(String node, Optional<ReportedWork> work) {
    if (work.isEmpty() || (nodes.size() >= NODES && !nodes.containsKey(node))) {
      return ReportReply.NONE;
    }
    Optional<NodeDivision> part = division.of(node);
    put(node, work.get(), part.map(NodeDivision::share).orElse(0.0));
    return new ReportReply(part.map(this::share));
  }

  /**
   * Keeps the work with the largest share that the agent may use until its next report: it may have
   * the reply in a moment.
   */
  private void put(String node, ReportedWork work, double replied) {
    Entry before = nodes.get(node);
    NodeWork now =
        new NodeWork(
            node,
            known.zone().apply(node).orElse(""),
            work.classes().stream().map(this::classWork).toList(),
            work.other(),
            Math.max(work.share(), replied),
            ++reports);
    boolean same = before != null && before.agents() == work.agents() && isSame(now, before.work());
    changed |= !same;
    NodeWork kept = // most reports say the same: one list of it is kept
        same
            ? new NodeWork(
                node, now.zone(), before.work().classes(), now.other(), now.share(), now.report())
            : now;
    nodes.put(node, new Entry(kept, work.agents(), ticker.nanos()));
  }

  private ClassWork classWork(ReportedWork.ClassRound round) {
    ClassKey key = classes.computeIfAbsent(round.key(), first -> first);
    return new ClassWork(key, round.queries(), round.background(), round.core());
  }

  private static boolean isSame(NodeWork one, NodeWork other) {
    return one.zone().equals(other.zone())
        && one.classes().equals(other.classes())
        && one.other() == other.other()
        && one.share() == other.share();
  }

  private NodeShare share(NodeDivision part) {
    List<CoreClass> core = new ArrayList<>();
    part.core().forEach((key, turn) -> core.add(new CoreClass(key, turn.turn(), turn.of())));
    return new NodeShare(
        part.share(),
        part.whole(),
        part.background(),
        clock + Duration.ofNanos(ticker.nanos() - started).toMillis(),
        core.subList(0, Math.min(core.size(), Limits.CLASSES)));
  }

  /** Divides the work again, if something has changed. Called by one thread. */
  synchronized void divide() {
    long now = ticker.nanos();
    changed |= nodes.entrySet().removeIf(node -> isGone(node.getKey(), node.getValue(), now));
    int agents = agents(nodes.values());
    boolean mayDivide =
        division != Division.NONE
            || Division.mayStart(nodes.size(), agents, Duration.ofNanos(now - started));
    if (!changed || !mayDivide) {
      return;
    }
    changed = false;
    Terms terms = Terms.of(settings.budget(), agents, settings.nodesPerClass(), settings.period());
    List<NodeWork> work =
        nodes.values().stream().map(node -> bounded(node.work(), terms.largestShare())).toList();
    division = division.next(terms, work, now);
    classes.clear();
    work.forEach(node -> node.classes().forEach(each -> classes.put(each.key(), each.key())));
  }

  /** Agents limit themselves to the largest share: a larger one is not true. */
  private static NodeWork bounded(NodeWork work, double most) {
    return work.share() <= most
        ? work
        : new NodeWork(work.node(), work.zone(), work.classes(), work.other(), most, work.report());
  }

  private boolean isGone(String node, Entry entry, long now) {
    long silent = now - entry.received();
    return silent > SILENT || (silent > GONE && known.gone().test(node));
  }

  /**
   * The number of nodes that should run an agent. All agents read it from their DaemonSet, so the
   * median does not follow one that is wrong; never less than those that report.
   */
  private static int agents(Collection<Entry> nodes) {
    List<Integer> sorted = nodes.stream().map(Entry::agents).sorted().toList();
    int median = sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
    return Math.max(median, nodes.size());
  }

  /** The sum of all shares of the division in force, in queries per second. */
  synchronized double shares() {
    return division.shares();
  }
}
