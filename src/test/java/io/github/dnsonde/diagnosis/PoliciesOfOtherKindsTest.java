package io.github.dnsonde.diagnosis;

import static io.github.dnsonde.diagnosis.KnownObjects.kubeDns;
import static io.github.dnsonde.diagnosis.KnownObjects.pod;
import static io.github.dnsonde.testkit.SampleOutcomes.KUBE_DNS;
import static io.github.dnsonde.testkit.SampleOutcomes.NODE_LOCAL;
import static io.github.dnsonde.testkit.SampleOutcomes.NOON;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.manifest.Written;
import io.github.dnsonde.policy.NetpolCase;
import io.github.dnsonde.policy.PathVerdict;
import io.github.dnsonde.policy.PolicyEvaluator;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Verdicts and findings if policies of other kinds exist. */
class PoliciesOfOtherKindsTest {

  private static final PolicyKind GLOBAL =
      new PolicyKind("crd.projectcalico.org", "GlobalNetworkPolicy", false);
  private static final PolicyKind CALICO =
      new PolicyKind("crd.projectcalico.org", "NetworkPolicy", true);
  private static final PolicyKind CILIUM = new PolicyKind("cilium.io", "CiliumNetworkPolicy", true);

  private static final String EXTERNAL = "example.com.";

  private static final Reply REFUSED = new Reply.Answered(5, false, List.of(), 40);

