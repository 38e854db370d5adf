package io.github.dnsonde.plan;

import static io.github.dnsonde.testkit.PodBuilder.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Origin;
import io.github.dnsonde.manifest.Written;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.testkit.PodBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class AffectedVantagesTest {

  private static final Set<String> NOBODY = Set.of();
  private static final Set<String> SHOP = Set.of("shop/web", "shop/db");
  private static final Set<String> ALL = Set.of("bank/teller", "shop/web", "shop/db");

  @Test
  void sameViewAffectsNoVantage() {
    assertEquals(NOBODY, touched(same(), same()));
  }

  @Test
  void firstViewAffectsNoVantage() {
    assertEquals(NOBODY, names(ClusterView.EMPTY, cluster().view()));
  }

  @Test
  void addedOrRemovedPolicyAffectsItsNamespace() {
    UnaryOperator<PlannedNode> denied =
        plannedNode -> plannedNode.policy(policy("shop", "deny", "me", true));
    assertEquals(SHOP, touched(same(), denied));
    assertEquals(SHOP, touched(denied, same()));
  }

  @Test
  void changedPolicyAffectsItsNamespace() {
    assertEquals(
        SHOP,
        touched(
            plannedNode -> plannedNode.policy(policy("shop", "deny", "me", true)),
            plannedNode -> plannedNode.policy(policy("shop", "deny", "me", false))));
  }

  @Test
  void policyThatIsAppliedUnchangedAffectsNoVantage() {
    assertEquals(
        NOBODY,
        touched(
            plannedNode -> plannedNode.policy(policy("shop", "deny", "me", true)),
            plannedNode -> plannedNode.policy(policy("shop", "deny", "somebody else", true))));
  }

  @Test
  void policyOfANamespaceWithoutVantageAffectsNoVantage() {
    assertEquals(
        NOBODY,
        touched(
            same(), plannedNode -> plannedNode.policy(policy("elsewhere", "deny", "me", true))));
  }

  @Test
  void labelsOfANamespaceAffectIt() {
    assertEquals(
        Set.of("bank/teller"),
        touched(same(), plannedNode -> plannedNode.namespace("bank", Map.of("team", "blue"))));
  }

  @Test
  void newNamespaceAffectsNoVantage() {
    assertEquals(
        NOBODY,
        touched(same(), plannedNode -> plannedNode.namespace("new", Map.of("team", "blue"))));
  }

  @Test
  void labelsOfAPodAffectIt() {
    assertEquals(Set.of("shop/web"), names(relabelled("old"), relabelled("new")));
  }

  @Test
  void addedAndRemovedPodsAffectNoVantage() {
    assertEquals(
        NOBODY,
        touched(
            plannedNode -> plannedNode.with(pod("shop", "old", "10.244.1.8").label("app", "web")),
            plannedNode -> plannedNode.with(pod("shop", "new", "10.244.1.9").label("app", "web"))));
  }

  @Test
  void policiesOfTheClustersDnsAffectAllVantages() {
    assertEquals(
        ALL,
        touched(
            same(),
            plannedNode -> plannedNode.policy(policy("kube-system", "dns-in", "me", true))));
  }

  @Test
  void labelsOfTheClustersDnsNamespaceAffectAllVantages() {
    assertEquals(
        ALL,
        touched(
            same(), plannedNode -> plannedNode.namespace("kube-system", Map.of("team", "blue"))));
  }

  @Test
  void labelsOfTheClustersDnsPodsAffectAllVantages() {
    assertEquals(
        ALL,
        touched(
            plannedNode -> plannedNode.dnsPod(coreDns("coredns-1")),
            plannedNode -> plannedNode.dnsPod(coreDns("coredns-1").label("k8s-app", "kube-dns"))));
  }

  @Test
  void restartsOfTheClustersDnsPodsAffectNoVantage() {
    assertEquals(
        NOBODY,
        touched(
            plannedNode -> plannedNode.dnsPod(coreDns("coredns-1")),
            plannedNode -> plannedNode.dnsPod(coreDns("coredns-2").at("10.244.2.7"))));
    assertEquals(
        NOBODY,
        touched(
            plannedNode -> plannedNode.dnsPod(coreDns("coredns-1")),
            plannedNode -> plannedNode.dnsPod(coreDns("coredns-1").at("10.244.2.7").notReady())));
  }

  /** They existed before, and the results were the same. */
  @Test
  void policiesThatBecomeKnownAffectNoVantage() {
    UnaryOperator<PlannedNode> denied =
        plannedNode -> plannedNode.policy(policy("shop", "deny", "me", true));
    assertEquals(NOBODY, touched(PlannedNode::withoutPolicies, denied));
    assertEquals(NOBODY, touched(denied, PlannedNode::withoutPolicies));
  }

  @Test
  void policyThatCannotBeEvaluatedAffectsItsNamespace() {
    UnaryOperator<PlannedNode> huge = plannedNode -> plannedNode.unjudged("shop", "huge", Map.of());
    assertEquals(SHOP, touched(same(), huge));
    assertEquals(SHOP, touched(huge, same()));
    assertEquals(NOBODY, touched(huge, huge));
    assertEquals(
        SHOP,
        touched(huge, plannedNode -> plannedNode.unjudged("shop", "huge", Map.of("app", "web"))));
  }

  @Test
  void policyOfAnotherKindTouchesThePodsThatItMayBeFor() {
    UnaryOperator<PlannedNode> web =
        other("GlobalNetworkPolicy", "types: [Egress], selector: a == 'b'");
    UnaryOperator<PlannedNode> shop =
        other(
            "GlobalNetworkPolicy",
            "types: [Egress], selector: projectcalico.org/namespace == 'shop'");
    UnaryOperator<PlannedNode> all = other("GlobalNetworkPolicy", "types: [Egress]");
    UnaryOperator<PlannedNode> ingress = other("GlobalNetworkPolicy", "types: [Ingress]");
    assertEquals(NOBODY, touched(same(), web), "for no pod");
    assertEquals(SHOP, touched(same(), shop));
    assertEquals(SHOP, touched(shop, same()));
    assertEquals(SHOP, touched(shop, web));
    assertEquals(ALL, touched(shop, all));
    assertEquals(NOBODY, touched(all, all));
    assertEquals(NOBODY, touched(same(), ingress), "answers come back all the same");
    assertEquals(
        ALL,
        touched(AffectedVantagesTest::dns, plannedNode -> ingress.apply(dns(plannedNode))),
        "the pods that everybody asks may let in nobody");
  }

  /** Its rules are not known here, but that they are others. */
  @Test
  void rulesOfAnotherKindThatChangeTouchThePodsThatItMayBeFor() {
    UnaryOperator<PlannedNode> first = plannedNode -> plannedNode.foreignPolicy(revised("1"));
    UnaryOperator<PlannedNode> second = plannedNode -> plannedNode.foreignPolicy(revised("2"));
    assertEquals(ALL, touched(first, second));
  }

  private static ForeignPolicy revised(String revision) {
    return calico("GlobalNetworkPolicy", "types: [Egress]").revised(revision);
  }

  /** It was there before, for all that is known. */
  @Test
  void policyOfAnotherKindThatIsKnownForTheFirstTimeTouchesNobody() {
    ForeignPolicy policy = calico("GlobalNetworkPolicy", "types: [Egress]");
    UnaryOperator<PlannedNode> unknown =
        plannedNode -> plannedNode.foreignPolicy(ForeignPolicy.possible(policy.kind()));
    UnaryOperator<PlannedNode> known = plannedNode -> plannedNode.foreignPolicy(policy);
    assertEquals(NOBODY, touched(unknown, known));
    assertEquals(NOBODY, touched(known, unknown));
  }

  private static PlannedNode dns(PlannedNode plannedNode) {
    return plannedNode.dnsPod(coreDns("coredns-1"));
  }

  private static UnaryOperator<PlannedNode> other(String kind, String spec) {
    return plannedNode -> plannedNode.foreignPolicy(calico(kind, spec));
  }

  private static ForeignPolicy calico(String kind, String spec) {
    String yaml =
        """
        apiVersion: crd.projectcalico.org/v1
        kind: %s
        metadata: {name: x}
        spec: {%s}
        """
            .formatted(kind, spec);
    return Written.policies(Written.documents(yaml), Map.of()).foreign().getFirst();
  }

  private static UnaryOperator<PlannedNode> same() {
    return UnaryOperator.identity();
  }

  private static Set<String> touched(
      UnaryOperator<PlannedNode> before, UnaryOperator<PlannedNode> after) {
    return names(before.apply(cluster()).view(), after.apply(cluster()).view());
  }

  private static Set<String> names(ClusterView before, ClusterView after) {
    Set<String> names = new TreeSet<>();
    AffectedVantages.touched(before, after, plan())
        .forEach(vantage -> names.add(PlannedNode.name(vantage)));
    return names;
  }

  private static PlannedNode cluster() {
    return PlannedNode.of(
            pod("shop", "web", "10.244.1.2").label("app", "web"),
            pod("shop", "db", "10.244.1.3").label("app", "db"),
            pod("bank", "teller", "10.244.1.4"))
        .namespace("shop", Map.of())
        .namespace("bank", Map.of())
        .namespace("kube-system", Map.of())
        .policy(policy("shop", "split", "me", true));
  }

  /** A plan that probes from every pod, since each is in its own class. */
  private static Plan plan() {
    return cluster().denyEgress("shop", "web-only", Map.of("app", "web")).plan();
  }

  private static ClusterView relabelled(String version) {
    return PlannedNode.of(
            pod("shop", "web", "10.244.1.2").label("version", version),
            pod("shop", "db", "10.244.1.3"))
        .view();
  }

  private static PodBuilder coreDns(String name) {
    return pod("kube-system", name, "10.244.2.2").label("app", "dns");
  }

  private static NetworkPolicy policy(
      String namespace, String name, String manager, boolean egress) {
    return new NetworkPolicy(
        namespace,
        name,
        LabelSelector.EVERYTHING,
        Optional.of(List.of()),
        egress ? Optional.of(List.of()) : Optional.empty(),
        new Origin(
            Optional.of(manager), Instant.EPOCH.plusSeconds(manager.length()), Optional.empty()));
  }
}
