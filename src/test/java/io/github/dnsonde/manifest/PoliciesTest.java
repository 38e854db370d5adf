package io.github.dnsonde.manifest;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.ForeignPolicy.Rank;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.InvalidPolicy.Fault;
import io.github.dnsonde.cluster.InvalidPolicy.Flaw;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.cluster.PolicySet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoliciesTest {

  private static PolicySet policies(String yaml) {
    return PolicyReader.of(YamlFields.documents(yaml), Map.of());
  }

  private static List<Flaw> flaws(String spec) {
    String yaml =
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy,"
            + " metadata: {name: a, namespace: shop}, spec: "
            + spec
            + "}";
    return policies(yaml).invalid().stream().flatMap(each -> each.flaws().stream()).toList();
  }

  /** The messages are an API server's own. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{egress: [{ports: [{port: '53'}]}]} | QUOTED_PORT |"
            + " spec.egress[0].ports[0].port: Invalid value: \"53\": must contain at least one"
            + " letter (a-z)",
        "{egress: [{}, {ports: [{}, {protocol: udp}]}]} | LOWERCASE_PROTOCOL |"
            + " spec.egress[1].ports[1].protocol: Unsupported value: \"udp\": supported values:"
            + " \"SCTP\", \"TCP\", \"UDP\"",
        "{egress: [{ports: [{protocol: ICMP}]}]} | OTHER |"
            + " spec.egress[0].ports[0].protocol: Unsupported value: \"ICMP\": supported values:"
            + " \"SCTP\", \"TCP\", \"UDP\"",
        "{ingress: [{from: [{}]}]} | EMPTY_PEER |"
            + " spec.ingress[0].from[0]: Required value: must specify a peer",
        "{egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.0.0.0/8]}}]}]}"
            + " | EXCEPT_NOT_SUBSET | spec.egress[0].to[0].ipBlock.except[1]: Invalid value:"
            + " \"10.0.0.0/8\": must be a strict subset of `cidr`",
        "{egress: [{to: [{ipBlock: {cidr: 10.0.0.1}}]}]} | OTHER |"
            + " spec.egress[0].to[0].ipBlock.cidr: Invalid value: \"10.0.0.1\": must be a valid"
            + " CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
        "{egress: [{to: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}]} | OTHER |"
            + " spec.egress[0].to[0]: Forbidden: may not specify both ipBlock and another peer",
        "{egress: [{ports: [{port: 100, endPort: 53}]}]} | OTHER |"
            + " spec.egress[0].ports[0].endPort: Invalid value: 53: must be greater than or equal"
            + " to `port`",
        "{egress: [{ports: [{endPort: 53}]}]} | OTHER |"
            + " spec.egress[0].ports[0].endPort: Invalid value: 53: may not be specified when"
            + " `port` is not specified",
        "{egress: [{ports: [{port: dns, endPort: 53}]}]} | OTHER |"
            + " spec.egress[0].ports[0].endPort: Invalid value: 53: may not be specified when"
            + " `port` is non-numeric",
        "{egress: [{ports: [{port: 70000}]}]} | OTHER |"
            + " spec.egress[0].ports[0].port: Invalid value: 70000: must be between 1 and 65535,"
            + " inclusive",
        "{podSelector: {matchExpressions: [{key: a, operator: In}]}} | OTHER |"
            + " spec.podSelector.matchExpressions[0].values: Required value: must be specified"
            + " when `operator` is 'In' or 'NotIn'",
        "{podSelector: {matchExpressions: [{key: a, operator: in, values: [b]}]}} | OTHER |"
            + " spec.podSelector.matchExpressions[0].operator: Invalid value: \"in\": not a valid"
            + " selector operator",
        "{policyTypes: [Egress, egress]} | OTHER |"
            + " spec.policyTypes[1]: Unsupported value: \"egress\": supported values:"
            + " \"Egress\", \"Ingress\""
      })
  void policiesThatNoServerAccepts(String spec, Fault fault, String says) {
    List<Flaw> flaws = flaws(spec);
    assertEquals(List.of(says), flaws.stream().map(Flaw::toString).toList());
    assertEquals(fault, flaws.getFirst().fault());
  }

  @Test
  void everyFlawIsFound() {
    assertEquals(
        List.of(
            "spec.ingress[0].ports[0].port",
            "spec.egress[0].ports[0].protocol",
            "spec.egress[0].ports[1].port",
            "spec.egress[0].to[1]"),
        flaws(
                """
                {ingress: [{ports: [{port: "8080"}]}],
                 egress: [{to: [{podSelector: {}}, {}],
                           ports: [{protocol: Udp}, {port: -1}]}]}
                """)
            .stream()
            .map(Flaw::path)
            .toList());
  }

  @Test
  void theReadablePartOfAnInvalidPolicyIsReported() {
    InvalidPolicy invalid =
        policies(
                """
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: a, namespace: shop}
                spec:
                  podSelector: {matchLabels: {app: web}}
                  egress: [{to: [{}]}]
                """)
            .invalid()
            .getFirst();
    assertAll(
        () -> assertEquals("shop", invalid.namespace()),
        () -> assertEquals(Optional.of(LabelSelector.of(Map.of("app", "web"))), invalid.selects()),
        () -> assertEquals(Set.of(Direction.INGRESS, Direction.EGRESS), invalid.directions()));
  }

  @Test
  void kindsAreDistinguishedByTheirGroup() {
    PolicySet found =
        policies(
            """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: standard}
            ---
            apiVersion: projectcalico.org/v3
            kind: NetworkPolicy
            metadata: {name: calico, namespace: shop}
            ---
            apiVersion: policy.networking.k8s.io/v1alpha2
            kind: ClusterNetworkPolicy
            metadata: {name: base}
            spec: {tier: Baseline, egress: [{action: Deny}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: no-policy}
            ---
            """);
    assertAll(
        () ->
            assertEquals(
                List.of("standard"), found.policies().stream().map(NetworkPolicy::name).toList()),
        () ->
            assertEquals(
                List.of(
                    new ForeignPolicy(
                        new PolicyKind("projectcalico.org", "NetworkPolicy", true),
                        Optional.of("shop"),
                        Optional.of("calico"),
                        Rank.BESIDE,
                        Set.of(Direction.INGRESS, Direction.EGRESS),
                        Set.of(Direction.INGRESS, Direction.EGRESS),
                        ForeignPolicy.Subject.ALL),
                    new ForeignPolicy(
                        new PolicyKind("policy.networking.k8s.io", "ClusterNetworkPolicy", false),
                        Optional.empty(),
                        Optional.of("base"),
                        Rank.BASELINE,
                        Set.of(Direction.EGRESS),
                        Set.of(),
                        ForeignPolicy.Subject.ALL)),
                found.foreign()));
  }

  @Test
  void aNamespaceHasTheLabelOfItsName() {
    PolicySet set = PolicyReader.of(List.of(), Map.of("shop", new Labels(Map.of("team", "a"))));
    assertEquals(
        Map.of("shop", new Labels(Map.of("team", "a", "kubernetes.io/metadata.name", "shop"))),
        set.namespaces());
  }
}
