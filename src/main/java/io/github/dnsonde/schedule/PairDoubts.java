package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.QueryPair;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The paths where one of two replies to A and AAAA was lost lately. The next pairs there are also
 * sent from two sockets, for comparison.
 */
final class PairDoubts {

  /** Number of pairs that are compared after each lost reply. */
  static final int COMPARED = 100;

  private final Map<ProbePath, Integer> left = new HashMap<>();

  /** Forgets the vantages that do not look up any more. */
  void follow(Plan plan) {
    Set<Vantage> present = plan.lookups().stream().map(Lookup::vantage).collect(Collectors.toSet());
    left.keySet().removeIf(path -> !present.contains(path.vantage()));
  }

  /** Takes a pair. */
  void take(QueryPair pair) {
    if (pair.lostOne()) {
      left.put(pair.path(), COMPARED);
    }
  }

  /** Returns true if the pair that is sent now must be compared. */
  boolean compare(Vantage vantage, Server server) {
    ProbePath path = new ProbePath(vantage, server, Transport.UDP);
    boolean compared = left.containsKey(path);
    left.computeIfPresent(path, (_, count) -> count > 1 ? Integer.valueOf(count - 1) : null);
    return compared;
  }
}
