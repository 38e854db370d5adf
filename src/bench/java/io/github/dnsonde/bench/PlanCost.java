package io.github.dnsonde.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The cost of creating one plan with warm code.
 *
 * @param millis median, wall clock, one thread
 * @param allocated octets, of which most are garbage at once
 * @param kept octets that a plan holds in addition to the view of the cluster
 */
record PlanCost(double millis, long allocated, long kept) {

  /** The number of plans for the median. */
  static final int RUNS = 101;

  private static final int WARM_UP = 200;
  private static final int HELD = 100;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  static PlanCost of(Supplier<?> drawing) {
    for (int i = 0; i < WARM_UP; i++) {
      var _ = drawing.get();
    }
    return new PlanCost(median(drawing), allocated(drawing), kept(drawing));
  }

  private static double median(Supplier<?> drawing) {
    long[] nanos = new long[RUNS];
    for (int i = 0; i < RUNS; i++) {
      long start = System.nanoTime();
      var _ = drawing.get();
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    return nanos[RUNS / 2] / 1e6;
  }

  private static long allocated(Supplier<?> drawing) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    var _ = drawing.get();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static long kept(Supplier<?> drawing) {
    long used = usedWhileHolding(drawing);
    return (used - Heap.used()) / HELD;
  }

  private static long usedWhileHolding(Supplier<?> drawing) {
    List<?> plans = Stream.generate(drawing).limit(HELD).toList();
    try {
      return Heap.used();
    } finally {
      Reference.reachabilityFence(plans);
    }
  }
}
