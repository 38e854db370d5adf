package io.github.dnsonde.probepods;

import static java.util.stream.Collectors.toMap;

import io.github.dnsonde.cluster.ProbeDeployment;
import io.github.dnsonde.cluster.ProbePodsView;
import io.github.dnsonde.cluster.ProbePodsView.Found;
import io.github.dnsonde.cluster.ProbePodsView.Namespace;
import io.github.dnsonde.config.Config;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Decides in which namespaces a probe pod is created, changed, kept and removed. The same arguments
 * give the same steps.
 */
public final class ProbePods {

  private final Config.ProbePods settings;
  private final ProbePodsView view;
  private final Map<String, Applied> applied;
  private final Map<String, Found> found;

  private ProbePods(Config.ProbePods settings, ProbePodsView view, Map<String, Applied> applied) {
    this.settings = settings;
    this.view = view;
    this.applied = applied;
    this.found = view.deployments().stream().collect(toMap(Found::namespace, Function.identity()));
  }

  /**
   * Returns the steps by namespace; none in namespaces that are terminating.
   *
   * @param applied the last request by namespace: there is no need to repeat it
   */
  public static List<Action> steps(
      Config.ProbePods settings, ProbePodsView view, Map<String, Applied> applied) {
    return new ProbePods(settings, view, applied).steps();
  }

  private List<Action> steps() {
    return view.namespaces().entrySet().stream()
        .filter(namespace -> !namespace.getValue().terminating())
        .sorted(Map.Entry.comparingByKey())
        .flatMap(namespace -> step(namespace.getKey(), namespace.getValue()).stream())
        .toList();
  }

  private Optional<Action> step(String name, Namespace namespace) {
    Optional<Found> there = Optional.ofNullable(found.get(name));
    if (there.filter(Found::deleting).isPresent()) {
      return Optional.empty();
    }
    return settings.namespaces().select(name, namespace.labels())
        ? Optional.of(wanted(name, there))
        : there.filter(Found::ours).map(Action.Remove::new);
  }

  private Action wanted(String namespace, Optional<Found> there) {
    Optional<Action> foreign =
        there.filter(deployment -> !deployment.ours()).map(Action.Yield::new);
    return foreign.orElseGet(() -> ours(namespace, there));
  }

  private Action ours(String namespace, Optional<Found> there) {
    ProbeDeployment whole =
        new ProbeDeployment(namespace, settings.image().orElseThrow(), settings.labels());
    HarmlessLabels harmless = HarmlessLabels.of(whole, view.selections());
    Optional<Action> kept =
        there
            .filter(deployment -> isAsAsked(deployment, harmless.deployment()))
            .map(deployment -> new Action.Keep(deployment, harmless.notes()));
    return kept.orElseGet(() -> new Action.Apply(harmless.deployment(), there, harmless.notes()));
  }

  private boolean isAsAsked(Found there, ProbeDeployment wanted) {
    return Stream.ofNullable(applied.get(there.namespace()))
        .anyMatch(last -> last.wanted().equals(wanted) && last.made().sameAs(there));
  }
}
