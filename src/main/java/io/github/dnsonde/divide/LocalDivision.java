package io.github.dnsonde.divide;

import io.github.dnsonde.probe.Role;
import io.github.dnsonde.report.ClassKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The division of an agent that has never had one from a controller. It knows the number of nodes,
 * but not how many of them have vantages of its classes. So it takes as many of its classes as core
 * as a fixed part of an equal share allows, first those of the namespaces that rank this node first
 * among its own.
 */
public final class LocalDivision {

  /** The part of an equal share that turns of core vantages fill. */
  private static final double CORE = 0.6;

  /** The part that they and background vantages fill. */
  private static final double FILLED = 0.95;

  private static final int NAMESPACES = 2;

  private LocalDivision() {}

  /** Returns the part of a node. Every vantage is core while they fit into an equal share. */
  public static NodeDivision of(Terms terms, NodeWork node) {
    double share = terms.equalShare();
    double period = terms.period().toNanos() / 1e9;
    int rounds = node.classes().stream().mapToInt(ClassWork::round).sum();
    if (rounds / period + node.other() <= share) {
      return new NodeDivision(share, true, terms.background(), Map.of());
    }
    double turn = CORE * share * terms.nodesPerClass() * period; // queries of a full cycle
    List<ClassWork> core = core(node, turn);
    int round = core.stream().mapToInt(ClassWork::round).sum();
    int of = Math.max(1, (int) Math.round(terms.nodesPerClass() * round / turn));
    Map<ClassKey, Role.Core> turns = new HashMap<>();
    for (int i = 0; i < core.size(); i++) {
      turns.put(core.get(i).key(), new Role.Core((offset(node) + i) % of, of));
    }
    double rate = round / (of * period) + node.other();
    return new NodeDivision(share, false, background(terms, node, turns, rate), turns);
  }

  private static List<ClassWork> core(NodeWork node, double queries) {
    List<ClassWork> ranked =
        node.classes().stream()
            .sorted(
                Comparator.comparingLong(
                        (ClassWork work) -> -Rank.of(work.key().namespace(), node.node()))
                    .thenComparing(work -> work.key().namespace())
                    .thenComparing(work -> work.key().policyClass()))
            .toList();
    List<ClassWork> core = new ArrayList<>();
    Set<String> namespaces = new HashSet<>();
    double left = queries;
    for (ClassWork work : ranked) {
      boolean fits = left >= work.round() / 2.0;
      if (fits
          || (namespaces.size() < NAMESPACES && !namespaces.contains(work.key().namespace()))) {
        core.add(work);
        namespaces.add(work.key().namespace());
        left -= work.round();
      }
    }
    return core;
  }

  /** Nodes begin with different turns. */
  private static int offset(NodeWork node) {
    return (int) (Rank.hash(node.node()) >>> 40);
  }

  private static Duration background(
      Terms terms, NodeWork node, Map<ClassKey, Role.Core> turns, double rate) {
    double room =
        Math.max(FILLED * terms.equalShare() - rate, (FILLED - CORE) * terms.equalShare() / 2);
    int round =
        node.classes().stream()
            .filter(work -> !turns.containsKey(work.key()))
            .mapToInt(ClassWork::backgroundRound)
            .sum();
    long seconds = (long) Math.ceil(round / room);
    return terms.background().toSeconds() >= seconds
        ? terms.background()
        : Duration.ofSeconds(seconds);
  }
}
