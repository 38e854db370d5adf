package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.CiliumSettings;
import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.cluster.ClusterSnapshot;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.Declarations;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Gaps;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.kube.NamespaceTranslation.KnownNamespace;
import io.github.dnsonde.kube.SnapshotReader.Wanted;
import io.github.dnsonde.probe.NamespacedName;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** One reading of a cluster: what was found so far, and what could not be read. */
final class SnapshotReading {

  /** The pods that are read in all. More do not fit into memory. */
  private static final int PODS = 50_000;

  private static final List<String> USUAL_DNS = List.of("kube-system", "openshift-dns");

  private final ObjectLists lists;
  private final ApiServer server;
  private final Wanted wanted;
  private final Map<String, Labels> labels = new HashMap<>();
  private final Map<NamespacedName, Pod> pods = new TreeMap<>();
  private final List<NetworkPolicy> policies = new ArrayList<>();
  private final List<InvalidPolicy> invalid = new ArrayList<>();
  private final List<ForeignPolicy> foreign = new ArrayList<>();
  private final List<Declaration> declarations = new ArrayList<>();
  private final Set<PolicyKind> kinds = new HashSet<>();
  private final Map<ClusterResource, String> gaps = new EnumMap<>(ClusterResource.class);
  private final Set<String> unlabelled = new TreeSet<>();
  private final Map<String, String> unread = new TreeMap<>();
  private final Set<String> notSeen = new LinkedHashSet<>();
  private final Set<InetAddress> cacheAddresses = new LinkedHashSet<>();
  private final Set<NamespacedName> cachePods = new TreeSet<>();
  private Optional<Service> kubeDns = Optional.empty();

  SnapshotReading(ApiServer server, Wanted wanted) {
    this.server = server;
    this.lists = new ObjectLists(server);
    this.wanted = wanted;
  }

  /** The path of the NetworkPolicies of a namespace. */
  static String policies(String namespace) {
    return "/apis/networking.k8s.io/v1/namespaces/" + namespace + "/networkpolicies";
  }

  ClusterSnapshot snapshot() throws IOException {
    String dns = dns();
    Set<String> namespaces = new TreeSet<>(wanted.namespaces());
    namespaces.add(dns);
    namespaces.removeIf(name -> !SnapshotReader.canExist(name));
    boolean everywhere = wanted.everywhere() && all(dns);
    if (!everywhere) {
      for (String namespace : namespaces) {
        read(namespace, dns);
      }
    }
    foreign(namespaces);
    caches(dns);
    unread.keySet().retainAll(wanted.namespaces());
    return new ClusterSnapshot(
        view(),
        new NodeCache(cachesFound(), cacheAddresses),
        everywhere,
        unread,
        List.copyOf(notSeen));
  }

  private ClusterView view() {
    List<Pod> dnsPods =
        pods.values().stream()
            .filter(pod -> kubeDns.filter(known -> DnsService.selects(known, pod)).isPresent())
            .filter(pod -> pod.phase() != Pod.Phase.FINISHED && !pod.deleting())
            .toList();
    return new ClusterView(
            labels,
            List.copyOf(pods.values()),
            dnsPods,
            policies,
            kubeDns.filter(_ -> !dnsPods.isEmpty()),
            List.of(),
            new OtherPolicies(kinds, CalicoCopies.without(foreign, labels, unlabelled)),
            OptionalInt.empty())
        .with(new Gaps(gaps, unlabelled, policyGaps(), invalid, List.of()))
        .with(new Declarations(declarations));
  }

  private Map<String, String> policyGaps() {
    Map<String, String> some = new HashMap<>(unread);
    some.keySet().retainAll(wanted.namespaces());
    return some;
  }

  /** Finds the DNS Service, and returns its namespace. */
  private String dns() throws IOException {
    List<String> candidates = wanted.dnsNamespace().map(List::of).orElse(USUAL_DNS);
    for (String namespace : candidates) {
      List<Service> found = new ArrayList<>();
      Optional<String> refusal =
          list(
              Query.all("/api/v1/namespaces/" + namespace + "/services"),
              ServiceTranslation.TRANSLATION,
              (_, item) -> item.known().ifPresent(found::add));
      kubeDns = DnsService.among(found);
      if (kubeDns.isPresent()) {
        return namespace;
      }
      notSeen.add(
          refusal
              .map(why -> "the DNS Service in namespace " + namespace + " (" + why + ")")
              .orElse("a DNS Service in namespace " + namespace + ", which has none"));
    }
    return candidates.getFirst();
  }

