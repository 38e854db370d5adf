package io.github.dnsonde.divide;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.report.ClassKey;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A node whose agent has reported.
 *
 * @param node its name
 * @param zone its zone; empty if it has none
 * @param classes the classes of its vantages, each once
 * @param other further queries per second to servers off the node, which belong to no class
 * @param share the share that its agent used when it reported, in queries per second
 * @param report the number of its report, greater for a later one
 */
public record NodeWork(
    String node, String zone, List<ClassWork> classes, double other, double share, long report) {
  public NodeWork {
    requireNonNull(node, "node is null");
    requireNonNull(zone, "zone is null");
    classes = List.copyOf(classes);
    if (!(other >= 0) || !(share >= 0)) {
      throw new IllegalArgumentException(
          node + " sends " + other + " other queries and has a share of " + share);
    }
    Set<ClassKey> keys = new HashSet<>();
    for (ClassWork work : classes) {
      if (!keys.add(work.key())) {
        throw new IllegalArgumentException(node + " has twice " + work.key());
      }
    }
  }
}
