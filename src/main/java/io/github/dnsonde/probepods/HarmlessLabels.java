package io.github.dnsonde.probepods;

import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.LabelSelector.Operator;
import io.github.dnsonde.cluster.LabelSelector.Requirement;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.ProbeDeployment;
import io.github.dnsonde.cluster.ProbePodsView.Selection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A Deployment without labels that make other objects of its namespace treat its pod as one of an
 * application: a Service would send it requests, a PodDisruptionBudget would count it.
 *
 * <p>If a selector selects the pod, every label that it requires is removed, because it is not
 * known which of them policies also select by. The remaining labels may match another selector, one
 * that requires a label to be absent. So the check is repeated until nothing more can be removed.
 *
 * @param deployment with the remaining labels
 * @param notes a sentence for each selector that cost a label, or that selects the pod regardless
 *     of its labels
 */
record HarmlessLabels(ProbeDeployment deployment, List<String> notes) {

  static HarmlessLabels of(ProbeDeployment wanted, List<Selection> selections) {
    List<String> notes = new ArrayList<>();
    ProbeDeployment left = wanted;
    Optional<Selection> costly = costly(left, selections);
    while (costly.isPresent()) {
      Selection selection = costly.get();
      Set<String> required = requested(left, selection);
      notes.add(
          "removed "
              + String.join(", ", required.stream().sorted().toList())
              + ": "
              + selection.by()
              + " selects it");
      left = without(left, required);
      costly = costly(left, selections);
    }
    ProbeDeployment last = left;
    selections.stream()
        .filter(selection -> selects(selection, last))
        .map(selection -> selection.by() + " selects the pod regardless of its labels")
        .forEach(notes::add);
    return new HarmlessLabels(left, List.copyOf(notes));
  }

  private static Optional<Selection> costly(ProbeDeployment wanted, List<Selection> selections) {
    return selections.stream()
        .filter(selection -> selects(selection, wanted))
        .filter(selection -> !requested(wanted, selection).isEmpty())
        .findFirst();
  }

  private static boolean selects(Selection selection, ProbeDeployment wanted) {
    return selection.namespace().equals(wanted.namespace())
        && selection.pods().matches(wanted.podLabels());
  }

  private static Set<String> requested(ProbeDeployment wanted, Selection selection) {
    return keys(selection.pods()).filter(wanted.labels().values()::containsKey).collect(toSet());
  }

  /** The labels without which it would select nothing. */
  private static Stream<String> keys(LabelSelector selector) {
    return Stream.concat(
        selector.matchLabels().keySet().stream(),
        selector.matchExpressions().stream()
            .filter(
                requirement ->
                    requirement.operator() == Operator.IN
                        || requirement.operator() == Operator.EXISTS)
            .map(Requirement::key));
  }

  private static ProbeDeployment without(ProbeDeployment wanted, Set<String> keys) {
    Map<String, String> left = new HashMap<>(wanted.labels().values());
    left.keySet().removeAll(keys);
    return wanted.with(new Labels(left));
  }
}
