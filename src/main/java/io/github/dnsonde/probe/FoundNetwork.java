package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * A network namespace of the node, with the addresses that were seen in it. The addresses prove
 * nothing: anyone who may administer a pod's network can add any address.
 *
 * @param id its identity
 * @param file the file that it is bound to
 * @param addresses the addresses that it had at the last visit, as far as they were read
 * @param lost former addresses, with the time since when they are missing, in the ticker's
 *     nanoseconds
 */
public record FoundNetwork(
    NetworkId id, Path file, Map<InetAddress, Held> addresses, Map<InetAddress, Long> lost) {

  public FoundNetwork {
    requireNonNull(id, "id is null");
    requireNonNull(file, "file is null");
    addresses = Map.copyOf(addresses);
    lost = Map.copyOf(lost);
  }

  /** One of its addresses. */
  public Held held(InetAddress address) {
    return requireNonNull(addresses.get(address), "the namespace has no such address");
  }

  /**
   * An address in one network namespace.
   *
   * @param primary true if it is on the interface that a container runtime gives to each pod
   *     ({@code eth0}) or, without such an interface, is the source address of packets to elsewhere
   * @param since the time when it was first seen there, in the ticker's nanoseconds; for a
   *     namespace that is older than this process, the time when the namespace was created
   * @param notBefore the earliest time of day at which it may have been added
   */
  public record Held(boolean primary, long since, Instant notBefore) {
    public Held {
      requireNonNull(notBefore, "notBefore is null");
    }
  }
}
