package io.github.dnsonde.plan;

import static io.github.dnsonde.plan.PlannedNode.service;
import static io.github.dnsonde.testkit.PodBuilder.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.cluster.Gaps;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.config.ResolvConf;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.ResolverSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RemarksTest {

  @Test
  void anOrdinaryClusterHasNoRemarks() {
    assertEquals(List.of(), scene().plan().remarks());
  }

  @Test
  void aServiceWithoutAnAddressIsNamed() {
    assertRemark(
        "There is no Service kube-system/kube-dns: ", scene().kubeDns(Optional.empty()).plan());
    assertRemark(
        "The Service kube-system/kube-dns is headless (clusterIP: None): ",
        scene().kubeDns(Optional.of(service("kube-dns", List.of()))).plan());
    assertRemark(
        "The Service kube-system/kube-dns is of type ExternalName: ",
        scene()
            .kubeDns(
                Optional.of(
                    new Service(
                        "kube-system", "kube-dns", List.of(), Labels.NONE, List.of(), true)))
            .plan());
  }

  @Test
  void unreadableResourcesAreNamedAndNotTakenForAbsent() {
    Plan plan =
        scene()
            .kubeDns(Optional.empty())
            .gaps(
                new Gaps(
                    Map.of(ClusterResource.SERVICES, "the agent could not list services (403)"),
                    Set.of(),
                    Map.of(),
                    List.of(),
                    List.of()))
            .plan();
    assertEquals(
        List.of("The view of the cluster is incomplete: the agent could not list services (403)."),
        plan.remarks());
  }

  @Test
  void noServerInUseIsNamed() {
    Plan listed =
        scene().plan(Settings.node("servers: [{name: dns, address: 192.0.2.53}]"), Plan.EMPTY);
    assertRemark("No server is in use: ", listed);
    assertEquals(0, listed.serversInUse().size());
    assertRemark(
        "No server is in use: ",
        PlannedNode.of(pod("shop", "web", "10.244.1.2").dns(Pod.Policy.DEFAULT)).plan());
    assertEquals(List.of(), new PlannedNode().plan().remarks(), "no vantage to use one");
  }

  @Test
  void unknownResolversAreNamed() {
    Plan plan = scene().resolvers().plan();
    assertRemark("The agent's resolv.conf names no nameserver that can be queried: ", plan);
    assertEquals(1, plan.serversInUse().size(), "every server counts");
  }

  @Test
  void remarksOnResolvConfArePassedOn() {
    ResolvConf odd =
        new ResolvConf(
            new ResolverSettings(
                PlannedNode.resolvConf(PlannedNode.KUBE_DNS).nameservers(), List.of(), List.of()),
            List.of("It is odd."));
    assertRemark("It is odd.", scene().resolvConf(odd).plan());
  }

  @Test
  void aCanaryBelowAnUnknownDomainIsNamed() {
    String config = "cluster: {canary: {internal: true}}";
    assertEquals(List.of(), scene().plan(Settings.node(config), Plan.EMPTY).remarks());
    ResolvConf ofNode =
        new ResolvConf(
            new ResolverSettings(
                PlannedNode.resolvConf(PlannedNode.KUBE_DNS).nameservers(),
                List.of("example.com"),
                List.of()),
            List.of());
    assertRemark(
        "cluster.canary.internal has no effect: ",
        scene().resolvConf(ofNode).plan(Settings.node(config), Plan.EMPTY));
    assertEquals(List.of(), scene().resolvConf(ofNode).plan().remarks());
  }

  @Test
  void nothingIsReportedMissingBeforeTheFirstList() {
    PlanInput nothing = PlanInput.ofSelf(ResolvConf.EMPTY, Set.of());
    assertEquals(List.of(), Planner.plan(Settings.node(""), nothing, Plan.EMPTY).remarks());
  }

  private static PlannedNode scene() {
    return PlannedNode.of(pod("shop", "web", "10.244.1.2"));
  }

  private static void assertRemark(String start, Plan plan) {
    assertEquals(1, plan.remarks().size(), () -> plan.remarks().toString());
    assertTrue(plan.remarks().getFirst().startsWith(start), () -> plan.remarks().toString());
  }
}
