package io.github.dnsonde.kube;

/**
 * How old a list may be (Kubernetes documentation, "Resource versions", "Semantics for get and
 * list"). An API server answers from its own memory if it may, and need not read every object of
 * the cluster to find those of one node.
 */
sealed interface Freshness {

  /** As old as a server likes: only the first list of all may be, or what is known goes back. */
  record Any() implements Freshness {}

  /** Not older than a version that was heard of. */
  record NotOlderThan(String version) implements Freshness {}

  /** The latest, whatever it costs the server. */
  record Latest() implements Freshness {}

  /** A query for a list that is as fresh. */
  default Query asked(Query list) {
    return switch (this) {
      case Any _ -> list.with("resourceVersion", "0");
      case NotOlderThan(String version) ->
          list.with("resourceVersion", version).with("resourceVersionMatch", "NotOlderThan");
      case Latest _ -> list;
    };
  }
}
