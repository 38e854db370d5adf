package io.github.dnsonde.diagnosis;

import static io.github.dnsonde.diagnosis.KnownObjects.kubeDns;
import static io.github.dnsonde.diagnosis.KnownObjects.pod;
import static io.github.dnsonde.testkit.Forgotten.assertForgotten;
import static io.github.dnsonde.testkit.SampleOutcomes.KUBE_DNS;
import static io.github.dnsonde.testkit.SampleOutcomes.NODE_LOCAL;
import static io.github.dnsonde.testkit.SampleOutcomes.NOON;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.Declarations;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.Endpoint;
import io.github.dnsonde.cluster.Gaps;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.cluster.PolicyObject;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.manifest.Written;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The incident, from manifests of policies to findings and back. */
class DiagnoserTest {

  private static final String DENY =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: default-deny, namespace: payments}
      spec: {podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}]}
      """;

  /** The policy in Kubernetes' documentation: only the pods of kube-dns. */
  private static final String PODS_ALONE =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: allow-kube-dns, namespace: payments}
      spec:
        podSelector: {}
        policyTypes: [Egress]
        egress:
        - to:
          - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
            podSelector: {matchLabels: {k8s-app: kube-dns}}
          ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]
      """;

  private static final String UDP_ALONE =
      PODS_ALONE.replace(", {protocol: TCP, port: 53}", "").replace("allow-kube-dns", "allow-udp");

  private static final Pod CACHE =
      pod(
          "kube-system",
          "node-local-dns-x",
          "192.0.2.1",
          Map.of("k8s-app", "node-local-dns"),
          true);

  private Diagnoser diagnoser = new Diagnoser(Written::yaml);
  private List<Pod> caches = List.of(CACHE);
  private OtherPolicies foreign = OtherPolicies.NONE;
  private UnaryOperator<ClusterView> seen = UnaryOperator.identity();

  @Test
  void theIncident() {
    Finding finding = only(silent(_ -> true), DENY);
    assertEquals(Finding.Code.EGRESS_DENIED, finding.code());
    assertEquals(Finding.Confidence.LIKELY, finding.confidence());
    assertEquals(List.of("payments/default-deny"), finding.policies());
    assertEquals(
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata:
          name: dnsonde-allow-dns
          namespace: payments
        spec:
          podSelector: {}
          policyTypes:
          - Egress
          egress:
          - to:
            - namespaceSelector:
                matchLabels:
                  kubernetes.io/metadata.name: kube-system
              podSelector:
                matchLabels:
                  k8s-app: kube-dns
            - ipBlock:
                cidr: 10.96.0.10/32
            - ipBlock:
                cidr: 169.254.20.10/32
            ports:
            - protocol: UDP
              port: 53
            - protocol: TCP
              port: 53
        """,
        finding.suggestedPolicy().orElse("none"));
  }

  @Test
  void theSuggestedPolicyFixesTheFailure() {
    for (String broken : List.of(DENY, DENY + "---\n" + PODS_ALONE, DENY + "---\n" + UDP_ALONE)) {
      diagnoser = new Diagnoser(Written::yaml);
      String suggestedPolicy = only(silent(_ -> true), broken).suggestedPolicy().orElseThrow();
      Diagnosis after = into(silent(_ -> false), broken + "---\n" + suggestedPolicy, NOON);
      assertEquals(List.of(), after.findings());
      assertEquals(
          8, // four paths of each of two pods
          after.policyVerdicts().stream().filter(each -> each.decision() == Decision.ALLOW).count(),
          after::toString);
    }
  }

  @Test
  void theCacheForgotten() {
    Finding finding = only(silent(at(NODE_LOCAL)), DENY + "---\n" + PODS_ALONE);
    assertEquals(
        "NetworkPolicies allow-kube-dns and default-deny isolate pods of namespace payments and"
            + " would deny DNS to node-local-dns (169.254.20.10) over UDP and TCP: no rule allows"
            + " it.",
        finding.sentence());
  }

  @Test
  void theCacheAlsoAnswersOnTheAddressOfTheService() {
    Finding finding = only(silent(_ -> true), DENY + "---\n" + PODS_ALONE);
    assertEquals(Finding.Confidence.POSSIBLE, finding.confidence());
    assertEquals(List.of("kube-dns", "node-local-dns"), finding.subject().servers());
    assertTrue(
        finding
            .evidence()
            .contains(
                "A rule lets the pods behind kube-dns be asked, but this node has a DNS cache:"
                    + " where that answers on 10.96.0.10 itself, only a rule for that address"
                    + " matches."),
        finding::toString);
  }

  @Test
  void theAddressOfTheServiceIsNoExplanationWithoutACache() {
    caches = List.of();
    Finding finding =
        only(
            silent(at(KUBE_DNS)),
            PODS_ALONE + "---\n" + allowing("169.254.20.10"),
            NOON.plusSeconds(60));
    assertEquals(Finding.Code.UNEXPLAINED, finding.code());
  }

  @Test
  void onlyUdp() {
    Finding finding =
        only(
            silent(at(NODE_LOCAL).or(probe -> probe.question().transport() == Transport.TCP)),
            DENY + "---\n" + UDP_ALONE);
    assertEquals(
        "NetworkPolicies allow-udp and default-deny isolate pods of namespace payments and would"
            + " deny DNS to kube-dns (10.96.0.10) over TCP and node-local-dns (169.254.20.10) over"
            + " UDP and TCP: no rule allows it.",
        finding.sentence());
  }

  @Test
  void aDenialIsOnlyPossibleIfOtherKindsOfPolicyMayExist() {
    foreign =
        OtherPolicies.possible(Set.of(new PolicyKind("cilium.io", "CiliumNetworkPolicy", true)));
    Finding finding = only(silent(_ -> true), DENY);
    assertEquals(Finding.Code.EGRESS_DENIED, finding.code());
    assertEquals(Finding.Confidence.POSSIBLE, finding.confidence());
  }

  @Test
  void aRemovedPolicyIsRemembered() {
    into(
        silent(_ -> false),
        DENY + "---\n" + PODS_ALONE + "---\n" + allowing("169.254.20.10"),
        NOON.minusSeconds(60));
    Finding finding = only(silent(_ -> true), DENY, NOON);
    assertTrue(
        finding.evidence().stream().anyMatch(each -> each.contains("was removed at 12:00:0")),
        finding::toString);
  }

  /** The policy could only restrict: without it, more is allowed than before. */
  @Test
  void aRemovedPolicyWithoutRulesIsNoCause() {
    String other = DENY.replace("default-deny", "zero-trust");
    into(silent(_ -> false), DENY + "---\n" + other, NOON.minusSeconds(60));
    Finding finding = only(silent(_ -> true), DENY, NOON);
    assertTrue(
        finding.evidence().stream().noneMatch(each -> each.contains("was removed")),
        finding::toString);
  }

  /** The pods of kube-dns allow one namespace, and no others. */
  @Test
  void anIngressPolicyOfTheDnsPodsThatDeniesSome() {
    String onlyShop =
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: dns-from-shop, namespace: kube-system}
        spec:
          podSelector: {matchLabels: {k8s-app: kube-dns}}
          policyTypes: [Ingress]
          ingress:
          - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}]
        """;
    Finding finding = only(silent(at(KUBE_DNS)), onlyShop);
    assertEquals(Finding.Code.INGRESS_DENIED, finding.code());
    assertEquals(Finding.Confidence.LIKELY, finding.confidence());
    assertEquals(List.of("payments"), finding.subject().namespaces());
    assertEquals(List.of("kube-system/dns-from-shop"), finding.policies());
    assertTrue(finding.evidence().contains("It answers namespace shop on this node."));
    String fix = finding.suggestedPolicy().orElseThrow();
    assertTrue(fix.contains("namespace: kube-system"), fix);
    diagnoser = new Diagnoser(Written::yaml);
    assertEquals(List.of(), into(silent(_ -> false), onlyShop + "---\n" + fix, NOON).findings());
  }

  /** A failure may last for days, in which tenants edit their policies. */
  @Test
  void policiesThatWereReplacedAreForgotten() {
    ClusterView view = view(DENY);
    WeakReference<NetworkPolicy> first = new WeakReference<>(view.policies().getFirst());
    into(silent(_ -> true), view);
    view = view(DENY + "---\n" + UDP_ALONE);
    into(silent(_ -> true), view);
    assertForgotten(first);
  }

  /** The servers and pods that fail may differ each time, for days. */
  @Test
  void aSuggestedPolicyIsWrittenOnceAndForgottenWhenNobodyNeedsIt() {
    List<PolicyObject> written = new ArrayList<>();
    diagnoser =
        new Diagnoser(
            policy -> {
              written.add(policy);
              return Written.yaml(policy);
            });
    ClusterView view = view(DENY);
    List<Streak> all = silent(_ -> true);
    into(all, view);
    into(all, view);
    assertEquals(1, written.size());
    List<Streak> some =
        all.stream().filter(each -> each.latest().probe().server().equals(KUBE_DNS)).toList();
    into(some, view);
    into(some, view);
    assertEquals(2, written.size());
    into(all, view);
    assertEquals(3, written.size());
  }

  /** One pod and one server in both: the pod's own policy denies TCP, that of the server UDP. */
  @Test
  void aPolicyIsSuggestedForEachDirection() {
    caches = List.of();
    List<Streak> all = silent(_ -> true);
    Vantage pod = all.getFirst().latest().probe().vantage();
    List<Streak> some =
        all.stream()
            .filter(each -> each.latest().probe().server().equals(KUBE_DNS))
            .filter(each -> each.latest().probe().vantage().equals(pod))
            .toList();
    String atServer =
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: tcp-alone, namespace: kube-system}
        spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{ports: [{protocol: TCP, port: 53}]}]}
        """;
    Diagnosis diagnosis = into(some, UDP_ALONE + "---\n" + atServer, NOON);
    assertEquals(
        Set.of(Finding.Code.EGRESS_DENIED, Finding.Code.INGRESS_DENIED),
        diagnosis.findings().stream().map(Finding::code).collect(toSet()));
    for (Finding finding : diagnosis.findings()) {
      String where = finding.code() == Finding.Code.EGRESS_DENIED ? "payments" : "kube-system";
      assertTrue(
          finding.suggestedPolicy().orElseThrow().contains("\n  namespace: " + where + "\n"),
          finding::toString);
    }
  }

  /** Policies that the agent could not read do not count as absent. */
  @Nested
  class Unread {

    private static final String WHY = "the agent could not list it (403), and needs a permission";

    private static final String BY_LABEL =
        PODS_ALONE.replace("kubernetes.io/metadata.name: kube-system", "team: dns");

    private static Gaps missing(ClusterResource resource) {
      return new Gaps(Map.of(resource, WHY), Set.of(), Map.of(), List.of(), List.of());
    }

    private void without(ClusterResource resource) {
      seen = view -> view.with(missing(resource));
    }

    private Set<Decision> effects(Diagnosis diagnosis, String namespace) {
      return diagnosis.policyVerdicts().stream()
          .filter(policyVerdict -> policyVerdict.namespace().equals(namespace))
          .map(ReportedVerdict::decision)
          .collect(toSet());
    }

    /** Returns the finding that is reported only after some time. */
    private Finding settled(List<Streak> streaks, String policies) {
      into(streaks, policies, NOON);
      return only(streaks, policies, NOON.plusSeconds(60));
    }

    private void assertUnexplained(Finding finding) {
      assertEquals(Finding.Code.UNEXPLAINED, finding.code());
      assertTrue(
          finding.sentence().endsWith("; not everything that may explain it could be read."),
          finding.sentence());
      assertTrue(
          finding.evidence().stream().anyMatch(each -> each.contains("403")), finding::toString);
      assertEquals(Optional.empty(), finding.suggestedPolicy());
    }

    @Test
    void policiesThatWereNeverListed() {
      seen = view -> withoutPolicies(view).with(missing(ClusterResource.NETWORK_POLICIES));
      assertUnexplained(settled(silent(_ -> true), DENY));
      assertEquals(Set.of(Decision.UNKNOWN), effects(into(silent(_ -> false), DENY, NOON), "shop"));
    }

    private static ClusterView withoutPolicies(ClusterView view) {
      return new ClusterView(
          view.namespaces(),
          view.pods(),
          view.dnsPods(),
          List.of(),
          view.kubeDns(),
          view.kubeDnsEndpoints(),
          view.foreignPolicies(),
          view.agents());
    }

    @Test
    void policiesOfOneNamespaceThatAreNotReadYet() {
      seen =
          view ->
              withoutPolicies(view)
                  .with(
                      new Gaps(Map.of(), Set.of(), Map.of("payments", WHY), List.of(), List.of()));
      Diagnosis diagnosis = into(silent(_ -> false), DENY, NOON);
      assertEquals(Set.of(Decision.UNKNOWN), effects(diagnosis, "payments"));
      assertEquals(Set.of(Decision.ALLOW), effects(diagnosis, "shop"));
    }

    /** These policies existed before, so they may explain earlier failures. */
    @Test
    void policiesThatAreListedLaterExplainWhatFailedBefore() {
      without(ClusterResource.NETWORK_POLICIES);
      into(silent(_ -> true), DENY, NOON.plusSeconds(60));
      seen = UnaryOperator.identity();
      Finding finding = only(silent(_ -> true), DENY, NOON.plusSeconds(61));
      assertEquals(Finding.Code.EGRESS_DENIED, finding.code());
      assertEquals(Finding.Confidence.LIKELY, finding.confidence());
    }

    @Test
    void policiesThatAreNoLongerKnownWereNotRemoved() {
      into(silent(_ -> false), DENY + "---\n" + PODS_ALONE, NOON.minusSeconds(60));
      seen = view -> withoutPolicies(view).with(missing(ClusterResource.NETWORK_POLICIES));
      into(silent(_ -> true), DENY, NOON.minusSeconds(30));
      seen = UnaryOperator.identity();
      Finding finding = only(silent(_ -> true), DENY, NOON.minusSeconds(20));
      assertTrue(
          finding.evidence().stream().noneMatch(each -> each.contains("was removed")),
          finding::toString);
    }

    private void withUnjudged(String app, InvalidPolicy.Fault fault) {
      InvalidPolicy policy =
          new InvalidPolicy(
              "payments",
              "odd",
              Optional.of(LabelSelector.of(Map.of("app", app))),
              Set.of(Direction.EGRESS),
              List.of(new InvalidPolicy.Flaw(fault, "spec.egress", "403 ports")));
      seen = view -> view.with(new Gaps(Map.of(), Set.of(), Map.of(), List.of(policy), List.of()));
    }

    @Test
    void aPolicyThatIsTooLargeIsUnknownForThePodsThatItSelects() {
      withUnjudged("web", InvalidPolicy.Fault.TOO_LARGE);
      Finding finding = settled(silent(_ -> true), DENY);
      assertEquals(Finding.Code.POLICY_UNCLEAR, finding.code());
      assertTrue(
          finding
              .evidence()
              .contains("A policy is too large: payments/odd: spec.egress: 403 ports."),
          finding::toString);
      assertEquals(Set.of(Decision.ALLOW), effects(into(silent(_ -> false), DENY, NOON), "shop"));
    }

    @Test
    void aPolicyThatIsNotUnderstoodIsUnknownForThePodsThatItSelects() {
      withUnjudged("web", InvalidPolicy.Fault.OTHER);
      assertEquals(
          Set.of("A policy is not valid: payments/odd: spec.egress: 403 ports."),
          into(silent(_ -> false), PODS_ALONE, NOON).policyVerdicts().stream()
              .filter(policyVerdict -> policyVerdict.namespace().equals("payments"))
              .map(ReportedVerdict::because)
              .collect(toSet()));
    }

    @Test
    void aPolicyThatSelectsOtherPodsChangesNothing() {
      withUnjudged("other", InvalidPolicy.Fault.TOO_LARGE);
      assertEquals(Finding.Code.EGRESS_DENIED, only(silent(_ -> true), DENY).code());
    }

    private static ClusterView withoutService(ClusterView view) {
      return new ClusterView(
          view.namespaces(),
          view.pods(),
          List.of(),
          view.policies(),
          Optional.empty(),
          List.of(),
          view.foreignPolicies(),
          view.agents());
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVICES", "DNS_PODS"})
    void whatIsBehindAServerThatCouldNotBeRead(ClusterResource resource) {
      caches = List.of();
      seen =
          view ->
              (resource == ClusterResource.SERVICES ? withoutService(view) : view)
                  .with(missing(resource));
      assertUnexplained(
          settled(silent(at(KUBE_DNS)), PODS_ALONE + "---\n" + allowing("169.254.20.10")));
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVICES", "DNS_PODS"})
    void whatLetsNothingThroughDeniesItAllTheSame(ClusterResource resource) {
      caches = List.of();
      seen =
          view ->
              (resource == ClusterResource.SERVICES ? withoutService(view) : view)
                  .with(missing(resource));
      Finding finding = only(silent(_ -> true), DENY);
      assertEquals(Finding.Code.EGRESS_DENIED, finding.code());
      assertEquals(Optional.empty(), finding.suggestedPolicy(), "who would know what to allow");
    }

    @Test
    void endpointsThatWereNeverListedAreNotNone() {
      Predicate<Probe> everywhere = at(KUBE_DNS);
      List<Streak> nobody = silentEverywhere(everywhere);
      assertEquals(Finding.Code.NO_ENDPOINTS, codeWithoutEndpoints(nobody, Gaps.NONE));
      assertNotEquals(
          Finding.Code.NO_ENDPOINTS,
          codeWithoutEndpoints(nobody, missing(ClusterResource.ENDPOINT_SLICES)));
    }

    private Finding.Code codeWithoutEndpoints(List<Streak> streaks, Gaps gaps) {
      diagnoser = new Diagnoser(Written::yaml);
      seen =
          view ->
              new ClusterView(
                      view.namespaces(),
                      view.pods(),
                      view.dnsPods(),
                      view.policies(),
                      view.kubeDns(),
                      List.of(),
                      view.foreignPolicies(),
                      view.agents())
                  .with(gaps);
      into(streaks, "", NOON);
      List<Finding> findings = into(streaks, "", NOON.plusSeconds(60)).findings();
      assertEquals(1, findings.size(), findings::toString);
      assertTrue(
          gaps.equals(Gaps.NONE)
              || findings.getFirst().evidence().stream()
                  .noneMatch(each -> each.contains("endpoints ready")),
          findings::toString);
      return findings.getFirst().code();
    }

    @Test
    void kindsOfPolicyThatWereNeverListedMayBeThere() {
      without(ClusterResource.DISCOVERY);
      Finding finding = only(silent(_ -> true), DENY);
      assertEquals(Finding.Code.EGRESS_DENIED, finding.code());
      assertEquals(Finding.Confidence.POSSIBLE, finding.confidence());
      assertEquals(Set.of(Decision.UNKNOWN), effects(into(silent(_ -> false), DENY, NOON), "shop"));
    }

    private void withoutLabels() {
      seen =
          view ->
              view.with(new Gaps(Map.of(), Set.of("kube-system"), Map.of(), List.of(), List.of()));
    }

    @Test
    void aRuleThatSelectsByUnknownLabelsMayMatch() {
      withoutLabels();
      caches = List.of();
      Finding finding =
          settled(silent(at(KUBE_DNS)), BY_LABEL + "---\n" + allowing("169.254.20.10"));
      assertEquals(Finding.Code.UNEXPLAINED, finding.code());
      assertTrue(
          finding.evidence().stream().anyMatch(each -> each.contains("namespaces by labels")),
          finding::toString);
    }

    @Test
    void theNameOfANamespaceIsKnownWhateverItsLabelsAre() {
      withoutLabels();
      caches = List.of();
      assertEquals(
          Set.of(Decision.ALLOW),
          effects(
              into(silent(_ -> false), PODS_ALONE + "---\n" + allowing("169.254.20.10"), NOON),
              "payments"));
      Finding other =
          only(
              silent(at(KUBE_DNS)),
              PODS_ALONE.replace("metadata.name: kube-system", "metadata.name: other")
                  + "---\n"
                  + allowing("169.254.20.10"),
              NOON.minusSeconds(20));
      assertEquals(Finding.Code.EGRESS_DENIED, other.code());
    }
  }

  /** Pods whose owner declares that they need no DNS. */
  @Nested
  class Declared {

    private void declare(Declaration... declarations) {
      seen = view -> view.with(new Declarations(List.of(declarations)));
    }

    private static Declaration.NoDns noDns(Optional<Instant> until) {
      return new Declaration.NoDns(
          new Declaration.Holder("payments", Optional.empty()),
          LabelSelector.EVERYTHING,
          "batch jobs that look up no names",
          until);
    }

    @Test
    void theirFailuresAreExpected() {
      declare(noDns(Optional.of(NOON.plusSeconds(3_600))));
      Finding finding = only(silent(_ -> true), DENY);
      assertEquals(Finding.Code.NO_DNS_DECLARED, finding.code());
      assertEquals(
          "Pods of namespace payments are expected to get no response from DNS, so their queries"
              + " count nowhere.",
          finding.sentence());
      assertEquals(
          List.of(
              "Namespace payments: batch jobs that look up no names (until"
                  + " 2026-11-22T13:00:00Z)."),
          finding.evidence());
      assertFalse(finding.code().hurts());
    }

    @Test
    void theySayNothingAboutServers() {
      declare(noDns(Optional.empty()));
      List<Streak> streaks = silentEverywhere(_ -> true);
      assertEquals(
          List.of(Finding.Code.UNEXPLAINED, Finding.Code.NO_DNS_DECLARED),
          codes(into(streaks, "", NOON), into(streaks, "", NOON.plusSeconds(60))),
          "of two namespaces, one remains: nobody can tell the server from the namespace");
    }

    @Test
    void answersAreAFinding() {
      declare(noDns(Optional.empty()));
      List<Streak> streaks = silent(_ -> false);
      assertEquals(
          List.of(Finding.Code.NO_DNS_DECLARED), codes(into(streaks, "", NOON)), "too early");
      Diagnosis later = into(streaks, "", NOON.plusSeconds(21));
      assertEquals(
          List.of(Finding.Code.NO_DNS_DECLARED, Finding.Code.DNS_NOT_EXPECTED), codes(later));
      assertEquals(
          "Pods of namespace payments get responses from kube-dns (10.96.0.10) and node-local-dns"
              + " (169.254.20.10) over UDP and TCP, although no DNS is expected there: no policy"
              + " denies it, or policies are not enforced.",
          later.findings().getLast().sentence());
      assertEquals(NOON, later.findings().getLast().since());
    }

    @Test
    void oneThatHasEndedCountsAsIfItWereNotThere() {
      declare(noDns(Optional.of(NOON.minusSeconds(60))));
      List<Finding> findings = into(silent(_ -> true), DENY, NOON.minusSeconds(30)).findings();
      assertEquals(
          List.of(Finding.Code.EGRESS_DENIED, Finding.Code.DECLARATION_EXPIRED),
          findings.stream().map(Finding::code).toList());
      assertEquals(NOON.minusSeconds(60), findings.getLast().since());
      assertTrue(
          findings.getLast().evidence().getLast().contains("expect-until"), findings::toString);
    }

    @Test
    void oneWithAMistakeHasNoEffectAndIsReported() {
      declare(
          new Declaration.Invalid(
              new Declaration.Holder("payments", Optional.of("batch")), "the date is wrong"));
      List<Finding> findings = into(silent(_ -> true), DENY, NOON.minusSeconds(30)).findings();
      assertEquals(
          List.of(Finding.Code.EGRESS_DENIED, Finding.Code.DECLARATION_INVALID),
          findings.stream().map(Finding::code).toList());
      assertEquals(
          List.of("NetworkPolicy payments/batch: the date is wrong."),
          findings.getLast().evidence());
      assertEquals(List.of("payments/batch"), findings.getLast().policies());
    }

    /** A tenant can silence nobody else. */
    @Test
    void aSelectorReachesNoOtherNamespace() {
      declare(
          new Declaration.NoDns(
              new Declaration.Holder("shop", Optional.of("all")),
              LabelSelector.EVERYTHING,
              "",
              Optional.empty()));
      List<Finding> findings = into(silent(_ -> true), DENY, NOON.minusSeconds(30)).findings();
      assertEquals(Finding.Code.EGRESS_DENIED, findings.getFirst().code());
      assertEquals(List.of("payments"), findings.getFirst().subject().namespaces());
    }

    @Test
    void aThousandDeclarationsAreAFewLines() {
      declare(
          IntStream.range(0, 1_000)
              .mapToObj(
                  i ->
                      new Declaration.Invalid(
                          new Declaration.Holder("payments", Optional.of("p" + i)), "no"))
              .toArray(Declaration[]::new));
      Finding finding = into(silent(_ -> false), "", NOON).findings().getFirst();
      assertEquals(11, finding.evidence().size());
      assertEquals(10, finding.policies().size());
    }

    private static List<Finding.Code> codes(Diagnosis... diagnoses) {
      return diagnoses[diagnoses.length - 1].findings().stream().map(Finding::code).toList();
    }
  }

  private static String allowing(String address) {
    return """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: allow-cache, namespace: payments}
    spec:
      podSelector: {}
      policyTypes: [Egress]
      egress:
      - to: [{ipBlock: {cidr: %s/32}}]
        ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]
    """
        .formatted(address);
  }

  private Finding only(List<Streak> streaks, String policies) {
    return only(streaks, policies, NOON.minusSeconds(30));
  }

  private Finding only(List<Streak> streaks, String policies, Instant now) {
    List<Finding> findings = into(streaks, policies, now).findings();
    assertEquals(1, findings.size(), findings::toString);
    return findings.getFirst();
  }

  private Diagnosis into(List<Streak> streaks, ClusterView view) {
    return diagnoser.into(
        new DiagnosisInput(streaks, view, NodeCache.NONE, Set.of(), NOON.minusSeconds(30)));
  }

  /** All outcomes are from noon: they are no evidence about policies that changed later. */
  private Diagnosis into(List<Streak> streaks, String policies, Instant now) {
    NodeCache cache = new NodeCache(caches, Set.of(NODE_LOCAL.address()));
    return diagnoser.into(
        new DiagnosisInput(streaks, seen.apply(view(policies)), cache, Set.of(), now));
  }

  private ClusterView view(String yaml) {
    PolicySet policies =
        Written.policies(
            Written.documents(yaml),
            Map.of("payments", Labels.NONE, "shop", Labels.NONE, "kube-system", Labels.NONE));
    return new ClusterView(
        policies.namespaces(),
        List.of(
            pod("payments", "web-1", "10.244.0.20", Map.of("app", "web"), false),
            pod("shop", "web-1", "10.244.0.21", Map.of("app", "web"), false)),
        List.of(
            pod("kube-system", "coredns-0", "10.244.0.10", Map.of("k8s-app", "kube-dns"), false)),
        policies.policies(),
        Optional.of(kubeDns(KUBE_DNS.address())),
        List.of(
            new Endpoint(InetAddress.ofLiteral("10.244.0.10"), 53, true, Optional.of("coredns-0"))),
        foreign,
        OptionalInt.empty());
  }

  private static Predicate<Probe> at(Server server) {
    return probe -> probe.server().equals(server);
  }

  private static List<Streak> silentEverywhere(Predicate<Probe> which) {
    List<Streak> streaks = new ArrayList<>();
    for (String namespace : List.of("payments", "shop")) {
      for (Probe probe : SampleOutcomes.eightProbes(SampleOutcomes.vantage(namespace))) {
        Streak good = Streak.begin(SampleOutcomes.good(probe, 1));
        streaks.add(
            which.test(probe)
                ? good.then(SampleOutcomes.timeout(probe)).then(SampleOutcomes.timeout(probe))
                : good);
      }
    }
    return streaks;
  }

  /** The outcomes of payments; shop is answered. */
  private static List<Streak> silent(Predicate<Probe> which) {
    List<Streak> streaks = new ArrayList<>();
    for (String namespace : List.of("payments", "shop")) {
      for (Probe probe : SampleOutcomes.eightProbes(SampleOutcomes.vantage(namespace))) {
        Streak good = Streak.begin(SampleOutcomes.good(probe, 1));
        boolean lost = namespace.equals("payments") && which.test(probe);
        streaks.add(lost ? good.then(SampleOutcomes.timeout(probe)) : good);
      }
    }
    return streaks;
  }
}
