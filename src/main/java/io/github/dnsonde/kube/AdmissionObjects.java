package io.github.dnsonde.kube;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.cluster.AdmissionRequest.PolicyVersion;
import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.cluster.ClusterSnapshot;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.Declarations;
import io.github.dnsonde.cluster.Gaps;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.kube.NamespaceTranslation.KnownNamespace;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Ticker;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Everything that decides whether a change cuts pods off from DNS, of all namespaces, watched: the
 * controller has no time to list it when an API server asks. Thread-safe.
 */
public final class AdmissionObjects implements AutoCloseable {

  private static final String NAMESPACES = "/api/v1/namespaces";
  private static final String PODS = "/api/v1/pods";
  private static final String POLICIES = "/apis/networking.k8s.io/v1/networkpolicies";

  /** The time for which a list or watch may fail: an API server that restarts takes less. */
  private static final Duration STALE = Duration.ofMinutes(1);

  private final NamespacedName kubeDns;
  private final Map<String, KnownNamespace> namespaces = new ConcurrentHashMap<>();
  private final Set<String> unlabelled = ConcurrentHashMap.newKeySet();
  private final ByNamespace<Pod> pods = new ByNamespace<>();
  private final ByNamespace<BoundedPolicies.Watched> policies = new ByNamespace<>();
  private final Map<NamespacedName, Set<InetAddress>> caches = new ConcurrentHashMap<>();
  private final Set<String> synced = ConcurrentHashMap.newKeySet();
  private final List<Followed> followed = new ArrayList<>();
  private final ForeignPolicyDiscovery foreign;
  private volatile Optional<Service> service = Optional.empty();
  private volatile Map<String, Labels> labels = Map.of();
  private volatile Consumer<StoredChange> listener = _ -> {};

  private record Followed(String what, Reflector<?> reflector, WatchHealth health) {}

  AdmissionObjects(ApiServer server, Timing timing, Ticker ticker, NamespacedName kubeDns) {
    this.kubeDns = kubeDns;
    String dns = kubeDns.namespace();
    Following following = new Following(server, timing, ticker);
    following.all(
        ClusterResource.NAMESPACES,
        Query.all(NAMESPACES),
        NamespaceTranslation.WITH_IGNORES,
        this::namespace);
    BoundedPolicies bounded = new BoundedPolicies(Runtime.getRuntime().maxMemory());
    following.all(
        ClusterResource.NETWORK_POLICIES,
        Query.all(POLICIES),
        bounded,
        (key, policy) -> policy(ByNamespace.name(key), policy, bounded));
    following.all(
        ClusterResource.PODS,
        Query.all(PODS),
        new SlimPods(dns),
        (key, pod) -> pods.put(ByNamespace.name(key), pod));
    following.all(
        ClusterResource.DNS_PODS, Query.all(PODS).in(dns), CachePods.TRANSLATION, this::cache);
    following.all(
        ClusterResource.SERVICES,
        Query.named("/api/v1/namespaces/" + dns + "/services", kubeDns.name()),
        ServiceTranslation.TRANSLATION,
        (_, found) -> service = found);
    this.foreign =
        new ForeignPolicyDiscovery(
            server, timing, new WatchHealth(ClusterResource.DISCOVERY, ticker), dns, () -> {});
  }

  /** Creates what follows the objects of one query. */
  private final class Following {
    private final ApiServer server;
    private final Timing timing;
    private final Ticker ticker;

    Following(ApiServer server, Timing timing, Ticker ticker) {
      this.server = server;
      this.timing = timing;
      this.ticker = ticker;
    }

    <T> void all(
        ClusterResource resource,
        Query query,
        Translation<T> translation,
        BiConsumer<String, Optional<T>> observer) {
      WatchHealth health = new WatchHealth(resource, ticker);
      followed.add(
          new Followed(
              resource.label(),
              new Reflector<>(
                  server,
                  query,
                  translation,
                  Store.ofAll(observer),
                  health,
                  timing,
                  contents -> listed(resource, contents)),
              health));
    }
  }

