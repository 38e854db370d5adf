package io.github.dnsonde.admission;

import static java.util.stream.Collectors.partitioningBy;
import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.cluster.AdmissionRequest.NamespaceVersion;
import io.github.dnsonde.cluster.AdmissionRequest.PolicyVersion;
import io.github.dnsonde.cluster.AdmissionRequest.Version;
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
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The changes that were allowed a moment ago and that the watch may not have shown yet. They count
 * as applied, so that a deny right after its allow is judged with it. An allowed change may still
 * fail elsewhere, so each counts for ten seconds at most. Whoever reaches the webhook can have one
 * noted, so their memory is bounded: the oldest are forgotten. Thread-safe.
 */
public final class RecentChanges {

  static final Duration LONGEST = Duration.ofSeconds(10);

  /** More than an API server stores in that time. */
  private static final int MOST = 5_000;

  private final long room;
  private final Ticker ticker;
  private final SequencedMap<NamespacedName, Allowed> changes = new LinkedHashMap<>();
  private long octets;

  /**
   * A change that was allowed. The version before it is not kept: it may be as large.
   *
   * @param after empty if the object is a policy that is deleted
   * @param again true if an earlier change of the same object may not have been shown either: the
   *     watch can then show the state that this one leads to, and the earlier one afterwards
   */
  private record Allowed(
      NamespacedName name, Optional<Version> after, long octets, long at, boolean again) {

    /** The namespace that is changed: the object's, or the Namespace itself. */
    String namespace() {
      return name.namespace().isEmpty() ? name.name() : name.namespace();
    }
  }

  /**
   * Creates one without changes.
   *
   * @param room the octets of all changes
   */
  public RecentChanges(long room, Ticker ticker) {
    this.room = room;
    this.ticker = ticker;
  }

  /**
   * Notes that a request was allowed.
   *
   * @param weight the approximate memory of the version after it, in octets
   */
  public synchronized void allowed(AdmissionRequest request, long weight) {
    if (request.dryRun() || request.subject() instanceof AdmissionRequest.Other) {
      return;
    }
    forgetOld();
    boolean again = changes.containsKey(request.name());
    if (again) {
      remove(request.name());
    }
    changes.putLast(
        request.name(),
        new Allowed(request.name(), request.after(), weight, ticker.nanos(), again));
    octets += weight;
    while (changes.size() > MOST || octets > room) {
      remove(changes.firstEntry().getKey());
    }
  }

  private void remove(NamespacedName name) {
    Allowed removed = changes.remove(name);
    octets -= removed == null ? 0 : removed.octets();
  }

  /**
   * Returns the cluster with these changes.
   *
   * @param known supplies the cluster. It is read after the changes: one that the watch shows
   *     meanwhile, so that another request forgets it, is in both rather than in neither
   * @param namespace the namespace whose objects it has, with those of the cluster's DNS; not used
   *     if it has all
   */
  public ClusterSnapshot on(Supplier<ClusterSnapshot> known, String namespace) {
    List<Allowed> all = recent();
    ClusterSnapshot cluster = known.get();
    List<Allowed> missing = missing(all, cluster, namespace);
    if (missing.isEmpty()) {
      return cluster;
    }
    return cluster.with(applied(cluster.view(), missing));
  }

  private List<Allowed> missing(List<Allowed> all, ClusterSnapshot cluster, String namespace) {
    List<Allowed> seen =
        all.stream().filter(change -> isSeen(change.namespace(), cluster, namespace)).toList();
    if (seen.isEmpty()) {
      return List.of();
    }
    ClusterView view = cluster.view();
    Map<NamespacedName, NetworkPolicy> live = new HashMap<>();
    view.policies().forEach(policy -> live.put(policy.namespacedName(), policy));
    Map<Boolean, List<Allowed>> shown =
        seen.stream()
            .collect(partitioningBy(change -> !change.again() && isShown(change, view, live)));
    forget(shown.getOrDefault(true, List.of()));
    return shown.getOrDefault(false, List.of());
  }

  private synchronized List<Allowed> recent() {
    forgetOld();
    return List.copyOf(changes.values());
  }

  /** The changes are in the order of their times. */
  private synchronized void forgetOld() {
    long now = ticker.nanos();
    while (!changes.isEmpty() && now - changes.firstEntry().getValue().at() > LONGEST.toNanos()) {
      remove(changes.firstEntry().getKey());
    }
  }

  /** A later change of the same object stays. */
  private synchronized void forget(List<Allowed> shown) {
    for (Allowed change : shown) {
      if (changes.remove(change.name(), change)) {
        octets -= change.octets();
      }
    }
  }

  private static boolean isSeen(String changed, ClusterSnapshot cluster, String namespace) {
    return cluster.everywhere()
        || changed.equals(namespace)
        || cluster.view().kubeDns().filter(dns -> dns.namespace().equals(changed)).isPresent();
  }

  private static boolean isShown(
      Allowed change, ClusterView view, Map<NamespacedName, NetworkPolicy> live) {
    NetworkPolicy present = live.get(change.name());
    return switch (change.after().orElse(null)) {
      case null -> present == null;
      case PolicyVersion policy -> present != null && policy.rulesLike(present);
      case NamespaceVersion namespace ->
          namespace
              .labels()
              .ofNamespace(change.namespace())
              .equals(view.namespaces().get(change.namespace()));
    };
  }

  private static ClusterView applied(ClusterView view, List<Allowed> changes) {
    Set<NamespacedName> replaced = changes.stream().map(Allowed::name).collect(toSet());
    Map<String, Labels> namespaces = new HashMap<>(view.namespaces());
    List<NetworkPolicy> policies = new ArrayList<>();
    List<Declaration> declarations = new ArrayList<>();
    for (Allowed change : changes) {
      switch (change.after().orElse(null)) {
        case null -> {
          // it is gone
        }
        case PolicyVersion policy -> {
          policy.policy().ifPresent(policies::add);
          policy.declaration().ifPresent(declarations::add);
        }
        case NamespaceVersion namespace -> {
          namespaces.put(change.namespace(), namespace.labels().ofNamespace(change.namespace()));
          namespace.declaration().ifPresent(declarations::add);
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
