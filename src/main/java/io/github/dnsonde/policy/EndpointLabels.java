package io.github.dnsonde.policy;

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

  /** The prefix of a namespace's labels. */
  String OF_NAMESPACE = "pcns.";

  /** The prefix of a service account's labels. */
  String OF_ACCOUNT = "pcsa.";

  /** The label with the name of the namespace. */
  String NAMESPACE = "projectcalico.org/namespace";

  /** The label with the name of the service account. */
  String ACCOUNT = "projectcalico.org/serviceaccount";

  /** The label that namespaces and service accounts have with their own name. */
  String NAME = "projectcalico.org/name";

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
        case NAMESPACE -> Optional.of(pod.namespace());
        case ACCOUNT, OF_ACCOUNT + NAME -> pod.serviceAccount();
        case "projectcalico.org/orchestrator" -> Optional.of("k8s");
        default ->
            key.startsWith(OF_NAMESPACE)
                ? ofNamespace(key, pod.namespace(), namespaces)
                : pod.labels().get(key);
      };
    }

    @Override
    public Match has(String key) {
      if (value(key).isPresent() || key.equals(ACCOUNT) || key.equals(OF_ACCOUNT + NAME)) {
        return Match.YES;
      }
      boolean unknown =
          key.startsWith(OF_ACCOUNT)
              || (key.startsWith(OF_NAMESPACE)
                  && namespaces.unlabelled().contains(pod.namespace()));
      return unknown ? Match.MAYBE : Match.NO;
    }
  }

  private static Optional<String> ofNamespace(
      String key, String namespace, NamespaceLabels namespaces) {
    String own = key.substring(OF_NAMESPACE.length());
    return own.equals(NAME) ? Optional.of(namespace) : namespaces.of(namespace).get(own);
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
      if (key.equals(NAMESPACE)) {
        return namespace;
      }
      return key.startsWith(OF_NAMESPACE)
          ? namespace.flatMap(name -> ofNamespace(key, name, namespaces))
          : labels.get(key);
    }

    @Override
    public Match has(String key) {
      if (value(key).isPresent()) {
        return Match.YES;
      }
      boolean unknown =
          key.startsWith(OF_NAMESPACE)
              && namespace.filter(namespaces.unlabelled()::contains).isPresent();
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
      return key.equals(NAMESPACE)
              || key.equals(ACCOUNT)
              || key.startsWith(OF_NAMESPACE)
              || key.startsWith(OF_ACCOUNT)
          ? Match.NO
          : Match.MAYBE;
    }
  }
}