  private void listed(ClusterResource resource, Contents<?> contents) {
    if (resource == ClusterResource.NAMESPACES) {
      unlabelled.clear();
      unlabelled.addAll(contents.unread());
      Map<String, Labels> now =
          namespaces.entrySet().stream()
              .collect(toMap(Map.Entry::getKey, entry -> labels(entry.getKey(), entry.getValue())));
      if (!now.equals(labels)) { // not for each change of an annotation
        labels = Map.copyOf(now);
      }
      foreign.want(labels.keySet());
    }
    synced.add(resource.label());
  }

  private static Labels labels(String name, KnownNamespace known) {
    return known.labels().ofNamespace(name);
  }

  private void namespace(String name, Optional<KnownNamespace> known) {
    Optional<KnownNamespace> before =
        Optional.ofNullable(
            known.isPresent() ? namespaces.put(name, known.get()) : namespaces.remove(name));
    if (known.isPresent() && before.isPresent()) {
      listener.accept(relabelled(name, before.get(), known.get()));
    }
  }

  private static StoredChange relabelled(String name, KnownNamespace before, KnownNamespace after) {
    return new StoredChange(
        new NamespacedName("", name),
        new AdmissionRequest.Namespace(before.version(name), after.version(name)),
        Weights.of(before) + Weights.of(after));
  }

  private void policy(
      NamespacedName name, Optional<BoundedPolicies.Watched> policy, BoundedPolicies bounded) {
    bounded.kept(name, policy);
    Optional<BoundedPolicies.Watched> before = policies.put(name, policy);
    if (policy.isPresent() && synced.contains(ClusterResource.NETWORK_POLICIES.label())) {
      listener.accept(stored(name, before, policy.get()));
    }
  }

  private static StoredChange stored(
      NamespacedName name,
      Optional<BoundedPolicies.Watched> before,
      BoundedPolicies.Watched after) {
    return new StoredChange(
        name,
        new AdmissionRequest.Policy(
            before.map(BoundedPolicies.Watched::version), Optional.of(after.version())),
        before.map(BoundedPolicies.Watched::weight).orElse(0L) + after.weight());
  }

  private void cache(String key, Optional<Set<InetAddress>> addresses) {
    addresses
        .filter(each -> !each.isEmpty())
        .ifPresentOrElse(
            each -> caches.put(ByNamespace.name(key), each),
            () -> caches.remove(ByNamespace.name(key)));
  }

  /**
   * Starts the watches, each with a thread of its own.
   *
   * @param stored receives the policies that are stored, and the Namespaces that are changed, after
   *     the first list; called by the threads of the watches
   */
  public void start(Consumer<StoredChange> stored) {
    listener = stored;
    followed.forEach(each -> each.reflector().start());
    foreign.start();
  }

  /**
   * Returns true if everything was listed, and followed since: what a watch that fails has not
   * shown for a minute may have changed.
   */
  public boolean ready() {
    return synced() && followed.stream().noneMatch(each -> each.health().isFailingFor(STALE));
  }

  /** Returns true if everything was listed once. */
  boolean synced() {
    return foreign.synced() && followed.stream().map(Followed::what).allMatch(synced::contains);
  }

  /** The failed lists and watches so far, by resource. */
  Map<String, Long> errors() {
    return followed.stream()
        .collect(toMap(Followed::what, each -> each.health().counts().errors(), Long::sum));
  }

  /** The labels of a namespace; none if it is not known. */
  public Labels labels(String namespace) {
    return labels.getOrDefault(namespace, Labels.NONE);
  }

  /** Returns true if a namespace is being deleted. */
  public boolean isDeleting(String namespace) {
    return Optional.ofNullable(namespaces.get(namespace))
        .filter(KnownNamespace::deleting)
        .isPresent();
  }

  /** The policies that exist, as far as they can be read. */
  public List<StoredPolicy> policies() {
    return policies.entries().flatMap(entry -> entry.getValue().stored().stream()).toList();
  }