  /** Reads every namespace; returns false if that is not allowed. */
  private boolean all(String dns) throws IOException {
    Optional<String> refusal =
        list(
            Query.all("/api/v1/namespaces"),
            NamespaceTranslation.TRANSLATION,
            (object, item) ->
                object
                    .metadata()
                    .text("name")
                    .ifPresent(
                        name ->
                            item.known()
                                .ifPresentOrElse(
                                    own -> namespace(name, own), () -> unlabelled.add(name))));
    if (refusal.isEmpty()) {
      refusal =
          list(
              Query.all("/api/v1/pods"),
              PodTranslation.withPortsOf(dns),
              (object, item) -> pod(object, item));
    }
    if (refusal.isEmpty()) {
      refusal =
          list(
              Query.all("/apis/networking.k8s.io/v1/networkpolicies"),
              new PolicyTranslation(),
              (_, item) -> item.known().ifPresent(this::policy));
    }
    refusal.ifPresent(
        why -> {
          notSeen.add(
              "namespaces that the input does not name, which it may also affect (" + why + ")");
          pods.clear();
          policies.clear();
          invalid.clear();
        });
    return refusal.isEmpty();
  }

  private void read(String namespace, String dns) throws IOException {
    labels(namespace);
    Optional<String> refusal =
        list(
            Query.all("/api/v1/namespaces/" + namespace + "/pods"),
            PodTranslation.withPortsOf(dns),
            (object, item) -> pod(object, item));
    refusal.ifPresent(why -> unread(namespace, "pods", why));
    list(
            Query.all(policies(namespace)),
            new PolicyTranslation(),
            (_, item) -> item.known().ifPresent(this::policy))
        .ifPresent(why -> unread(namespace, "NetworkPolicies", why));
  }

  private void unread(String namespace, String what, String why) {
    unread.putIfAbsent(
        namespace, "the " + what + " of namespace " + namespace + " could not be listed");
    notSeen.add("the " + what + " of namespace " + namespace + " (" + why + ")");
  }

  private void labels(String namespace) throws IOException {
    if (labels.containsKey(namespace)) {
      return;
    }
    Optional<String> refusal =
        list(
            Query.named("/api/v1/namespaces", namespace),
            NamespaceTranslation.TRANSLATION,
            (_, item) ->
                item.known()
                    .ifPresentOrElse(
                        own -> namespace(namespace, own), () -> unlabelled.add(namespace)));
    refusal.ifPresent(
        why -> {
          unlabelled.add(namespace);
          notSeen.add("the labels of namespace " + namespace + " (" + why + ")");
        });
  }

  private void namespace(String name, KnownNamespace known) {
    labels.put(name, known.labels().ofNamespace(name));
    known.declaration().ifPresent(declarations::add);
  }

  private void pod(StreamedObject object, Item<Pod> item) {
    NamespacedName name =
        new NamespacedName(
            object.metadata().text("namespace").orElse(""),
            object.metadata().text("name").orElse(""));
    if (item.known().isEmpty()) {
      notSeen.add("pod " + name + ", which is too large or unknown in form");
    } else if (pods.size() >= PODS) {
      notSeen.add("more than " + PODS + " pods");
    } else {
      pods.put(name, item.known().get());
    }
  }

  private void policy(KnownPolicy policy) {
    policy.declaration().ifPresent(declarations::add);
    switch (policy) {
      case KnownPolicy.Judged(NetworkPolicy judged, _) -> policies.add(judged);
      case KnownPolicy.Unjudged(InvalidPolicy unjudged, _) -> {
        invalid.add(unjudged);
        notSeen.add("the rules of NetworkPolicy " + unjudged);
      }
    }
  }

  /** Reads the policies of other kinds, those of namespaces only in the wanted ones. */
  private void foreign(Set<String> namespaces) throws IOException {
    Map<PolicyKind, Optional<String>> served;
    try {
      served = new ServedKinds(server, _ -> {}).all();
    } catch (StatusException refusal) {
      requireAnswer(refusal);
      String why = "the kinds of policy that the cluster has (" + refusal.getMessage() + ")";
      gaps.put(ClusterResource.DISCOVERY, "lint could not read " + why);
      notSeen.add(why);
      return;
    }
    try {
      CiliumConfig.read(server, served.keySet(), this::withoutCiliumConfig).ifPresent(foreign::add);
    } catch (StatusException refusal) {
      requireAnswer(refusal);
    }
    kinds.addAll(served.keySet());
    foreign(served, namespaces);
  }

