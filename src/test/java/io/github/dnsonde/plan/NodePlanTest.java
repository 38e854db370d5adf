package io.github.dnsonde.plan;

import static io.github.dnsonde.testkit.PodBuilder.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ResolvConf;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class NodePlanTest {

  private static final Config CONFIG = Settings.node("cluster: {kube-dns: {endpoints: true}}");

  @Test
  void everyVantageSendsEveryQuestionToEveryServer() {
    Plan plan =
        PlannedNode.of(pod("shop", "a", "10.244.1.2"), pod("bank", "b", "10.244.1.3"))
            .resolvers(PlannedNode.KUBE_DNS, "169.254.20.10")
            .plan();
    assertEquals(
        List.of(
            "bank/b kube-dns kubernetes.default.svc.cluster.local. udp",
            "bank/b kube-dns kubernetes.default.svc.cluster.local. tcp",
            "bank/b kube-dns example.com. udp",
            "bank/b kube-dns example.com. tcp"),
        plan.probes().stream().limit(4).map(NodePlanTest::words).toList());
    assertEquals(2 * 2 * 4, plan.probes().size());
    assertTrue(plan.probes().stream().allMatch(Probe::inUse), "all in use");
  }

  @Test
  void anUnknownClusterGivesNoProbes() {
    assertEquals(
        Plan.EMPTY, Planner.plan(CONFIG, PlanInput.ofSelf(ResolvConf.EMPTY, Set.of()), Plan.EMPTY));
  }

  @RepeatedTest(20)
  void orderOfTheInputDoesNotMatter(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    Plan first = cluster().plan(CONFIG, Plan.EMPTY);
    assertEquals(first, cluster().shuffle(random).plan(CONFIG, Plan.EMPTY));
    assertEquals(first, cluster().shuffle(random).plan(CONFIG, first), "the second plan");
  }

  private static PlannedNode cluster() {
    PlannedNode plannedNode = new PlannedNode();
    for (int i = 0; i < 60; i++) {
      plannedNode.with(
          pod("team-" + i % 7, "pod-" + i, "10.244.1." + (i + 1))
              .label("app", "app-" + i % 3)
              .ownedBy("Deployment", "app-" + i % 3)
              .createdAfter(i % 5));
    }
    for (int i = 0; i < 14; i++) {
      plannedNode.denyEgress("team-" + i % 7, "policy-" + i, Map.of("app", "app-" + i % 2));
    }
    return plannedNode
        .with(pod("team-1", "again", "10.244.1.1").createdAfter(2))
        .endpoint("10.244.2.2", 53, true)
        .endpoint("10.244.3.2", 53, true)
        .endpoint("10.244.2.2", 53, true);
  }

  private static String words(Probe probe) {
    return "%s %s %s %s"
        .formatted(
            PlannedNode.name(probe.vantage()),
            probe.server().name(),
            probe.question().name(),
            probe.question().transport().label());
  }
}
