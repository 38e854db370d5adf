package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.CalicoRules;
import io.github.dnsonde.cluster.LabelExpression;
import io.github.dnsonde.cluster.LabelExpression.And;
import io.github.dnsonde.cluster.LabelExpression.Has;
import io.github.dnsonde.cluster.LabelExpression.In;
import io.github.dnsonde.cluster.LabelExpression.Not;
import io.github.dnsonde.cluster.LabelExpression.Or;
import io.github.dnsonde.cluster.LabelExpression.Part;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.Pod;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The labels of an endpoint or of a network set in Calico: its own, and those of its namespace and
 * service account under a prefix.
 */
sealed interface EndpointLabels {

  /** Returns the value of a key; empty if there is none, or it is unknown. */
  Optional<String> value(String key);

  /** Returns whether there is such a label. */
  Match has(String key);

  /** Returns whether an expression selects it. */
  default Match matches(LabelExpression expression) {
    return switch (expression) {
      case Has(String key) -> has(key);
      case In(String key, Set<String> values) -> compared(key, values::contains);
      case Part part -> compared(part.key(), part::isIn);
      case Not(LabelExpression other) -> matches(other).not();
      case And(var parts) -> parts.stream().map(this::matches).reduce(Match.YES, Match::and);
      case Or(var parts) -> Match.any(parts.stream(), this::matches);
    };
  }

  private Match compared(String key, Predicate<String> wanted) {
    return value(key)
        .map(value -> Match.of(wanted.test(value)))
        .orElseGet(() -> has(key) == Match.NO ? Match.NO : Match.MAYBE);
  }

  /** The labels of a pod. */
  record OfPod(Pod pod, NamespaceLabels namespaces) implements EndpointLabels {

    @Override
    public Optional<String> value(String key) {
      return switch (key) {
        case CalicoRules.NAMESPACE -> Optional.of(pod.namespace());
        case CalicoRules.ACCOUNT, CalicoRules.OF_ACCOUNT + CalicoRules.NAME -> pod.serviceAccount();
        case "projectcalico.org/orchestrator" -> Optional.of("k8s");
        default ->
            key.startsWith(CalicoRules.OF_NAMESPACE)
                ? ofNamespace(key, pod.namespace(), namespaces)
                : pod.labels().get(key);
      };
    }

    @Override
    public Match has(String key) {
      if (value(key).isPresent()
          || key.equals(CalicoRules.ACCOUNT)
          || key.equals(CalicoRules.OF_ACCOUNT + CalicoRules.NAME)) {
        return Match.YES;
      }
      boolean unknown =
          key.startsWith(CalicoRules.OF_ACCOUNT)
              || (key.startsWith(CalicoRules.OF_NAMESPACE)
                  && namespaces.unlabelled().contains(pod.namespace()));
      return unknown ? Match.MAYBE : Match.NO;
    }
  }

  private static Optional<String> ofNamespace(
      String key, String namespace, NamespaceLabels namespaces) {
    String own = key.substring(CalicoRules.OF_NAMESPACE.length());
    return own.equals(CalicoRules.NAME)
        ? Optional.of(namespace)
        : namespaces.of(namespace).get(own);
  }

  /**
   * The labels of a network set.
   *
   * @param namespace empty for a global one
   */
  record OfNetworkSet(Labels labels, Optional<String> namespace, NamespaceLabels namespaces)
      implements EndpointLabels {

    @Override
    public Optional<String> value(String key) {
      if (key.equals(CalicoRules.NAMESPACE)) {
        return namespace;
      }
      return key.startsWith(CalicoRules.OF_NAMESPACE)
          ? namespace.flatMap(name -> ofNamespace(key, name, namespaces))
          : labels.get(key);
    }

    @Override
    public Match has(String key) {
      if (value(key).isPresent()) {
        return Match.YES;
      }
      boolean unknown =
          key.startsWith(CalicoRules.OF_NAMESPACE)
              && namespace.filter(name -> !namespaces.areKnown(name)).isPresent();
      return unknown ? Match.MAYBE : Match.NO;
    }
  }

  /** The labels of a host endpoint, of which nothing is known: it has no namespace. */
  record OfHost() implements EndpointLabels {

    @Override
    public Optional<String> value(String key) {
      return Optional.empty();
    }

    @Override
    public Match has(String key) {
      return key.equals(CalicoRules.NAMESPACE)
              || key.equals(CalicoRules.ACCOUNT)
              || key.startsWith(CalicoRules.OF_NAMESPACE)
              || key.startsWith(CalicoRules.OF_ACCOUNT)
          ? Match.NO
          : Match.MAYBE;
    }
  }
}
