package io.github.dnsonde.divide;

import io.github.dnsonde.divide.Division.Member;
import io.github.dnsonde.probe.Role;
import io.github.dnsonde.report.ClassKey;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** One division in the making, after a former one. */
final class Dividing {

  /** The part of the usable budget that turns and rounds fill: queries that wait need the rest. */
  private static final double FILLED = 0.95;

  /** The most that core vantages take of it, so that background vantages are not forgotten. */
  private static final double CORE = 0.85;

  /** One of so many nodes may need more than the largest share, and then has longer periods. */
  private static final int FEW = 20;

  /** So many times the median is far above the other nodes. */
  private static final int FAR = 8;

  /** Between the two limits a division stays whole or not, as it was. */
  private static final double WHOLE_AGAIN = 0.9;

  /** The time for which a vantage stays core after it was last chosen. */
  static final long STAY = Duration.ofMinutes(10).toNanos();

  /** Background periods are whole multiples of this, and may be a tenth longer than needed. */
  private static final long STEP = 10;

  private static final double LONGER = 1.1;

  private final Terms terms;
  private final Collection<NodeWork> nodes;
  private final Division former;
  private final long now;
  private final double usable;
  private final double mostRate;
  private final double mostBackground;
  private final Map<ClassKey, List<Member>> members = new HashMap<>();
  private final Map<String, Map<ClassKey, Role.Core>> turns = new HashMap<>();
  private final Set<String> known = new HashSet<>();

  Dividing(Terms terms, Collection<NodeWork> nodes, Division former, long now) {
    this.terms = terms;
    this.nodes = nodes;
    this.former = former;
    this.now = now;
    this.usable = terms.usable(nodes.size());
    this.mostRate = Math.max(terms.largestShare(), FAR * median(nodes, this::reported));
    this.mostBackground =
        Math.max(
            terms.largestShare() * seconds(terms.background()),
            FAR
                * median(
                    nodes,
                    node -> node.classes().stream().mapToInt(ClassWork::backgroundRound).sum()));
    nodes.forEach(
        node -> {
          if (!known.add(node.node())) {
            throw new IllegalArgumentException("there is twice the node " + node.node());
          }
        });
  }

  Division divide() {
    if (fits()) {
      Map<String, Double> work = new HashMap<>();
      nodes.forEach(node -> work.put(node.node(), full(node)));
      return division(true, terms.background(), work, work);
    }
    takeTurns();
    double core = nodes.stream().mapToDouble(this::coreRate).sum();
    double other = nodes.stream().mapToDouble(this::other).sum();
    core = stretchTurns(core, other);
    Duration background = background(core + other);
    Map<String, Double> work = new HashMap<>();
    Map<String, Double> peaks = new HashMap<>();
    nodes.forEach(
        node -> {
          double rest = other(node) + (double) backgroundRound(node) / background.toSeconds();
          work.put(node.node(), coreRate(node) + rest);
          peaks.put(node.node(), peak(node) + rest);
        });
    return division(false, background, work, peaks);
  }

  /**
   * Returns true if every vantage may be core with the full period: the sum fits the budget, and
   * hardly any node needs more than the largest share.
   */
  private boolean fits() {
    double full = nodes.stream().mapToDouble(this::full).sum();
    long beyond = nodes.stream().filter(node -> full(node) > terms.largestShare()).count();
    if (beyond > 1 && beyond * FEW > nodes.size()) {
      return false;
    }
    boolean limitIsLower = !former.whole() && former != Division.NONE;
    return full <= usable * (limitIsLower ? WHOLE_AGAIN : 1);
  }

  private double full(NodeWork node) {
    return bounded(reported(node));
  }

  private double reported(NodeWork node) {
    return node.other()
        + node.classes().stream().mapToInt(ClassWork::round).sum() / seconds(terms.period());
  }

  private double other(NodeWork node) {
    return bounded(node.other());
  }

  /** A node far above all others counts only so much, whatever it reports. */
  private double bounded(double rate) {
    return Math.min(rate, mostRate);
  }

  private static double median(Collection<NodeWork> nodes, ToDoubleFunction<NodeWork> of) {
    double[] sorted = nodes.stream().mapToDouble(of).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }

  private void takeTurns() {
    CoreNodes coreNodes = new CoreNodes(nodes, terms.nodesPerClass());
    Slots slots = new Slots(terms.nodesPerClass());
    coreNodes.classes().forEach(key -> slots.give(key, coreNodes.chosen(key), formerSlots(key)));
    slots.settle();
    for (ClassKey key : coreNodes.classes()) {
      List<Member> all =
          Turns.members(
              coreNodes.chosen(key),
              slots.of(key),
              addedSlots(key, coreNodes, slots),
              staying(key, coreNodes),
              now);
      members.put(key, all);
      Turns.of(all)
          .forEach(
              (node, turn) -> turns.computeIfAbsent(node, _ -> new HashMap<>()).put(key, turn));
    }
  }

