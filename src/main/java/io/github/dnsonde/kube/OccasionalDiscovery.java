package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.probe.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Policies of other kinds than NetworkPolicy, followed only while somebody asks about them: a
 * healthy cluster costs nothing. The first answer waits until they were listed, for a limited time.
 * Until then, it is unknown which kinds exist. Thread-safe.
 */
final class OccasionalDiscovery implements AutoCloseable {

  /**
   * The time for which policies are followed after the last question: twice that between two of a
   * controller while nothing fails.
   */
  static final Duration KEPT = Duration.ofMinutes(10);

  /** The longest time that the first answer may take. */
  private static final Duration FIRST = Duration.ofSeconds(5);

  private final ApiServer server;
  private final Timing timing;
  private final Ticker ticker;
  private Optional<ForeignPolicyDiscovery> following = Optional.empty();
  private long began;
  private long asked;
  private boolean closed;

  OccasionalDiscovery(ApiServer server, Timing timing, Ticker ticker) {
    this.server = server;
    this.timing = timing;
    this.ticker = ticker;
  }

  /**
   * Returns what is known of the policies of some namespaces, and of those of the whole cluster.
   *
   * @param dnsNamespace the namespace whose policies are kept if there are too many
   * @param labels the labels of the namespaces
   * @param unlabelled those whose labels are not known
   * @throws IOException if the thread is to end
   */
  synchronized NamespaceReader.Others known(
      String dnsNamespace, Map<String, Labels> labels, Set<String> unlabelled) throws IOException {
    asked = ticker.nanos();
    if (following.isEmpty() && !closed) {
      began = asked;
      following = Optional.of(started(dnsNamespace));
    }
    Set<String> namespaces = new TreeSet<>(labels.keySet());
    namespaces.addAll(unlabelled);
    following.ifPresent(discovery -> discovery.want(namespaces));
    awaitFirst();
    if (following.isEmpty()) {
      throw new IOException("policies of other kinds are no longer listed: the controller stops");
    }
    ForeignPolicyDiscovery discovery = following.get();
    OtherPolicies policies = discovery.known(labels, unlabelled);
    return new NamespaceReader.Others(
        policies, discovery.synced() ? Optional.empty() : Optional.of(gap(discovery.standing())));
  }

  private ForeignPolicyDiscovery started(String dnsNamespace) {
    ForeignPolicyDiscovery discovery =
        new ForeignPolicyDiscovery(
            server,
            timing,
            new WatchHealth(ClusterResource.DISCOVERY, ticker),
            dnsNamespace,
            this::changed);
    discovery.start();
    return discovery;
  }

  private synchronized void changed() {
    notifyAll();
  }

  private static String gap(WatchHealth health) {
    return "the controller could not list the policies of other kinds ("
        + health.reported().orElse("no answer within " + FIRST.toSeconds() + " s")
        + ")"
        + (health.isForbidden() ? ", and needs get of /apis (cluster role system:discovery)" : "");
  }

  /** Waits for the first list; a server that is slow or fails is not waited for again. */
  private void awaitFirst() throws IOException {
    try {
      while (following.filter(each -> !each.synced() && !each.standing().isTroubled()).isPresent()
          && ticker.nanos() - began < FIRST.toNanos()) {
        wait(20); // a failure is not announced
      }
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while policies of other kinds were listed", interruption);
    }
  }

  /** Returns true if policies are followed. */
  synchronized boolean follows() {
    return following.isPresent();
  }

  /** Ends what nobody has asked for in a while. */
  synchronized void rest() {
    if (ticker.nanos() - asked >= KEPT.toNanos()) {
      end();
    }
  }

  private void end() {
    following.ifPresent(ForeignPolicyDiscovery::close);
    following = Optional.empty();
  }

  @Override
  public synchronized void close() {
    closed = true;
    end();
    notifyAll();
  }
}
