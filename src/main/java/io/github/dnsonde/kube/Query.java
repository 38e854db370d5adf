package io.github.dnsonde.kube;

import static java.util.stream.Collectors.joining;

import java.util.Map;
import java.util.TreeMap;

/**
 * Which objects are asked for.
 *
 * @param path of the collection, such as {@code /api/v1/pods}
 * @param parameters what narrows it, such as {@code fieldSelector}
 * @param mayBeCached whether a list may be a moment old: the server answers it from memory, and
 *     need not read every object of the cluster to find those of one node
 */
record Query(String path, Map<String, String> parameters, boolean mayBeCached) {

  Query {
    parameters = Map.copyOf(parameters);
  }

  static Query all(String path) {
    return new Query(path, Map.of(), false);
  }

  /** The one object of a name. */
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

  /** The same of one namespace, of a collection that is asked for in all of them. */
  Query in(String namespace) {
    int end = path.lastIndexOf('/');
    return new Query(
        path.substring(0, end) + "/namespaces/" + namespace + path.substring(end),
        parameters,
        mayBeCached);
  }

  /** For a list's pages of that many objects at the most. */
  Query listed(int limit) {
    return with("limit", Integer.toString(limit));
  }

  /**
   * For a watch.
   *
   * @param version what was heard of last
   * @param seconds after which the server shall end it
   */
  Query watched(String version, long seconds) {
    return with("watch", "true")
        .with("allowWatchBookmarks", "true")
        .with("resourceVersion", version)
        .with("timeoutSeconds", Long.toString(seconds));
  }

  /** The same, with one parameter more. */
  Query with(String name, String value) {
    Map<String, String> more = new TreeMap<>(parameters);
    more.put(name, value);
    return new Query(path, more, mayBeCached);
  }
}
