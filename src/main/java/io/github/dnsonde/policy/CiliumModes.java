package io.github.dnsonde.policy;

import static java.util.stream.Collectors.joining;

import io.github.dnsonde.cluster.CiliumSettings;
import io.github.dnsonde.cluster.CiliumSettings.Enforcement;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.policy.PolicyVerdict.Unknown;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Evaluates Cilium's policies if its settings have been found several times, with different modes:
 * in files of several clusters, for example. What depends on the mode is unknown.
 */
final class CiliumModes implements FamilyEvaluator {

  private final Map<Enforcement, CiliumEvaluator> modes = new TreeMap<>();

  private CiliumModes(List<ForeignPolicy> policies, NamespaceLabels namespaces) {
    List<ForeignPolicy> others =
        policies.stream().filter(policy -> CiliumSettings.enforcement(policy).isEmpty()).toList();
    for (ForeignPolicy settings : policies) {
      CiliumSettings.enforcement(settings)
          .ifPresent(
              mode ->
                  modes.computeIfAbsent(
                      mode,
                      _ ->
                          new CiliumEvaluator(
                              Stream.concat(others.stream(), Stream.of(settings)).toList(),
                              namespaces)));
    }
  }

  /** Returns the evaluator of policies and settings. */
  static FamilyEvaluator of(List<ForeignPolicy> policies, NamespaceLabels namespaces) {
    long modes =
        policies.stream()
            .flatMap(policy -> CiliumSettings.enforcement(policy).stream())
            .distinct()
            .limit(2)
            .count();
    return modes > 1
        ? new CiliumModes(policies, namespaces)
        : new CiliumEvaluator(policies, namespaces);
  }

  @Override
  public boolean isEmpty() {
    return modes.values().stream().allMatch(CiliumEvaluator::isEmpty);
  }

  @Override
  public boolean concerns(Pod pod, Direction direction) {
    return modes.values().stream().anyMatch(mode -> mode.concerns(pod, direction));
  }

  @Override
  public PolicyVerdict judge(Connection connection, PolicyVerdict networkPolicies) {
    List<PolicyVerdict> verdicts =
        modes.values().stream()
            .map(
                mode ->
                    mode.concerns(connection.pod(), connection.direction())
                        ? mode.judge(connection, networkPolicies)
                        : networkPolicies)
            .toList();
    return verdicts.stream().map(PolicyVerdict::decision).distinct().count() == 1
        ? verdicts.getFirst()
        : new Unknown(
            UnknownReason.FOREIGN_POLICY,
            Optional.empty(),
            networkPolicies.isolating(),
            List.of(doubt()));
  }

  private String doubt() {
    return modes.keySet().stream()
        .map(mode -> mode.name().toLowerCase(Locale.ROOT))
        .collect(
            joining(
                " and ",
                "ConfigMaps " + CiliumSettings.NAME + " set different enforcement modes (",
                "), and Cilium has only one of them."));
  }
}
