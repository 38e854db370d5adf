package io.github.dnsonde.e2e;

import io.github.dnsonde.finding.Finding;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The work divided between two nodes, because the budget does not suffice for both. A class has
 * core vantages on one node, whose agent then goes.
 */
record Divided(Cluster cluster, List<String> namespaces, Table table) {

  /** The label of a node that runs no agent. */
  private static final String AWAY = "dnsonde-e2e=away";

  /** Pods start, agents report within ten seconds, and two seconds later the work is divided. */
  private static final Duration DIVIDED = Duration.ofSeconds(60);

  /** A few rounds: turns become longer than the period when the budget is short. */
  private static final Duration FOUND = Duration.ofSeconds(40);

  /** An agent ends, three reports are missing, and the next reply gives the other one its part. */
  private static final Duration TAKEN_OVER = Duration.ofSeconds(60);

  /** The words of {@code dnsonde vantages} for a vantage of either kind. */
  private static final String CORE = "it is a vantage; core:";

  private static final String BACKGROUND = "it is a vantage; in the background:";

  /**
   * A namespace with core vantages on one node only.
   *
   * @param core the node
   * @param other the node on which its pods are background vantages
   */
  private record Split(String namespace, String core, String other) {}

  /** The chart's values: a budget for less than all, and agents that can be sent away. */
  static String values() {
    return """
    controller: {nodesPerClass: 1}
    affinity:
      nodeAffinity:
        requiredDuringSchedulingIgnoredDuringExecution:
          nodeSelectorTerms:
            - matchExpressions: [{key: dnsonde-e2e, operator: NotIn, values: [away]}]
    config: {metrics: {detail: full}, schedule: {budget: {cluster: 2}}}
    """;
  }

  private Agents agents() {
    return new Agents(cluster, Release.NAMESPACE, Release.NAME);
  }

  /** Plays it; the policies and the label are removed again. */
  void seen() throws IOException, InterruptedException {
    if (agents().nodes().size() != 2) {
      table.right("divided: omitted, because there are not two nodes", "", "");
      return;
    }
    // An agent stays core for ten minutes, and reports that to a new controller: all start again.
    cluster.kubectl(
        "delete",
        "pod",
        "-n",
        Release.NAMESPACE,
        "-l",
        "app.kubernetes.io/component in (agent, controller)");
    List<Split> splits = new ArrayList<>();
    boolean divided =
        Stage.await(
            DIVIDED,
            () -> {
              splits.clear();
              splits.addAll(splits());
              return !splits.isEmpty();
            });
    table.note("divided: namespaces are probed on one node", divided, splits.toString());
    if (divided) {
      try {
        cutOff(splits.getFirst());
        takenOver(splits.getFirst());
      } finally {
        cluster.kubectl("delete", "networkpolicy", "--all", "-n", splits.getFirst().namespace());
        cluster.kubectl("label", "node", splits.getFirst().core(), "dnsonde-e2e-");
      }
    }
  }

  private List<Split> splits() throws IOException {
    List<Split> splits = new ArrayList<>();
    for (String namespace : namespaces) {
      List<String> core = nodes(namespace, CORE);
      List<String> background = nodes(namespace, BACKGROUND);
      if (core.size() == 1 && background.size() == 1) {
        splits.add(new Split(namespace, core.getFirst(), background.getFirst()));
      }
    }
    return splits;
  }

  /** The nodes whose agents have a vantage of a kind in a namespace. */
  private List<String> nodes(String namespace, String kind) throws IOException {
    List<String> nodes = new ArrayList<>();
    for (Map.Entry<String, String> pod : agents().pods().entrySet()) {
      if (vantages(pod.getValue(), namespace).contains(kind)) {
        nodes.add(pod.getKey());
      }
    }
    return nodes;
  }

  private String vantages(String pod, String namespace) {
    try {
      return cluster.kubectl(
          "exec", "-n", Release.NAMESPACE, pod, "--", "dnsonde", "vantages", "-n", namespace);
    } catch (IOException _) {
      return ""; // not running yet, or no longer
    }
  }

  /** Without the policies of earlier scenes, which may allow DNS in the namespace. */
  private void cutOff(Split split) throws IOException, InterruptedException {
    cluster.kubectl("delete", "networkpolicy", "--all", "-n", split.namespace());
    Instant applied = Instant.now();
    cluster.apply(Manifests.denied(split.namespace()));
    found(split, split.core(), applied, FOUND, "divided: " + split + " cut off → controller");
  }

  /** The only agent with core vantages of the namespace goes while the namespace is cut off. */
  private void takenOver(Split split) throws IOException, InterruptedException {
    Instant began = Instant.now();
    cluster.kubectl("label", "node", split.core(), AWAY);
    boolean taken =
        Stage.await(
            TAKEN_OVER.multipliedBy(2),
            () ->
                agents().nodes().equals(List.of(split.other()))
                    && nodes(split.namespace(), CORE).equals(List.of(split.other())));
    if (taken) {
      table.time(
          "divided: the agent on " + split.core() + " goes → the other one probes " + split,
          Duration.between(began, Instant.now()),
          TAKEN_OVER);
    } else {
      table.wrong("divided: taken over", nodes(split.namespace(), CORE).toString(), split.other());
    }
    found(
        split,
        split.other(),
        began,
        TAKEN_OVER.plus(FOUND),
        "divided: the controller still has it");
  }

  private void found(Split split, String node, Instant since, Duration limit, String step)
      throws IOException, InterruptedException {
    boolean found =
        Stage.await(
            limit,
            () ->
                new OnCall(cluster)
                    .onlyFinding(split.namespace())
                    .filter(finding -> finding.code() == Finding.Code.EGRESS_DENIED)
                    .filter(finding -> finding.subject().nodes().contains(node))
                    .isPresent());
    if (found) {
      table.time(step, Duration.between(since, Instant.now()), limit);
    } else {
      table.wrong(step, new OnCall(cluster).explained(split.namespace()).toString(), "a finding");
    }
  }
}
