package io.github.dnsonde.e2e.wire;

import static java.util.stream.Collectors.joining;

import com.google.gson.JsonObject;
import io.github.dnsonde.e2e.Cluster;
import io.github.dnsonde.probe.Transport;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The cluster, which has all cases at once. */
final class Stage {

  private static final List<String> NODES = List.of("node1", "node2");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The resolver outside of the cluster, to which further addresses are redirected. */
  private static final String WORLD = "172.20.0.1";

  private static final String CANARIES = Staged.PREFIX + "canaries";

  private final Cluster cluster;
  private final Nodes nodes;

  Stage(Cluster cluster, Nodes nodes) {
    this.cluster = cluster;
    this.nodes = nodes;
  }

  /** Redirects an address outside of the cluster to the resolver there. */
  void answering(String address) throws IOException {
    for (String protocol : List.of("udp", "tcp")) {
      String rule = "-p " + protocol + " --dport 53 -j DNAT --to-destination " + WORLD;
      cluster.part(
          "exec",
          "world",
          "sh",
          "-c",
          "iptables -w -t nat -A PREROUTING -d " + address + "/32 " + rule);
    }
  }

  /** Creates everything but the policies; all pods are ready when this returns. */
  Inventory make(List<Staged> cases) throws IOException {
    Stream<JsonObject> objects = cases.stream().flatMap(staged -> staged.objectsToMake().stream());
    cluster.apply(documents(Stream.concat(objects, canaries())));
    cluster.kubectl(
        "wait", "--for=condition=Ready", "pods", "--all", "--all-namespaces", "--timeout=240s");
    return Inventory.of(cluster);
  }

  private static String documents(Stream<JsonObject> objects) {
    return objects.map(JsonObject::toString).collect(joining("\n---\n"));
  }

  private static Stream<JsonObject> canaries() {
    return Stream.concat(
        Stream.of(Made.namespace(CANARIES, new JsonObject()), Made.serviceAccount(CANARIES)),
        NODES.stream().map(Stage::canary));
  }

  private static JsonObject canary(String node) {
    JsonObject described = new JsonObject();
    described.addProperty("name", node);
    return Made.pod(CANARIES, node, described);
  }

  /** Returns the keys of queries that get no answer even without a policy. */
  Set<String> unanswered(Collection<Question> questions) throws IOException {
    Map<String, Question> open = new HashMap<>();
    questions.forEach(question -> open.put(question.key(), question));
    Instant end = Instant.now().plus(PATIENCE);
    while (!open.isEmpty() && Instant.now().isBefore(end)) {
      nodes
          .ask(open.values())
          .forEach(
              (key, replies) -> {
                if (isAnswered(replies)) {
                  open.remove(key);
                }
              });
    }
    return open.keySet();
  }

  private static boolean isAnswered(Map<Transport, String> replies) {
    return replies.size() == Transport.values().length
        && replies.values().stream().allMatch(AskFromPods.ANSWERED::equals);
  }

  /**
   * Applies the policies of all cases.
   *
   * @return the API server's messages about policies that it refused, by case
   */
  Map<Staged, String> enforce(List<Staged> cases, Inventory inventory) throws IOException {
    apply(documents(cases.stream().flatMap(staged -> staged.policies(inventory).stream())));
    Set<String> there = Inventory.policies(cluster);
    Map<Staged, String> refused = new HashMap<>();
    for (Staged staged : cases) {
      for (JsonObject policy : staged.policies(inventory)) {
        boolean asker = Inventory.key(policy).startsWith(staged.sourceNamespace() + "/");
        if (asker && !there.contains(Inventory.key(policy))) {
          refused.put(staged, apply(policy.toString()));
        }
      }
    }
    return refused;
  }

  /** Returns the API server's message about refused policies; the others are applied. */
  private String apply(String policies) {
    try {
      cluster.apply(policies);
      return "";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /**
   * Sends all queries after the engine has loaded all policies: a later policy is then in force on
   * every node.
   */
  Map<String, Map<Transport, String>> ask(List<Question> questions, Inventory inventory)
      throws IOException {
    cluster.apply(
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: last, namespace: %s}
        spec: {podSelector: {}, policyTypes: [Egress]}
        """
            .formatted(CANARIES));
    List<Question> canaries =
        NODES.stream()
            .map(n -> new Question(n, n, inventory.pod(CANARIES, n), WrittenCase.CACHE, 53))
            .toList();
    List<Question> all = Stream.concat(canaries.stream(), questions.stream()).toList();
    Instant end = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(end)) {
      Map<String, Map<Transport, String>> replies = nodes.ask(all);
      if (canaries.stream().noneMatch(canary -> heard(replies, canary))) {
        return replies;
      }
    }
    throw new IOException("no policy is in force within " + PATIENCE);
  }

  private static boolean heard(Map<String, Map<Transport, String>> replies, Question canary) {
    return !replies.containsKey(canary.key())
        || replies.getOrDefault(canary.key(), Map.of()).containsValue(AskFromPods.ANSWERED);
  }
}
