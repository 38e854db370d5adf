package io.github.dnsonde.policy;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.AdminRules;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicyObject;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.manifest.Written;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.testkit.PodBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks the fixes for denials by policies of other kinds: either the suggested policy, as it is
 * written, makes the evaluator allow the queries, or the remedy says why no policy does.
 */
class OtherFixTest {

  /** The reasons why no further policy helps. */
  private static final Pattern NO_OBJECT =
      Pattern.compile(
          "its priority is 0, so no other policy comes before it"
              + "|No rule that allows it helps, in policies of any kind");

  /** A case with a denial, whichever table it is from. */
  record Denied(
      String id, PolicySet policies, Pod source, Destination destination, PortProtocol over) {

    PathVerdict verdict(PolicySet set) {
      return new PolicyEvaluator(set).pathVerdict(source, destination, over);
    }

    SuggestedPolicy suggested() {
      return SuggestedPolicy.of(new PolicyEvaluator(policies), source, List.of(destination));
    }

    boolean isByOtherKinds() {
      PathVerdict verdict = verdict(policies);
      return isByOtherKinds(verdict.egress()) || isByOtherKinds(verdict.ingress());
    }

    private static boolean isByOtherKinds(PolicyVerdict side) {
      return side.likely().equals(Optional.of(Decision.DENY)) && side.other().isPresent();
    }

    @Override
    public String toString() {
      return id;
    }
  }

  static List<Denied> denied() throws IOException {
    List<Denied> all = new ArrayList<>();
    for (String table : List.of("admin-cases.yaml", "calico-cases.yaml")) {
      for (OtherKindsCase each : OtherKindsCase.inResource(table)) {
        all.add(new Denied(each.id(), each.policies(), each.from(), each.to(), each.over()));
      }
    }
    for (String table : List.of("cilium-cases.yaml", "netpol-cases.yaml", "further-cases.yaml")) {
      for (NetpolCase each : NetpolCase.inResource(table)) {
        all.add(
            new Denied(
                each.id(),
                each.policies(),
                each.source(),
                each.destination(),
                each.portProtocol()));
      }
    }
    return all.stream().filter(Denied::isByOtherKinds).toList();
  }

  @Test
  void thereAreManyCases() throws IOException {
    assertTrue(denied().size() >= 100, () -> "only " + size());
  }

