package io.github.dnsonde.controller;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;

import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.overview.NodeInput;
import io.github.dnsonde.report.ReportedPath;
import io.github.dnsonde.report.ReportedVantage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A namespace whose policies explain something.
 *
 * @param used the failing paths that pods' resolvers take
 * @param others the failing paths that they do not take
 */
record Demand(String namespace, int used, int others) {

  Demand {
    requireNonNull(namespace, "namespace is null");
  }

  /** Returns true if a path fails; otherwise policies deny what is answered. */
  boolean fails() {
    return used + others > 0;
  }

  private Demand and(Demand more) {
    return new Demand(namespace, used + more.used(), others + more.others());
  }

  /** The namespaces with a path that fails, and those with policies that are not enforced. */
  static List<Demand> of(Collection<NodeInput> nodes) {
    Map<String, Demand> demands = new HashMap<>();
    for (NodeInput node : nodes) {
      for (ReportedVantage vantage : node.report().vantages()) {
        add(vantage, demands);
      }
      node.report().findings().stream()
          .filter(finding -> finding.code() == Code.NOT_ENFORCED)
          .flatMap(finding -> finding.subject().namespaces().stream())
          .forEach(name -> demands.putIfAbsent(name, new Demand(name, 0, 0)));
    }
    return new ArrayList<>(demands.values());
  }

  private static void add(ReportedVantage vantage, Map<String, Demand> demands) {
    int used = 0;
    int others = 0;
    for (ReportedPath path : vantage.paths()) {
      if (path.state().fails()) {
        if (path.inUse()) {
          used++;
        } else {
          others++;
        }
      }
    }
    if (used + others > 0) {
      Demand demand = new Demand(vantage.namespace(), used, others);
      demands.merge(demand.namespace(), demand, Demand::and);
    }
  }

  /**
   * The first namespaces: those whose pods suffer, with the most paths. One that was read before
   * counts double, so that two with about as many do not take turns.
   */
  static Set<String> first(Collection<Demand> demands, Set<String> read, int most) {
    Comparator<Demand> order =
        comparing((Demand demand) -> demand.used() == 0)
            .thenComparingLong(demand -> -weight(demand.used(), demand, read))
            .thenComparingLong(demand -> -weight(demand.others(), demand, read))
            .thenComparing(demand -> !read.contains(demand.namespace()))
            .thenComparing(Demand::namespace);
    Set<String> first = new LinkedHashSet<>();
    demands.stream().sorted(order).limit(most).forEach(demand -> first.add(demand.namespace()));
    return first;
  }

  private static long weight(int paths, Demand demand, Set<String> read) {
    return read.contains(demand.namespace()) ? 2L * paths : paths;
  }
}
