package io.github.dnsonde.agent;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.probe.Vantage;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What one pod got from addresses that no host has.
 *
 * @param absent whether a routable one answered: a proxy of the pod's, or a border that answers for
 *     everybody
 * @param spare whether a link-local one did, to which nothing can leave the node
 */
record ProxyCheck(boolean absent, boolean spare) {

  /**
   * What that means.
   *
   * @param proxied the vantages whose pods have a proxy that answers in the servers' place
   * @param border whether something beyond the pods answers for everybody
   */
  record Result(Set<Vantage> proxied, boolean border) {
    Result {
      proxied = Set.copyOf(proxied);
    }
  }

  /**
   * Compares pods with the agent's own and with one another. An answer that all of them get comes
   * from beyond them. The routable address tells something only if some pods of several get no
   * answer there, beside the agent's: a policy may keep the agent's own queries from the border.
   *
   * @param self empty when nothing is known of the agent's own pod
   */
  static Result compare(Optional<ProxyCheck> self, Map<Vantage, ProxyCheck> pods) {
    boolean spareTells = !everywhere(self, pods.values(), ProxyCheck::spare);
    boolean absentTells =
        self.filter(own -> !own.absent()).isPresent()
            && (pods.size() == 1 || pods.values().stream().anyMatch(pod -> !pod.absent()));
    Set<Vantage> proxied =
        pods.entrySet().stream()
            .filter(
                pod ->
                    (spareTells && pod.getValue().spare())
                        || (absentTells && pod.getValue().absent()))
            .map(Map.Entry::getKey)
            .collect(toUnmodifiableSet());
    return new Result(proxied, everywhere(self, pods.values(), ProxyCheck::absent));
  }

  private static boolean everywhere(
      Optional<ProxyCheck> self, Collection<ProxyCheck> pods, Predicate<ProxyCheck> answered) {
    return self.filter(answered).isPresent() && !pods.isEmpty() && pods.stream().allMatch(answered);
  }
}
