package io.github.dnsonde.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.CiliumRules;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.manifest.Written;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the explanations of verdicts of Cilium's policies. */
class CiliumWordsTest {

  private static NetpolCase named(String id) throws IOException {
    return NetpolCase.inResource("cilium-cases.yaml").stream()
        .filter(known -> known.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static PolicyVerdict verdict(NetpolCase known) {
    return new PolicyEvaluator(known.policies())
        .egress(known.source(), known.destination(), known.portProtocol());
  }

  private static OtherDecision said(String id) throws IOException {
    return verdict(named(id)).other().orElseThrow();
  }

  @Test
  void aRuleThatDeniesIsNamedAndMustChange() throws IOException {
    assertEquals(
        "egressDeny rule 1 of CiliumNetworkPolicy.cilium.io shop/no denies it",
        said("deny-wins").clause());
    assertEquals(
        "No rule that allows it helps, in policies of any kind: Cilium evaluates rules that deny"
            + " first. Whoever maintains CiliumNetworkPolicy.cilium.io shop/no must narrow its"
            + " egressDeny rule 1. See: kubectl get ciliumnetworkpolicies.cilium.io -n shop no -o"
            + " yaml",
        said("deny-wins").advice());
  }

  @Test
  void theNamesThatTheProxyLetsPassAreListed() throws IOException {
    assertEquals(
        "egress rule 1 of CiliumNetworkPolicy.cilium.io shop/p allows it through Cilium's DNS"
            + " proxy, which refuses names other than cilium.io, *.cilium.io",
        said("dns-names").clause());
    assertEquals(
        "egress rule 2 of CiliumNetworkPolicy.cilium.io shop/p allows it",
        said("fqdn-with-dns").clause());
  }

  private static final String FILTERED =
      """
      ---
      apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata: {name: %s, namespace: shop}
      spec:
        endpointSelector: {}
        enableDefaultDeny: {egress: %s}
        egress: [{toEntities: [all], toPorts: [{ports: [{port: "53"}], rules: {dns: [{matchName: %s}]}}]}]
      """;

  private static List<String> passing(String policies) throws IOException {
    return of(named("isolated"), policies).other().orElseThrow().passing().stream()
        .map(CiliumRules.DnsName::text)
        .toList();
  }

  /**
   * Cilium adds all names to the rules of a pod that no policy isolates (ensureWildcard in
   * pkg/policy/l4.go). Otherwise the names of such rules also count.
   */
  @Test
  void withoutDefaultDenyNoNameIsRefused() throws IOException {
    String alone = FILTERED.formatted("b", false, "example.com");
    String isolating = FILTERED.formatted("a", true, "example.org");
    assertEquals(List.of(), passing(alone));
    assertEquals(List.of("example.org", "example.com"), passing(isolating + alone));
    assertEquals(
        List.of("example.org", "example.com"),
        passing(isolating + FILTERED.formatted("b", true, "example.com")));
  }

  @Test
  void domainsWithoutARuleForDnsAreExplained() throws IOException {
    assertTrue(said("fqdn-without-dns").remedy().contains("toFQDNs allow nothing until"));
    assertTrue(!said("isolated").remedy().contains("toFQDNs"));
  }

  @Test
  void domainsThatLearnNothingAreNamed() throws IOException {
    assertEquals(
        "egress rule 2 of CiliumNetworkPolicy.cilium.io shop/p allows it, but not through Cilium's"
            + " DNS proxy (rules.dns): toFQDNs of CiliumNetworkPolicy.cilium.io shop/p learn no"
            + " address from it",
        said("fqdn-and-dns-without-proxy").clause());
  }

  private static List<String> unfed(String policies) throws IOException {
    NetpolCase known = named("isolated");
    return DomainRules.of(
            new PolicyEvaluator(
                Written.policies(Written.documents(policies), known.policies().namespaces())))
        .unfed(known.source(), List.of(known.destination()))
        .stream()
        .map(ForeignPolicy::toString)
        .toList();
  }

  /** A rule for exactly the port counts together with those of the proxy, of either kind. */
  @Test
  void aNetworkPolicyForThePortLetsAllNamesPass() throws IOException {
    String isolating = FILTERED.formatted("a", true, "example.org");
    String allowed =
        """
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: dns, namespace: shop}
        spec: {podSelector: {}, policyTypes: [Egress], egress: [%s]}
        """;
    assertEquals(
        List.of(), passing(isolating + allowed.formatted("{ports: [{port: 53, protocol: UDP}]}")));
    assertEquals(List.of("example.org"), passing(isolating + allowed.formatted("{}")));
  }

  /** A rule of any policy may lead queries through the proxy, and any kind may allow them. */
  @Test
  void rulesForDomainsNeedTheProxy() throws IOException {
    String domains =
        """
        ---
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: out, namespace: shop}
        spec: {endpointSelector: {}, egress: [{toFQDNs: [{matchName: example.com}]}]}
        """;
    String allowed =
        """
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: dns, namespace: shop}
        spec: {podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 53, protocol: UDP}]}]}
        """;
    List<String> found = List.of("CiliumNetworkPolicy.cilium.io shop/out");
    assertEquals(List.of(), unfed(domains), "DNS is denied");
    assertEquals(found, unfed(domains + allowed));
    assertEquals(
        List.of(), unfed(domains + allowed + FILTERED.formatted("b", false, "example.com")));
    assertEquals(List.of(), unfed(allowed));
  }

  @Test
  void whatIsNotKnownIsNamed() throws IOException {
    assertEquals(
        List.of(
            "Egress rule 1 of CiliumNetworkPolicy.cilium.io shop/p may allow it: the nodes that it"
                + " selects are not known here. See: kubectl get ciliumnetworkpolicies.cilium.io"
                + " -n shop p -o yaml"),
        verdict(named("node-dns-to-nodes")) instanceof PolicyVerdict.Unknown unknown
            ? unknown.about()
            : List.of());
  }

  private static PolicyVerdict of(NetpolCase known, String policies) {
    return new PolicyEvaluator(
            Written.policies(Written.documents(policies), known.policies().namespaces()))
        .egress(known.source(), known.destination(), known.portProtocol());
  }

  private static String about(PolicyVerdict verdict) {
    return verdict instanceof PolicyVerdict.Unknown unknown
        ? String.join(" ", unknown.about())
        : "";
  }

  /** Doubt about the subject is none about the rule's peers. */
  @Test
  void theReasonOfDoubtIsTheOneThatMatters() throws IOException {
    String subject =
        about(
            of(
                named("node-policy-host-pod"),
                """
                apiVersion: cilium.io/v2
                kind: CiliumClusterwideNetworkPolicy
                metadata: {name: c}
                spec: {nodeSelector: {}, egressDeny: [{toEntities: [all]}]}
                """));
    assertTrue(
        subject.contains("rule 1")
            && subject.contains("what the policy selects by is not known here")
            && !subject.contains("kube-apiserver"),
        subject);
    String proxy =
        about(
            of(
                named("isolated"),
                """
                apiVersion: cilium.io/v2
                kind: CiliumNetworkPolicy
                metadata: {name: p, namespace: shop}
                spec:
                  endpointSelector: {}
                  egress: [{toEntities: [all], toPorts: [{ports: [{port: "53"}], rules: {l7proto: x}}]}]
                """));
    assertTrue(proxy.contains("a proxy") && !proxy.contains("kube-apiserver"), proxy);
  }

  @Test
  void thePolicyOfDomainsIsNamed() throws IOException {
    String remedy =
        of(
                named("isolated"),
                """
                apiVersion: cilium.io/v2
                kind: CiliumNetworkPolicy
                metadata: {name: a, namespace: shop}
                spec: {endpointSelector: {}, egress: [{}]}
                ---
                apiVersion: cilium.io/v2
                kind: CiliumNetworkPolicy
                metadata: {name: b, namespace: shop}
                spec: {endpointSelector: {}, egress: [{toFQDNs: [{matchName: example.com}]}]}
                """)
            .other()
            .orElseThrow()
            .remedy();
    assertTrue(
        remedy.contains("In CiliumNetworkPolicy.cilium.io shop/b, toFQDNs allow nothing"), remedy);
  }

  /** Checks that the rule in a remedy allows what is denied, once it is applied. */
  @ParameterizedTest
  @ValueSource(
      strings = {"isolated", "own-namespace", "node-dns-labels", "block-except", "service-port"})
  void theMissingRuleHelps(String id) throws IOException {
    NetpolCase known = named(id);
    String remedy = said(id).remedy();
    String rule =
        remedy.substring(remedy.indexOf("of the pods: ") + 13, remedy.indexOf(". This assumes"));
    String policy =
        """
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: missing, namespace: shop}
        spec: {endpointSelector: {}, %s}
        """
            .formatted(rule);
    PolicyVerdict fixed =
        new PolicyEvaluator(
                Written.policies(Written.documents(policy), known.policies().namespaces()))
            .egress(known.source(), known.destination(), known.portProtocol());
    assertEquals(Decision.ALLOW, fixed.decision(), rule);
    assertTrue(fixed.other().isPresent(), "by the rule");
  }
}
