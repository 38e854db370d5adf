package io.github.dnsonde.kube;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.kube.KubeCluster.Counts;
import io.github.dnsonde.kube.KubeCluster.Listener;
import io.github.dnsonde.kube.KubeCluster.Watched;
import io.github.dnsonde.probe.Ticker;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A view of a cluster, with waits until it is as expected. */
final class ObservedCluster implements AutoCloseable, Listener {

  static final Duration LONG = Duration.ofSeconds(30);

  /** Timing with pauses of milliseconds, so that failures in a row take no time. */
  static final Timing QUICK =
      new Timing(
          Duration.ofMillis(2),
          Duration.ofMillis(20),
          LONG,
          LONG,
          Duration.ofMinutes(5),
          Duration.ofMillis(20),
          LONG);

  static final Watched WATCHED =
      new Watched(
          "node-1",
          "kube-system",
          "kube-dns",
          Optional.of("monitoring"),
          Optional.of("dnsonde-abcde"));

  private final KubeCluster cluster;
  private int changes;

  ObservedCluster(String url, Timing timing) {
    this(new ClientBuilder().setBasePath(url).build(), WATCHED, timing);
  }

  ObservedCluster(ApiClient client, Watched watched, Timing timing) {
    this.cluster = new KubeCluster(client, watched, this, timing, Ticker.SYSTEM);
    cluster.start();
  }

  @Override
  public synchronized void changed() {
    changes++;
    notifyAll();
  }

  synchronized int changes() {
    return changes;
  }

  KubeCluster cluster() {
    return cluster;
  }

  /** The errors of all resources. */
  long errors() {
    return cluster.counts().values().stream().mapToLong(Counts::errors).sum();
  }

  ClusterView view() {
    return cluster.view();
  }

  void awaitSynced() throws InterruptedException {
    await(cluster::synced);
  }

  /** Waits until everything of {@link SampleObjects} is watched: no more news until a change. */
  void awaitQuiet(FakeApiServer server) throws InterruptedException {
    await(
        () ->
            server.watches(SampleObjects.PODS) == 2 // those of the node, and those of the DNS
                && Stream.of(
                        SampleObjects.NAMESPACES,
                        SampleObjects.POLICIES,
                        SampleObjects.SERVICES,
                        SampleObjects.SLICES)
                    .allMatch(collection -> server.watches(collection) == 1)
                && server.requests(FakeApiServer.listing("/apis")).size() > 1);
  }

  void awaitView(Predicate<ClusterView> wanted) throws InterruptedException {
    await(() -> wanted.test(cluster.view()));
  }

  synchronized void await(BooleanSupplier wanted) throws InterruptedException {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!wanted.getAsBoolean()) {
      assertTrue(
          System.nanoTime() < deadline,
          () -> "not in time; counted " + cluster.counts() + ", seen " + cluster.view());
      wait(5); // not every awaited state is a change of the view
    }
  }

  @Override
  public void close() {
    cluster.close();
  }
}
