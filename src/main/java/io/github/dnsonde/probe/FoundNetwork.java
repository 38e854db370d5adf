package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * A network namespace that was found on the node, and the addresses that were seen in it. What a
 * namespace says of itself proves nothing: whoever may administer a pod's network can give it any
 * address.
 *
 * @param id its identity
 * @param file the file that it is bound to
 * @param addresses the addresses that it had at the last visit, as far as they were read
 * @param lost since when addresses that it once had have been missing, in the ticker's nanoseconds
 */
public record FoundNetwork(
    NetworkId id, Path file, Map<InetAddress, Held> addresses, Map<InetAddress, Long> lost) {

  public FoundNetwork {
    requireNonNull(id, "id is null");
    requireNonNull(file, "file is null");
    addresses = Map.copyOf(addresses);
    lost = Map.copyOf(lost);
  }

  /** One of the addresses that it has. */
  public Held held(InetAddress address) {
    return requireNonNull(addresses.get(address), "the namespace has no such address");
  }

  /**
   * An address in one network namespace.
   *
   * @param primary whether it is on the interface that a container runtime gives to each pod
   *     ({@code eth0}), or, where there is none, the address that packets to elsewhere leave with
   * @param since when it was first seen there, in the ticker's nanoseconds; for a namespace that is
   *     older than this process, when the namespace was made
   * @param notBefore the earliest time of day at which it may have come
   */
  public record Held(boolean primary, long since, Instant notBefore) {
    public Held {
      requireNonNull(notBefore, "notBefore is null");
    }
  }
}
