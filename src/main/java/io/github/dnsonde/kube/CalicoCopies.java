package io.github.dnsonde.kube;

import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Labels;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Removes the copies that Calico's own API server shows of the stored policies. */
final class CalicoCopies {

  private CalicoCopies() {}

  /**
   * Returns the policies without copies, as they are among some namespaces.
   *
   * @param labels the labels of the namespaces that matter
   * @param unlabelled those whose labels are not known
   */
  static List<ForeignPolicy> without(
      List<ForeignPolicy> policies, Map<String, Labels> labels, Set<String> unlabelled) {
    return without(policies).map(each -> each.among(labels, unlabelled)).toList();
  }

  private static Stream<ForeignPolicy> without(List<ForeignPolicy> policies) {
    Set<ForeignPolicy.Identity> stored =
        policies.stream()
            .filter(each -> each.kind().isStoredByCalico())
            .map(ForeignPolicy::identity)
            .collect(toSet());
    return policies.stream()
        .filter(each -> each.kind().stored().isEmpty() || !stored.contains(each.identity()));
  }
}