  /** Returns true if the watch shows this version of an object. */
  public boolean shows(NamespacedName name, AdmissionRequest.Version version) {
    return switch (version) {
      case PolicyVersion wanted ->
          policies
              .get(name)
              .map(BoundedPolicies.Watched::version)
              .filter(live -> live.ignores().equals(wanted.ignores()) && live.rulesLike(wanted))
              .isPresent();
      case AdmissionRequest.NamespaceVersion wanted ->
          labels(name.name()).equals(wanted.labels().ofNamespace(name.name()));
    };
  }

  /**
   * Returns what decides about the pods of a namespace; of all namespaces, if it is that of the
   * cluster's DNS.
   */
  public ClusterSnapshot around(String namespace) {
    return namespace.equals(kubeDns.namespace())
        ? snapshot(pods.all().toList(), policies.all().toList(), namespaces.values(), true)
        : snapshot(
            both(namespace, pods::of),
            both(namespace, policies::of),
            Stream.of(namespace, kubeDns.namespace())
                .flatMap(name -> Optional.ofNullable(namespaces.get(name)).stream())
                .toList(),
            false);
  }

  private <T> List<T> both(String namespace, Function<String, Stream<T>> of) {
    return Stream.concat(of.apply(namespace), of.apply(kubeDns.namespace())).toList();
  }

  private ClusterSnapshot snapshot(
      List<Pod> somePods,
      List<BoundedPolicies.Watched> somePolicies,
      Iterable<KnownNamespace> someNamespaces,
      boolean everywhere) {
    List<NetworkPolicy> judged = new ArrayList<>();
    List<InvalidPolicy> unjudged = new ArrayList<>();
    List<Declaration> declarations = new ArrayList<>();
    for (BoundedPolicies.Watched watched : somePolicies) {
      KnownPolicy policy = watched.known();
      policy.declaration().ifPresent(declarations::add);
      switch (policy) {
        case KnownPolicy.Judged(NetworkPolicy known, _) -> judged.add(known);
        case KnownPolicy.Unjudged(InvalidPolicy known, _) -> unjudged.add(known);
      }
    }
    someNamespaces.forEach(each -> each.declaration().ifPresent(declarations::add));
    List<Pod> dnsPods = dnsPods();
    Map<String, Labels> all = labels;
    Set<String> hidden = Set.copyOf(unlabelled);
    ClusterView view =
        new ClusterView(
                all,
                somePods,
                dnsPods,
                judged,
                service.filter(_ -> !dnsPods.isEmpty()),
                List.of(),
                foreign.known(all, hidden),
                OptionalInt.empty())
            .with(new Gaps(Map.of(), hidden, Map.of(), unjudged, List.of()))
            .with(new Declarations(declarations));
    return new ClusterSnapshot(view, cacheOf(somePods), everywhere, Map.of(), List.of());
  }

  /** The policies of other kinds, of all namespaces. */
  OtherPolicies otherPolicies() {
    return foreign.known(labels, Set.copyOf(unlabelled));
  }

  private List<Pod> dnsPods() {
    return service.stream()
        .flatMap(
            found -> pods.of(kubeDns.namespace()).filter(pod -> DnsService.selects(found, pod)))
        .filter(pod -> pod.phase() != Pod.Phase.FINISHED && !pod.deleting())
        .toList();
  }

  private NodeCache cacheOf(List<Pod> somePods) {
    if (caches.isEmpty()) {
      return NodeCache.NONE;
    }
    return new NodeCache(
        somePods.stream()
            .filter(pod -> caches.containsKey(new NamespacedName(pod.namespace(), pod.name())))
            .filter(pod -> pod.phase() != Pod.Phase.FINISHED)
            .toList(),
        caches.values().stream().flatMap(Set::stream).collect(toUnmodifiableSet()));
  }

  @Override
  public void close() {
    followed.forEach(each -> each.reflector().close());
    foreign.close();
  }
}