  private Map<String, Integer> addedSlots(ClassKey key, CoreNodes coreNodes, Slots slots) {
    Map<String, Integer> before = formerSlots(key);
    Map<String, Integer> added = new LinkedHashMap<>();
    for (String node : coreNodes.added(key)) {
      int slot = before.getOrDefault(node, -1);
      boolean stays = slot >= 0 && slot < slots.of(key).size();
      added.put(node, stays ? slot : slots.further(key, node));
    }
    return added;
  }

  private Map<String, Integer> formerSlots(ClassKey key) {
    Map<String, Integer> slots = new HashMap<>();
    former.members(key).forEach(member -> slots.put(member.node(), member.slot()));
    return slots;
  }

  /** The nodes that stay core for a while, although they are no longer chosen. */
  private List<Member> staying(ClassKey key, CoreNodes coreNodes) {
    Map<String, Member> before = new HashMap<>();
    former.members(key).forEach(member -> before.put(member.node(), member));
    Set<String> chosen = new HashSet<>(coreNodes.chosen(key));
    chosen.addAll(coreNodes.added(key));
    return coreNodes.hosts(key).stream()
        .filter(node -> !chosen.contains(node.node()))
        .flatMap(node -> staying(key, node, before).stream())
        .toList();
  }

  private Optional<Member> staying(ClassKey key, NodeWork node, Map<String, Member> before) {
    boolean isKnown = former.of(node.node()).isPresent();
    if (isKnown && former.whole()) {
      return Optional.of(new Member(node.node(), -1, former.at()));
    }
    if (isKnown) {
      return Optional.ofNullable(before.get(node.node()))
          .filter(member -> now - member.lastChosen() < STAY);
    }
    boolean core = // by a division of which this controller knows nothing
        node.classes().stream().anyMatch(work -> work.core() && work.key().equals(key));
    return core ? Optional.of(new Member(node.node(), -1, now)) : Optional.empty();
  }

  private double coreRate(NodeWork node) {
    Map<ClassKey, Role.Core> own = turns.getOrDefault(node.node(), Map.of());
    return bounded(
        node.classes().stream()
            .filter(work -> own.containsKey(work.key()))
            .mapToDouble(
                work ->
                    work.round()
                        / (own.getOrDefault(work.key(), Role.ALONE).of() * seconds(terms.period())))
            .sum());
  }

  /** The queries per second in the busiest period of a cycle. */
  private double peak(NodeWork node) {
    double[] bySlot = new double[terms.nodesPerClass()];
    Map<ClassKey, Role.Core> own = turns.getOrDefault(node.node(), Map.of());
    for (ClassWork work : node.classes()) {
      Role.Core turn = own.get(work.key());
      if (turn != null) {
        bySlot[turn.turn() % terms.nodesPerClass()] += work.round();
      }
    }
    return bounded(DoubleStream.of(bySlot).max().orElse(0) / seconds(terms.period()));
  }

  /** Makes turns longer if there are too many classes for the budget. */
  private double stretchTurns(double core, double other) {
    double room = Math.max(usable * FILLED * CORE - other, usable * FILLED * (1 - CORE));
    int longer = (int) Math.ceil(core / room);
    if (longer > 1) {
      turns.values().forEach(own -> own.replaceAll((key, turn) -> Turns.longer(turn, longer, key)));
    }
    return core / Math.max(1, longer);
  }

  private int backgroundRound(NodeWork node) {
    Map<ClassKey, Role.Core> own = turns.getOrDefault(node.node(), Map.of());
    int round =
        node.classes().stream()
            .filter(work -> !own.containsKey(work.key()))
            .mapToInt(ClassWork::backgroundRound)
            .sum();
    return (int) Math.min(round, mostBackground);
  }

  private Duration background(double others) {
    double room = Math.max(usable * FILLED - others, usable * FILLED * (1 - CORE));
    double round = nodes.stream().mapToInt(this::backgroundRound).sum();
    double needed = Math.max(seconds(terms.background()), round / room);
    double before = former.background().toSeconds();
    return before >= needed && before <= needed * LONGER
        ? former.background()
        : needed <= seconds(terms.background()) ? terms.background() : up(needed);
  }

  private static Duration up(double seconds) {
    return Duration.ofSeconds((long) Math.ceil(seconds / STEP) * STEP);
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private Division division(
      boolean whole, Duration background, Map<String, Double> work, Map<String, Double> peaks) {
    Map<String, Double> shares = new Shares(terms, nodes, former).of(work, peaks);
    Map<String, NodeDivision> divided = new HashMap<>();
    Map<String, Division.Held> held = new HashMap<>();
    nodes.forEach(
        node -> held.put(node.node(), new Division.Held(node.report(), former.held(node))));
    shares.forEach(
        (node, share) ->
            divided.put(
                node,
                new NodeDivision(share, whole, background, turns.getOrDefault(node, Map.of()))));
    return new Division(whole, background, now, divided, members, held);
  }
}
