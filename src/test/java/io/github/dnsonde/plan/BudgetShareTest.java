package io.github.dnsonde.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.Pace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetShareTest {

  private static final Config CONFIG =
      Settings.node("schedule: {budget: {node: 50, cluster: 1000}}");

  @ParameterizedTest
  @CsvSource({"1, 50", "20, 50", "40, 25", "1000, 1", "3000, 0.3333333333333333"})
  void clusterBudgetIsDividedByTheNumberOfAgents(int agents, double expected) {
    Pace pace = BudgetShare.pace(CONFIG, new PlannedNode().agents(agents).view());
    assertEquals(CONFIG.pace().within(expected), pace);
    assertEquals(expected, pace.budget());
  }

  @Test
  void nodeBudgetAloneAppliesIfTheNumberIsNotKnown() {
    assertEquals(CONFIG.pace(), BudgetShare.pace(CONFIG, new PlannedNode().view()));
    assertEquals(CONFIG.pace(), BudgetShare.pace(CONFIG, new PlannedNode().agents(0).view()));
  }
}
