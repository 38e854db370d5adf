package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.LabelSelector.Operator;
import io.github.dnsonde.cluster.LabelSelector.Requirement;
import io.github.dnsonde.policy.CiliumIdentity.Value;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Matches identities with Cilium's selectors. Their keys may start with the source of a label, and
 * some keys are about the pod's namespace (Cilium documentation, "Using Kubernetes Constructs In
 * Policy", "Namespaces").
 */
final class CiliumSelectors {

  private CiliumSelectors() {}

  /** A key of a label: {@code k8s:app} has a source, {@code app} means any. */
  private record Key(String source, String name) {

    static Key of(String written) {
      if (written.startsWith("$")) {
        return new Key("reserved", written.substring(1));
      }
      int colon = written.indexOf(':');
      return colon <= 0
          ? new Key("any", written.substring(colon + 1))
          : new Key(written.substring(0, colon), written.substring(colon + 1));
    }

    boolean isOfPods() {
      return source.equals("any") || source.equals("k8s");
    }
  }

  /**
   * Returns whether the selector of a policy's subject selects a pod.
   *
   * @param namespace the policy's; its subject is always there, whatever the selector says
   */
  static Match subject(
      LabelSelector selector, Optional<String> namespace, CiliumIdentity.Endpoint pod) {
    Match own = Match.of(namespace.map(pod.pod().namespace()::equals).orElse(true));
    return own.and(
        holds(
            requirements(selector)
                .filter(
                    each ->
                        namespace.isEmpty()
                            || !each.key().equals("k8s:" + CiliumLabels.NAMESPACE)
                            || !selector.matchLabels().containsKey(each.key()))
                .toList(),
            pod));
  }

  /**
   * Returns whether a selector of a rule's peers selects an identity. If it says nothing of
   * namespaces, it means the policy's own; in a policy of the cluster, every namespace.
   */
  static Match peer(LabelSelector selector, Optional<String> namespace, CiliumIdentity identity) {
    List<Requirement> requirements = requirements(selector).toList();
    List<Key> keys = requirements.stream().map(each -> Key.of(each.key())).toList();
    Match holds = holds(requirements, identity);
    if (keys.stream().anyMatch(key -> key.source.equals("reserved"))) {
      return holds;
    }
    boolean saysNamespace =
        keys.stream().anyMatch(key -> key.isOfPods() && key.name.equals(CiliumLabels.NAMESPACE));
    boolean saysLabels =
        keys.stream()
            .anyMatch(key -> key.isOfPods() && key.name.startsWith(CiliumLabels.OF_NAMESPACE));
    boolean anywhere = saysNamespace || (saysLabels && namespace.isPresent());
    return holds.and(
        switch (identity) {
          case CiliumIdentity.Endpoint(var pod, _) ->
              Match.of(anywhere || namespace.map(pod.namespace()::equals).orElse(true));
          // since Cilium 1.18, a selector means the own cluster, to which these do not belong
          case CiliumIdentity.Node _, CiliumIdentity.World _ -> anywhere ? Match.MAYBE : Match.NO;
        });
  }

  private static Stream<Requirement> requirements(LabelSelector selector) {
    return Stream.concat(
        selector.matchLabels().entrySet().stream()
            .map(label -> new Requirement(label.getKey(), Operator.IN, Set.of(label.getValue()))),
        selector.matchExpressions().stream());
  }

  private static Match holds(List<Requirement> requirements, CiliumIdentity identity) {
    return requirements.stream()
        .map(requirement -> holds(requirement, identity))
        .reduce(Match.YES, Match::and);
  }

  private static Match holds(Requirement requirement, CiliumIdentity identity) {
    Key key = Key.of(requirement.key());
    return switch (identity.label(key.source, key.name)) {
      case Value.Hidden() -> Match.MAYBE;
      case Value.Absent() -> Match.of(requirement.holds(Optional.empty()));
      case Value.Present(String text) -> Match.of(requirement.holds(Optional.of(text)));
    };
  }
}
