package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.probe.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The namespaces that matter to a node: those of its pods, and that of the DNS pods. A namespace is
 * kept for a while after its last pod. Otherwise, a namespace whose Job runs every minute would be
 * listed every minute.
 */
final class WatchedNamespaces {

  private static final Duration KEPT = Duration.ofMinutes(10);

  /** The maximum of namespaces that are kept so; beyond that, each is dropped with its last pod. */
  private static final int MOST_KEPT = 100;

  private final String dns;
  private final Ticker ticker;
  private final Map<String, Long> left = new HashMap<>();
  private Set<String> present = Set.of();

  WatchedNamespaces(String dns, Ticker ticker) {
    this.dns = dns;
    this.ticker = ticker;
  }

  /** Returns the namespaces that matter with these pods. */
  synchronized Set<String> around(Watches.Pods pods) {
    Set<String> now = new HashSet<>(Set.of(dns));
    pods.read().stream().map(Pod::namespace).forEach(now::add);
    pods.unread().stream().map(key -> key.split("/", 2)[0]).forEach(now::add);
    present.stream()
        .filter(each -> !now.contains(each) && left.size() < MOST_KEPT)
        .forEach(each -> left.put(each, ticker.nanos()));
    left.keySet().removeAll(now);
    left.values().removeIf(since -> ticker.nanos() - since >= KEPT.toNanos());
    present = Set.copyOf(now);
    now.addAll(left.keySet());
    return Set.copyOf(now);
  }
}