  private static final String DENY =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: default-deny, namespace: shop}
      spec: {podSelector: {}, policyTypes: [Egress]}
      """;

  private static final Map<String, String> KINDS =
      Map.of(
          "gnp", "apiVersion: crd.projectcalico.org/v1\nkind: GlobalNetworkPolicy",
          "np", "apiVersion: crd.projectcalico.org/v1\nkind: NetworkPolicy",
          "an", "apiVersion: crd.antrea.io/v1beta1\nkind: NetworkPolicy",
          "acnp", "apiVersion: crd.antrea.io/v1beta1\nkind: ClusterNetworkPolicy",
          "cnp", "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy",
          "ccnp", "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy",
          "anp", "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy",
          "banp",
              "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: BaselineAdminNetworkPolicy");

  private static String written(String kind, String namespace, String spec) {
    return KINDS.get(kind)
        + "\nmetadata: {name: other, namespace: "
        + namespace
        + "}\nspec: {"
        + spec
        + "}\n";
  }

  /**
   * The verdicts on kube-dns for a pod that nothing isolates, and for one that may send nothing.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gnp  |       | types: [Ingress], selector: app == 'web'                                         | allow                 | deny
          gnp  |       | types: [Egress], selector: app == 'db'                                           | allow                 | deny
          gnp  |       | types: [Egress], selector: all(), namespaceSelector: projectcalico.org/name == 'x' | allow               | deny
          gnp  |       | types: [Egress], selector: projectcalico.org/namespace == 'x'                    | allow                 | deny
          gnp  |       | types: [Egress], namespaceSelector: team == 'b'                                  | allow                 | deny
          gnp  |       | types: [Egress], namespaceSelector: team == 'a', egress: [{action: Allow}]       | allow                 | allow
          gnp  |       | types: [Egress], selector: projectcalico.org/namespace == 'shop', egress: [{action: Allow}] | allow | allow
          gnp  |       | types: [Egress], selector: projectcalico.org/serviceaccount == 'x', egress: [{action: Pass}] | unknown, likely allow | unknown, likely deny
          gnp  |       | types: [Egress], egress: [{action: Deny}]                                        | deny                  | deny
          gnp  |       | types: [Ingress], selector: k8s-app == 'kube-dns'                                | deny                  | deny
          np   | x     | types: [Egress], egress: [{action: Allow}]                                       | allow                 | deny
          np   | shop  | types: [Egress], egress: [{action: Allow}]                                       | allow                 | allow
          acnp |       | 'appliedTo: [{podSelector: {}}], egress: [{action: Allow}]'                      | unknown, likely allow | unknown, likely deny
          acnp |       | 'appliedTo: [{podSelector: {}}], egress: [{action: Drop}]'                       | unknown, likely allow | deny
          cnp  | shop  | endpointSelector: {}, ingress: [{}]                                              | allow                 | deny
          cnp  | shop  | 'endpointSelector: {matchLabels: {app: db}}, egress: [{}]'                       | allow                 | deny
          cnp  | shop  | endpointSelector: {}, egress: [{}]                                               | deny                  | deny
          cnp  | shop  | endpointSelector: {}, egress: [{toEntities: [all]}]                              | allow                 | allow
          cnp  | shop  | 'endpointSelector: {}, egress: [{toEntities: [all], toCIDR: [10.0.0.0/8]}]'     | unknown, likely allow | unknown, likely deny
          cnp  | shop  | 'endpointSelector: {matchExpressions: [{key: pod-template-hash, operator: DoesNotExist}]}, egress: [{}]' | deny | deny
          ccnp |       | 'endpointSelector: {matchLabels: {k8s:io.kubernetes.pod.namespace: x}}, egress: [{}]' | allow            | deny
          anp  |       | 'subject: {namespaces: {matchLabels: {team: b}}}, egress: [{action: Allow}]'     | allow                 | deny
          anp  |       | 'subject: {namespaces: {}}, ingress: [{action: Deny}]'                           | unknown, likely allow | deny
          anp  |       | 'subject: {namespaces: {matchLabels: {team: a}}}, egress: [{action: Pass}]'      | unknown, likely allow | unknown, likely deny
          banp |       | 'subject: {namespaces: {}}, egress: [{action: Deny}]'                            | unknown, likely allow | deny
          """)
  void onlyAPolicyThatMayDecideMakesAVerdictUnknown(
      String kind, String namespace, String spec, String freely, String isolated) {
    String place = namespace == null ? "''" : namespace;
    List<ForeignPolicy> others = foreign(written(kind, place, spec));
    assertAll(
        () -> assertEquals(Set.of(freely), verdicts("", others)),
        () -> assertEquals(Set.of(isolated), verdicts(DENY, others)));
  }

  @Test
  void verdictsOfNetworkPoliciesAreLikelyIfAKindCannotBeListed() {
    List<ForeignPolicy> others = List.of(ForeignPolicy.possible(CILIUM));
    assertEquals(Set.of("unknown, likely allow"), verdicts("", others));
    assertEquals(Set.of("unknown, likely deny"), verdicts(DENY, others));
    List<ForeignPolicy> elsewhere = List.of(ForeignPolicy.possible(CILIUM).in("x"));
    assertEquals(Set.of("deny"), verdicts(DENY, elsewhere));
  }

  private static List<ForeignPolicy> foreign(String yaml) {
    Map<String, Labels> namespaces = namespaces();
    return Written.policies(Written.documents(yaml), namespaces).foreign().stream()
        .map(each -> each.among(namespaces, Set.of()))
        .toList();
  }

  private static Set<String> verdicts(String policies, List<ForeignPolicy> others) {
    return policyVerdicts(policies, others).map(ReportedVerdict::verdict).collect(toSet());
  }

  private static Stream<ReportedVerdict> policyVerdicts(
      String policies, List<ForeignPolicy> others) {
    return new PathAssessor(view(policies, others), cache())
        .policyVerdicts(probes().map(ProbePath::of)).stream()
            .filter(each -> each.namespace().equals("shop") && each.server().equals("kube-dns"));
  }

  /** The table agrees with every finding. */
  @Test
  void findingsAndTheTableAgree() throws IOException {
    List<NetpolCase> cases =
        Stream.concat(
                NetpolCase.inResource("netpol-cases.yaml").stream(),
                NetpolCase.inResource("further-cases.yaml").stream())
            .toList();
    List<List<ForeignPolicy>> additions =
        List.of(
            List.of(),
            List.of(ForeignPolicy.possible(GLOBAL)),
            foreign(written("gnp", "''", "types: [Egress, Ingress], egress: [{action: Allow}]")),
            foreign(written("gnp", "''", "types: [Ingress], ingress: [{action: Allow}]")),
            foreign(written("gnp", "''", "types: [Egress], egress: [{action: Deny}]")));
    ProbePath path = ProbePath.of(probes().findFirst().orElseThrow());
    for (NetpolCase known : cases) {
      for (List<ForeignPolicy> others : additions) {
        PolicySet given = known.policies();
        List<ForeignPolicy> all = Stream.concat(given.foreign().stream(), others.stream()).toList();
        PolicySet set = new PolicySet(given.namespaces(), given.policies(), given.invalid(), all);
        PathVerdict pathVerdict =
            new PolicyEvaluator(set)
                .pathVerdict(known.source(), known.destination(), known.portProtocol());
        PathAssessment assessment = Sentences.assessment(pathVerdict);
        ReportedVerdict policyVerdict =
            Sentences.judgment(
                    new ConditionalAssessment(assessment, Optional.empty(), Optional.empty()),
                    pathVerdict)
                .of(path);
        boolean denies =
            switch (assessment) {
              case PathAssessment.Denied _, PathAssessment.DeniedAtServer _ -> true;
              case PathAssessment.Allowed _, PathAssessment.Unclear _, PathAssessment.Unknown _ ->
                  false;
            };
        assertEquals(
            denies,
            policyVerdict.likely() == Decision.DENY,
            () -> known.id() + " with " + others + ": " + policyVerdict + " " + pathVerdict);
      }
    }
  }

  /** The policy selects the pods that query, and those of the server: it is one cause. */
  @Test
  void aFindingReportsEachCauseOnce() {
    Finding finding =
        found(
                "",
                foreign(
                    written(
                        "acnp",
                        "''",
                        "appliedTo: [{podSelector: {}}], egress: [{action: Drop}], ingress:"
                            + " [{action: Drop}]")))
            .getFirst();
    assertEquals(Finding.Code.POLICY_UNCLEAR, finding.code());
    assertEquals(
        1,
        finding.evidence().stream().filter(each -> each.contains("may decide it")).count(),
        finding::toString);
    assertTrue(
        finding.evidence().stream().anyMatch(each -> each.contains("kubectl get")),
        finding::toString);
  }

  /** One policy denies the pods' egress, the other the server's ingress: both are reported. */
  @Test
  void aFindingReportsTheCausesOfBothSides() {
    List<ForeignPolicy> others =
        Stream.concat(
                foreign(
                    written(
                        "acnp",
                        "''",
                        "appliedTo: [{podSelector: {matchLabels: {app: web}}}], egress: [{action:"
                            + " Drop}]"))
                    .stream(),
                foreign(
                    written(
                        "an",
                        "kube-system",
                        "appliedTo: [{podSelector: {}}], ingress: [{action: Drop}]"))
                    .stream())
            .toList();
    assertEquals(
        List.of(
            "ClusterNetworkPolicy.crd.antrea.io other",
            "NetworkPolicy.crd.antrea.io kube-system/other"),
        found("", others).getFirst().evidence().stream()
            .filter(each -> each.contains(" may decide it"))
            .map(each -> each.substring(0, each.indexOf(" may decide it")))
            .toList());
  }

  @Test
  void aDenialThatMayBeOverruledIsOnlyPossible() {
    Finding finding =
        found(
                DENY,
                foreign(
                    written(
                        "an", "shop", "appliedTo: [{podSelector: {}}], egress: [{action: Allow}]")))
            .getFirst();
    assertEquals(Finding.Code.EGRESS_DENIED, finding.code());
    assertEquals(Finding.Confidence.POSSIBLE, finding.confidence());
    assertTrue(
        finding.evidence().stream()
            .anyMatch(each -> each.startsWith("NetworkPolicy.crd.antrea.io shop/other")),
        finding::toString);
  }

  @Test
  void aDenialThatNothingCanOverruleIsLikelyWithAnyOtherKinds() {
    Finding finding =
        found(DENY, foreign(written("gnp", "''", "types: [Egress], egress: [{action: Deny}]")))
            .getFirst();
    assertEquals(Finding.Code.EGRESS_DENIED, finding.code());
    assertEquals(Finding.Confidence.LIKELY, finding.confidence());
  }

  /**
   * The finding names the policy that decides, says whose rule must change, and suggests a policy
   * of its family.
   */
  @Test
  void aDenialByAnotherKindNamesItAndWhoseRuleMustChange() {
    Finding finding =
        found("", foreign(written("gnp", "''", "types: [Egress], egress: [{action: Deny}]")))
            .getFirst();
    assertAll(
        () -> assertEquals(Finding.Code.EGRESS_DENIED, finding.code()),
        () -> assertEquals(Finding.Confidence.LIKELY, finding.confidence()),
        () ->
            assertEquals(
                List.of("GlobalNetworkPolicy.crd.projectcalico.org other"), finding.policies()),
        () ->
            assertTrue(
                finding
                    .suggestedPolicy()
                    .orElse("none")
                    .contains("apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\n"),
                finding::toString),
        () ->
            assertTrue(
                finding
                    .sentence()
                    .endsWith(
                        "rule 1 of GlobalNetworkPolicy.crd.projectcalico.org other denies it."),
                finding::sentence),
        () ->
            assertTrue(
                finding.evidence().stream()
                    .anyMatch(
                        each ->
                            each.contains("must allow DNS in a rule before its rule 1")
                                && each.contains("kubectl get")),
                finding::toString));
  }

  /** The same at the server's side. */
  @Test
  void aDenialByAnotherKindAtTheServerNamesIt() {
    ReportedVerdict verdict =
        policyVerdicts(
                "",
                foreign(
                    written(
                        "gnp",
                        "''",
                        "types: [Ingress], selector: k8s-app == 'kube-dns', ingress: [{action:"
                            + " Deny, source: {namespaceSelector: team == 'a'}}, {action:"
                            + " Allow}]")))
            .findFirst()
            .orElseThrow();
    assertEquals(
        "On the server's side, rule 1 of GlobalNetworkPolicy.crd.projectcalico.org other denies"
            + " it.",
        verdict.because());
    assertEquals(List.of("GlobalNetworkPolicy.crd.projectcalico.org other"), verdict.policies());
  }

  /** Cilium's DNS proxy refuses names that no rule lets through; it lets the others through. */
  @Test
  void refusedNamesAreExplainedByTheRuleThatFilters() {
    List<Finding> findings =
        refused("dns: [{matchName: a.example}, {matchPattern: '*.b.example'}]");
    assertEquals(
        List.of(Finding.Code.NAMES_REFUSED), findings.stream().map(Finding::code).toList());
    Finding finding = findings.getFirst();
    assertAll(
        () -> assertEquals(List.of("shop"), finding.subject().namespaces()),
        () -> assertEquals(Finding.Confidence.LIKELY, finding.confidence()),
        () -> assertEquals(List.of("CiliumNetworkPolicy.cilium.io shop/other"), finding.policies()),
        () ->
            assertEquals(
                "Cilium's DNS proxy refuses example.com for pods of namespace shop: the rule's DNS"
                    + " names do not match.",
                finding.sentence()),
        () ->
            assertTrue(
                finding
                    .evidence()
                    .contains(
                        "The proxy lets through only: a.example, *.b.example. If the pods need"
                            + " others, whoever maintains CiliumNetworkPolicy.cilium.io shop/other"
                            + " must add them to its rules.dns. See: kubectl get"
                            + " ciliumnetworkpolicies.cilium.io -n shop other -o yaml"),
                finding::toString));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dns: [{matchPattern: '**.com'}]", "dns: [{matchPattern: '*'}]"})
  void aRefusedNameThatPassesTheFilterIsAWrongAnswer(String rules) {
    assertEquals(
        List.of(Finding.Code.WRONG_ANSWERS), refused(rules).stream().map(Finding::code).toList());
  }

  /** The pods of shop get REFUSED for an external name; a policy of Cilium has these rules. */
  private static List<Finding> refused(String rules) {
    List<ForeignPolicy> others =
        foreign(
            written(
                "cnp",
                "shop",
                "endpointSelector: {}, egress: [{toEntities: [all], toPorts: [{ports: [{port:"
                    + " '53'}], rules: {"
                    + rules
                    + "}}]}]"));
    List<Streak> streaks =
        probes()
            .map(
                probe -> {
                  boolean refused =
                      probe.vantage().namespace().equals("shop")
                          && probe.question().name().equals(EXTERNAL);
                  Outcome outcome =
                      refused
                          ? SampleOutcomes.replied(probe, 1, REFUSED)
                          : SampleOutcomes.good(probe, 1);
                  return Streak.begin(outcome).then(outcome).then(outcome);
                })
            .toList();
    Diagnoser diagnoser = new Diagnoser(Written::yaml);
    Diagnosis _ =
        diagnoser.into(
            new DiagnosisInput(streaks, view("", others), cache(), Set.of(), NOON.plusSeconds(5)));
    return diagnoser
        .into(
            new DiagnosisInput(streaks, view("", others), cache(), Set.of(), NOON.plusSeconds(90)))
        .findings();
  }

  /** The pods of shop get no response, those of the other namespace are answered. */
  private static List<Finding> found(String policies, List<ForeignPolicy> others) {
    Diagnoser diagnoser = new Diagnoser(Written::yaml);
    Diagnosis _ = diagnoser.into(known(policies, others, NOON.plusSeconds(5)));
    return diagnoser.into(known(policies, others, NOON.plusSeconds(90))).findings();
  }

  private static DiagnosisInput known(String policies, List<ForeignPolicy> others, Instant now) {
    List<Streak> streaks =
        probes()
            .map(
                probe -> {
                  boolean silent = probe.vantage().namespace().equals("shop");
                  return Streak.begin(SampleOutcomes.good(probe, 1))
                      .then(silent ? SampleOutcomes.timeout(probe) : SampleOutcomes.good(probe, 1))
                      .then(silent ? SampleOutcomes.timeout(probe) : SampleOutcomes.good(probe, 1));
                })
            .toList();
    return new DiagnosisInput(streaks, view(policies, others), cache(), Set.of(), now);
  }

  private static Stream<Probe> probes() {
    return Stream.of("shop", "bank")
        .flatMap(name -> SampleOutcomes.eightProbes(SampleOutcomes.vantage(name)).stream());
  }

  private static NodeCache cache() {
    return new NodeCache(List.of(), Set.of(NODE_LOCAL.address()));
  }

  private static Map<String, Labels> namespaces() {
    return Map.of("shop", "a", "bank", "c", "kube-system", "d").entrySet().stream()
        .collect(
            toMap(
                Map.Entry::getKey,
                each -> new Labels(Map.of("team", each.getValue())).ofNamespace(each.getKey())));
  }

  private static ClusterView view(String policies, List<ForeignPolicy> others) {
    PolicySet set = Written.policies(Written.documents(policies), namespaces());
    return new ClusterView(
        set.namespaces(),
        List.of(
            pod("shop", SampleOutcomes.vantage("shop").pod(), "10.244.0.20", Map.of("app", "web")),
            pod("bank", SampleOutcomes.vantage("bank").pod(), "10.244.0.21", Map.of("app", "t"))),
        List.of(pod("kube-system", "coredns-0", "10.244.0.10", Map.of("k8s-app", "kube-dns"))),
        set.policies(),
        Optional.of(kubeDns(KUBE_DNS.address())),
        List.of(),
        new OtherPolicies(Set.of(GLOBAL, CALICO, CILIUM), others),
        OptionalInt.empty());
  }
}
