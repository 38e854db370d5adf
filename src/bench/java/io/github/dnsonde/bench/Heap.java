package io.github.dnsonde.bench;

import java.lang.management.ManagementFactory;

/** The memory in use. */
final class Heap {

  private Heap() {}

  /** Returns the octets in use after everything unreachable was collected. */
  static long used() {
    System.gc(); // a full collection with the serial collector
    System.gc(); // and the objects that the first one queued for cleaning
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
