package io.github.dnsonde.cluster;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The owners of namespaces: the values of one label of the Namespaces, which whoever alerts are
 * routed to understands.
 *
 * @param byNamespace the owner by the name of the namespace; without namespaces that have none
 */
public record NamespaceOwners(Map<String, String> byNamespace) {

  /** No owner is known. */
  public static final NamespaceOwners NONE = new NamespaceOwners(Map.of());

  /** The characters of a label's value (Kubernetes documentation, "Labels and Selectors"). */
  private static final Pattern VALUE =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

  public NamespaceOwners {
    byNamespace = Map.copyOf(byNamespace);
  }

  /**
   * Reads the owners from labels.
   *
   * @param labels those of each Namespace, by its name
   * @param key the key of the label; if empty, no owner is known
   */
  public static NamespaceOwners of(Map<String, Labels> labels, Optional<String> key) {
    if (key.isEmpty()) {
      return NONE;
    }
    Map<String, String> owners = new HashMap<>();
    labels.forEach(
        (namespace, each) ->
            each.get(key.get())
                .filter(VALUE.asMatchPredicate())
                .ifPresent(owner -> owners.put(namespace, owner)));
    return new NamespaceOwners(owners);
  }

  /** Returns the owners of some namespaces, sorted, each once. */
  public List<String> of(Collection<String> namespaces) {
    return namespaces.stream()
        .flatMap(namespace -> Optional.ofNullable(byNamespace.get(namespace)).stream())
        .distinct()
        .sorted()
        .toList();
  }

  /** Returns the same, of these namespaces alone. */
  public NamespaceOwners among(Collection<String> namespaces) {
    Map<String, String> some = new HashMap<>(byNamespace);
    some.keySet().retainAll(namespaces);
    return new NamespaceOwners(some);
  }
}
