package io.github.dnsonde.agent;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.probe.Vantage;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The answers that one pod got from unused addresses.
 *
 * @param absent true if a routable one answered: from the pod's proxy, or a border that answers for
 *     all
 * @param spare true if a link-local one answered, to which no packet can leave the node
 */
record ProxyCheck(boolean absent, boolean spare) {

  /**
   * The conclusion from several checks.
   *
   * @param proxied the vantages whose pods have a proxy that answers in place of the servers
   * @param border true if something beyond the pods answers all queries
   */
  record Result(Set<Vantage> proxied, boolean border) {
    Result {
      proxied = Set.copyOf(proxied);
    }
  }

  /**
   * Compares pods with the agent's own and with one another. An answer that all of them get comes
   * from beyond them. The routable address is significant only in a limited case: the agent's own
   * pod and some of several pods get no answer there. A policy may keep the agent's own queries
   * from the border.
   *
   * @param self empty if nothing is known about the agent's own pod
   */
  static Result compare(Optional<ProxyCheck> self, Map<Vantage, ProxyCheck> pods) {
    boolean spareCounts = !everywhere(self, pods.values(), ProxyCheck::spare);
    boolean absentCounts =
        self.filter(own -> !own.absent()).isPresent()
            && (pods.size() == 1 || pods.values().stream().anyMatch(pod -> !pod.absent()));
    Set<Vantage> proxied =
        pods.entrySet().stream()
            .filter(
                pod ->
                    (spareCounts && pod.getValue().spare())
                        || (absentCounts && pod.getValue().absent()))
            .map(Map.Entry::getKey)
            .collect(toUnmodifiableSet());
    return new Result(proxied, everywhere(self, pods.values(), ProxyCheck::absent));
  }

  private static boolean everywhere(
      Optional<ProxyCheck> self, Collection<ProxyCheck> pods, Predicate<ProxyCheck> answered) {
    return self.filter(answered).isPresent() && !pods.isEmpty() && pods.stream().allMatch(answered);
  }
}
