package io.github.dnsonde.kube;

import static java.util.stream.Collectors.joining;

import java.util.Map;
import java.util.TreeMap;

/**
 * The selection of objects to request.
 *
 * @param path of the collection, such as {@code /api/v1/pods}
 * @param parameters the parameters that narrow it, such as {@code fieldSelector}
 * @param mayBeCached whether a list may be slightly old: then the server answers from memory, and
 *     need not read every object of the cluster to find those of one node
 */
record Query(String path, Map<String, String> parameters, boolean mayBeCached) {

  Query {
    parameters = Map.copyOf(parameters);
  }

  static Query all(String path) {
    return new Query(path, Map.of(), false);
  }

  /** The single object of a name. */
  static Query named(String path, String name) {
    return new Query(path, Map.of("fieldSelector", "metadata.name=" + name), false);
  }

  /** The pods of one node. */
  static Query ofNode(String path, String node) {
    return new Query(path, Map.of("fieldSelector", "spec.nodeName=" + node), true);
  }

  /** The objects that have all these labels. */
  static Query labelled(String path, Map<String, String> labels) {
    String selector =
        new TreeMap<>(labels)
            .entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(joining(","));
    return new Query(path, Map.of("labelSelector", selector), false);
  }

  /** Returns the same query for one namespace, if the collection is of all namespaces. */
  Query in(String namespace) {
    int end = path.lastIndexOf('/');
    return new Query(
        path.substring(0, end) + "/namespaces/" + namespace + path.substring(end),
        parameters,
        mayBeCached);
  }

  /** Returns the query for a list with pages of at most this many objects. */
  Query listed(int limit) {
    return with("limit", Integer.toString(limit));
  }

  /**
   * Returns the query for a watch.
   *
   * @param version the last version that was seen
   * @param seconds the time after which the server should end it
   */
  Query watched(String version, long seconds) {
    return with("watch", "true")
        .with("allowWatchBookmarks", "true")
        .with("resourceVersion", version)
        .with("timeoutSeconds", Long.toString(seconds));
  }

  /** Returns the same query with one more parameter. */
  Query with(String name, String value) {
    Map<String, String> more = new TreeMap<>(parameters);
    more.put(name, value);
    return new Query(path, more, mayBeCached);
  }
}
