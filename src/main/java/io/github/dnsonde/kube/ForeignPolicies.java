package io.github.dnsonde.kube;

import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.manifest.Fields;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Asks the API server now and then which kinds of policy it has beside NetworkPolicy (Kubernetes
 * API concepts, "Discovery API").
 */
final class ForeignPolicies implements AutoCloseable {

  private static final Mask GROUPS = Mask.of("groups(name,versions(groupVersion))");
  private static final Mask KINDS = Mask.of("resources(kind)");

  private final ApiServer server;
  private final Timing timing;
  private final WatchHealth watchHealth;
  private final Runnable changed;
  private final Thread thread;
  private volatile Optional<Set<PolicyKind>> served = Optional.empty();

  ForeignPolicies(ApiServer server, Timing timing, WatchHealth watchHealth, Runnable changed) {
    this.server = server;
    this.timing = timing;
    this.watchHealth = watchHealth;
    this.changed = changed;
    this.thread =
        Thread.ofVirtual().name("kube-" + watchHealth.resource().label()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Those of the server that are known here. */
  Set<PolicyKind> served() {
    return served.orElse(Set.of());
  }

  boolean synced() {
    return served.isPresent();
  }

  /**
   * When the server last said so. It is asked so seldom that what it said is as good as new until
   * it is asked in vain.
   */
  Optional<Instant> lastHeard(Instant now) {
    return !watchHealth.isTroubled() && synced() ? Optional.of(now) : watchHealth.lastHeard();
  }

  WatchHealth standing() {
    return watchHealth;
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    Backoff backoff = new Backoff(timing, ThreadLocalRandom::current);
    try {
      while (true) {
        Thread.sleep(look() ? timing.discovery() : backoff.next());
      }
    } catch (InterruptedException _) {
      // closed
    }
  }

  private boolean look() {
    try {
      hold(discover());
      watchHealth.well();
      return true;
    } catch (IOException | RuntimeException failure) {
      if (!Thread.currentThread().isInterrupted()) {
        watchHealth.failed(failure);
      }
      return false;
    }
  }

  private void hold(Set<PolicyKind> now) {
    boolean news = !served.equals(Optional.of(now));
    served = Optional.of(now);
    if (news) {
      changed.run();
    }
  }

  private Set<PolicyKind> discover() throws IOException {
    Set<PolicyKind> found = new HashSet<>();
    for (Fields group : server.get("/apis", GROUPS).objects("groups").toList()) {
      found.addAll(ofGroup(group));
    }
    return Set.copyOf(found);
  }

  private Set<PolicyKind> ofGroup(Fields group) {
    String name = group.text("name").orElse("");
    Set<PolicyKind> possible =
        PolicyKind.KNOWN.stream().filter(kind -> kind.group().equals(name)).collect(toSet());
    if (!possible.isEmpty()) {
      possible.retainAll(served(possible, group));
    }
    return possible;
  }

  /**
   * A group that is named and cannot be asked (an aggregated API server that is down) is taken to
   * have all its kinds: their policies are in force all the same.
   */
  private Set<PolicyKind> served(Set<PolicyKind> possible, Fields group) {
    try {
      Set<String> kinds = new HashSet<>();
      for (String version : versions(group)) {
        kinds.addAll(kinds("/apis/" + version));
      }
      return possible.stream().filter(kind -> kinds.contains(kind.kind())).collect(toSet());
    } catch (IOException failure) {
      watchHealth.failed(failure);
      return possible;
    }
  }

  private static List<String> versions(Fields group) {
    return group
        .objects("versions")
        .flatMap(version -> version.text("groupVersion").stream())
        .toList();
  }

  private Set<String> kinds(String path) throws IOException {
    Stream<Fields> resources = server.get(path, KINDS).objects("resources");
    return resources.flatMap(resource -> resource.text("kind").stream()).collect(toSet());
  }
}
