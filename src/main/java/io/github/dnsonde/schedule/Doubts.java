package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Vantage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The vantages of which a probe fails, or has failed and was not good twice since. */
final class Doubts {

  private final Map<Vantage, Set<Probe>> unwell = new HashMap<>();
  private final Map<String, Long> alerted = new HashMap<>();

  /**
   * Sets whether a probe is unwell.
   *
   * @return true if its vantage is in doubt now and was not before, or the other way round
   */
  boolean set(Probe probe, boolean isUnwell) {
    Vantage vantage = probe.vantage();
    boolean before = unwell.containsKey(vantage);
    if (isUnwell) {
      unwell.computeIfAbsent(vantage, _ -> new HashSet<>()).add(probe);
    } else if (before) {
      Set<Probe> probes = unwell.getOrDefault(vantage, new HashSet<>());
      probes.remove(probe);
      if (probes.isEmpty()) {
        unwell.remove(vantage);
      }
    }
    return before != unwell.containsKey(vantage);
  }

  /** Forgets the probes that are not planned. */
  void retain(Set<Probe> planned) {
    unwell.values().forEach(probes -> probes.retainAll(planned));
    unwell.values().removeIf(Set::isEmpty);
    Set<String> namespaces = new HashSet<>();
    planned.forEach(probe -> namespaces.add(probe.vantage().namespace()));
    alerted.keySet().retainAll(namespaces);
  }

  boolean concern(Vantage vantage) {
    return unwell.containsKey(vantage);
  }

  /** Returns true, and remembers it, if a namespace was not alerted for this time. */
  boolean mayAlert(String namespace, long now, long pause) {
    Long last = alerted.get(namespace);
    if (last != null && now - last < pause) {
      return false;
    }
    alerted.put(namespace, now);
    return true;
  }
}
