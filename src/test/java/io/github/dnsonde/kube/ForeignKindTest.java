package io.github.dnsonde.kube;

import static io.github.dnsonde.kube.FakeApiServer.listing;
import static io.github.dnsonde.kube.FakeApiServer.watching;
import static io.github.dnsonde.kube.SampleObjects.namespace;
import static io.github.dnsonde.kube.SampleObjects.pod;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.kube.FakeApiServer.Request;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Policies of other kinds, as an agent watches them. */
@Timeout(60)
class ForeignKindTest {

  private static final String CALICO = "/apis/crd.projectcalico.org/v1";
  private static final String GLOBAL = CALICO + "/globalnetworkpolicies";
  private static final String NAMESPACED = CALICO + "/networkpolicies";
  private static final PolicyKind GLOBAL_KIND =
      new PolicyKind("crd.projectcalico.org", "GlobalNetworkPolicy", false);
  private static final PolicyKind NAMESPACED_KIND =
      new PolicyKind("crd.projectcalico.org", "NetworkPolicy", true);

  private FakeApiServer server;
  private @Nullable ObservedCluster looking;

  @BeforeEach
  void start() throws IOException {
    server = FakeApiServer.start(0);
    SampleObjects.fill(server);
    server.document(
        CALICO,
        """
        {"resources": [{"name": "networkpolicies", "kind": "NetworkPolicy"},
           {"name": "networkpolicies/status", "kind": "NetworkPolicy"},
           {"name": "globalnetworkpolicies", "kind": "GlobalNetworkPolicy"},
           {"name": "ippools", "kind": "IPPool"}]}
        """);
    serveCalico();
  }

  private void serveCalico() {
    server.document(
        "/apis",
        """
        {"groups": [{"name": "crd.projectcalico.org",
           "versions": [{"groupVersion": "crd.projectcalico.org/v1"}],
           "preferredVersion": {"groupVersion": "crd.projectcalico.org/v1"}}]}
        """);
  }

  @AfterEach
  void stop() {
    if (looking != null) {
      looking.close();
    }
    server.close();
  }

  private ObservedCluster sight() {
    return Objects.requireNonNull(looking, "nobody looks");
  }

  private void look() throws InterruptedException {
    looking = new ObservedCluster(server.url(), ObservedCluster.QUICK);
    sight().awaitSynced();
  }

  private static List<String> policies(ClusterView view) {
    return view.foreignPolicies().policies().stream().map(ForeignPolicy::toString).toList();
  }

  private void awaitPolicies(String... names) throws InterruptedException {
    sight().awaitView(view -> policies(view).equals(List.of(names)));
  }

  private static String policy(String name, String spec) {
    return """
    {"metadata": {"name": "%s", "generation": 1}, "spec": %s}
    """
        .formatted(name, spec);
  }

  private static String policyIn(String namespace, String name, String spec) {
    return """
    {"metadata": {"namespace": "%s", "name": "%s", "generation": 1}, "spec": %s}
    """
        .formatted(namespace, name, spec);
  }

  private int asked(String path) {
    return server.requests(request -> request.path().equals(path)).size();
  }

  @Test
  void kindsWithoutPoliciesDecideNothingAndAreNotWatched() throws InterruptedException {
    look();
    assertEquals(
        new OtherPolicies(Set.of(GLOBAL_KIND, NAMESPACED_KIND), List.of()),
        sight().view().foreignPolicies());
    sight().await(() -> asked(GLOBAL) > 3 && asked(NAMESPACED) > 3);
    List<Request> looks = server.requests(request -> request.path().startsWith(CALICO + "/"));
    assertAll(
        () -> assertEquals(0, server.watches(GLOBAL) + server.watches(NAMESPACED)),
        () ->
            assertEquals(
                Set.of("1"),
                Set.copyOf(looks.stream().map(each -> each.parameters().get("limit")).toList()),
                "one object is enough"),
        () -> assertEquals(List.of(), policies(sight().view())));
  }

