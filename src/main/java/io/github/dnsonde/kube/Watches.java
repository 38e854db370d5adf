package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.Pod.Owner;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.kube.KubeCluster.Watched;
import io.github.dnsonde.kube.NamespaceTranslation.KnownNamespace;
import io.github.dnsonde.kube.Resource.Kind;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Ticker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Everything that is watched in a cluster. Some resources decide which others are watched. The pods
 * of the node determine the namespaces, the Service determines the pods behind it, and the agent's
 * own pod determines its DaemonSet.
 */
final class Watches implements AutoCloseable {

  private static final String PODS = "/api/v1/pods";
  private static final String NAMESPACES = "/api/v1/namespaces";
  private static final String POLICIES = "/apis/networking.k8s.io/v1/networkpolicies";

  /** The fraction of the heap that the policies of all namespaces may take. */
  private static final int POLICIES_SHARE = 4;

  /** Likewise for labels of namespaces. */
  private static final int LABELS_SHARE = 16;

  private final Watched watched;
  private final ApiServer server;
  private final Timing timing;
  private final Ticker ticker;
  private final Runnable changed;
  private final WatchedNamespaces watchedNamespaces;
  final Resource<Pod, Pods> pods;
  final Resource<KnownNamespace, Namespaces> namespaces;
  final Resource<KnownPolicy, KnownPolicies> policies;
  final Resource<Service, Optional<Service>> kubeDns;
  final Resource<Slice, List<Slice>> slices;
  final Resource<Pod, Pods> dnsPods;
  final Resource<OptionalInt, OptionalInt> agents;
  final ForeignPolicyDiscovery foreignPolicyDiscovery;

  /** Pods, and the keys of those that cannot be read. */
  record Pods(List<Pod> read, Set<String> unread) {
    static final Pods NONE = new Pods(List.of(), Set.of());

    Pods {
      read = List.copyOf(read);
      unread = Set.copyOf(unread);
    }
  }

  /**
   * Labels of namespaces, and the declarations of Namespaces.
   *
   * @param complete the namespaces that are known to exist or not to exist, with their labels
   */
  record Namespaces(
      Map<String, Labels> labels, List<Declaration> declarations, Set<String> complete) {
    static final Namespaces NONE = new Namespaces(Map.of(), List.of(), Set.of());

    Namespaces {
      labels = Map.copyOf(labels);
      declarations = List.copyOf(declarations);
      complete = Set.copyOf(complete);
    }
  }

  /**
   * Policies of namespaces.
   *
   * @param complete the namespaces of which all policies are known
   * @param crowded the namespaces whose policies together are too large
   */
  record KnownPolicies(
      List<NetworkPolicy> judged,
      List<InvalidPolicy> unjudged,
      List<Declaration> declarations,
      Set<String> complete,
      Set<String> crowded) {
    static final KnownPolicies NONE =
        new KnownPolicies(List.of(), List.of(), List.of(), Set.of(), Set.of());

    KnownPolicies {
      judged = List.copyOf(judged);
      unjudged = List.copyOf(unjudged);
      declarations = List.copyOf(declarations);
      complete = Set.copyOf(complete);
      crowded = Set.copyOf(crowded);
    }
  }

  Watches(Watched watched, ApiServer server, Timing timing, Ticker ticker, Runnable changed) {
    this.watched = watched;
    this.server = server;
    this.timing = timing;
    this.ticker = ticker;
    this.changed = changed;
    this.watchedNamespaces = new WatchedNamespaces(watched.kubeDnsNamespace(), ticker);
    Kind<Pod, Pods> ofPods =
        all(PodTranslation.withPortsOf(watched.kubeDnsNamespace()), Watches::pods, Pods.NONE);
    this.pods = resource(ClusterResource.PODS, ofPods);
    this.namespaces = resource(ClusterResource.NAMESPACES, ofNamespaces());
    this.policies = resource(ClusterResource.NETWORK_POLICIES, ofPolicies());
    this.kubeDns =
        resource(
            ClusterResource.SERVICES,
            all(ServiceTranslation.TRANSLATION, Watches::only, Optional.empty()));
    this.slices =
        resource(
            ClusterResource.ENDPOINT_SLICES,
            all(SliceTranslation.TRANSLATION, all -> all.known().toList(), List.of()));
    this.dnsPods = resource(ClusterResource.DNS_PODS, ofPods);
    this.agents =
        resource(
            ClusterResource.DAEMON_SETS,
            all(
                Translation.of(
                    "metadata(namespace,name,resourceVersion),status(desiredNumberScheduled)",
                    Watches::desired),
                all -> only(all).orElse(OptionalInt.empty()),
                OptionalInt.empty()));
    this.foreignPolicyDiscovery =
        new ForeignPolicyDiscovery(
            server,
            timing,
            new WatchHealth(ClusterResource.DISCOVERY, ticker),
            watched.kubeDnsNamespace(),
            changed);
  }

  private static <T, V> Kind<T, V> all(
      Translation<T> translation, Function<Contents<T>, V> form, V nothing) {
    return new Kind<>(translation, Store::ofAll, form, nothing);
  }

  private Kind<KnownNamespace, Namespaces> ofNamespaces() {
    Store.Limits<KnownNamespace> limits =
        new Store.Limits<>(
            name -> Query.named(NAMESPACES, name),
            Weights::of,
            Runtime.getRuntime().maxMemory() / LABELS_SHARE,
            watched.kubeDnsNamespace());
    return new Kind<>(
        NamespaceTranslation.TRANSLATION,
        () -> Store.ofNamespaces(limits),
        Watches::namespaces,
        Namespaces.NONE);
  }

