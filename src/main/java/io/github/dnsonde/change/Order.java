package io.github.dnsonde.change;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;
import static java.util.Comparator.reverseOrder;

import java.util.Comparator;

/** The orders of a judgement, the same in each run. */
final class Order {

  static final Comparator<Consequence> WORST_FIRST =
      comparing(Consequence::effect)
          .thenComparing(Consequence::presence)
          .thenComparing(comparingInt(Consequence::pods).reversed())
          .thenComparing(Consequence::namespace)
          .thenComparing(consequence -> consequence.workloads().toString())
          .thenComparing(Consequence::sentence);

  static final Comparator<WorkloadChange> BY_PLACE =
      comparing(WorkloadChange::namespace)
          .thenComparing(WorkloadChange::workload)
          .thenComparing(WorkloadChange::effect)
          .thenComparing(WorkloadChange::pods, reverseOrder());

  private Order() {}
}
