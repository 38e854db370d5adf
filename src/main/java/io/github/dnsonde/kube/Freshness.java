package io.github.dnsonde.kube;

/**
 * The permitted age of a list (Kubernetes documentation, "Resource versions", "Semantics for get
 * and list"). If allowed to, an API server answers from its own memory. Then it need not read every
 * object of the cluster to find those of one node.
 */
sealed interface Freshness {

  /** Any age. Only the first list of all may have it, because a later one could go back in time. */
  record Any() implements Freshness {}

  /** Not older than a version that was seen. */
  record NotOlderThan(String version) implements Freshness {}

  /** The latest state, whatever it costs the server. */
  record Latest() implements Freshness {}

  /** Returns a query for a list of this freshness. */
  default Query applyTo(Query list) {
    return switch (this) {
      case Any _ -> list.with("resourceVersion", "0");
      case NotOlderThan(String version) ->
          list.with("resourceVersion", version).with("resourceVersionMatch", "NotOlderThan");
      case Latest _ -> list;
    };
  }
}
