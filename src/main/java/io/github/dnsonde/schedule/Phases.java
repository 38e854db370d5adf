package io.github.dnsonde.schedule;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Role;
import io.github.dnsonde.probe.Vantage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * The place of each probe in its period, as a share of it: 0 is the start, 1 the end.
 *
 * <p>The probes of a vantage with the same question, to all servers and over all transports, fall
 * due together. That saves wake-ups, which cost more than the queries. The questions of a vantage
 * are spread evenly: so each path is queried at equal intervals, and a failure is noticed as early
 * as possible. A hash of the vantage spreads the vantages of all nodes, so that the load is even.
 */
final class Phases {

  /** The largest number of probes of one vantage that fall due at once. */
  static final int BURST = 8;

  private static final Comparator<Probe> BY_SERVER =
      Comparator.comparing((Probe probe) -> probe.server().name())
          .thenComparing(probe -> probe.server().hostPort())
          .thenComparing(probe -> probe.question().transport())
          .thenComparing(Probe::inUse);

  private final Map<Probe, Double> shares = new HashMap<>();

  /** Places the probes of a plan. */
  Phases(Plan plan) {
    Map<NamespacedName, String> classes = plan.isDivided() ? plan.policyClasses() : Map.of();
    plan.probes().stream()
        .collect(groupingBy(Probe::vantage))
        .forEach(
            (vantage, probes) ->
                place(
                    first(
                        vantage,
                        plan.role(vantage),
                        classes.getOrDefault(vantage.namespacedPod(), "")),
                    probes));
  }

  private void place(double first, List<Probe> probes) {
    List<List<Probe>> bursts = bursts(probes);
    for (int i = 0; i < bursts.size(); i++) {
      double share = (first + (double) i / bursts.size()) % 1;
      bursts.get(i).forEach(probe -> shares.put(probe, share));
    }
  }

  private static List<List<Probe>> bursts(List<Probe> probes) {
    List<List<Probe>> bursts = new ArrayList<>();
    probes.stream()
        .collect(groupingBy(Phases::question, TreeMap::new, toList()))
        .values()
        .forEach(
            alike -> {
              List<Probe> sorted = alike.stream().sorted(BY_SERVER).toList();
              for (int from = 0; from < sorted.size(); from += BURST) {
                bursts.add(sorted.subList(from, Math.min(from + BURST, sorted.size())));
              }
            });
    return bursts;
  }

  private static String question(Probe probe) {
    return probe.question().name() + " " + probe.question().type().name();
  }

  /**
   * The place of the first question: the same after a restart, different on another node. Nodes
   * that take turns have the same place within their turns, so that each question is sent once in a
   * period. The classes of a namespace have different places, because they have the same nodes.
   */
  private static double first(Vantage vantage, Role role, String policyClass) {
    boolean turn = role instanceof Role.Core(_, int of) && of > 1;
    return hash(
        turn
            ? vantage.namespace() + " " + policyClass
            : String.join(
                " ", vantage.node(), vantage.namespace(), vantage.workload(), vantage.pod()));
  }

  /** A number from 0 to 1, excluding 1. */
  private static double hash(String identity) {
    CRC32 hash = new CRC32();
    hash.update(identity.getBytes(StandardCharsets.UTF_8));
    return hash.getValue() / (double) (1L << Integer.SIZE);
  }

  /** Returns the place of one of the probes. */
  double of(Probe probe) {
    return shares.getOrDefault(probe, 0.0);
  }
}