  @Test
  void aNewPolicyIsNoticedWithinAMinute() {
    assertTrue(Timing.USUAL.discovery().toSeconds() < 60);
  }

  @Test
  void policiesThatComeAndGoAreSeen() throws InterruptedException {
    look();
    server.put(GLOBAL, policy("lockdown", "{\"types\": [\"Egress\"], \"selector\": \"all()\"}"));
    awaitPolicies("GlobalNetworkPolicy.crd.projectcalico.org lockdown");
    ForeignPolicy seen = sight().view().foreignPolicies().policies().getFirst();
    assertAll(
        () -> assertEquals(Set.of(Direction.EGRESS), seen.directions()),
        () -> assertEquals("1", seen.revision()),
        () -> assertEquals(0, server.watches(NAMESPACED), "of a kind that nobody uses"));
    sight().await(() -> server.watches(GLOBAL) == 1);
    server.put(GLOBAL, policy("second", "{\"types\": [\"Ingress\"]}"));
    awaitPolicies(
        "GlobalNetworkPolicy.crd.projectcalico.org lockdown",
        "GlobalNetworkPolicy.crd.projectcalico.org second");
    server.delete(GLOBAL, "", "lockdown");
    server.delete(GLOBAL, "", "second");
    awaitPolicies();
    sight().await(() -> watchEnded(GLOBAL));
  }

  /** A server only notices that a connection is closed when it sends something. */
  private boolean watchEnded(String collection) {
    server.say(collection, "{\"type\": \"TOMORROW\", \"object\": {}}");
    return server.watches(collection) == 0;
  }

  @Test
  void aChangedRuleIsANewRevisionAndAChangedStatusIsNot() throws InterruptedException {
    server.put(GLOBAL, policy("lockdown", "{\"egress\": [{\"action\": \"Allow\"}]}"));
    look();
    awaitPolicies("GlobalNetworkPolicy.crd.projectcalico.org lockdown");
    ClusterView before = sight().view();
    sight().await(() -> server.watches(GLOBAL) == 1);
    server.put(
        GLOBAL,
        "{\"metadata\": {\"name\": \"lockdown\", \"generation\": 1}, \"status\": {\"a\": 1},"
            + " \"spec\": {\"egress\": [{\"action\": \"Allow\"}]}}");
    server.put(
        GLOBAL,
        "{\"metadata\": {\"name\": \"lockdown\", \"generation\": 2},"
            + " \"spec\": {\"egress\": [{\"action\": \"Allow\", \"protocol\": \"TCP\"}]}}");
    sight().awaitView(view -> view.foreignPolicies().policies().getFirst().revision().equals("2"));
    assertEquals(
        Set.of("1", "2"),
        Set.copyOf(
            OtherPolicies.changed(before.foreignPolicies(), sight().view().foreignPolicies())
                .stream()
                .map(ForeignPolicy::revision)
                .toList()));
  }

  @Test
  void onlyPoliciesOfRelevantNamespacesAreKept() throws InterruptedException {
    server.put(NAMESPACED, policyIn("elsewhere", "a", "{}"));
    server.put(NAMESPACED, policyIn("payments", "b", "{}"));
    server.put(NAMESPACED, policyIn("kube-system", "c", "{}"));
    look();
    awaitPolicies(
        "NetworkPolicy.crd.projectcalico.org kube-system/c",
        "NetworkPolicy.crd.projectcalico.org payments/b");
    server.put(SampleObjects.NAMESPACES, namespace("elsewhere"));
    server.put(SampleObjects.PODS, pod("elsewhere", "x-1", "node-1", "10.244.1.9"));
    awaitPolicies(
        "NetworkPolicy.crd.projectcalico.org elsewhere/a",
        "NetworkPolicy.crd.projectcalico.org kube-system/c",
        "NetworkPolicy.crd.projectcalico.org payments/b");
  }

