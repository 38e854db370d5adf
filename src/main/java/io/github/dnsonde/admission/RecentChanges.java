package io.github.dnsonde.admission;

import static java.util.stream.Collectors.partitioningBy;
import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.cluster.AdmissionRequest.PolicyVersion;
import io.github.dnsonde.cluster.ClusterSnapshot;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.Declarations;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The changes that were allowed a moment ago and that the watch may not have shown yet. They count
 * as applied, so that a deny right after its allow is judged with it. An allowed change may still
 * fail elsewhere, so each counts for ten seconds at most. Thread-safe.
 */
public final class RecentChanges {

  static final Duration LONGEST = Duration.ofSeconds(10);

  /** More than an API server stores in that time. */
  private static final int MOST = 5_000;

  private final Ticker ticker;
  private final SequencedMap<NamespacedName, Allowed> changes = new LinkedHashMap<>();

  /**
   * A change that was allowed.
   *
   * @param again true if an earlier change of the same object may not have been shown either: the
   *     watch can then show the state that this one leads to, and the earlier one afterwards
   */
  private record Allowed(AdmissionRequest request, long at, boolean again) {}

  public RecentChanges(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Notes that a request was allowed. */
  public synchronized void allowed(AdmissionRequest request) {
    if (request.dryRun() || request.subject() instanceof AdmissionRequest.Other) {
      return;
    }
    forgetOld();
    boolean again = changes.containsKey(request.name());
    changes.putLast(request.name(), new Allowed(request, ticker.nanos(), again));
    if (changes.size() > MOST) {
      changes.pollFirstEntry();
    }
  }

  /**
   * Returns the cluster with these changes.
   *
   * @param namespace the namespace whose objects it has, with those of the cluster's DNS; not used
   *     if it has all
   */
  public ClusterSnapshot on(ClusterSnapshot cluster, String namespace) {
    List<AdmissionRequest> missing = missing(cluster, namespace);
    if (missing.isEmpty()) {
      return cluster;
    }
    return cluster.with(applied(cluster.view(), missing));
  }

  private List<AdmissionRequest> missing(ClusterSnapshot cluster, String namespace) {
    List<Allowed> seen =
        recent().stream()
            .filter(change -> isSeen(change.request().namespace(), cluster, namespace))
            .toList();
    if (seen.isEmpty()) {
      return List.of();
    }
    ClusterView view = cluster.view();
    Map<NamespacedName, NetworkPolicy> live = new HashMap<>();
    view.policies().forEach(policy -> live.put(policy.namespacedName(), policy));
    Map<Boolean, List<Allowed>> shown =
        seen.stream()
            .collect(
                partitioningBy(change -> !change.again() && isShown(change.request(), view, live)));
    forget(shown.getOrDefault(true, List.of()));
    return shown.getOrDefault(false, List.of()).stream().map(Allowed::request).toList();
  }

  private synchronized List<Allowed> recent() {
    forgetOld();
    return List.copyOf(changes.values());
  }

  /** The changes are in the order of their times. */
  private synchronized void forgetOld() {
    long now = ticker.nanos();
    while (!changes.isEmpty() && now - changes.firstEntry().getValue().at() > LONGEST.toNanos()) {
      changes.pollFirstEntry();
    }
  }

  /** A later change of the same object stays. */
  private synchronized void forget(List<Allowed> shown) {
    shown.forEach(change -> changes.remove(change.request().name(), change));
  }

  private static boolean isSeen(String changed, ClusterSnapshot cluster, String namespace) {
    return cluster.everywhere()
        || changed.equals(namespace)
        || cluster.view().kubeDns().filter(dns -> dns.namespace().equals(changed)).isPresent();
  }

  private static boolean isShown(
      AdmissionRequest request, ClusterView view, Map<NamespacedName, NetworkPolicy> live) {
    return switch (request.subject()) {
      case AdmissionRequest.Policy(_, Optional<PolicyVersion> after) -> {
        NetworkPolicy present = live.get(request.name());
        yield after.isEmpty() ? present == null : present != null && after.get().rulesLike(present);
      }
      case AdmissionRequest.Namespace(_, AdmissionRequest.NamespaceVersion after) ->
          after
              .labels()
              .ofNamespace(request.name().name())
              .equals(view.namespaces().get(request.name().name()));
      case AdmissionRequest.Other _ -> true;
    };
  }

  private static ClusterView applied(ClusterView view, List<AdmissionRequest> changes) {
    Set<NamespacedName> replaced = changes.stream().map(AdmissionRequest::name).collect(toSet());
    Map<String, Labels> namespaces = new HashMap<>(view.namespaces());
    List<NetworkPolicy> policies = new ArrayList<>();
    List<Declaration> declarations = new ArrayList<>();
    for (AdmissionRequest change : changes) {
      switch (change.subject()) {
        case AdmissionRequest.Policy(_, Optional<PolicyVersion> after) -> {
          after.flatMap(PolicyVersion::policy).ifPresent(policies::add);
          after.flatMap(PolicyVersion::declaration).ifPresent(declarations::add);
        }
        case AdmissionRequest.Namespace(_, AdmissionRequest.NamespaceVersion after) -> {
          String name = change.name().name();
          namespaces.put(name, after.labels().ofNamespace(name));
          after.declaration().ifPresent(declarations::add);
        }
        case AdmissionRequest.Other _ -> {
          // never kept
        }
      }
    }
    view.policies().stream()
        .filter(policy -> !replaced.contains(policy.namespacedName()))
        .forEach(policies::add);
    Stream<Declaration> others =
        view.declarations().all().stream()
            .filter(declaration -> !replaced.contains(name(declaration.holder())));
    return new ClusterView(
        namespaces,
        view.pods(),
        view.dnsPods(),
        policies,
        view.kubeDns(),
        view.kubeDnsEndpoints(),
        view.foreignPolicies(),
        view.agents(),
        view.gaps(),
        new Declarations(Stream.concat(others, declarations.stream()).toList()));
  }

  private static NamespacedName name(Declaration.Holder holder) {
    return holder
        .policy()
        .map(policy -> new NamespacedName(holder.namespace(), policy))
        .orElseGet(() -> new NamespacedName("", holder.namespace()));
  }
}
