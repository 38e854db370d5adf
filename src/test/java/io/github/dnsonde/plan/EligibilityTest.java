package io.github.dnsonde.plan;

import static io.github.dnsonde.plan.PlannedNode.standings;
import static io.github.dnsonde.plan.PlannedNode.vantages;
import static io.github.dnsonde.testkit.PodBuilder.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.cluster.Gaps;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.VantageStatus;
import io.github.dnsonde.testkit.PodBuilder;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EligibilityTest {

  @Test
  void eachObstacleHasItsName() {
    Plan plan =
        PlannedNode.of(
                pod("shop", "finished", "10.244.1.2").phase(Pod.Phase.FINISHED),
                pod("attic", "excluded", "10.244.1.3"),
                pod("shop", "host", "192.0.2.1").onHostNetwork(),
                pod("shop", "kata", "10.244.1.4").runtimeClass("kata-qemu"),
                pod("shop", "unborn").phase(Pod.Phase.PENDING),
                pod("shop", "hidden", "10.244.1.5"),
                pod("shop", "chosen", "10.244.1.6").runtimeClass("runc"),
                pod("shop", "spare", "10.244.1.7").phase(Pod.Phase.UNKNOWN),
                pod("shop", "claimed", "10.244.1.8").createdAfter(-60))
            .withoutNetwork("10.244.1.5")
            .contested("10.244.1.8")
            .plan(Settings.node("namespaces: {exclude: [attic]}"), Plan.EMPTY);
    assertEquals(
        Map.of(
            "finished", VantageStatus.FINISHED,
            "excluded", VantageStatus.EXCLUDED,
            "host", VantageStatus.HOST_NETWORK,
            "kata", VantageStatus.FOREIGN_KERNEL,
            "unborn", VantageStatus.NO_ADDRESS,
            "hidden", VantageStatus.NO_NETWORK,
            "claimed", VantageStatus.CONTESTED,
            "chosen", VantageStatus.CHOSEN,
            "spare", VantageStatus.SPARE),
        standings(plan));
    assertEquals(List.of("shop/chosen"), vantages(plan));
  }

  /** Each pod has one obstacle fewer than the one before. */
  @Test
  void firstObstacleIsNamed() {
    Plan plan =
        PlannedNode.of(
                pod("attic", "a").phase(Pod.Phase.FINISHED).onHostNetwork().runtimeClass("kata"),
                pod("attic", "b").onHostNetwork().runtimeClass("kata"),
                pod("shop", "c").onHostNetwork().runtimeClass("kata"),
                pod("shop", "d").runtimeClass("kata"),
                pod("shop", "e"))
            .plan(Settings.node("namespaces: {exclude: [attic]}"), Plan.EMPTY);
    assertEquals(
        Map.of(
            "a", VantageStatus.FINISHED,
            "b", VantageStatus.EXCLUDED,
            "c", VantageStatus.HOST_NETWORK,
            "d", VantageStatus.FOREIGN_KERNEL,
            "e", VantageStatus.NO_ADDRESS),
        standings(plan));
  }

  @ParameterizedTest
  @CsvSource({
    "include: ['team-*'],                                          team-a team-b",
    "'include: [''team-*''], exclude: [team-a]',                   team-b",
    "exclude: ['team-?'],                                          shop",
    "selector: {matchLabels: {env: prod}},                         team-b",
    "'include: [shop], selector: {matchLabels: {env: prod}}',      ''"
  })
  void namespacesAreChosenByNameAndLabel(String yaml, String expected) {
    Plan plan =
        PlannedNode.of(
                pod("team-a", "a", "10.244.1.2"),
                pod("team-b", "b", "10.244.1.3"),
                pod("shop", "s", "10.244.1.4"))
            .namespace("team-b", Map.of("env", "prod"))
            .namespace("shop", Map.of("env", "test"))
            .plan(Settings.node("namespaces: {%s}".formatted(yaml)), Plan.EMPTY);
    Set<String> namespaces = new TreeSet<>();
    plan.vantages().forEach(vantage -> namespaces.add(vantage.namespace()));
    assertEquals(expected, String.join(" ", namespaces));
  }

  @Test
  void namespaceThatTheViewDoesNotKnowHasNoLabels() {
    PlannedNode plannedNode = PlannedNode.of(pod("new", "a", "10.244.1.2"));
    assertEquals(List.of("new/a"), vantages(plannedNode.plan()));
    assertEquals(
        List.of(),
        vantages(
            plannedNode.plan(
                Settings.node("namespaces: {selector: {matchLabels: {env: prod}}}"), Plan.EMPTY)));
  }

  /** It is not known whether the configuration excludes it. */
  @Test
  void namespaceWithUnknownLabelsIsUnreadIfTheyDecide() {
    PlannedNode plannedNode =
        PlannedNode.of(pod("shop", "a", "10.244.1.2"), pod("attic", "b", "10.244.1.3"))
            .gaps(new Gaps(Map.of(), Set.of("shop", "attic"), Map.of(), List.of(), List.of()));
    assertEquals(List.of("attic/b", "shop/a"), vantages(plannedNode.plan()), "no label decides");
    Plan byLabel =
        plannedNode.plan(
            Settings.node("namespaces: {exclude: [attic], selector: {matchLabels: {env: prod}}}"),
            Plan.EMPTY);
    assertEquals(
        Map.of("a", VantageStatus.UNREAD, "b", VantageStatus.EXCLUDED), standings(byLabel));
    assertEquals(Map.of("shop", VantageStatus.UNREAD), byLabel.blind());
    assertEquals(
        List.of("attic/b"),
        vantages(
            plannedNode.plan(
                Settings.node(
                    "namespaces: {selector: {matchLabels: {kubernetes.io/metadata.name: attic}}}"),
                Plan.EMPTY)),
        "the label of the name is known");
  }

  @Test
  void podThatCannotBeReadIsListed() {
    Plan plan =
        new PlannedNode()
            .gaps(
                new Gaps(
                    Map.of(),
                    Set.of(),
                    Map.of(),
                    List.of(),
                    List.of(new Gaps.PodName("shop", "huge"), new Gaps.PodName("attic", "big"))))
            .plan(Settings.node("namespaces: {exclude: [attic]}"), Plan.EMPTY);
    assertEquals(
        Map.of("huge", VantageStatus.UNREAD, "big", VantageStatus.EXCLUDED), standings(plan));
    assertEquals(Map.of("shop", VantageStatus.UNREAD), plan.blind());
  }

  @Test
  void blindNamespacesAreThoseWithPodsAndNoVantage() {
    Plan plan =
        PlannedNode.of(
                pod("seeing", "a", "10.244.1.2"),
                pod("seeing", "b").phase(Pod.Phase.PENDING),
                pod("system", "c", "192.0.2.1").onHostNetwork(),
                pod("system", "d").phase(Pod.Phase.PENDING),
                pod("system", "e", "10.244.1.3").runtimeClass("gvisor"),
                pod("lost", "f", "10.244.1.4"),
                pod("lost", "g").phase(Pod.Phase.PENDING),
                pod("batch", "h", "10.244.1.5").phase(Pod.Phase.FINISHED),
                pod("attic", "i", "10.244.1.6"))
            .withoutNetwork("10.244.1.4")
            .plan(Settings.node("namespaces: {exclude: [attic]}"), Plan.EMPTY);
    assertEquals(
        Map.of("system", VantageStatus.NO_ADDRESS, "lost", VantageStatus.NO_NETWORK), plan.blind());
  }

  @Test
  void agentsOwnPodIsTreatedLikeOthers() {
    assertEquals(
        List.of("monitoring/dnsonde-1"),
        vantages(PlannedNode.of(pod("monitoring", "dnsonde-1", "10.244.1.2")).plan()));
  }

  @Test
  void primaryAddressIsPreferred() {
    PlannedNode plannedNode = PlannedNode.of(pod("shop", "a", "10.244.1.2", "fd00:10:244:1::2"));
    assertEquals(InetAddress.ofLiteral("10.244.1.2"), onlyVantage(plannedNode.plan()).from());
  }

  @Test
  void anotherAddressIsUsedIfThePrimaryHasNoNetwork() {
    PlannedNode plannedNode =
        PlannedNode.of(pod("shop", "a", "10.244.1.2", "fd00:10:244:1::2"))
            .withoutNetwork("10.244.1.2");
    assertEquals(InetAddress.ofLiteral("fd00:10:244:1::2"), onlyVantage(plannedNode.plan()).from());
    assertEquals(
        InetAddress.ofLiteral("10.244.1.2"),
        plannedNode.plan().candidates().getFirst().address().orElseThrow(),
        "a candidate shows the address that people know");
  }

  @Test
  void reusedAddressBelongsToTheYoungerPod() {
    Plan plan =
        PlannedNode.of(
                pod("shop", "gone", "10.244.1.2"),
                pod("bank", "here", "10.244.1.2").createdAfter(60).notReady())
            .plan();
    assertEquals(List.of("bank/here"), vantages(plan));
    assertEquals(VantageStatus.NO_NETWORK, standings(plan).get("gone"));
  }

  @Test
  void addressOfAPodThatIsBeingDeletedBelongsToTheOther() {
    Plan plan =
        PlannedNode.of(
                pod("shop", "going", "10.244.1.2").createdAfter(60).deleting(),
                pod("bank", "here", "10.244.1.2"),
                pod("shop", "done", "10.244.1.2").createdAfter(90).phase(Pod.Phase.FINISHED))
            .plan();
    assertEquals(List.of("bank/here"), vantages(plan));
  }

  @Test
  void vantageIsYoungFromWhenItsNetworkWasSetUp() {
    Instant setUp = PodBuilder.CREATED.plusSeconds(45);
    Vantage vantage =
        onlyVantage(
            PlannedNode.of(
                    pod("shop", "web-1", "10.244.1.2")
                        .ownedBy("StatefulSet", "web")
                        .networkReady(setUp))
                .plan());
    assertEquals(
        new Vantage("shop", "web", "web-1", "node-1", InetAddress.ofLiteral("10.244.1.2"), setUp),
        vantage);
  }

  @Test
  void vantageIsYoungFromItsCreationIfNothingElseIsKnown() {
    assertEquals(
        PodBuilder.CREATED.plusSeconds(5),
        onlyVantage(PlannedNode.of(pod("shop", "a", "10.244.1.2").createdAfter(5)).plan())
            .settled());
  }

  private static Vantage onlyVantage(Plan plan) {
    assertEquals(1, plan.vantages().size(), "vantages");
    return plan.vantages().iterator().next();
  }
}