  @Test
  void policiesOfOtherNamespacesAreNotSeen() throws InterruptedException {
    server.put(NAMESPACED, policyIn("elsewhere", "a", "{}"));
    look();
    sight().await(() -> server.watches(NAMESPACED) == 1);
    assertEquals(List.of(), policies(sight().view()));
  }

  @Test
  void namespacesOfASubjectAreFoundByTheirLabels() throws InterruptedException {
    server.document(
        "/apis/policy.networking.k8s.io/v1alpha1",
        "{\"resources\": [{\"name\": \"adminnetworkpolicies\", \"kind\":"
            + " \"AdminNetworkPolicy\"}]}");
    server.document(
        "/apis",
        """
        {"groups": [{"name": "policy.networking.k8s.io",
           "versions": [{"groupVersion": "policy.networking.k8s.io/v1alpha2"},
             {"groupVersion": "policy.networking.k8s.io/v1alpha1"}],
           "preferredVersion": {"groupVersion": "policy.networking.k8s.io/v1alpha2"}}]}
        """);
    server.document("/apis/policy.networking.k8s.io/v1alpha2", "{\"resources\": []}");
    server.put(SampleObjects.NAMESPACES, labelled("payments", "a"));
    server.put(
        "/apis/policy.networking.k8s.io/v1alpha1/adminnetworkpolicies",
        policy(
            "team-b",
            "{\"subject\": {\"namespaces\": {\"matchLabels\": {\"team\": \"b\"}}},"
                + " \"egress\": [{\"action\": \"Deny\"}]}"));
    look();
    awaitPolicies("AdminNetworkPolicy.policy.networking.k8s.io team-b");
    assertFalse(decides(sight().view()));
    server.put(SampleObjects.NAMESPACES, labelled("payments", "b"));
    sight().awaitView(ForeignKindTest::decides);
  }

  private static String labelled(String name, String team) {
    return """
    {"metadata": {"name": "%s", "labels": {"team": "%s"}}}
    """
        .formatted(name, team);
  }

  private static boolean decides(ClusterView view) {
    return view.foreignPolicies().policies().stream()
        .anyMatch(each -> each.mayDecide(view.pods().getFirst(), Direction.EGRESS, false));
  }

  @Test
  void withoutPermissionPoliciesMayExistAndTheLogReportsItOnce() throws InterruptedException {
    server.refuse(listing(GLOBAL), 1_000_000, 403);
    try (LogRecords logRecords = new LogRecords()) {
      look();
      awaitPolicies("GlobalNetworkPolicy.crd.projectcalico.org");
      sight().await(() -> asked(GLOBAL) > 5);
      assertEquals(
          List.of(
              "Kubernetes API: globalnetworkpolicies.crd.projectcalico.org: may not be listed, so"
                  + " that verdicts are unknown where one of them may decide; needed: list and"
                  + " watch of globalnetworkpolicies (crd.projectcalico.org)"),
          logRecords.lines);
    }
    assertEquals(0, sight().errors(), "a permission may be withheld on purpose");
  }

  @Test
  void withoutPermissionToWatchPoliciesMayExist() throws InterruptedException {
    server.put(GLOBAL, policy("lockdown", "{}"));
    server.refuse(watching(GLOBAL), 1_000_000, 403);
    look();
    awaitPolicies("GlobalNetworkPolicy.crd.projectcalico.org");
  }

  @Test
  void aPermissionThatIsGrantedLaterIsNoticed() throws InterruptedException {
    server.refuse(listing(GLOBAL), 3, 403);
    look();
    awaitPolicies();
  }