  private void foreign(Map<PolicyKind, Optional<String>> served, Set<String> namespaces)
      throws IOException {
    Map<PolicyKind, String> refused = new HashMap<>();
    for (Map.Entry<PolicyKind, Optional<String>> entry : served.entrySet()) {
      Optional<String> refusal =
          entry.getValue().isPresent()
              ? foreign(entry.getKey(), Query.all(entry.getValue().get()))
              : Optional.of("its API server does not answer");
      refusal.ifPresent(why -> refused.put(entry.getKey(), why));
    }
    for (Map.Entry<PolicyKind, String> entry : refused.entrySet()) {
      PolicyKind kind = entry.getKey();
      boolean isShown =
          served.keySet().stream()
              .anyMatch(other -> shows(other, kind) && !refused.containsKey(other));
      if (!isShown) {
        refused(kind, served.getOrDefault(kind, Optional.empty()), entry.getValue(), namespaces);
      }
    }
  }

  /**
   * Returns true if the objects of a kind that was read are those of another: Calico's API server
   * shows copies of the stored objects, and often a user may list only one of them. An empty store
   * may be one that is no longer used.
   */
  private boolean shows(PolicyKind read, PolicyKind other) {
    return read.isCopyOf(other)
        || (other.isCopyOf(read)
            && foreign.stream().anyMatch(policy -> policy.kind().isStoredByCalico()));
  }

  private void withoutCiliumConfig(StatusException refusal) {
    notSeen.add(
        "ConfigMap "
            + CiliumSettings.NAME
            + " in namespace "
            + CiliumSettings.NAMESPACE
            + ", so Cilium's enforcement mode is assumed to be default ("
            + refusal.getMessage()
            + ")");
  }

  /** A user with a Role may list the policies of its namespaces. */
  private void refused(PolicyKind kind, Optional<String> path, String why, Set<String> namespaces)
      throws IOException {
    if (path.isEmpty() || !kind.namespaced() || kind.isReferredTo()) {
      hidden(kind, why); // policies may refer to objects of any namespace
      return;
    }
    for (String namespace : namespaces) {
      foreign(kind, Query.all(path.get()).in(namespace))
          .ifPresent(
              each -> {
                foreign.add(ForeignPolicy.possible(kind).in(namespace));
                notSeen.add(kind.plural() + " of namespace " + namespace + " (" + each + ")");
              });
    }
  }

  private void hidden(PolicyKind kind, String why) {
    foreign.add(ForeignPolicy.possible(kind));
    notSeen.add(kind.plural() + "." + kind.group() + " (" + why + ")");
  }

  private Optional<String> foreign(PolicyKind kind, Query query) throws IOException {
    List<ForeignPolicy> found = new ArrayList<>();
    Optional<String> refusal =
        list(query, new ForeignTranslation(kind), (_, item) -> item.known().ifPresent(found::add));
    if (refusal.isEmpty()) {
      foreign.addAll(found);
    }
    return refusal;
  }

  private void caches(String dns) throws IOException {
    list(
        Query.all("/api/v1/namespaces/" + dns + "/pods"),
        CachePods.TRANSLATION,
        (object, item) ->
            item.known()
                .filter(addresses -> !addresses.isEmpty())
                .ifPresent(
                    addresses -> {
                      cacheAddresses.addAll(addresses);
                      cachePods.add(
                          new NamespacedName(
                              object.metadata().text("namespace").orElse(""),
                              object.metadata().text("name").orElse("")));
                    }));
  }

  private List<Pod> cachesFound() {
    return cachePods.stream()
        .flatMap(name -> Optional.ofNullable(pods.get(name)).stream())
        .filter(pod -> pod.phase() != Pod.Phase.FINISHED)
        .toList();
  }

  /** Returns the reason if the user may not list, or the server has no such list. */
  private <T> Optional<String> list(
      Query query, Translation<T> translation, ObjectLists.Sink<T> sink) throws IOException {
    try {
      lists.read(query, translation, sink);
      return Optional.empty();
    } catch (StatusException refusal) {
      requireAnswer(refusal);
      return Optional.of(String.valueOf(refusal.getMessage()));
    }
  }

  /** A server that does not know the user, or is overloaded, gives no answer at all. */
  private static void requireAnswer(StatusException refusal) throws IOException {
    if (refusal.isAnonymous() || (!refusal.isForbidden() && !refusal.isNotFound())) {
      throw new IOException("the API server's answer: " + refusal.getMessage(), refusal);
    }
  }
}
