package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.ProbePodsView.Selection;
import io.github.dnsonde.manifest.Selectors;
import java.util.Optional;

/** Reads the selectors of objects that select pods. */
final class SelectionTranslation {

  static final Mask OF_SERVICE = Mask.of("metadata(namespace,name),spec([selector*])");

  static final Mask OF_BUDGET =
      Mask.of(
          "metadata(namespace,name),"
              + "spec([selector(matchLabels*,matchExpressions(key,operator,values))])");

  /** The most requirements of a selector that is kept: more than a probe pod has labels. */
  private static final int MOST = 128;

  private SelectionTranslation() {}

  /**
   * Reads the selector of a Service. A Service without a selector selects nothing. One with more
   * labels than a pod can have selects no pod.
   */
  static Optional<Selection> ofService(StreamedObject service) {
    return Optional.of(service.fields().object("spec").map("selector"))
        .filter(labels -> !labels.isEmpty() && labels.size() <= MOST)
        .map(labels -> selection(service, "Service", LabelSelector.of(labels)));
  }

  /**
   * Reads the selector of a PodDisruptionBudget. An empty selector selects every pod of its
   * namespace, and one that is too large may do so.
   */
  static Optional<Selection> ofBudget(StreamedObject budget) {
    Optional<LabelSelector> selector =
        budget.isCut("spec.selector")
            ? Optional.of(LabelSelector.EVERYTHING)
            : Selectors.ifAny(budget.fields().object("spec"), "selector")
                .map(SelectionTranslation::bounded);
    return selector.map(pods -> selection(budget, "PodDisruptionBudget", pods));
  }

  private static LabelSelector bounded(LabelSelector selector) {
    int values =
        selector.matchExpressions().stream().mapToInt(each -> 1 + each.values().size()).sum();
    return selector.matchLabels().size() + values > MOST ? LabelSelector.EVERYTHING : selector;
  }

  private static Selection selection(StreamedObject object, String kind, LabelSelector selector) {
    return new Selection(
        object.metadata().text("namespace").orElse(""),
        kind + " " + object.metadata().text("name").orElse(""),
        selector);
  }
}
