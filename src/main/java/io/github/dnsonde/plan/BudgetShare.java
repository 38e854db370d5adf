package io.github.dnsonde.plan;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.Pace;

/** What one agent may ask of what all agents together may. */
public final class BudgetShare {

  private BudgetShare() {}

  /**
   * The configured pace, within an equal share of the cluster's budget; where it is not known how
   * many agents there are, only the agent's own budget holds.
   */
  public static Pace pace(Config config, ClusterView cluster) {
    int agents = cluster.agents().orElse(0);
    return agents > 0
        ? config.pace().within((double) config.clusterBudget() / agents)
        : config.pace();
  }
}
