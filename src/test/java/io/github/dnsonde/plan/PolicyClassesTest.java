package io.github.dnsonde.plan;

import static io.github.dnsonde.plan.PlannedNode.classes;
import static io.github.dnsonde.plan.PlannedNode.vantages;
import static io.github.dnsonde.testkit.PodBuilder.pod;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.manifest.Written;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PolicyClassesTest {

  private static final Map<String, String> EVERY_POD = Map.of();
  private static final Map<String, String> WEB = Map.of("app", "web");

  @Test
  void classIsTheSortedNamesOfTheEgressPoliciesThatSelectThePod() {
    assertEquals(
        Map.of("web-1", "all+default-deny+web-only", "db-1", "all+default-deny"),
        classes(
            deployments()
                .denyEgress("shop", "web-only", WEB)
                .denyEgress("shop", "default-deny", EVERY_POD)
                .policy("shop", "all", EVERY_POD, Optional.of(List.of()), Optional.of(List.of()))
                .plan()));
  }

  @Test
  void ingressPoliciesAndThoseOfOtherNamespacesDoNotCount() {
    assertEquals(
        Map.of("web-1", "-", "db-1", "-"),
        classes(
            deployments()
                .policy("shop", "web-in", WEB, Optional.of(List.of()), Optional.empty())
                .denyEgress("bank", "default-deny", EVERY_POD)
                .plan()));
  }

  @Test
  void policiesThatCannotBeEvaluatedCountForThePodsThatTheySelect() {
    assertEquals(
        Map.of("web-1", "default-deny+huge", "db-1", "default-deny"),
        classes(
            deployments()
                .denyEgress("shop", "default-deny", EVERY_POD)
                .unjudged("shop", "huge", WEB)
                .plan()));
  }

  @Test
  void namesOfAnyNumberOfPoliciesMakeNoLongerClass() {
    PlannedNode plannedNode = deployments();
    for (int i = 0; i < 1_000; i++) {
      plannedNode.denyEgress("shop", "policy-" + i, i < 999 ? EVERY_POD : WEB);
    }
    Map<String, String> classes = classes(plannedNode.plan());
    assertTrue(classes.values().stream().allMatch(name -> name.length() < 300), classes::toString);
    assertNotEquals(classes.get("web-1"), classes.get("db-1"));
  }

  @Test
  void foreignPolicyKindsSplitByWorkload() {
    PlannedNode plannedNode = deployments().foreignPolicies();
    assertEquals(
        Map.of("web-1", "workload/web", "db-1", "workload/db"), classes(plannedNode.plan()));
    assertEquals(List.of("shop/db-1", "shop/web-1"), vantages(plannedNode.plan()));
    assertEquals(
        Map.of("web-1", "web-only+workload/web", "db-1", "workload/db"),
        classes(plannedNode.denyEgress("shop", "web-only", WEB).plan()));
  }

  /** Eight more Deployments cost nothing if no such policy distinguishes them. */
  @Test
  void onlyPoliciesThatMayTellPodsApartSplitByWorkload() {
    Map<String, String> alike = Map.of("web-1", "-", "db-1", "-");
    Map<String, String> apart = Map.of("web-1", "workload/web", "db-1", "workload/db");
    assertAll(
        () -> assertEquals(alike, with("shop", "endpointSelector: {}, egress: [{}]"), "every pod"),
        () -> assertEquals(alike, with("bank", SOME + ", egress: [{}]"), "elsewhere"),
        () -> assertEquals(alike, with("shop", SOME + ", ingress: [{}]"), "ingress alone"),
        () -> assertEquals(alike, with("shop", NONE + ", egress: [{}]"), "none of the pods"),
        () -> assertEquals(apart, with("shop", SOME + ", egress: [{}]"), "some of the pods"),
        () -> assertEquals(apart, with("shop", ""), "nothing is known of it"));
  }

  private static final String SOME = "endpointSelector: {matchLabels: {app: web}}";
  private static final String NONE = "endpointSelector: {matchLabels: {app: other}}";

  private static Map<String, String> with(String namespace, String spec) {
    return classes(deployments().foreignPolicy(cilium(namespace, spec)).plan());
  }

  private static ForeignPolicy cilium(String namespace, String spec) {
    String yaml =
        """
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: x, namespace: %s}
        spec: {%s}
        """
            .formatted(namespace, spec);
    return Written.policies(Written.documents(yaml), Map.of()).foreign().getFirst();
  }

  @Test
  void foreignPolicyKindsMakeADedicatedPodAWorkloadOfItsOwn() {
    PlannedNode plannedNode =
        deployments()
            .foreignPolicies()
            .with(
                pod("shop", "probe-1", "10.244.1.4")
                    .ownedBy("Deployment", "dnsonde-probe")
                    .label("dnsonde.github.io/probe-pod", "true"));
    assertEquals(List.of("shop/db-1", "shop/probe-1", "shop/web-1"), vantages(plannedNode.plan()));
  }

  @Test
  void noPolicyAppliesOnItsNodesNetwork() {
    assertEquals(
        Map.of("agent", "-"),
        classes(
            PlannedNode.of(pod("shop", "agent", "192.0.2.1").onHostNetwork())
                .denyEgress("shop", "default-deny", EVERY_POD)
                .foreignPolicies()
                .plan()));
  }

  private static PlannedNode deployments() {
    return PlannedNode.of(
        pod("shop", "web-1", "10.244.1.2").ownedBy("Deployment", "web").label("app", "web"),
        pod("shop", "db-1", "10.244.1.3").ownedBy("Deployment", "db").label("app", "db"));
  }
}
