package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * The identity of a network namespace. The number of a namespace (its inode) is free for the next
 * one as soon as it is gone, and is soon reused. Therefore the time is part of the identity.
 *
 * @param device st_dev of stat(2)
 * @param inode st_ino
 * @param made st_ctime: the time when the kernel created its inode, which cannot be changed
 */
public record NetworkId(long device, long inode, Instant made) {

  public NetworkId {
    requireNonNull(made, "made is null");
  }
}
