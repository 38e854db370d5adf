package io.github.dnsonde.kube;

import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.toMap;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Declarations;
import io.github.dnsonde.cluster.Endpoint;
import io.github.dnsonde.cluster.Gaps;
import io.github.dnsonde.cluster.Gaps.PodName;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Ticker;
import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The cluster as its API server reports it, from lists and watches. While the server is
 * unavailable, the last view remains and {@link #lastSync} says how old it is. If resources are
 * missing that planning does not require, the view has {@link Gaps}.
 */
public final class KubeCluster implements AutoCloseable {

  private final Watches watches;
  private final Listener listener;
  private final Timing timing;
  private final Ticker ticker;
  private final Shortfall shortfall;
  private final Thread waiting;
  private Optional<Long> requiredSince = Optional.empty();
  private volatile ClusterView view = ClusterView.EMPTY;
  private volatile boolean synced;
  private volatile boolean ready;

  /**
   * The parts of the cluster to watch.
   *
   * @param node the node whose pods are watched
   * @param kubeDnsNamespace the namespace of the Service that pods' resolvers query
   * @param kubeDnsService the name of that Service
   * @param ownNamespace the agent's own; empty outside a cluster
   * @param ownPod the agent's own pod: its DaemonSet shows how many agents there are
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

  /**
   * The receiver of news about the view. Called often, by threads of this package: it must be
   * quick.
   */
  public interface Listener {
    void changed();
  }

  /**
   * The events since the start, for one resource.
   *
   * @param errors lists and watches that failed and were retried
   * @param relists lists that a server required, because it had forgotten the version of a watch or
   *     of a page
   * @param unreadable unreadable objects, counted each time that one arrives
   */
  public record Counts(long errors, long relists, long unreadable) {}

  /**
   * Finds the API server and the credentials for it; sends no request.
   *
   * @param kubeconfig a file as kubectl reads it; if empty, the credentials that Kubernetes gives
   *     to each container. In that case, no name is ever resolved
   * @throws IOException if something is missing or unreadable; the message says what, where and
   *     what was expected
   */
  public static KubeCluster open(Optional<Path> kubeconfig, Watched watched, Listener listener)
      throws IOException {
    return new KubeCluster(
        Credentials.found(kubeconfig), watched, listener, Timing.USUAL, Ticker.SYSTEM);
  }

  KubeCluster(ApiClient client, Watched watched, Listener listener, Timing timing, Ticker ticker) {
    this.listener = listener;
    this.timing = timing;
    this.ticker = ticker;
    this.watches =
        new Watches(watched, new ApiServer(client, timing), timing, ticker, this::publish);
    this.shortfall = new Shortfall(watched, timing.patience(), ticker);
    this.waiting = Thread.ofVirtual().name("kube-patience").unstarted(this::await);
  }

  /** Starts the lists and watches, with threads of its own. */
  public void start() {
    watches.start();
    waiting.start();
  }

  /** The present view; the same object until something changes. */
  public ClusterView view() {
    return view;
  }

  /** Returns true if every resource has been listed once, and the view has all of it. */
  public boolean synced() {
    return synced;
  }

  /**
   * Returns true if the view is good enough to plan by. Pods and namespaces must be listed.
   * Everything else must be listed too, or not have arrived in time.
   */
  public boolean ready() {
    return ready;
  }

  /** The resources, each with true if it has been listed once. */
  public Map<String, Boolean> listed() {
    Map<String, Boolean> listed = new TreeMap<>();
    watches
        .resources()
        .forEach(each -> listed.put(each.standing().resource().label(), each.synced()));
    listed.put(ClusterResource.DISCOVERY.label(), watches.foreignPolicyDiscovery.synced());
    return listed;
  }

  /**
   * The time of the API server's last message about each resource; without resources that had none.
   */
  public Map<String, Instant> lastHeard() {
    Map<String, Instant> all = new TreeMap<>();
    lastContacts()
        .forEach((resource, heard) -> heard.ifPresent(at -> all.put(resource.label(), at)));
    return all;
  }

  /**
   * The time of the API server's last message about the resource that has been silent longest;
   * empty if one never had any. A healthy server sends a message every minute (bookmarks).
   */
  public Optional<Instant> lastSync() {
    Map<ClusterResource, Optional<Instant>> heard = lastContacts();
    return heard.values().stream().allMatch(Optional::isPresent)
        ? heard.values().stream().flatMap(Optional::stream).min(naturalOrder())
        : Optional.empty();
  }

  /** The last messages about the resources that are watched, or that wait for another. */
  private Map<ClusterResource, Optional<Instant>> lastContacts() {
    Map<ClusterResource, Optional<Instant>> heard = new EnumMap<>(ClusterResource.class);
    watches
        .resources()
        .filter(resource -> resource.aimed() || !resource.synced())
        .forEach(resource -> heard.put(resource.standing().resource(), resource.lastHeard()));
    heard.put(ClusterResource.DISCOVERY, watches.foreignPolicyDiscovery.lastHeard(ticker.now()));
    return heard;
  }

  /**
   * The time at which the view of the node's pods last held everything that the API server knew, in
   * the ticker's nanoseconds; empty before they were listed. A healthy server confirms it every
   * minute (bookmarks). An event alone does not, because others may be on their way.
   */
  public OptionalLong podsCurrent() {
    return watches.pods.standing().lastCurrent();
  }

  /** The events so far, by resource. */
  public Map<String, Counts> counts() {
    return standings().collect(toMap(each -> each.resource().label(), WatchHealth::counts));
  }

  private Stream<WatchHealth> standings() {
    return Stream.concat(
        watches.resources().map(Resource::standing),
        Stream.of(watches.foreignPolicyDiscovery.standing()));
  }

  /**
   * Reads the address of a Service: DNS is not needed to find it.
   *
   * @param port the name of one of its ports
   * @throws IOException if it cannot be read, or has no such port; the message says why
   */
  public InetSocketAddress service(NamespacedName name, String port) throws IOException {
    return watches.service(name, port);
  }

  /** Ends all threads and connections; the last view remains. */
  @Override
  public void close() {
    waiting.interrupt();
    watches.close();
  }

  private void await() {
    try {
      while (true) {
        Thread.sleep(timing.patience().dividedBy(10));
        shortfall.report(missing());
        if (!ready) {
          publish();
        }
      }
    } catch (InterruptedException _) {
      // closed
    }
  }

  /** The resources that were never listed, with their latest error if there is one. */
  private Map<ClusterResource, Optional<String>> missing() {
    Map<ClusterResource, Optional<String>> missing = new EnumMap<>(ClusterResource.class);
    watches
        .resources()
        .filter(resource -> !resource.synced())
        .map(Resource::standing)
        .forEach(watchHealth -> missing.put(watchHealth.resource(), watchHealth.reported()));
    if (!watches.foreignPolicyDiscovery.synced()) {
      missing.put(ClusterResource.DISCOVERY, watches.foreignPolicyDiscovery.standing().reported());
    }
    return missing;
  }

  private void publish() {
    boolean news;
    synchronized (this) {
      watches.follow();
      boolean all = missing().isEmpty();
      ClusterView next = now();
      boolean changed = !next.equals(view);
      if (changed) {
        view = next; // otherwise the same object remains, which is quick to compare
      }
      news = changed || all != synced;
      synced = all;
      boolean before = ready;
      ready |= all || waitedLongEnough();
      news |= ready != before;
    }
    if (news) {
      listener.changed();
    }
  }

  private boolean waitedLongEnough() {
    boolean required = watches.pods.synced() && watches.namespaces.synced();
    if (required && requiredSince.isEmpty()) {
      requiredSince = Optional.of(ticker.nanos());
    }
    return requiredSince
        .filter(since -> ticker.nanos() - since >= timing.patience().toNanos())
        .isPresent();
  }

  private ClusterView now() {
    List<Endpoint> endpoints =
        watches
            .kubeDns
            .value()
            .map(service -> Slice.endpoints(service, watches.slices.value()))
            .orElse(List.of());
    return new ClusterView(
        watches.namespaces.value().labels(),
        watches.pods.value().read(),
        watches.dnsPods.value().read(),
        watches.policies.value().judged(),
        watches.kubeDns.value(),
        endpoints,
        watches.foreignPolicyDiscovery.known(watches.namespaces.value().labels(), unlabelled()),
        watches.agents.value(),
        gaps(),
        new Declarations(
            Stream.of(
                    watches.namespaces.value().declarations(),
                    watches.policies.value().declarations())
                .flatMap(List::stream)
                .toList()));
  }

  private Gaps gaps() {
    return new Gaps(
        resources(),
        unlabelled(),
        policies(),
        watches.policies.value().unjudged(),
        watches.pods.value().unread().stream().sorted().map(KubeCluster::podName).toList());
  }

  private Set<String> unlabelled() {
    Set<String> unlabelled = new HashSet<>(watches.wanted());
    unlabelled.removeAll(watches.namespaces.value().complete());
    return unlabelled;
  }

  private Map<ClusterResource, String> resources() {
    Map<ClusterResource, String> gaps = new EnumMap<>(ClusterResource.class);
    Stream.of(watches.kubeDns, watches.slices, watches.dnsPods, watches.agents)
        .forEach(
            resource ->
                resource.unread().ifPresent(why -> gaps.put(resource.standing().resource(), why)));
    missing()
        .forEach(
            (resource, trouble) ->
                gaps.put(
                    resource,
                    "the agent could not list "
                        + resource.label()
                        + trouble.map(why -> " (" + why + ")").orElse("")
                        + ", and needs "
                        + shortfall.needed(resource)));
    return gaps;
  }

  private Map<String, String> policies() {
    Set<String> unknown = new HashSet<>(watches.wanted());
    unknown.removeAll(watches.policies.value().complete());
    Map<String, String> why = new HashMap<>();
    unknown.forEach(
        namespace ->
            why.put(
                namespace,
                watches.policies.value().crowded().contains(namespace)
                    ? "the NetworkPolicies of namespace "
                        + namespace
                        + " are too large together to be read"
                    : "the NetworkPolicies of namespace " + namespace + " are not read yet"));
    return why;
  }

  private static PodName podName(String key) {
    String[] halves = key.split("/", 2);
    return halves.length < 2 ? new PodName("", key) : new PodName(halves[0], halves[1]);
  }
}