  @Test
  void aRemovedKindHasNoPolicies() throws InterruptedException {
    server.put(GLOBAL, policy("lockdown", "{}"));
    look();
    awaitPolicies("GlobalNetworkPolicy.crd.projectcalico.org lockdown");
    sight().await(() -> server.watches(GLOBAL) == 1);
    server.document("/apis", "{\"groups\": []}");
    sight().awaitView(view -> view.foreignPolicies().equals(OtherPolicies.NONE));
    sight().await(() -> watchEnded(GLOBAL));
    ClusterView before = sight().view();
    serveCalico();
    awaitPolicies("GlobalNetworkPolicy.crd.projectcalico.org lockdown");
    assertEquals(
        1,
        OtherPolicies.changed(before.foreignPolicies(), sight().view().foreignPolicies()).size(),
        "what a new kind brings is a change");
  }

  @Test
  void theLastAnswerRemainsWhileRequestsFail() throws InterruptedException {
    look();
    int before = asked(GLOBAL);
    server.refuse(listing(GLOBAL), 1_000_000, 500);
    sight().await(() -> asked(GLOBAL) > before + 3);
    assertEquals(List.of(), policies(sight().view()));
  }

  @Test
  void aKindThatWasNeverListedMayHavePolicies() throws InterruptedException {
    server.refuse(listing(GLOBAL), 1_000_000, 500);
    look();
    assertEquals(List.of("GlobalNetworkPolicy.crd.projectcalico.org"), policies(sight().view()));
  }

  /** Tenants decide how large an object of a namespaced kind is. */
  @Test
  void aPolicyThatIsTooLargeMayDecideEverythingInItsNamespace() throws InterruptedException {
    String rules =
        String.join(",", IntStream.range(0, 12_000).mapToObj(_ -> "{\"action\": 1}").toList());
    server.put(NAMESPACED, policyIn("payments", "huge", "{\"ingress\": [" + rules + "]}"));
    look();
    awaitPolicies("NetworkPolicy.crd.projectcalico.org payments/huge");
    assertTrue(decides(sight().view()), "it may have a rule for egress");
    assertEquals(
        1,
        sight()
            .cluster()
            .counts()
            .getOrDefault("discovery", new KubeCluster.Counts(0, 0, 0))
            .unreadable());
  }

  @Test
  void tooManyPoliciesMayDecideEverythingInTheirNamespaceOnly() throws InterruptedException {
    String value = "x".repeat(4_000);
    long room = Math.min(Runtime.getRuntime().maxMemory() / 8, 8L << 20);
    server.append(
        listing(NAMESPACED).and(request -> !"1".equals(request.parameters().get("limit"))),
        to -> {
          for (long i = 0; i * value.length() < room + value.length(); i++) {
            to.write(
                "," + policyIn("payments", "p" + i, "{\"selector\": \"a == '" + value + "'\"}"));
          }
        });
    server.put(NAMESPACED, policyIn("kube-system", "c", "{}"));
    look();
    awaitPolicies(
        "NetworkPolicy.crd.projectcalico.org kube-system/c", "NetworkPolicy.crd.projectcalico.org");
    assertEquals(
        "payments",
        sight().view().foreignPolicies().policies().getLast().namespace().orElseThrow());
  }

  private static final String API = "/apis/projectcalico.org/v3";
  private static final String COPIES = API + "/networkpolicies";

  /** Calico's own API server shows the same objects again. */
  private void serveBothGroups() {
    server.document(
        API, "{\"resources\": [{\"name\": \"networkpolicies\", \"kind\": \"NetworkPolicy\"}]}");
    server.document(
        "/apis",
        """
        {"groups": [{"name": "crd.projectcalico.org",
             "versions": [{"groupVersion": "crd.projectcalico.org/v1"}]},
           {"name": "projectcalico.org", "versions": [{"groupVersion": "projectcalico.org/v3"}]}]}
        """);
    server.put(COPIES, policyIn("payments", "web", "{}"));
  }