  private static int size() {
    try {
      return denied().size();
    } catch (IOException e) {
      return 0;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("denied")
  void eitherAPolicyHelpsOrTheRemedySaysWhyNoneDoes(Denied known) {
    SuggestedPolicy suggested = known.suggested();
    PathVerdict before = known.verdict(known.policies());
    PolicySet after = known.policies();
    for (PolicyObject policy : suggested.policies()) {
      after = after.with(read(policy));
    }
    PathVerdict fixed = known.verdict(after);
    assertAll(
        () -> assertFixed(before.egress(), fixed.egress(), suggested.egress().stream().toList()),
        () -> assertFixed(before.ingress(), fixed.ingress(), suggested.ingress()));
  }

  private static void assertFixed(
      PolicyVerdict before, PolicyVerdict fixed, List<PolicyObject> suggested) {
    if (!Denied.isByOtherKinds(before)) {
      return;
    }
    String remedy = before.other().orElseThrow().remedy();
    boolean none = NO_OBJECT.matcher(remedy).find();
    assertAll(
        () -> assertEquals(none, suggested.isEmpty(), remedy),
        () ->
            assertEquals(
                Optional.of(none ? Decision.DENY : Decision.ALLOW),
                fixed.likely(),
                () -> remedy + " " + suggested));
  }

  /** Reads what a person applies: the YAML. */
  private static PolicyObject read(PolicyObject policy) {
    PolicySet read = Written.policies(Written.documents(Written.yaml(policy)), Map.of());
    PolicyObject again =
        Stream.<PolicyObject>concat(read.policies().stream(), read.foreign().stream())
            .findFirst()
            .orElseThrow();
    switch (policy) {
      case NetworkPolicy standard -> assertEquals(standard, again);
      case ForeignPolicy other ->
          assertEquals(other.rules(), ((ForeignPolicy) again).rules(), () -> Written.yaml(policy));
    }
    return again;
  }

  /** A policy of Calico or Cilium isolates the pods that it selects. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("denied")
  void noOtherPodLosesItsConnections(Denied known) {
    SuggestedPolicy suggested = known.suggested();
    PolicyEvaluator before = new PolicyEvaluator(known.policies());
    PolicySet set = known.policies();
    for (PolicyObject policy : suggested.policies()) {
      set = set.with(policy);
    }
    PolicyEvaluator after = new PolicyEvaluator(set);
    PortProtocol other = new PortProtocol(Protocol.TCP, 8080);
    for (Pod pod : OtherKindsCase.PODS) {
      for (Pod peer : OtherKindsCase.PODS) {
        Destination to = new Destination.Direct(peer, peer.addresses().getFirst());
        assertEquals(
            decisions(before.pathVerdict(pod, to, other)),
            decisions(after.pathVerdict(pod, to, other)),
            () -> pod.name() + " to " + peer.name());
      }
    }
  }

  private static List<Decision> decisions(PathVerdict verdict) {
    return Stream.of(verdict.egress(), verdict.ingress()).map(PolicyVerdict::decision).toList();
  }

  private static String yaml(String policies) {
    return yaml(set(policies));
  }

  private static String yaml(PolicySet set) {
    Destination service = OtherKindsCase.destination("kube-dns");
    Destination cache = OtherKindsCase.destination("cache");
    return SuggestedPolicy.of(new PolicyEvaluator(set), OtherKindsCase.WEB, List.of(service, cache))
        .egress()
        .map(Written::yaml)
        .orElse("none");
  }

  @Test
  void anAdminNetworkPolicyComesBeforeTheOneThatDenies() {
    assertEquals(
        """
        # It concerns the whole cluster: for the platform team to apply.
        # It needs the experimental channel of network-policy-api: only that has networks.
        apiVersion: policy.networking.k8s.io/v1alpha1
        kind: AdminNetworkPolicy
        metadata:
          name: dnsonde-allow-dns
        spec:
          priority: 8
          subject:
            namespaces:
              matchLabels:
                kubernetes.io/metadata.name: shop
          egress:
          - action: Allow
            to:
            - pods:
                namespaceSelector:
                  matchLabels:
                    kubernetes.io/metadata.name: kube-system
                podSelector:
                  matchLabels:
                    k8s-app: kube-dns
            - networks:
              - 169.254.20.10/32
            ports:
            - portNumber:
                protocol: UDP
                port: 53
            - portNumber:
                protocol: TCP
                port: 53
        """,
        yaml(
            """
            anp b: {priority: 9, subject: {namespaces: {}}, egress: [{action: Deny, to: [{namespaces: {}}, {networks: [0.0.0.0/0]}]}]}
            """));
  }

  private static AdminRules fix(String policies) {
    PolicyObject fix =
        suggested(
                Written.policies(
                    Written.documents(OtherKindsCase.written(policies)), OtherKindsCase.NAMESPACES))
            .orElseThrow();
    return (AdminRules) ((ForeignPolicy) fix).rules().orElseThrow();
  }

  /** Only the experimental v1alpha1 has networks. */
  @Test
  void networksAreLeftOutWhereTheyAreNotNeeded() {
    assertEquals(
        0,
        fix("anp b: {priority: 9, subject: {namespaces: {}}, egress: [{action: Deny, to:"
                + " [{namespaces: {}}]}]}")
            .blocks()
            .count());
  }

  /** Priorities 99 and 49, since a policy of priority 50 may pass what is allowed after it. */
  @Test
  void policiesWithNetworksComeAfterAllOthers() {
    PolicySet set =
        set(
            """
            anp p: {priority: 50, subject: {namespaces: {}}, egress: [{action: Pass, to: [{namespaces: {}}]}]}
            banp default: {subject: {namespaces: {}}, egress: [{action: Deny, to: [{namespaces: {}}, {networks: [0.0.0.0/0]}]}]}
            """);
    List<Destination> servers =
        List.of(OtherKindsCase.destination("kube-dns"), OtherKindsCase.destination("cache"));
    OtherDecision denial =
        new PolicyEvaluator(set)
            .egress(OtherKindsCase.WEB, servers.getFirst(), PortProtocol.over(Transport.UDP))
            .other()
            .orElseThrow();
    ForeignPolicy baseline =
        set.foreign().stream()
            .filter(policy -> policy.kind().kind().equals("BaselineAdminNetworkPolicy"))
            .findFirst()
            .orElseThrow();
    assertEquals(
        List.of("99 false", "49 false", "99 true", "49 true"),
        AdminFix.of(
                baseline,
                (AdminRules) baseline.rules().orElseThrow(),
                new OtherFix.Denial(Direction.EGRESS, OtherKindsCase.WEB, denial, List.of()),
                MinimalRules.of(servers),
                set)
            .map(policy -> (AdminRules) policy.rules().orElseThrow())
            .map(rules -> rules.priority() + " " + rules.blocks().findAny().isPresent())
            .toList());
  }

  /** OVN-Kubernetes takes AdminNetworkPolicies of priorities 0 to 99. */
  @Test
  void aFixOfTheBaselineHasAPriorityThatEachEngineTakes() {
    String baseline =
        "banp default: {subject: {namespaces: {}}, egress: [{action: Deny, to: [{namespaces:"
            + " {}}]}]}\n";
    StringBuilder all = new StringBuilder(baseline);
    assertEquals(99, fix(baseline).priority());
    String other = "anp p%1$d: {priority: %1$d, subject: {namespaces: {matchLabels: {a: b}}}}\n";
    assertEquals(98, fix(baseline + other.formatted(99)).priority());
    IntStream.rangeClosed(0, 99).forEach(priority -> all.append(other.formatted(priority)));
    assertEquals(1000, fix(all.toString()).priority());
  }

  @Test
  void calicosPolicyIsInTheTierAndNamespaceAndSelectsTheSamePods() {
    assertEquals(
        """
        # Without Calico's API server, apply it with calicoctl. For the team that maintains the tier security.
        apiVersion: projectcalico.org/v3
        kind: NetworkPolicy
        metadata:
          name: security.dnsonde-allow-dns
          namespace: shop
        spec:
          tier: security
          order: 19
          selector: "has(app)"
          types:
          - Egress
          egress:
          - action: Allow
            protocol: UDP
            destination:
              namespaceSelector: "projectcalico.org/name == 'kube-system'"
              selector: "k8s-app == 'kube-dns'"
              ports:
              - 53
          - action: Allow
            protocol: UDP
            destination:
              nets:
              - 169.254.20.10/32
              ports:
              - 53
          - action: Allow
            protocol: TCP
            destination:
              namespaceSelector: "projectcalico.org/name == 'kube-system'"
              selector: "k8s-app == 'kube-dns'"
              ports:
              - 53
          - action: Allow
            protocol: TCP
            destination:
              nets:
              - 169.254.20.10/32
              ports:
              - 53
        """,
        yaml(
            """
            tier security: {order: 5}
            gnp security.a: {tier: security, order: 20, selector: has(app), namespaceSelector: team == 'a', types: [Egress], egress: [{action: Deny}]}
            """));
  }

  /** Domains need the names in answers, which only Cilium's proxy sees. */
  @Test
  void ciliumsPolicyHasTheSubjectAndThoseWithDomainsTheProxy() {
    assertEquals(
        """
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata:
          name: dnsonde-allow-dns
          namespace: shop
        spec:
          endpointSelector:
            matchLabels:
              app: web
          egress:
          - toEndpoints:
            - matchLabels:
                k8s-app: kube-dns
                k8s:io.kubernetes.pod.namespace: kube-system
            toPorts:
            - ports:
              - port: "53"
                protocol: UDP
              - port: "53"
                protocol: TCP
              rules:
                dns:
                - matchPattern: "*"
          - toCIDR:
            - 169.254.20.10/32
            toPorts:
            - ports:
              - port: "53"
                protocol: UDP
              - port: "53"
                protocol: TCP
              rules:
                dns:
                - matchPattern: "*"
          - toEntities:
            - host
            toPorts:
            - ports:
              - port: "53"
                protocol: UDP
              - port: "53"
                protocol: TCP
              rules:
                dns:
                - matchPattern: "*"
        """,
        yaml(
            """
            ciliumnp shop/out: {endpointSelector: {matchLabels: {app: web}}, egress: [{toFQDNs: [{matchName: api.example.com}]}]}
            """));
  }

  @Test
  void aNetworkPolicyIsPreferredWhereItHelps() {
    String yaml =
        yaml(
            """
            np shop/deny: {podSelector: {}, policyTypes: [Egress]}
            gnp late: {order: 2000, types: [Egress], egress: [{action: Deny}]}
            """);
    assertTrue(yaml.startsWith("apiVersion: networking.k8s.io/v1\n"), yaml);
  }

  @Test
  void againstARuleThatDeniesCiliumHasNoPolicy() {
    assertEquals(
        "none",
        yaml("ciliumnp shop/no: {endpointSelector: {}, egressDeny: [{toEntities: [all]}]}\n"));
  }

  @Test
  void aNameInUseIsNotReplaced() {
    String taken =
        "ciliumnp shop/dnsonde-allow-dns: {endpointSelector: {}, egress: [{toEntities:"
            + " [world], toPorts: [{ports: [{port: '443'}]}]}]}\n";
    assertTrue(yaml(taken).contains("name: dnsonde-allow-dns-2\n"), () -> yaml(taken));
  }

  /** Calico stores policies of its first tier under a longer name than people see. */
  @Test
  void aNameThatCalicoStoresIsNotReplaced() {
    String stored =
        """
        apiVersion: crd.projectcalico.org/v1
        kind: NetworkPolicy
        metadata: {name: default.dnsonde-allow-dns, namespace: shop}
        spec: {selector: has(app), types: [Egress]}
        """;
    PolicySet set = Written.policies(Written.documents(stored), OtherKindsCase.NAMESPACES);
    String yaml = yaml(set);
    assertTrue(yaml.contains("name: dnsonde-allow-dns-2\n"), yaml);
  }

  /** The filters for names of what is allowed, over both transports. */
  private static List<List<String>> passing(PolicySet policies) {
    PolicyEvaluator evaluator = new PolicyEvaluator(policies);
    return Stream.of(Transport.values())
        .map(
            transport ->
                evaluator.egress(
                    OtherKindsCase.WEB,
                    OtherKindsCase.destination("kube-dns"),
                    PortProtocol.over(transport)))
        .map(
            verdict ->
                verdict.decision() == Decision.ALLOW
                    ? verdict.other().stream()
                        .flatMap(other -> other.passing().stream())
                        .map(name -> name.text())
                        .toList()
                    : List.of("denied"))
        .toList();
  }

  private static PolicySet set(String policies) {
    return Written.policies(
        Written.documents(OtherKindsCase.written(policies)), OtherKindsCase.NAMESPACES);
  }

  private static Optional<PolicyObject> suggested(PolicySet set) {
    return SuggestedPolicy.of(
            new PolicyEvaluator(set),
            OtherKindsCase.WEB,
            List.of(OtherKindsCase.destination("kube-dns")))
        .egress();
  }

  private static PolicySet fixed(PolicySet set) {
    return suggested(set).map(policy -> set.with(read(policy))).orElse(set);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ciliumnp shop/domains: {endpointSelector: {}, egress: [{toFQDNs: [{matchName:"
            + " api.example.com}]}]}\n",
        "np shop/deny: {podSelector: {}, policyTypes: [Egress]}\n"
      })
  void aFixLetsNoFurtherNamesPass(String further) {
    String filter = "*.svc.cluster.local";
    PolicySet set =
        set(
            further
                + """
                ciliumnp shop/out: {endpointSelector: {}, egress: [{toEndpoints: [{matchLabels: {k8s-app: kube-dns, k8s:io.kubernetes.pod.namespace: kube-system}}], toPorts: [{ports: [{port: '53', protocol: UDP}], rules: {dns: [{matchPattern: '*.svc.cluster.local'}]}}]}]}
                """);
    assertEquals(List.of(List.of(filter), List.of("denied")), passing(set));
    assertEquals(List.of(List.of(filter), List.of(filter)), passing(fixed(set)));
  }

  /** The proxy must see the answers, wherever they come from, and whichever policy needs them. */
  @Test
  void allRulesHaveTheProxyIfAnyPolicyOfThePodHasDomains() {
    String policies =
        """
        ciliumnp shop/a: {endpointSelector: {}, egress: [{toEntities: [world], toPorts: [{ports: [{port: '443'}]}]}]}
        ciliumnp shop/b: {endpointSelector: {matchLabels: {app: web}}, enableDefaultDeny: {egress: false}, egress: [{toFQDNs: [{matchName: api.example.com}]}]}
        """;
    String yaml = yaml(policies);
    assertEquals(3, yaml.split("matchPattern: \"\\*\"", -1).length - 1, yaml);
    String other = yaml(policies.replace("{app: web}", "{app: db}"));
    assertFalse(other.contains("matchPattern"), other);
  }

  /** A NetworkPolicy lets the queries out, and then Cilium's proxy does not see the answers. */
  @Test
  void domainsComeBeforeTheUsualKind() {
    PolicySet set =
        set(
            """
            np shop/deny: {podSelector: {}, policyTypes: [Egress]}
            ciliumnp shop/out: {endpointSelector: {}, egress: [{toFQDNs: [{matchName: api.example.com}]}]}
            """);
    String yaml = suggested(set).map(Written::yaml).orElse("none");
    assertTrue(yaml.startsWith("apiVersion: cilium.io/v2\n"), yaml);
  }

  /** The API refuses more than 25 peers, and pods of many namespaces may query one server. */
  @Test
  void manyNamespacesAreOnePeer() {
    Map<String, Labels> namespaces = new HashMap<>(OtherKindsCase.NAMESPACES);
    List<Pod> sources = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      namespaces.put("team-" + i, Labels.NONE);
      sources.add(
          PodBuilder.pod("team-" + i, "web", "10.244.3." + i).labels(Map.of("app", "web")).build());
    }
    PolicySet set =
        Written.policies(
            Written.documents(
                OtherKindsCase.written(
                    """
                    cnp lock: {tier: Admin, priority: 9, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]}
                    """)),
            namespaces);
    Destination.Balanced dns = (Destination.Balanced) OtherKindsCase.destination("kube-dns");
    PolicyObject fix =
        SuggestedPolicy.atServer(new PolicyEvaluator(set), sources, dns).orElseThrow();
    AdminRules rules = (AdminRules) ((ForeignPolicy) read(fix)).rules().orElseThrow();
    assertEquals(1, rules.ingress().size());
    assertEquals(1, rules.ingress().getFirst().peers().size());
    PolicyEvaluator fixed = new PolicyEvaluator(set.with(fix));
    assertTrue(
        sources.stream()
            .allMatch(
                source ->
                    fixed.ingress(source, dns, PortProtocol.over(Transport.UDP)).decision()
                        == Decision.ALLOW));
  }
}
