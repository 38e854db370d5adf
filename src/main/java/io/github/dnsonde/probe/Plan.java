package io.github.dnsonde.probe;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All that is to be asked from now on.
 *
 * @param probes each at most once
 */
public record Plan(List<Probe> probes) {

  /** Nothing to ask. */
  public static final Plan EMPTY = new Plan(List.of());

  public Plan {
    probes = List.copyOf(probes);
    if (Set.copyOf(probes).size() != probes.size()) {
      throw new IllegalArgumentException("a plan names a probe twice");
    }
  }

  /** Where this plan asks from. */
  public Set<Vantage> vantages() {
    return probes.stream().map(Probe::vantage).collect(Collectors.toUnmodifiableSet());
  }

  /** Whom this plan asks. */
  public Set<Server> servers() {
    return probes.stream().map(Probe::server).collect(Collectors.toUnmodifiableSet());
  }
}
