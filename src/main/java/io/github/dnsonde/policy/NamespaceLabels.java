package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.PolicySet;
import java.util.Map;
import java.util.Set;

/**
 * The labels of namespaces, by which policies select them.
 *
 * @param known by the namespaces' names
 * @param unlabelled namespaces of which only the label with their name is known
 */
record NamespaceLabels(Map<String, Labels> known, Set<String> unlabelled) {

  static NamespaceLabels of(PolicySet policies) {
    return new NamespaceLabels(policies.namespaces(), policies.gaps().labels());
  }

  /** Returns whether a selector selects a namespace. */
  Match matches(LabelSelector selector, String namespace) {
    return unlabelled.contains(namespace)
        ? Match.partly(selector, Labels.NONE.ofNamespace(namespace))
        : Match.of(selector.matches(of(namespace)));
  }

  /** Returns true if all labels of a namespace are known: a node knows only relevant namespaces. */
  boolean areKnown(String namespace) {
    return known.containsKey(namespace) && !unlabelled.contains(namespace);
  }

  /** Returns the labels of a namespace. An unknown one still has the label with its name. */
  Labels of(String namespace) {
    Labels labels = known.get(namespace);
    return labels == null ? Labels.NONE.ofNamespace(namespace) : labels;
  }
}
