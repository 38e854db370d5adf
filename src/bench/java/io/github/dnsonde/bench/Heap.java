package io.github.dnsonde.bench;

import java.lang.management.ManagementFactory;

/** What is held in memory. */
final class Heap {

  private Heap() {}

  /** Octets in use once everything unreachable is gone. */
  static long used() {
    System.gc(); // a whole collection with the serial collector
    System.gc(); // and what the first one found to be cleaned up
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
