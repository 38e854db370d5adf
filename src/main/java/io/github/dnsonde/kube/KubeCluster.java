package io.github.dnsonde.kube;

import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.toMap;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Endpoint;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.Pod.Owner;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.manifest.NetworkPolicies;
import io.github.dnsonde.probe.Ticker;
import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The cluster as its API server tells it, from lists that are followed by watches. While the server
 * is away the last view stays, and {@link #lastSync} tells how old it is.
 */
public final class KubeCluster implements AutoCloseable {

  private static final String PODS = "/api/v1/pods";
  private static final String NAMESPACES = "/api/v1/namespaces";
  private static final String POLICIES = "/apis/networking.k8s.io/v1/networkpolicies";

  private final Watched watched;
  private final Listener listener;
  private final ApiServer server;
  private final Timing timing;
  private final Ticker ticker;
  private final Resource<Pod, List<Pod>> pods;
  private final Resource<Labels, Map<String, Labels>> namespaces;
  private final Resource<NetworkPolicy, List<NetworkPolicy>> policies;
  private final Resource<Service, Optional<Service>> kubeDns;
  private final Resource<Slice, List<Slice>> slices;
  private final Resource<Pod, List<Pod>> dnsPods;
  private final Resource<OptionalInt, OptionalInt> agents;
  private final ForeignPolicies foreignPolicies;
  private volatile ClusterView view = ClusterView.EMPTY;
  private volatile boolean synced;

  /**
   * What to look at.
   *
   * @param node whose pods
   * @param kubeDnsNamespace where the Service is that pods' resolvers ask
   * @param kubeDnsService its name
   * @param ownNamespace the agent's own; empty outside a cluster
   * @param ownPod the agent's own pod: its DaemonSet tells how many agents there are
   */
  public record Watched(
      String node,
      String kubeDnsNamespace,
      String kubeDnsService,
      Optional<String> ownNamespace,
      Optional<String> ownPod) {
    public Watched {
      if (node.isEmpty() || kubeDnsNamespace.isEmpty() || kubeDnsService.isEmpty()) {
        throw new IllegalArgumentException(
            "the node, and the namespace and name of the DNS Service, must be given");
      }
    }
  }

  /** Is told that there is a new view. Called often, by threads of this room: must be quick. */
  public interface Listener {
    void changed();
  }

  /**
   * What happened since the start, for one resource.
   *
   * @param errors lists and watches that failed and were tried again
   * @param relists lists that a server asked for, because it had forgotten what a watch or a page
   *     was to go on from
   * @param unreadable objects that were left out, each time that one came
   */
  public record Counts(long errors, long relists, long unreadable) {}

  /**
   * Finds the API server and what it takes to log in; asks nothing yet.
   *
   * @param kubeconfig a file as kubectl reads it; empty: what Kubernetes gives to each container.
   *     In that case no name is ever looked up
   * @throws IOException if something is missing or unreadable; the message says what, where and
   *     what was expected
   */
  public static KubeCluster open(Optional<Path> kubeconfig, Watched watched, Listener listener)
      throws IOException {
    return new KubeCluster(
        Credentials.found(kubeconfig), watched, listener, Timing.USUAL, Ticker.SYSTEM);
  }

  KubeCluster(ApiClient client, Watched watched, Listener listener, Timing timing, Ticker ticker) {
    this.watched = watched;
    this.listener = listener;
    this.timing = timing;
    this.ticker = ticker;
    this.server = new ApiServer(client, timing);
    this.pods = resource("pods", new PodTranslation(), KubeCluster::list, List.of());
    this.namespaces = resource("namespaces", KubeCluster::labels, all -> Map.copyOf(all), Map.of());
    this.policies =
        resource("networkpolicies", NetworkPolicies::read, KubeCluster::list, List.of());
    this.kubeDns =
        resource("services", new ServiceTranslation(), KubeCluster::only, Optional.empty());
    this.slices = resource("endpointslices", new SliceTranslation(), KubeCluster::list, List.of());
    this.dnsPods = resource("dns_pods", new PodTranslation(), KubeCluster::list, List.of());
    this.agents =
        resource(
            "daemonsets",
            KubeCluster::desired,
            all -> only(all).orElse(OptionalInt.empty()),
            OptionalInt.empty());
    this.foreignPolicies =
        new ForeignPolicies(server, timing, new Standing("discovery", ticker), this::publish);
  }

  private <T, V> Resource<T, V> resource(
      String name, Translation<T> translation, Function<SortedMap<String, T>, V> form, V nothing) {
    return new Resource<>(name, server, timing, ticker, this::publish, translation, form, nothing);
  }

  private static <T> List<T> list(SortedMap<String, T> all) {
    return List.copyOf(all.values());
  }

  private static <T> Optional<T> only(SortedMap<String, T> all) {
    return all.values().stream().findFirst();
  }

  private static Labels labels(Fields object) {
    return new Labels(object.object("metadata").map("labels"));
  }

  private static OptionalInt desired(Fields daemonSet) {
    return daemonSet
        .object("status")
        .number("desiredNumberScheduled")
        .map(OptionalInt::of)
        .orElseGet(OptionalInt::empty);
  }

  /** Begins to list and to watch, with threads of its own. */
  public void start() {
    pods.aim(Optional.of(Query.ofNode(PODS, watched.node())));
    namespaces.aim(Optional.of(Query.all(NAMESPACES)));
    policies.aim(Optional.of(Query.all(POLICIES)));
    kubeDns.aim(
        Optional.of(Query.named(namespaced("/api/v1", "services"), watched.kubeDnsService())));
    slices.aim(
        Optional.of(
            Query.labelled(
                namespaced("/apis/discovery.k8s.io/v1", "endpointslices"),
                Map.of("kubernetes.io/service-name", watched.kubeDnsService()))));
    foreignPolicies.start();
  }

  private String namespaced(String group, String resource) {
    return group + "/namespaces/" + watched.kubeDnsNamespace() + "/" + resource;
  }

  /** What is known now; the same object until something changes. */
  public ClusterView view() {
    return view;
  }

  /** Whether every resource has been listed once, and the view has it all. */
  public boolean synced() {
    return synced;
  }

  /**
   * When the API server was last heard of about the resource that it is longest silent about; empty
   * before it was heard of all. A server that is well says something every minute (bookmarks).
   */
  public Optional<Instant> lastSync() {
    List<Optional<Instant>> heard =
        resources().filter(Resource::aimed).map(Resource::lastHeard).toList();
    return heard.stream().allMatch(Optional::isPresent)
        ? heard.stream().flatMap(Optional::stream).min(naturalOrder())
        : Optional.empty();
  }

  /**
   * When the view of the node's pods last held all that the API server knew of them, in the
   * ticker's nanoseconds; empty before they were listed. A server that is well says so every minute
   * (bookmarks); an event alone does not: others may be on their way.
   */
  public OptionalLong podsCurrent() {
    return pods.standing().lastCurrent();
  }

  /** What happened so far, by resource. */
  public Map<String, Counts> counts() {
    return Stream.concat(resources().map(Resource::standing), Stream.of(foreignPolicies.standing()))
        .collect(toMap(Standing::resource, Standing::counts));
  }

  /** Ends all threads and connections; the last view stays. */
  @Override
  public void close() {
    resources().forEach(Resource::close);
    foreignPolicies.close();
    server.close();
  }

  private Stream<Resource<?, ?>> resources() {
    return Stream.of(pods, namespaces, policies, kubeDns, slices, dnsPods, agents);
  }

  private void publish() {
    synchronized (this) {
      aimAtDnsPods();
      aimAtAgents();
      boolean all = foreignPolicies.synced() && resources().allMatch(Resource::synced);
      view = now();
      synced = all;
    }
    listener.changed();
  }

  private void aimAtDnsPods() {
    if (kubeDns.synced()) {
      dnsPods.aim(
          kubeDns
              .value()
              .map(service -> service.selector().values())
              .filter(selector -> !selector.isEmpty())
              .map(selector -> Query.labelled(namespaced("/api/v1", "pods"), selector)));
    }
  }

  /** Its own pod may be deleted before it: what that pod told is kept. */
  private void aimAtAgents() {
    Optional<Query> own = pods.value().stream().filter(this::isOwn).findFirst().flatMap(this::made);
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

  private ClusterView now() {
    List<Endpoint> endpoints =
        kubeDns.value().map(service -> Slice.endpoints(service, slices.value())).orElse(List.of());
    return new ClusterView(
        namespaces.value(),
        pods.value(),
        dnsPods.value(),
        policies.value(),
        kubeDns.value(),
        endpoints,
        foreignPolicies.served(),
        agents.value());
  }
}
