package io.github.dnsonde.kube;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.PolicyKind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Policies of other kinds than NetworkPolicy. Once a minute, the API server is asked which kinds it
 * has (Kubernetes API concepts, "Discovery API") and whether any policies of each kind exist. Only
 * kinds that are in use are watched.
 */
final class ForeignPolicyDiscovery implements AutoCloseable {

  private final ApiServer server;
  private final Timing timing;
  private final WatchHealth watchHealth;
  private final String dnsNamespace;
  private final Runnable changed;
  private final Thread thread;
  private final Set<PolicyKind> reported = ConcurrentHashMap.newKeySet();

  /** The kinds that are followed, in a stable order. */
  private volatile Map<PolicyKind, ForeignKind> kinds = Map.of();

  private volatile Set<PolicyKind> served = Set.of();
  private volatile Optional<ForeignPolicy> ciliumSettings = Optional.empty();
  private volatile Optional<Set<String>> wanted = Optional.empty();
  private volatile Optional<Latest> latest = Optional.empty();
  private volatile boolean listed;
  private volatile boolean synced;
  private volatile boolean closed;

  /**
   * Creates an instance that has not sent any request.
   *
   * @param dnsNamespace the namespace whose policies are kept if there are too many
   */
  ForeignPolicyDiscovery(
      ApiServer server,
      Timing timing,
      WatchHealth watchHealth,
      String dnsNamespace,
      Runnable changed) {
    this.server = server;
    this.dnsNamespace = dnsNamespace;
    this.timing = timing;
    this.watchHealth = watchHealth;
    this.changed = changed;
    this.thread =
        Thread.ofVirtual().name("kube-" + watchHealth.resource().label()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Sets the namespaces whose policies are wanted, in addition to those for all namespaces. */
  void want(Set<String> namespaces) {
    wanted = Optional.of(namespaces);
    kinds.values().forEach(kind -> kind.want(namespaces));
  }

  /**
   * Returns the known policies.
   *
   * @param labels the labels of the relevant namespaces
   * @param unlabelled the namespaces whose labels are not known
   */
  OtherPolicies known(Map<String, Labels> labels, Set<String> unlabelled) {
    Map<PolicyKind, ForeignKind> all = kinds;
    Sources sources =
        new Sources(
            served,
            Stream.concat(
                    all.entrySet().stream()
                        .filter(each -> !isReadElsewhere(each.getKey(), each.getValue(), all))
                        .flatMap(each -> each.getValue().policies()),
                    ciliumSettings.stream())
                .toList(),
            labels,
            unlabelled);
    Optional<Latest> before = latest.filter(each -> each.sources().equals(sources));
    if (before.isPresent()) {
      return before.get().policies();
    }
    OtherPolicies policies = sources.known();
    latest = Optional.of(new Latest(sources, policies));
    return policies;
  }

  /** Returns true if the objects of a kind may not be listed, but copies of them may. */
  private static boolean isReadElsewhere(
      PolicyKind kind, ForeignKind each, Map<PolicyKind, ForeignKind> all) {
    return each.isForbidden()
        && all.entrySet().stream()
            .anyMatch(other -> other.getKey().isCopyOf(kind) && !other.getValue().isForbidden());
  }

  /** Everything that decides about the known policies. */
  private record Sources(
      Set<PolicyKind> kinds,
      List<ForeignPolicy> policies,
      Map<String, Labels> labels,
      Set<String> unlabelled) {

    /** Each policy is compared with the labels of all namespaces. */
    OtherPolicies known() {
      return new OtherPolicies(kinds, CalicoCopies.without(policies, labels, unlabelled));
    }
  }

  /** The last result of {@link #known}, which is called for each request of an API server. */
  private record Latest(Sources sources, OtherPolicies policies) {}

  /** Returns true if the kinds in use have been determined once, or the attempt failed. */
  boolean synced() {
    synced |= listed && kinds.values().stream().allMatch(ForeignKind::settled);
    return synced;
  }

  /**
   * The time at which the server last listed its kinds. Requests are so rare that the last answer
   * counts as recent until a request fails.
   */
  Optional<Instant> lastHeard(Instant now) {
    return !watchHealth.isTroubled() && listed ? Optional.of(now) : watchHealth.lastHeard();
  }

  WatchHealth standing() {
    return watchHealth;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    kinds.values().forEach(ForeignKind::close);
  }

  private void run() {
    Backoff backoff = new Backoff(timing, ThreadLocalRandom::current);
    try {
      while (true) {
        Thread.sleep(look() ? pause() : backoff.next());
      }
    } catch (InterruptedException _) {
      // closed
    }
  }

  /**
   * The pause before the next request; random, so that agents that started together do not ask
   * together.
   */
  private Duration pause() {
    long most = timing.discovery().toNanos();
    return Duration.ofNanos(ThreadLocalRandom.current().nextLong(most * 2 / 3, most + 1));
  }

  private boolean look() {
    try {
      Map<PolicyKind, Optional<String>> served = new ServedKinds(server, this::failed).all();
      Optional<ForeignPolicy> before = ciliumSettings;
      try {
        ciliumSettings = CiliumConfig.read(server, served.keySet(), _ -> {});
      } finally {
        hold(served); // new kinds are watched even if the settings cannot be read
      }
      if (!before.equals(ciliumSettings)) {
        changed.run();
      }
      watchHealth.healthy();
      return true;
    } catch (IOException | RuntimeException failure) {
      failed(failure);
      return false;
    }
  }

  /**
   * Continues with these kinds. Copies that Calico's API server shows are followed only if the
   * stored objects may not be listed, or nothing is stored: the same objects are not kept twice.
   *
   * @param paths the paths of their objects; empty if the server did not say
   */
  private void hold(Map<PolicyKind, Optional<String>> paths) {
    Map<PolicyKind, ForeignKind> before = kinds;
    Map<PolicyKind, ForeignKind> now = new TreeMap<>(comparing(PolicyKind::toString));
    Set<PolicyKind> copies =
        paths.keySet().stream()
            .filter(kind -> kind.stored().filter(paths::containsKey).isPresent())
            .collect(toSet());
    paths.keySet().stream().filter(kind -> !copies.contains(kind)).forEach(follow(paths, now));
    boolean stores =
        now.entrySet().stream()
            .anyMatch(each -> each.getKey().isStoredByCalico() && each.getValue().hasAny());
    copies.stream()
        .filter(
            kind ->
                !stores || kind.stored().map(now::get).filter(ForeignKind::isForbidden).isPresent())
        .forEach(follow(paths, now));
    served = Set.copyOf(paths.keySet());
    kinds = Collections.unmodifiableMap(now);
    before.values().stream().filter(each -> !now.containsValue(each)).forEach(ForeignKind::close);
    wanted.ifPresent(
        this::want); // callers that set the namespaces meanwhile did not see the new kinds
    if (closed) {
      close();
      return;
    }
    boolean news = !listed || !before.equals(now);
    listed = true;
    if (news) {
      changed.run();
    }
  }

  /** Returns what continues with a kind, and looks for its policies. */
  private Consumer<PolicyKind> follow(
      Map<PolicyKind, Optional<String>> paths, Map<PolicyKind, ForeignKind> now) {
    return kind -> {
      Optional<String> path = paths.getOrDefault(kind, Optional.empty());
      ForeignKind followed = kept(kind, path).orElseGet(() -> made(kind, path));
      now.put(kind, followed);
      followed.look();
    };
  }

  private Optional<ForeignKind> kept(PolicyKind kind, Optional<String> path) {
    return Optional.ofNullable(kinds.get(kind))
        .filter(each -> path.isEmpty() || each.path().equals(path));
  }

  private ForeignKind made(PolicyKind kind, Optional<String> path) {
    ForeignKind made =
        new ForeignKind(
            kind,
            path,
            server,
            timing,
            watchHealth.ofPart(kind.resource()),
            new ForeignKind.Setting(dnsNamespace, reported, changed));
    if (listed && !served.contains(kind)) {
      made.expectNone();
    }
    wanted.ifPresent(made::want);
    return made;
  }

  private void failed(Exception failure) {
    if (!closed) {
      watchHealth.failed(failure);
    }
  }
}
