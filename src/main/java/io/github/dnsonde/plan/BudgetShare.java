package io.github.dnsonde.plan;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.Pace;

/** An agent's share of the budget of all agents. */
public final class BudgetShare {

  private BudgetShare() {}

  /**
   * Returns the configured pace, limited to an equal share of the cluster's budget. If the number
   * of agents is not known, only the agent's own budget applies.
   */
  public static Pace pace(Config config, ClusterView cluster) {
    int agents = cluster.agents().orElse(0);
    return agents > 0
        ? config.pace().within((double) config.clusterBudget() / agents)
        : config.pace();
  }
}
