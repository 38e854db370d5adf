package io.github.dnsonde.e2e;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The agents of the release, by the pods that they run in; read through the API server. */
record Agents(Cluster cluster, String namespace, String release) {

  /** The agent's pod on each node. */
  Map<String, String> pods() throws IOException {
    Map<String, String> pods = new TreeMap<>();
    cluster
        .kubectl(
            "get",
            "pods",
            "-n",
            namespace,
            "-l",
            "app.kubernetes.io/instance=" + release + ",app.kubernetes.io/component=agent",
            "--field-selector=status.phase=Running",
            "-o",
            "jsonpath={range .items[*]}{.spec.nodeName} {.metadata.name}{\"\\n\"}{end}")
        .lines()
        .map(line -> line.split(" ", 2))
        .filter(words -> words.length == 2)
        .forEach(words -> pods.put(words[0], words[1]));
    return pods;
  }

  /** What a scraper would get now from each node's agent. */
  Map<String, Page> pages() throws IOException {
    Map<String, Page> pages = new TreeMap<>();
    for (Map.Entry<String, String> pod : pods().entrySet()) {
      pages.put(pod.getKey(), page(pod.getValue()));
    }
    return pages;
  }

  private Page page(String pod) {
    try {
      return new Page(
          cluster.kubectl(
              "get",
              "--raw",
              "/api/v1/namespaces/" + namespace + "/pods/" + pod + ":9053/proxy/metrics"));
    } catch (IOException _) {
      return new Page(""); // not yet, or no longer
    }
  }

  /** Whether this holds for every node's agent; there is at least one. */
  boolean all(Predicate<Page> condition) throws IOException {
    Map<String, Page> pages = pages();
    return !pages.isEmpty() && pages.values().stream().allMatch(condition);
  }

  /** Every node's log since some seconds ago. */
  String logs(int seconds) throws IOException {
    StringBuilder logs = new StringBuilder();
    for (String pod : pods().values()) {
      logs.append(cluster.kubectl("logs", "-n", namespace, pod, "--since=" + seconds + "s"));
    }
    return logs.toString();
  }

  List<String> nodes() throws IOException {
    return List.copyOf(pods().keySet());
  }
}
