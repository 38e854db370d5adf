package io.github.dnsonde.netns;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toUnmodifiableMap;

import io.github.dnsonde.probe.FoundNetwork;
import io.github.dnsonde.probe.FoundNetwork.Held;
import io.github.dnsonde.probe.NetworkId;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The state of one file in the folders of namespaces.
 *
 * @param id the object that the file is bound to
 * @param addresses the addresses of the namespace; empty if the file is not a namespace, or has no
 *     address yet
 * @param lost its former addresses, with the time since when they are missing
 * @param trouble the reason why the last visit failed, or was incomplete
 * @param again true if the next scan must visit it again, because it may still change
 * @param visited time of the last visit; empty before the first
 */
record Sandbox(
    NetworkId id,
    Map<InetAddress, Held> addresses,
    Map<InetAddress, Long> lost,
    Optional<String> trouble,
    boolean again,
    Optional<Moment> visited) {

  /** More than a pod has. */
  private static final int MOST_LOST = 16;

  /** One moment by both clocks: nanoseconds of the ticker, and the time of day. */
  record Moment(long nanos, Instant now) {}

  Sandbox {
    requireNonNull(id, "id is null");
    requireNonNull(trouble, "trouble is null");
    requireNonNull(visited, "visited is null");
    addresses = Map.copyOf(addresses);
    lost = Map.copyOf(lost);
  }

  /** Creates the state before the first visit. */
  static Sandbox unvisited(NetworkId id) {
    return new Sandbox(id, Map.of(), Map.of(), Optional.empty(), true, Optional.empty());
  }

  /** Creates the state of a file that cannot be identified, or need not be visited. */
  static Sandbox hidden(NetworkId id, String why) {
    return new Sandbox(id, Map.of(), Map.of(), Optional.of(why), false, Optional.empty());
  }

  /**
   * Returns the state after a visit. A pod's two addresses may appear one after the other. So only
   * two consecutive visits with the same result, and at least one address, settle it for a while.
   *
   * @param scanned the scan before this one: a namespace that is new is not older than that
   */
  Sandbox with(AddressList found, Optional<String> words, Moment at, Optional<Moment> scanned) {
    Held fresh = arrived(at, scanned);
    Map<InetAddress, Held> now =
        found.primary().entrySet().stream()
            .collect(
                toUnmodifiableMap(
                    Map.Entry::getKey,
                    entry -> {
                      Held before = addresses.getOrDefault(entry.getKey(), fresh);
                      return new Held(entry.getValue(), before.since(), before.notBefore());
                    }));
    boolean settled = !now.isEmpty() && now.keySet().equals(addresses.keySet());
    return new Sandbox(id, now, missing(now.keySet(), at), words, !settled, Optional.of(at));
  }

  /** Creates the record of an address that was missing at the last visit. */
  private Held arrived(Moment at, Optional<Moment> scanned) {
    if (visited.isEmpty()) {
      long age = Math.max(0, Duration.between(id.made(), at.now()).toNanos());
      long since = scanned.map(Moment::nanos).orElse(at.nanos() - age);
      return new Held(false, Math.max(since, at.nanos() - age), id.made());
    }
    return new Held(false, at.nanos(), addresses.isEmpty() ? visited.get().now() : at.now());
  }

  private Map<InetAddress, Long> missing(Set<InetAddress> now, Moment at) {
    Map<InetAddress, Long> missing = new HashMap<>(lost);
    addresses.keySet().forEach(address -> missing.putIfAbsent(address, at.nanos()));
    missing.keySet().removeAll(now);
    if (missing.size() > MOST_LOST) {
      missing.keySet().retainAll(lost.keySet());
    }
    return missing;
  }

  /** Returns the state after a failed visit. */
  Sandbox failed(String why, boolean more, Moment at) {
    return new Sandbox(
        id, more ? addresses : Map.of(), lost, Optional.of(why), more, Optional.of(at));
  }

  /**
   * Returns true if the file is, one scan earlier or later, this namespace with these addresses.
   */
  boolean sameAs(@Nullable Sandbox other) {
    return other != null && id.equals(other.id) && held().equals(other.held());
  }

  /** Returns true if nothing of this namespace is left in its file one scan later. */
  boolean goneFrom(@Nullable Sandbox later) {
    return later == null || !id.equals(later.id) || later.addresses.isEmpty();
  }

  Set<InetAddress> held() {
    return addresses.keySet();
  }

  FoundNetwork network(Path file) {
    return new FoundNetwork(id, file, addresses, lost);
  }
}
