package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.Gaps;
import io.github.dnsonde.kube.KubeCluster.Watched;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A program that watches a cluster until it has seen all of it, prints the cost, and ends. */
final class SyncOnce {

  private static final Duration LONG = Duration.ofSeconds(60);

  private SyncOnce() {}

  /** Arguments: the kubeconfig, the node, and the number of errors to wait for, if any. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Watched watched =
        new Watched(arguments[1], "kube-system", "kube-dns", Optional.empty(), Optional.empty());
    int wanted = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 0;
    Semaphore changes = new Semaphore(0);
    try (KubeCluster cluster =
        KubeCluster.open(Optional.of(Path.of(arguments[0])), watched, changes::release)) {
      long began = System.nanoTime();
      cluster.start();
      long deadline = began + LONG.toNanos();
      while ((!cluster.synced() || errors(cluster) < wanted) && System.nanoTime() < deadline) {
        changes.tryAcquire(100, TimeUnit.MILLISECONDS);
      }
      Gaps gaps = cluster.view().gaps();
      System.out.printf(
          "synced=%s policies=%d errors=%d unjudged=%d crowded=%s unread=%s namespaces=%d pods=%d"
              + " others=%d seconds=%.1f %s%n",
          cluster.synced(),
          cluster.view().policies().size(),
          errors(cluster),
          gaps.invalid().size(),
          gaps.policies().keySet(),
          gaps.pods(),
          cluster.view().namespaces().size(),
          cluster.view().pods().size(),
          cluster.view().foreignPolicies().policies().stream()
              .filter(policy -> !policy.isUnjudged())
              .count(),
          (System.nanoTime() - began) / 1e9,
          memory());
    }
  }

  private static long errors(KubeCluster cluster) {
    return cluster.counts().values().stream().mapToLong(KubeCluster.Counts::errors).sum();
  }

  private static String memory() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS") || line.startsWith("VmHWM"))
        .map(line -> line.replaceAll("\\s+", ""))
        .collect(Collectors.joining(" "));
  }
}
