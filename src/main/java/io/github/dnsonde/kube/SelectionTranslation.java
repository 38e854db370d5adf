package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.ProbePodsView.Selection;
import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.manifest.Selectors;
import java.util.Optional;

/** Reads what selects pods, of objects that do. */
final class SelectionTranslation {

  private SelectionTranslation() {}

  /** Of a Service; one without a selector selects nothing. */
  static Optional<Selection> ofService(Fields service) {
    return Optional.of(service.object("spec").map("selector"))
        .filter(labels -> !labels.isEmpty())
        .map(labels -> selection(service, "Service", LabelSelector.of(labels)));
  }

  /** Of a PodDisruptionBudget; one with an empty selector selects every pod of its namespace. */
  static Optional<Selection> ofBudget(Fields budget) {
    return Selectors.ifAny(budget.object("spec"), "selector")
        .map(selector -> selection(budget, "PodDisruptionBudget", selector));
  }

  private static Selection selection(Fields object, String kind, LabelSelector selector) {
    Fields metadata = object.object("metadata");
    return new Selection(
        metadata.text("namespace").orElse(""),
        kind + " " + metadata.text("name").orElse(""),
        selector);
  }
}