  private Kind<KnownPolicy, KnownPolicies> ofPolicies() {
    Store.Limits<KnownPolicy> limits =
        new Store.Limits<>(
            namespace -> Query.all(POLICIES).in(namespace),
            Weights::of,
            Runtime.getRuntime().maxMemory() / POLICIES_SHARE,
            watched.kubeDnsNamespace());
    return new Kind<>(
        new PolicyTranslation(),
        () -> Store.ofNamespaces(limits),
        Watches::policies,
        KnownPolicies.NONE);
  }

  private <T, V> Resource<T, V> resource(ClusterResource which, Kind<T, V> kind) {
    return new Resource<>(new WatchHealth(which, ticker), server, timing, changed, kind);
  }

  private static Pods pods(Contents<Pod> all) {
    return new Pods(all.known().toList(), all.unread());
  }

  private static Namespaces namespaces(Contents<KnownNamespace> all) {
    Map<String, Labels> labels = new HashMap<>();
    all.objects()
        .forEach((name, item) -> item.known().ifPresent(each -> labels.put(name, each.labels())));
    Set<String> complete = new HashSet<>(all.complete());
    complete.removeAll(all.unread());
    return new Namespaces(
        labels, all.known().flatMap(each -> each.declaration().stream()).toList(), complete);
  }

  private static KnownPolicies policies(Contents<KnownPolicy> all) {
    return new KnownPolicies(
        all.known()
            .flatMap(
                each ->
                    each instanceof KnownPolicy.Judged(NetworkPolicy policy, _)
                        ? Stream.of(policy)
                        : Stream.empty())
            .toList(),
        all.known()
            .flatMap(
                each ->
                    each instanceof KnownPolicy.Unjudged(InvalidPolicy policy, _)
                        ? Stream.of(policy)
                        : Stream.empty())
            .toList(),
        all.known().flatMap(each -> each.declaration().stream()).toList(),
        all.complete(),
        all.crowded());
  }

  private static <T> Optional<T> only(Contents<T> all) {
    return all.known().findFirst();
  }

  private static OptionalInt desired(StreamedObject daemonSet) {
    return daemonSet
        .fields()
        .object("status")
        .number("desiredNumberScheduled")
        .map(OptionalInt::of)
        .orElseGet(OptionalInt::empty);
  }

  /** Starts everything that does not depend on anything else. */
  void start() {
    pods.aim(Optional.of(Query.ofNode(PODS, watched.node())));
    kubeDns.aim(
        Optional.of(Query.named(namespaced("/api/v1", "services"), watched.kubeDnsService())));
    slices.aim(
        Optional.of(
            Query.labelled(
                namespaced("/apis/discovery.k8s.io/v1", "endpointslices"),
                Map.of("kubernetes.io/service-name", watched.kubeDnsService()))));
    foreignPolicyDiscovery.start();
  }

  private String namespaced(String group, String resource) {
    return group + "/namespaces/" + watched.kubeDnsNamespace() + "/" + resource;
  }

  /** Starts everything that follows from the present state. */
  void follow() {
    if (pods.synced()) {
      Set<String> wanted = watchedNamespaces.around(pods.value());
      namespaces.want(wanted);
      policies.want(wanted);
      foreignPolicyDiscovery.want(wanted);
      namespaces.aim(Optional.of(Query.all(NAMESPACES)));
      policies.aim(Optional.of(Query.all(POLICIES)));
    }
    aimAtDnsPods();
    aimAtAgents();
  }

  private void aimAtDnsPods() {
    if (kubeDns.synced() && kubeDns.unread().isEmpty()) {
      dnsPods.aim(
          kubeDns
              .value()
              .map(service -> service.selector().values())
              .filter(selector -> !selector.isEmpty())
              .map(selector -> Query.labelled(namespaced("/api/v1", "pods"), selector)));
    }
  }

  /** The agent's own pod may be deleted before the agent ends, so its last known owner is kept. */
  private void aimAtAgents() {
    Optional<Query> own =
        pods.value().read().stream().filter(this::isOwn).findFirst().flatMap(this::made);
    if (own.isPresent() || (pods.synced() && !agents.synced())) {
      agents.aim(own);
    }
  }

  private boolean isOwn(Pod pod) {
    return watched.ownNamespace().equals(Optional.of(pod.namespace()))
        && watched.ownPod().equals(Optional.of(pod.name()));
  }

  private Optional<Query> made(Pod pod) {
    return pod.owner()
        .filter(owner -> owner.kind().equals("DaemonSet"))
        .map(Owner::name)
        .map(
            name ->
                Query.named("/apis/apps/v1/namespaces/" + pod.namespace() + "/daemonsets", name));
  }

  /** The namespaces of which everything should be known. */
  Set<String> wanted() {
    return watchedNamespaces.around(pods.value());
  }

  InetSocketAddress service(NamespacedName name, String port) throws IOException {
    return ServiceAddress.read(server, name, port);
  }

  Stream<Resource<?, ?>> resources() {
    return Stream.of(pods, namespaces, policies, kubeDns, slices, dnsPods, agents);
  }

  @Override
  public void close() {
    resources().forEach(Resource::close);
    foreignPolicyDiscovery.close();
    server.close();
  }
}
