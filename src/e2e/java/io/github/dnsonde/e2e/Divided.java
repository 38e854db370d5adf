package io.github.dnsonde.e2e;

import io.github.dnsonde.finding.Finding;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The work divided between two nodes, because the budget does not suffice for both. A class has
 * core vantages on one node, whose agent then goes.
 */
record Divided(Cluster cluster, List<String> namespaces, Table table) {

  /** The label of a node that runs no agent. */
  private static final String AWAY = "dnsonde-e2e=away";

  /** A new controller hears of all agents within ten seconds, and divides two seconds later. */
  private static final Duration DIVIDED = Duration.ofSeconds(40);

  /** A few rounds: turns become longer than the period when the budget is short. */
  private static final Duration FOUND = Duration.ofSeconds(40);

  /** Three missing reports, a division, the reply to the next report, and a round. */
  private static final Duration TAKEN_OVER = Duration.ofSeconds(60);

  private static final String PROBED = "dnsonde_path_unanswered_seconds";

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
    cluster.kubectl(
        "delete",
        "pod",
        "-n",
        Release.NAMESPACE,
        "-l",
        "app.kubernetes.io/component=controller"); // it heard of the agents one by one
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
    Map<String, Page> pages = agents().pages();
    return namespaces.stream().flatMap(each -> split(each, pages).stream()).toList();
  }

  private static Optional<Split> split(String namespace, Map<String, Page> pages) {
    List<String> core =
        pages.keySet().stream().filter(node -> isProbed(pages.get(node), namespace)).toList();
    return pages.keySet().stream()
        .filter(node -> core.size() == 1 && !core.contains(node))
        .findFirst()
        .map(other -> new Split(namespace, core.getFirst(), other));
  }

  private static boolean isProbed(Page page, String namespace) {
    return page.samples(PROBED)
        .anyMatch(sample -> sample.label("source_namespace").equals(namespace));
  }

  private void cutOff(Split split) throws IOException, InterruptedException {
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
            () -> {
              Map<String, Page> pages = agents().pages();
              return pages.keySet().equals(Set.of(split.other()))
                  && isProbed(pages.values().iterator().next(), split.namespace())
                  && !pages.values().iterator().next().failing(split.namespace()).isEmpty();
            });
    if (taken) {
      table.time(
          "divided: the agent on " + split.core() + " goes → the other one probes " + split,
          Duration.between(began, Instant.now()),
          TAKEN_OVER);
    } else {
      table.wrong("divided: taken over", agents().pages().keySet().toString(), split.other());
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
