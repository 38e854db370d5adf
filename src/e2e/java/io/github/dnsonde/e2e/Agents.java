package io.github.dnsonde.e2e;

import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.json.FindingsJson;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The agents of the release by their pods, read through the API server. */
record Agents(Cluster cluster, String namespace, String release) {

  /** Returns the agent's pod on each node. */
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

  /** Returns the current metrics of each node's agent. */
  Map<String, Page> pages() throws IOException {
    Map<String, Page> pages = new TreeMap<>();
    for (Map.Entry<String, String> pod : pods().entrySet()) {
      pages.put(pod.getKey(), page(pod.getValue()));
    }
    return pages;
  }

  /** Returns the current metrics of a pod; none if it does not answer. */
  Page page(String pod) {
    try {
      return new Page(
          cluster.kubectl(
              "get",
              "--raw",
              "/api/v1/namespaces/" + namespace + "/pods/" + pod + ":9053/proxy/metrics"));
    } catch (IOException _) {
      return new Page(""); // not running yet, or no longer
    }
  }

  /** Returns whether the condition holds for every node's agent, and there is at least one. */
  boolean all(Predicate<Page> condition) throws IOException {
    Map<String, Page> pages = pages();
    return !pages.isEmpty() && pages.values().stream().allMatch(condition);
  }

  /** Returns each node's diagnosis of a namespace; omits nodes without a response. */
  Map<String, Diagnosis> explained(String sourceNamespace) throws IOException {
    Map<String, Diagnosis> explained = new TreeMap<>();
    for (Map.Entry<String, String> pod : pods().entrySet()) {
      explained.put(pod.getKey(), explained(pod.getValue(), sourceNamespace));
    }
    return explained;
  }

  private Diagnosis explained(String pod, String sourceNamespace) {
    try {
      return FindingsJson.read(new StringReader(explain(pod, sourceNamespace, "--output", "json")));
    } catch (IOException _) {
      return Diagnosis.NONE; // not running yet, or no longer
    }
  }

  /** Returns the policy that the agent of any node suggests for a namespace. */
  String fix(String sourceNamespace) throws IOException {
    return explain(pods().values().iterator().next(), sourceNamespace, "--fix");
  }

  private String explain(String pod, String... words) throws IOException {
    String[] all = new String[words.length + 7];
    String[] first = {"exec", "-n", namespace, pod, "--", "dnsonde", "explain"};
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(words, 0, all, first.length, words.length);
    return cluster.kubectl(all);
  }

  /** Returns the logs of all nodes for the last seconds. */
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