  @Test
  void aCalicoPolicyInBothItsGroupsIsReadOnce() throws InterruptedException {
    serveBothGroups();
    server.put(NAMESPACED, policyIn("payments", "default.web", "{}"));
    look();
    awaitPolicies("NetworkPolicy.crd.projectcalico.org payments/default.web");
    sight().await(() -> server.watches(NAMESPACED) == 1);
    assertAll(
        () -> assertEquals(0, asked(COPIES), "requests for copies"),
        () -> assertEquals(3, sight().view().foreignPolicies().kinds().size()));
  }

  @Test
  void copiesAreReadIfTheStoreMayNotBeListed() throws InterruptedException {
    serveBothGroups();
    server.refuse(listing(NAMESPACED), 1_000_000, 403);
    look();
    awaitPolicies("NetworkPolicy.projectcalico.org payments/web");
  }

  @Test
  void copiesAreReadIfTheStoreIsEmpty() throws InterruptedException {
    serveBothGroups();
    look();
    awaitPolicies("NetworkPolicy.projectcalico.org payments/web");
    server.put(NAMESPACED, policyIn("payments", "default.web", "{}"));
    awaitPolicies("NetworkPolicy.crd.projectcalico.org payments/default.web");
    sight().await(() -> watchEnded(COPIES));
  }

  @Test
  void withoutPermissionForEitherGroupPoliciesMayExist() throws InterruptedException {
    serveBothGroups();
    server.refuse(listing(NAMESPACED), 1_000_000, 403);
    server.refuse(listing(COPIES), 1_000_000, 403);
    look();
    sight().await(() -> asked(COPIES) > 1);
    awaitPolicies("NetworkPolicy.crd.projectcalico.org");
  }

  /** Policies of any namespace may refer to them. */
  @Test
  void networkSetsOfAllNamespacesAreKept() throws InterruptedException {
    server.document(
        CALICO, "{\"resources\": [{\"name\": \"networksets\", \"kind\": \"NetworkSet\"}]}");
    server.put(
        CALICO + "/networksets", policyIn("infra", "a", "{\"nets\": [\"169.254.20.10/32\"]}"));
    look();
    awaitPolicies("NetworkSet.crd.projectcalico.org infra/a");
    sight().await(() -> server.watches(CALICO + "/networksets") == 1);
    server.put(CALICO + "/networksets", policyIn("other", "b", "{\"nets\": []}"));
    awaitPolicies(
        "NetworkSet.crd.projectcalico.org infra/a", "NetworkSet.crd.projectcalico.org other/b");
  }

  @Test
  void tooLargeNetworkSetsMayBeAnything() throws InterruptedException {
    server.document(
        CALICO, "{\"resources\": [{\"name\": \"networksets\", \"kind\": \"NetworkSet\"}]}");
    server.put(CALICO + "/networksets", policyIn("infra", "a", "{\"nets\": []}"));
    String value = "x".repeat(4_000);
    long room = Math.min(Runtime.getRuntime().maxMemory() / 8, 8L << 20);
    server.append(
        listing(CALICO + "/networksets")
            .and(request -> !"1".equals(request.parameters().get("limit"))),
        to -> {
          for (long i = 0; i * value.length() < room + value.length(); i++) {
            to.write(
                ",{\"metadata\": {\"namespace\": \"infra\", \"name\": \"s"
                    + i
                    + "\", \"labels\": {\"a\": \""
                    + value
                    + "\"}}, \"spec\": {}}");
          }
        });
    look();
    awaitPolicies("NetworkSet.crd.projectcalico.org");
  }

  @Test
  void requestsNeedOnlyTheDocumentedPermissions() throws InterruptedException {
    server.put(GLOBAL, policy("lockdown", "{}"));
    server.put(NAMESPACED, policyIn("payments", "b", "{}"));
    look();
    sight().await(() -> server.watches(GLOBAL) == 1 && server.watches(NAMESPACED) == 1);
    assertEquals(
        Set.of(GLOBAL, NAMESPACED),
        Set.copyOf(
            server.requests(each -> each.collection().startsWith(CALICO + "/")).stream()
                .map(Request::collection)
                .toList()));
  }
}
