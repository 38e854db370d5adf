package io.github.dnsonde.plan;

import static io.github.dnsonde.plan.PlannedNode.standings;
import static io.github.dnsonde.plan.PlannedNode.vantages;
import static io.github.dnsonde.testkit.PodBuilder.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.VantageStatus;
import io.github.dnsonde.testkit.PodBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class VantageSelectionTest {

  private static final Map<String, String> EVERY_POD = Map.of();
  private static final String LABEL = "dnsonde.github.io/probe-pod";

  @Nested
  class First {

    @Test
    void oldestPodOfEachNamespace() {
      Plan plan =
          PlannedNode.of(
                  pod("shop", "young", "10.244.1.2").createdAfter(60),
                  pod("shop", "old", "10.244.1.3"),
                  pod("bank", "only", "10.244.1.4").createdAfter(90))
              .plan();
      assertEquals(List.of("bank/only", "shop/old"), vantages(plan));
      assertEquals(
          Map.of(
              "old",
              VantageStatus.CHOSEN,
              "only",
              VantageStatus.CHOSEN,
              "young",
              VantageStatus.SPARE),
          standings(plan));
    }

    @Test
    void nameDecidesBetweenEqualPods() {
      Plan plan =
          PlannedNode.of(pod("shop", "b", "10.244.1.2"), pod("shop", "a", "10.244.1.3")).plan();
      assertEquals(List.of("shop/a"), vantages(plan));
    }

    @Test
    void readyPodBeforeOlderOne() {
      Plan plan =
          PlannedNode.of(
                  pod("shop", "old", "10.244.1.2").notReady(),
                  pod("shop", "young", "10.244.1.3").createdAfter(60))
              .plan();
      assertEquals(List.of("shop/young"), vantages(plan));
    }

    @Test
    void podWithoutReadinessIfThereIsNoOther() {
      assertEquals(
          List.of("shop/old"),
          vantages(PlannedNode.of(pod("shop", "old", "10.244.1.2").notReady()).plan()));
    }

    @Test
    void dedicatedPodBeforeReadyOne() {
      Plan plan =
          PlannedNode.of(pod("shop", "web", "10.244.1.2"), probePod("10.244.1.3").notReady())
              .plan();
      assertEquals(List.of("shop/probe"), vantages(plan));
    }

    @Test
    void podThatIsBeingDeletedComesLast() {
      Plan plan =
          PlannedNode.of(
                  probePod("10.244.1.2").deleting(),
                  pod("shop", "web", "10.244.1.3").notReady().createdAfter(60))
              .plan();
      assertEquals(List.of("shop/web"), vantages(plan));
    }

    @Test
    void podThatIsBeingDeletedIfThereIsNoOther() {
      assertEquals(
          List.of("shop/web"),
          vantages(PlannedNode.of(pod("shop", "web", "10.244.1.2").deleting()).plan()));
    }

    @Test
    void anEmptySelectorDedicatesNoPod() {
      Plan plan =
          PlannedNode.of(
                  pod("shop", "old", "10.244.1.2").notReady(),
                  pod("shop", "young", "10.244.1.3").createdAfter(60))
              .plan(Settings.node("pods: {preferred: {matchLabels: {}}}"), Plan.EMPTY);
      assertEquals(List.of("shop/young"), vantages(plan));
    }

    @Test
    void onePodForEachClass() {
      Plan plan =
          PlannedNode.of(
                  pod("shop", "web-1", "10.244.1.2").label("app", "web"),
                  pod("shop", "web-2", "10.244.1.3").label("app", "web"),
                  pod("shop", "db", "10.244.1.4"),
                  probePod("10.244.1.5"))
              .denyEgress("shop", "web-only", Map.of("app", "web"))
              .plan();
      assertEquals(
          List.of("shop/probe", "shop/web-1"),
          vantages(plan),
          "the dedicated pod stands for its own class alone");
    }
  }

  @Nested
  class Lasting {

    private final Plan before =
        PlannedNode.of(
                pod("shop", "a", "10.244.1.2").ownedBy("Deployment", "web"),
                pod("shop", "b", "10.244.1.3").ownedBy("Deployment", "web"))
            .plan();

    @Test
    void podThatStopsBeingReadyStays() {
      Plan after =
          PlannedNode.of(
                  pod("shop", "a", "10.244.1.2").ownedBy("Deployment", "web").notReady(),
                  pod("shop", "b", "10.244.1.3").ownedBy("Deployment", "web"))
              .plan(before);
      assertEquals(before.probes(), after.probes());
    }

    @Test
    void podThatIsBeingDeletedStaysWhileItsNetworkIsThere() {
      PlannedNode shrinking =
          PlannedNode.of(
              pod("shop", "a", "10.244.1.2").ownedBy("Deployment", "web").deleting(),
              pod("shop", "b", "10.244.1.3").ownedBy("Deployment", "web"));
      assertEquals(before.probes(), shrinking.plan(before).probes());
      assertEquals(
          List.of("shop/b"), vantages(shrinking.withoutNetwork("10.244.1.2").plan(before)));
    }

    @Test
    void podThatIsGoneIsReplacedByAnotherOfItsClass() {
      Plan after = PlannedNode.of(pod("shop", "b", "10.244.1.3")).plan(before);
      assertEquals(List.of("shop/b"), vantages(after));
      assertEquals(Map.of("b", VantageStatus.CHOSEN), standings(after));
    }

    @Test
    void olderPodThatIsAddedLaterIsSpare() {
      Plan after =
          PlannedNode.of(
                  pod("shop", "0-older", "10.244.1.9").createdAfter(-60),
                  pod("shop", "a", "10.244.1.2").ownedBy("Deployment", "web"))
              .plan(before);
      assertEquals(List.of("shop/a"), vantages(after));
    }

    @Test
    void podWithAnotherAddressIsAnotherVantage() {
      Plan after =
          PlannedNode.of(pod("shop", "a", "10.244.1.7").ownedBy("Deployment", "web")).plan(before);
      assertEquals(List.of("shop/a"), vantages(after));
      assertNotEquals(before.vantages(), after.vantages());
    }

    @Test
    void podWithAnotherAddressCompetesAgain() {
      Plan after =
          PlannedNode.of(pod("shop", "a", "10.244.1.7").notReady(), pod("shop", "b", "10.244.1.3"))
              .plan(before);
      assertEquals(List.of("shop/b"), vantages(after));
    }

    @Test
    void vantageIsDroppedWhenItsNamespaceIsExcluded() {
      Plan after =
          PlannedNode.of(pod("shop", "a", "10.244.1.2"))
              .plan(Settings.node("namespaces: {exclude: [shop]}"), before);
      assertEquals(List.of(), vantages(after));
    }
  }

  @Nested
  class Dedicated {

    private final Plan before = PlannedNode.of(pod("shop", "web", "10.244.1.2")).plan();

    @Test
    void takesOverFromAWorkloadPod() {
      Plan after =
          PlannedNode.of(pod("shop", "web", "10.244.1.2"), probePod("10.244.1.3")).plan(before);
      assertEquals(List.of("shop/probe"), vantages(after));
      assertEquals(VantageStatus.SPARE, standings(after).get("web"));
    }

    @Test
    void waitsUntilItHasAnAddressAndANetwork() {
      PodBuilder web = pod("shop", "web", "10.244.1.2");
      assertEquals(List.of("shop/web"), vantages(PlannedNode.of(web, probePod()).plan(before)));
      assertEquals(
          List.of("shop/web"),
          vantages(
              PlannedNode.of(web, probePod("10.244.1.3"))
                  .withoutNetwork("10.244.1.3")
                  .plan(before)));
    }

    @Test
    void doesNotTakeOverWhileItIsBeingDeleted() {
      Plan after =
          PlannedNode.of(
                  pod("shop", "web", "10.244.1.2").deleting(), probePod("10.244.1.3").deleting())
              .plan(before);
      assertEquals(List.of("shop/web"), vantages(after));
    }

    @Test
    void secondOneDoesNotTakeOverFromTheFirst() {
      PlannedNode plannedNode = PlannedNode.of(probePod("10.244.1.3"));
      Plan first = plannedNode.plan();
      Plan after =
          plannedNode.with(pod("shop", "a-probe", "10.244.1.4").label(LABEL, "true")).plan(first);
      assertEquals(List.of("shop/probe"), vantages(after));
    }

    @Test
    void leavesOtherClassesAlone() {
      PlannedNode plannedNode =
          PlannedNode.of(
                  pod("shop", "web", "10.244.1.2").label("app", "web"),
                  pod("shop", "db", "10.244.1.4"))
              .denyEgress("shop", "web-only", Map.of("app", "web"));
      Plan first = plannedNode.plan();
      assertEquals(List.of("shop/db", "shop/web"), vantages(first));
      Plan after = plannedNode.with(probePod("10.244.1.3").label("app", "web")).plan(first);
      assertEquals(List.of("shop/db", "shop/probe"), vantages(after));
    }
  }

  /** A network namespace that cannot be distinguished from another with the same address. */
  @Nested
  class Contested {

    private final PodBuilder web = pod("shop", "web", "10.244.1.2");
    private final PodBuilder db = pod("shop", "db", "10.244.1.3").createdAfter(60);
    private final Plan before = PlannedNode.of(web, db).plan();

    @Test
    void anyOtherPodOfTheClassTakesOverAndStays() {
      assertEquals(List.of("shop/web"), vantages(before));
      Plan during = PlannedNode.of(web, db).contested("10.244.1.2").plan(before);
      assertEquals(List.of("shop/db"), vantages(during));
      assertEquals(VantageStatus.CONTESTED, standings(during).get("web"));
      assertEquals(List.of("shop/db"), vantages(PlannedNode.of(web, db).plan(during)));
    }

    @Test
    void itStaysIfThereIsNoOtherAndTheNamespaceIsBlind() {
      Plan during = PlannedNode.of(web, db).contested("10.244.1.2", "10.244.1.3").plan(before);
      assertEquals(before.probes(), during.probes(), "its probes are untested, not gone");
      assertEquals(Map.of("shop", VantageStatus.CONTESTED), during.blind());
    }

    @Test
    void aProbePodDoesNotTakeOver() {
      Plan during =
          PlannedNode.of(web, probePod("10.244.1.4")).contested("10.244.1.4").plan(before);
      assertEquals(List.of("shop/web"), vantages(during));
    }
  }

  /** Two pods in separate classes, since a policy selects one of them. */
  @Nested
  class ChangingPolicies {

    private final Plan apart = pods().denyEgress("shop", "web-only", Map.of("app", "web")).plan();
    private final Plan together = pods().plan();

    @Test
    void classesAreSeparateFirst() {
      assertEquals(List.of("shop/db", "shop/web"), vantages(apart));
      assertEquals(List.of("shop/db"), vantages(together));
    }

    @Test
    void vantagesOfMergedClassesStay() {
      Plan merged = pods().denyEgress("shop", "default-deny", EVERY_POD).plan(apart);
      assertEquals(apart.probes(), merged.probes());
    }

    @Test
    void mergedClassHasOneVantageForANewAgent() {
      Plan merged = pods().denyEgress("shop", "default-deny", EVERY_POD).plan();
      assertEquals(List.of("shop/db"), vantages(merged));
    }

    @Test
    void vantagesOfMergedClassesBecomeFewerAsPodsGo() {
      Plan merged = PlannedNode.of(web()).denyEgress("shop", "default-deny", EVERY_POD).plan(apart);
      assertEquals(List.of("shop/web"), vantages(merged));
      Plan replaced =
          PlannedNode.of(web(), pod("shop", "db-2", "10.244.1.9"))
              .denyEgress("shop", "default-deny", EVERY_POD)
              .plan(merged);
      assertEquals(List.of("shop/web"), vantages(replaced));
    }

    @Test
    void newClassGetsAVantageAndTheOldOneKeepsIts() {
      Plan split = pods().denyEgress("shop", "web-only", Map.of("app", "web")).plan(together);
      assertEquals(List.of("shop/db", "shop/web"), vantages(split));
    }

    @Test
    void defaultDenyInOneNamespaceKeepsEveryVantage() {
      Plan denied = pods().denyEgress("shop", "default-deny", EVERY_POD).plan(together);
      assertEquals(together.probes(), denied.probes());
      assertEquals(
          Map.of("db", "default-deny", "web", "default-deny"), PlannedNode.classes(denied));
    }

    @Test
    void chosenDedicatedPodEndsNoSeries() {
      Plan first =
          pods()
              .with(probePod("10.244.1.3"))
              .denyEgress("shop", "web-only", Map.of("app", "web"))
              .plan();
      assertEquals(List.of("shop/probe", "shop/web"), vantages(first));
      Plan merged =
          pods()
              .with(probePod("10.244.1.3"))
              .denyEgress("shop", "default-deny", EVERY_POD)
              .plan(first);
      assertEquals(first.probes(), merged.probes());
    }

    private static PlannedNode pods() {
      return PlannedNode.of(web(), pod("shop", "db", "10.244.1.4"));
    }

    private static PodBuilder web() {
      return pod("shop", "web", "10.244.1.2").label("app", "web");
    }
  }

  /** Unknown policies define no classes, and no series ends when they become known. */
  @Nested
  class LatePolicies {

    private final Plan without = pods().withoutPolicies().plan();
    private final Plan with =
        pods().denyEgress("shop", "web-only", Map.of("app", "web")).plan(without);

    @Test
    void oneVantageOfEachNamespaceWithoutThem() {
      assertEquals(List.of("bank/teller", "shop/web"), vantages(without));
    }

    @Test
    void classesAreChosenAndChosenPodsStay() {
      assertEquals(List.of("bank/teller", "shop/db", "shop/web"), vantages(with));
      assertTrue(with.vantages().containsAll(without.vantages()), with::toString);
    }

    private static PlannedNode pods() {
      return PlannedNode.of(
          pod("shop", "web", "10.244.1.2").label("app", "web"),
          pod("shop", "db", "10.244.1.4").createdAfter(60),
          pod("bank", "teller", "10.244.1.5"));
    }
  }

  /** Tenants who may create pods in a namespace can name their owners freely. */
  @Nested
  class ManyClasses {

    private static PlannedNode flood(int from, int to) {
      PlannedNode plannedNode =
          new PlannedNode().foreignPolicies().with(pod("bank", "teller", "10.244.2.1"));
      for (int i = from; i < to; i++) {
        plannedNode.with(
            pod("shop", "pod-" + i, "10.244.1." + i)
                .ownedBy("Whatever", "owner-" + i)
                .createdAfter(i));
      }
      return plannedNode;
    }

    @Test
    void aNamespaceHasTwentyVantagesAtTheMost() {
      Plan plan = flood(1, 60).plan();
      assertEquals(21, plan.vantages().size());
      assertTrue(vantages(plan).contains("bank/teller"));
      assertEquals(VantageStatus.CHOSEN, standings(plan).get("pod-20"));
      assertEquals(VantageStatus.CAPPED, standings(plan).get("pod-21"));
      assertEquals(Map.of(), plan.blind());
    }

    @Test
    void theConfigurationLimitsTheNumber() {
      Plan plan = flood(1, 60).plan(Settings.node("pods: {per-namespace: 2}"), Plan.EMPTY);
      assertEquals(List.of("bank/teller", "shop/pod-1", "shop/pod-2"), vantages(plan));
    }

    @Test
    void aFloodOfNewPodsDisplacesNone() {
      Plan before = flood(30, 60).plan();
      assertEquals(before.vantages(), flood(1, 60).plan(before).vantages());
    }

    @Test
    void podsOfAClassThatHasAVantageAreSpare() {
      Plan plan =
          flood(1, 60)
              .with(pod("shop", "twin", "10.244.3.1").ownedBy("Whatever", "owner-1"))
              .plan();
      assertEquals(VantageStatus.SPARE, standings(plan).get("pod-1"));
      assertEquals(VantageStatus.CHOSEN, standings(plan).get("twin"), "the older one");
    }
  }

  private static PodBuilder probePod(String... addresses) {
    return pod("shop", "probe", addresses).createdAfter(600).label(LABEL, "true");
  }
}
