package io.github.dnsonde.change;

import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.LabelSelector.Requirement;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import io.github.dnsonde.cluster.PolicySet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The keys of pods' labels that any selector of some policies names. Pods that agree in these are
 * alike to all the policies.
 */
final class SelectorKeys {

  private final Set<String> keys = new HashSet<>();

  private SelectorKeys() {}

  static Set<String> of(List<PolicySet> all) {
    SelectorKeys found = new SelectorKeys();
    all.forEach(found::add);
    return found.keys;
  }

  private void add(PolicySet set) {
    set.policies().forEach(this::add);
    set.invalid().stream().map(InvalidPolicy::selects).flatMap(Optional::stream).forEach(this::add);
    set.foreign().stream()
        .map(ForeignPolicy::subject)
        .flatMap(subject -> subject.pods().stream())
        .forEach(this::add);
  }

  private void add(NetworkPolicy policy) {
    add(policy.selects());
    Stream.of(policy.ingress(), policy.egress())
        .flatMap(Optional::stream)
        .flatMap(List::stream)
        .flatMap(rule -> rule.peers().stream())
        .forEach(
            peer -> {
              if (peer instanceof Peer.Selected(Optional<LabelSelector> pods, _)) {
                pods.ifPresent(this::add);
              }
            });
  }

  private void add(LabelSelector selector) {
    keys.addAll(selector.matchLabels().keySet());
    selector.matchExpressions().stream().map(Requirement::key).forEach(keys::add);
  }
}
