package io.github.dnsonde.change;

import java.util.List;

/**
 * The judgement of a change.
 *
 * @param consequences what becomes worse, what stays broken and what is fixed; the worst first
 * @param workloads every judged workload, before and after
 */
public record ChangeVerdict(List<Consequence> consequences, List<WorkloadChange> workloads) {

  public ChangeVerdict {
    consequences = List.copyOf(consequences);
    workloads = List.copyOf(workloads);
  }

  /** Returns true if the change makes nothing worse. */
  public boolean isHarmless() {
    return consequences.stream().noneMatch(consequence -> consequence.effect().isWorse());
  }
}
