package io.github.dnsonde.diagnosis;

import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.probe.Diagnosis;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Vantage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Asks again and again why questions fail on a node. Remembers what the cluster looked like, so
 * that a policy that was removed can be named. Belongs to one thread.
 */
public final class Inquiry {

  /** What was removed earlier has nothing to do with what fails now. */
  private static final Duration MEMORY = Duration.ofMinutes(15);

  private final Function<NetworkPolicy, String> yaml;
  private final List<Removal> removed = new ArrayList<>();
  private ClusterView seen = ClusterView.EMPTY;
  private Policies policies = new Policies(ClusterView.EMPTY, NodeCache.NONE);

  /**
   * Knows nothing yet.
   *
   * @param yaml writes a policy for a person to apply
   */
  public Inquiry(Function<NetworkPolicy, String> yaml) {
    this.yaml = yaml;
  }

  /** What to make of this. A view is never changed, only replaced: to compare it costs nothing. */
  @SuppressWarnings("ReferenceEquality")
  public Diagnosis into(Case known) {
    if (known.cluster() != seen) {
      remember(known);
      policies = new Policies(known.cluster(), known.cache());
    }
    List<Judged> judged =
        Wire.of(known.streaks()).stream()
            .map(wire -> new Judged(wire, policies.of(wire)))
            .sorted(Comparator.comparing(Inquiry::place))
            .toList();
    return new Diagnosis(
        new Correlation(judged, known, removed, namespace -> mending(namespace, judged)).findings(),
        policies.rulings(judged.stream().map(Judged::path)));
  }

  private void remember(Case known) {
    Set<String> present =
        known.cluster().policies().stream().map(NetworkPolicy::namespacedName).collect(toSet());
    seen.policies().stream()
        .filter(policy -> !present.contains(policy.namespacedName()))
        .forEach(policy -> removed.add(new Removal(policy, known.now())));
    removed.removeIf(removal -> removal.at().isBefore(known.now().minus(MEMORY)));
    seen = known.cluster();
  }

  /** For the pod of which the policies deny most. */
  private Optional<String> mending(String namespace, List<Judged> judged) {
    List<Server> servers = judged.stream().map(Judged::server).distinct().toList();
    return judged.stream()
        .filter(each -> each.denied() && each.namespace().equals(namespace))
        .map(each -> each.path().vantage())
        .distinct()
        .flatMap(vantage -> policies.mending(vantage, servers).stream())
        .findFirst()
        .map(yaml);
  }

  private static String place(Judged judged) {
    Vantage vantage = judged.path().vantage();
    return String.join(" ", vantage.namespace(), vantage.pod(), judged.server().name());
  }
}
