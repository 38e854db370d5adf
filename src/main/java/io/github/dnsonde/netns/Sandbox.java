package io.github.dnsonde.netns;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one file turned out to be.
 *
 * @param addresses what the namespace has; empty for a file that is none, or has none yet
 * @param failure why the last visit came to nothing
 * @param again whether to visit it at the next scan too: it may still change
 */
record Sandbox(
    Identity identity,
    Map<InetAddress, Holding> addresses,
    Optional<String> failure,
    boolean again) {

  /**
   * An address in one namespace.
   *
   * @param since the scan that found it there first
   * @param running whether its interface was up and running at the last visit
   */
  record Holding(long since, boolean running) {

    /** The same address on a second interface of the namespace. */
    Holding and(Holding other) {
      return new Holding(Math.min(since, other.since), running || other.running);
    }
  }

  Sandbox {
    requireNonNull(identity, "identity is null");
    requireNonNull(failure, "failure is null");
    addresses = Map.copyOf(addresses);
  }

  /** Not visited yet. */
  static Sandbox unvisited(Identity identity) {
    return new Sandbox(identity, Map.of(), Optional.empty(), true);
  }

  /** A file that cannot even be looked at. */
  static Sandbox hidden(String why) {
    return new Sandbox(Identity.UNKNOWN, Map.of(), Optional.of(why), true);
  }

  /**
   * After a visit. One address may come before the other, so that only two visits in a row that
   * find the same, and something, settle it.
   */
  Sandbox with(Map<InetAddress, Holding> found) {
    boolean settled = !found.isEmpty() && found.keySet().equals(addresses.keySet());
    return new Sandbox(identity, found, Optional.empty(), !settled);
  }

  /** After a visit that came to nothing. */
  Sandbox failed(String why, boolean again) {
    return new Sandbox(identity, again ? addresses : Map.of(), Optional.of(why), again);
  }

  /** Whether that file is, one scan earlier or later, this namespace with these addresses. */
  boolean sameAs(@Nullable Sandbox other) {
    return other != null && identity.equals(other.identity) && held().equals(other.held());
  }

  /** Whether nothing of this namespace is left in what its file is one scan later. */
  boolean goneFrom(@Nullable Sandbox later) {
    return later == null || !identity.equals(later.identity) || later.addresses.isEmpty();
  }

  Set<InetAddress> held() {
    return addresses.keySet();
  }
}
