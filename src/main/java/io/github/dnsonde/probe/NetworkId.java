package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * The identity of a network namespace. The number of a namespace (its inode) is free for the next
 * one as soon as it is gone, and soon taken; so the time belongs to it.
 *
 * @param device st_dev of stat(2)
 * @param inode st_ino
 * @param made st_ctime: when the kernel made its inode, which nobody changes
 */
public record NetworkId(long device, long inode, Instant made) {

  public NetworkId {
    requireNonNull(made, "made is null");
  }
}
