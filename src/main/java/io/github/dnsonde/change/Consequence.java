package io.github.dnsonde.change;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import io.github.dnsonde.cluster.PolicyObject;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.FirstFew;
import io.github.dnsonde.probe.Transport;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One effect of a change on pods of one namespace, with everything that a person needs to know.
 *
 * @param total true if the pods are left without any server over UDP
 * @param paths the paths with this effect
 * @param workloads the number of affected pods by workload
 * @param causes the parts of the change that have the effect
 * @param suggestedPolicies the policies that would together allow the pods to query DNS: several,
 *     if different policies isolate the pods. They may have the same name. Empty if none would
 */
public record Consequence(
    Effect effect,
    Presence presence,
    String namespace,
    boolean total,
    List<PathChange> paths,
    SortedMap<String, Integer> workloads,
    List<Cause> causes,
    List<PolicyObject> suggestedPolicies) {

  /** The workloads that a sentence names. */
  private static final int NAMED = 5;

  public Consequence {
    requireNonNull(effect, "effect is null");
    requireNonNull(presence, "presence is null");
    requireNonNull(namespace, "namespace is null");
    paths = List.copyOf(paths);
    workloads = new TreeMap<>(workloads);
    causes = List.copyOf(causes);
    suggestedPolicies = List.copyOf(suggestedPolicies);
  }

  /** Returns the number of affected pods that exist. */
  public int pods() {
    return workloads.values().stream().mapToInt(count -> count).sum();
  }

  /**
   * Returns true if the change certainly leaves pods that exist without DNS that they had: an error
   * and no warning.
   */
  public boolean isOutage() {
    return effect == Effect.CUT && presence == Presence.RUNNING && total;
  }

  /**
   * Returns the consequence as a predicate, whose subject is the causes: {@code would cut 14 pods
   * of 3 workloads in payments from DNS (kube-dns, node-local-dns; UDP and TCP)}.
   */
  public String sentence() {
    String from = (total ? "DNS (" : "a part of DNS (") + shownPaths() + ")";
    return switch (effect) {
      case CUT -> "would cut " + whom() + " from " + from;
      case MAY_BE_CUT -> "may cut " + whom() + " from " + from;
      case STAYS_CUT -> "would leave " + whom() + " without " + from + ", as before";
      case RESTORED -> "would give " + whom() + " access to " + from + ", which they lack now";
      case UNCHANGED -> "changes nothing for " + whom();
    };
  }

  private String whom() {
    return switch (presence) {
      case RUNNING ->
          count(pods(), "pod") + " of " + count(workloads.size(), "workload") + " in " + namespace;
      case PLANNED -> "the pods of " + count(workloads.size(), "new workload") + " in " + namespace;
      case POSSIBLE -> "pods in " + namespace + " that do not exist yet";
    };
  }

  /** Returns the affected workloads: {@code Deployment api (8 pods), Deployment web (6 pods)}. */
  public String shownWorkloads() {
    return FirstFew.of(
        workloads.entrySet().stream()
            .map(
                entry ->
                    entry.getValue() == 0
                        ? entry.getKey()
                        : entry.getKey() + " (" + count(entry.getValue(), "pod") + ")")
            .toList(),
        NAMED);
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  /** Returns the paths: {@code kube-dns, node-local-dns; UDP and TCP}. */
  public String shownPaths() {
    Map<DnsServer, Set<Transport>> byServer = new LinkedHashMap<>();
    paths.forEach(
        path ->
            byServer
                .computeIfAbsent(path.server(), _ -> new LinkedHashSet<>())
                .add(path.transport()));
    Map<String, Set<String>> byTransports = new LinkedHashMap<>();
    byServer.forEach(
        (server, transports) ->
            byTransports
                .computeIfAbsent(Transport.words(transports), _ -> new LinkedHashSet<>())
                .add(shown(server)));
    return byTransports.entrySet().stream()
        .map(entry -> String.join(", ", entry.getValue()) + "; " + entry.getKey())
        .collect(joining(", and "));
  }

  /** A part of the caches' addresses is named one by one. */
  private String shown(DnsServer server) {
    return total ? server.name() : server.name() + " on " + Addresses.text(server.address());
  }
}
