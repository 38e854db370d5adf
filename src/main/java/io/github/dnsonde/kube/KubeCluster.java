package io.github.dnsonde.kube;

import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.toMap;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Endpoint;
import io.github.dnsonde.cluster.Gaps;
import io.github.dnsonde.cluster.Gaps.PodName;
import io.github.dnsonde.probe.Ticker;
import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;
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
 * The cluster as its API server tells it, from lists that are followed by watches. While the server
 * is away the last view stays, and {@link #lastSync} tells how old it is. Without what a plan can
 * do without, the view has {@link Gaps}.
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
   * @param unreadable objects that cannot be read, each time that one came
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
    this.listener = listener;
    this.timing = timing;
    this.ticker = ticker;
    this.watches =
        new Watches(watched, new ApiServer(client, timing), timing, ticker, this::publish);
    this.shortfall = new Shortfall(watched, timing.patience(), ticker);
    this.waiting = Thread.ofVirtual().name("kube-patience").unstarted(this::await);
  }

  /** Begins to list and to watch, with threads of its own. */
  public void start() {
    watches.start();
    waiting.start();
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
   * Whether the view is good enough to plan by: pods and namespaces have been listed, and
   * everything else too, unless that was waited for in vain.
   */
  public boolean ready() {
    return ready;
  }

  /** By resource, whether it has been listed once. */
  public Map<String, Boolean> listed() {
    Map<String, Boolean> listed = new TreeMap<>();
    watches
        .resources()
        .forEach(each -> listed.put(each.standing().resource().label(), each.synced()));
    listed.put(ClusterResource.DISCOVERY.label(), watches.foreignPolicies.synced());
    return listed;
  }

  /** By resource, when the API server was last heard of; without those that it never was. */
  public Map<String, Instant> lastHeard() {
    Map<String, Instant> all = new TreeMap<>();
    heard().forEach((resource, heard) -> heard.ifPresent(at -> all.put(resource.label(), at)));
    return all;
  }

  /**
   * When the API server was last heard of about the resource that it is longest silent about; empty
   * before it was heard of all. A server that is well says something every minute (bookmarks).
   */
  public Optional<Instant> lastSync() {
    Map<ClusterResource, Optional<Instant>> heard = heard();
    return heard.values().stream().allMatch(Optional::isPresent)
        ? heard.values().stream().flatMap(Optional::stream).min(naturalOrder())
        : Optional.empty();
  }

  /** Of what is looked for, and of what waits for something else. */
  private Map<ClusterResource, Optional<Instant>> heard() {
    Map<ClusterResource, Optional<Instant>> heard = new EnumMap<>(ClusterResource.class);
    watches
        .resources()
        .filter(resource -> resource.aimed() || !resource.synced())
        .forEach(resource -> heard.put(resource.standing().resource(), resource.lastHeard()));
    heard.put(ClusterResource.DISCOVERY, watches.foreignPolicies.lastHeard(ticker.now()));
    return heard;
  }

  /**
   * When the view of the node's pods last held all that the API server knew of them, in the
   * ticker's nanoseconds; empty before they were listed. A server that is well says so every minute
   * (bookmarks); an event alone does not: others may be on their way.
   */
  public OptionalLong podsCurrent() {
    return watches.pods.standing().lastCurrent();
  }

  /** What happened so far, by resource. */
  public Map<String, Counts> counts() {
    return standings().collect(toMap(each -> each.resource().label(), WatchHealth::counts));
  }

  private Stream<WatchHealth> standings() {
    return Stream.concat(
        watches.resources().map(Resource::standing), Stream.of(watches.foreignPolicies.standing()));
  }

  /** Ends all threads and connections; the last view stays. */
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

  /** What was never listed, and what went wrong, if anything did. */
  private Map<ClusterResource, Optional<String>> missing() {
    Map<ClusterResource, Optional<String>> missing = new EnumMap<>(ClusterResource.class);
    watches
        .resources()
        .filter(resource -> !resource.synced())
        .map(Resource::standing)
        .forEach(watchHealth -> missing.put(watchHealth.resource(), watchHealth.told()));
    if (!watches.foreignPolicies.synced()) {
      missing.put(ClusterResource.DISCOVERY, watches.foreignPolicies.standing().told());
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
        view = next; // else the same object stays, which is quick to compare
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
        watches.foreignPolicies.known(watches.namespaces.value().labels(), unlabelled()),
        watches.agents.value(),
        gaps());
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
