package io.github.dnsonde.plan;

import static io.github.dnsonde.plan.PodBuilder.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Origin;
import io.github.dnsonde.manifest.Written;
import io.github.dnsonde.probe.Plan;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ChangesTest {

  private static final Set<String> NOBODY = Set.of();
  private static final Set<String> SHOP = Set.of("shop/web", "shop/db");
  private static final Set<String> EVERYBODY = Set.of("bank/teller", "shop/web", "shop/db");

  @Test
  void sameViewTouchesNobody() {
    assertEquals(NOBODY, touched(same(), same()));
  }

  @Test
  void firstViewTouchesNobody() {
    assertEquals(NOBODY, names(ClusterView.EMPTY, cluster().view()));
  }

  @Test
  void policyThatAppearsOrVanishesTouchesItsNamespace() {
    UnaryOperator<Scenery> denied = scenery -> scenery.policy(policy("shop", "deny", "me", true));
    assertEquals(SHOP, touched(same(), denied));
    assertEquals(SHOP, touched(denied, same()));
  }

  @Test
  void policyThatIsChangedTouchesItsNamespace() {
    assertEquals(
        SHOP,
        touched(
            scenery -> scenery.policy(policy("shop", "deny", "me", true)),
            scenery -> scenery.policy(policy("shop", "deny", "me", false))));
  }

  @Test
  void policyThatIsWrittenAgainAsItWasTouchesNobody() {
    assertEquals(
        NOBODY,
        touched(
            scenery -> scenery.policy(policy("shop", "deny", "me", true)),
            scenery -> scenery.policy(policy("shop", "deny", "somebody else", true))));
  }

  @Test
  void policyOfANamespaceWithoutVantageTouchesNobody() {
    assertEquals(
        NOBODY,
        touched(same(), scenery -> scenery.policy(policy("elsewhere", "deny", "me", true))));
  }

  @Test
  void labelsOfANamespaceTouchIt() {
    assertEquals(
        Set.of("bank/teller"),
        touched(same(), scenery -> scenery.namespace("bank", Map.of("team", "blue"))));
  }

  @Test
  void namespaceThatIsNewTouchesNobody() {
    assertEquals(
        NOBODY, touched(same(), scenery -> scenery.namespace("new", Map.of("team", "blue"))));
  }

  @Test
  void labelsOfAPodTouchIt() {
    assertEquals(Set.of("shop/web"), names(relabelled("old"), relabelled("new")));
  }

  @Test
  void podsThatComeAndGoTouchNobody() {
    assertEquals(
        NOBODY,
        touched(
            scenery -> scenery.with(pod("shop", "old", "10.244.1.8").label("app", "web")),
            scenery -> scenery.with(pod("shop", "new", "10.244.1.9").label("app", "web"))));
  }

  @Test
  void policiesOfTheClustersDnsTouchEverybody() {
    assertEquals(
        EVERYBODY,
        touched(same(), scenery -> scenery.policy(policy("kube-system", "dns-in", "me", true))));
  }

  @Test
  void labelsOfTheClustersDnsNamespaceTouchEverybody() {
    assertEquals(
        EVERYBODY,
        touched(same(), scenery -> scenery.namespace("kube-system", Map.of("team", "blue"))));
  }

  @Test
  void labelsOfTheClustersDnsPodsTouchEverybody() {
    assertEquals(
        EVERYBODY,
        touched(
            scenery -> scenery.dnsPod(coreDns("coredns-1")),
            scenery -> scenery.dnsPod(coreDns("coredns-1").label("k8s-app", "kube-dns"))));
  }

  @Test
  void restartsOfTheClustersDnsPodsTouchNobody() {
    assertEquals(
        NOBODY,
        touched(
            scenery -> scenery.dnsPod(coreDns("coredns-1")),
            scenery -> scenery.dnsPod(coreDns("coredns-2").at("10.244.2.7"))));
    assertEquals(
        NOBODY,
        touched(
            scenery -> scenery.dnsPod(coreDns("coredns-1")),
            scenery -> scenery.dnsPod(coreDns("coredns-1").at("10.244.2.7").notReady())));
  }

  /** They were there before, and answered as they are answered now. */
  @Test
  void policiesThatBecomeKnownTouchNobody() {
    UnaryOperator<Scenery> denied = scenery -> scenery.policy(policy("shop", "deny", "me", true));
    assertEquals(NOBODY, touched(Scenery::withoutPolicies, denied));
    assertEquals(NOBODY, touched(denied, Scenery::withoutPolicies));
  }

  @Test
  void policyThatCannotBeJudgedTouchesItsNamespace() {
    UnaryOperator<Scenery> huge = scenery -> scenery.unjudged("shop", "huge", Map.of());
    assertEquals(SHOP, touched(same(), huge));
    assertEquals(SHOP, touched(huge, same()));
    assertEquals(NOBODY, touched(huge, huge));
    assertEquals(
        SHOP, touched(huge, scenery -> scenery.unjudged("shop", "huge", Map.of("app", "web"))));
  }

  @Test
  void policyOfAnotherKindTouchesThePodsThatItMayBeFor() {
    UnaryOperator<Scenery> web =
        other("GlobalNetworkPolicy", "types: [Egress], selector: a == 'b'");
    UnaryOperator<Scenery> shop =
        other(
            "GlobalNetworkPolicy",
            "types: [Egress], selector: projectcalico.org/namespace == 'shop'");
    UnaryOperator<Scenery> all = other("GlobalNetworkPolicy", "types: [Egress]");
    UnaryOperator<Scenery> ingress = other("GlobalNetworkPolicy", "types: [Ingress]");
    assertEquals(NOBODY, touched(same(), web), "for no pod");
    assertEquals(SHOP, touched(same(), shop));
    assertEquals(SHOP, touched(shop, same()));
    assertEquals(SHOP, touched(shop, web));
    assertEquals(EVERYBODY, touched(shop, all));
    assertEquals(NOBODY, touched(all, all));
    assertEquals(NOBODY, touched(same(), ingress), "answers come back all the same");
    assertEquals(
        EVERYBODY,
        touched(ChangesTest::dns, scenery -> ingress.apply(dns(scenery))),
        "the pods that everybody asks may let in nobody");
  }

  /** Its rules are not known here, but that they are others. */
  @Test
  void rulesOfAnotherKindThatChangeTouchThePodsThatItMayBeFor() {
    UnaryOperator<Scenery> first = scenery -> scenery.foreignPolicy(revised("1"));
    UnaryOperator<Scenery> second = scenery -> scenery.foreignPolicy(revised("2"));
    assertEquals(EVERYBODY, touched(first, second));
  }

  private static ForeignPolicy revised(String revision) {
    return calico("GlobalNetworkPolicy", "types: [Egress]").revised(revision);
  }

  /** It was there before, for all that is known. */
  @Test
  void policyOfAnotherKindThatIsKnownForTheFirstTimeTouchesNobody() {
    ForeignPolicy policy = calico("GlobalNetworkPolicy", "types: [Egress]");
    UnaryOperator<Scenery> unknown =
        scenery -> scenery.foreignPolicy(ForeignPolicy.possible(policy.kind()));
    UnaryOperator<Scenery> known = scenery -> scenery.foreignPolicy(policy);
    assertEquals(NOBODY, touched(unknown, known));
    assertEquals(NOBODY, touched(known, unknown));
  }

  private static Scenery dns(Scenery scenery) {
    return scenery.dnsPod(coreDns("coredns-1"));
  }

  private static UnaryOperator<Scenery> other(String kind, String spec) {
    return scenery -> scenery.foreignPolicy(calico(kind, spec));
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

  private static UnaryOperator<Scenery> same() {
    return UnaryOperator.identity();
  }

  private static Set<String> touched(UnaryOperator<Scenery> before, UnaryOperator<Scenery> after) {
    return names(before.apply(cluster()).view(), after.apply(cluster()).view());
  }

  private static Set<String> names(ClusterView before, ClusterView after) {
    Set<String> names = new TreeSet<>();
    Changes.touched(before, after, plan()).forEach(each -> names.add(Scenery.name(each)));
    return names;
  }

  private static Scenery cluster() {
    return Scenery.of(
            pod("shop", "web", "10.244.1.2").label("app", "web"),
            pod("shop", "db", "10.244.1.3").label("app", "db"),
            pod("bank", "teller", "10.244.1.4"))
        .namespace("shop", Map.of())
        .namespace("bank", Map.of())
        .namespace("kube-system", Map.of())
        .policy(policy("shop", "split", "me", true));
  }

  /** From every pod, since each is a class of its own. */
  private static Plan plan() {
    return cluster().denyEgress("shop", "web-only", Map.of("app", "web")).plan();
  }

  private static ClusterView relabelled(String version) {
    return Scenery.of(
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
