package io.github.dnsonde.divide;

import java.nio.charset.StandardCharsets;

/**
 * Ranks of nodes by rendezvous hashing (Thaler and Ravishankar, 1998). Every namespace ranks all
 * nodes in an order of its own. A node that joins or leaves changes the rank of no two others.
 */
final class Rank {

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private Rank() {}

  /** Returns the hash of a name (FNV-1a, then mixed). */
  static long hash(String name) {
    long hash = FNV_OFFSET;
    for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (octet & 0xff)) * FNV_PRIME;
    }
    return mix(hash);
  }

  /** Returns the rank for two hashes: of several, the node with the greatest is first. */
  static long of(long subject, long node) {
    return mix(subject ^ Long.rotateLeft(node, 23)) >>> 1;
  }

  static long of(String subject, String node) {
    return of(hash(subject), hash(node));
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood, 2014). */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
