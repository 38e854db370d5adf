package io.github.dnsonde.netns;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.NetworkId;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file that a network namespace is bound to.
 *
 * @param expected the namespace that it must be; empty if any is accepted
 * @param addressless true if its pod's address is known to be permanently gone from it
 */
public record Entrance(Path file, Optional<NetworkId> expected, boolean addressless) {

  public Entrance {
    requireNonNull(file, "file is null");
    requireNonNull(expected, "expected is null");
  }

  /** A file that was named from outside, with any namespace that it is bound to. */
  public static Entrance named(Path file) {
    return new Entrance(file, Optional.empty(), false);
  }

  static Entrance to(NetworkId id, Path file) {
    return new Entrance(file, Optional.of(id), false);
  }
}
