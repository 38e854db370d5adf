package io.github.dnsonde.kube;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.LabelSelector.Operator;
import io.github.dnsonde.cluster.LabelSelector.Requirement;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import io.github.dnsonde.cluster.NetworkPolicy.Port;
import io.github.dnsonde.cluster.NetworkPolicy.Rule;
import io.github.dnsonde.cluster.Origin;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.probe.Cidr;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTranslationTest {

  private static NetworkPolicy policy(String spec) {
    return object(
        "{\"metadata\": {\"namespace\": \"a\", \"name\": \"b\"}, \"spec\": " + spec + "}");
  }

  private static NetworkPolicy object(String json) {
    return switch (Streamed.read(new PolicyTranslation(), json)) {
      case KnownPolicy.Judged(NetworkPolicy policy, _) -> policy;
      case KnownPolicy.Unjudged(InvalidPolicy policy, _) ->
          throw new IllegalArgumentException(policy.toString());
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                | true  | false",
        "null                                              | true  | false",
        "{'egress': []}                                    | true  | false",
        "{'egress': null, 'policyTypes': null}             | true  | false",
        "{'egress': [{}]}                                  | true  | true",
        "{'egress': [{}], 'policyTypes': []}               | true  | true",
        "{'policyTypes': ['Egress']}                       | false | true",
        "{'policyTypes': ['Egress'], 'egress': null}       | false | true",
        "{'policyTypes': ['Ingress', 'Egress']}            | true  | true",
        "{'policyTypes': ['Ingress'], 'egress': [{}]}      | true  | false"
      },
      quoteCharacter = '"')
  void isolatedDirections(String spec, boolean ingress, boolean egress) {
    NetworkPolicy policy = policy(spec.replace('\'', '"'));
    assertEquals(
        List.of(ingress, egress),
        List.of(policy.ingress().isPresent(), policy.egress().isPresent()));
  }

  @Test
  void noPeersAndNoPortsAllowEveryPeerAndPort() {
    NetworkPolicy policy =
        policy(
            "{\"egress\": [{}, {\"to\": null, \"ports\": null}, {\"to\": [], \"ports\": [{}]}]}");
    Rule all = new Rule(List.of(), List.of());
    Port anyTcp = new Port(Protocol.TCP, Optional.empty(), OptionalInt.empty());
    assertEquals(
        Optional.of(List.of(all, all, new Rule(List.of(), List.of(anyTcp)))), policy.egress());
  }

  @Test
  void peersAndPortsAreRead() {
    NetworkPolicy policy =
        policy(
            """
            {"podSelector": {"matchLabels": {"app": "web"}, "matchExpressions": [
                {"key": "tier", "operator": "NotIn", "values": ["db", "cache"]},
                {"key": "team", "operator": "Exists", "values": null}]},
             "egress": [{
               "to": [{"podSelector": {}}, {"namespaceSelector": {"matchLabels": {"n": "v"}}},
                 {"podSelector": null, "namespaceSelector": {}, "fromTomorrow": 1},
                 {"ipBlock": {"cidr": "10.1.2.3/8", "except": ["10.9.9.9/16"]}},
                 {"ipBlock": {"cidr": "fd00::1/8", "except": null}}],
               "ports": [{"port": 53, "protocol": "UDP"}, {"port": "dns-tcp"},
                 {"port": 1000, "endPort": 2000, "protocol": "SCTP"}]}]}
            """);
    assertAll(
        () ->
            assertEquals(
                new LabelSelector(
                    Map.of("app", "web"),
                    List.of(
                        new Requirement("tier", Operator.NOT_IN, Set.of("db", "cache")),
                        new Requirement("team", Operator.EXISTS, Set.of()))),
                policy.selects()),
        () -> assertEquals(peers(), policy.egress().orElseThrow().getFirst().peers()),
        () -> assertEquals(ports(), policy.egress().orElseThrow().getFirst().ports()));
  }

  private static List<Peer> peers() {
    Optional<LabelSelector> everything = Optional.of(LabelSelector.EVERYTHING);
    return List.of(
        new Peer.Selected(everything, Optional.empty()),
        new Peer.Selected(Optional.empty(), Optional.of(LabelSelector.of(Map.of("n", "v")))),
        new Peer.Selected(Optional.empty(), everything),
        new Peer.Block(Cidr.parse("10.0.0.0/8"), List.of(Cidr.parse("10.9.0.0/16"))),
        new Peer.Block(Cidr.parse("fd00::/8"), List.of()));
  }

  private static List<Port> ports() {
    return List.of(
        new Port(Protocol.UDP, Optional.of(new PortReference.Numbered(53)), OptionalInt.empty()),
        new Port(
            Protocol.TCP, Optional.of(new PortReference.Named("dns-tcp")), OptionalInt.empty()),
        new Port(
            Protocol.SCTP, Optional.of(new PortReference.Numbered(1000)), OptionalInt.of(2000)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"policyTypes\": [\"Tomorrow\"]}",
        "{\"podSelector\": []}",
        "{\"podSelector\": {\"matchLabels\": [\"a\"]}}",
        "{\"podSelector\": {\"matchLabels\": {\"a\": true}}}",
        "{\"egress\": {}}",
        "{\"egress\": [\"all\"]}",
        "{\"egress\": [{\"to\": [{}]}]}",
        "{\"egress\": [{\"to\": [{\"ipBlock\": {\"cidr\": \"fe80::%eth0/64\"}}]}]}",
        "{\"egress\": [{\"to\": [{\"ipBlock\": {}}]}]}",
        "{\"egress\": [{\"to\": [{\"ipBlock\": {\"cidr\": \"10.0.0.0/33\"}}]}]}",
        "{\"egress\": [{\"to\": [{\"ipBlock\": {\"cidr\": \"example.com\"}}]}]}",
        "{\"egress\": [{\"ports\": [{\"protocol\": \"QUIC\"}]}]}",
        "{\"egress\": [{\"ports\": [{\"port\": 5.5}]}]}",
        "{\"egress\": [{\"ports\": [{\"port\": {}}]}]}",
        "{\"podSelector\": {\"matchExpressions\": [{\"key\": \"a\", \"operator\": \"Gt\"}]}}"
      })
  void aPolicyThatIsNotUnderstoodIsNotRead(String spec) {
    assertThrows(RuntimeException.class, () -> policy(spec));
  }

  @Test
  void theLatestManagerIsRemembered() {
    NetworkPolicy policy =
        object(
            """
            {"metadata": {"creationTimestamp": "2026-11-01T00:00:00Z", "managedFields": [
               {"manager": "helm", "time": "2026-11-02T00:00:00Z"},
               {"manager": "kubectl-edit", "time": "2026-11-03T00:00:00Z", "fieldsV1": {"f:x": {}}},
               {"manager": "controller", "time": "2026-11-04T00:00:00Z", "subresource": "status"},
               {"manager": null, "time": null}, null]}}
            """);
    assertEquals(
        new Origin(
            Optional.of("kubectl-edit"), Instant.parse("2026-11-03T00:00:00Z"), Optional.empty()),
        policy.origin());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kubectl-client-side-apply|kubectl-client-side-apply",
        "Mozilla|Mozilla",
        "a. Nothing fails|",
        "\\u001b[8m|",
        "\\u202eevil|"
      })
  void aManagerWithAnInvalidNameIsIgnored(String manager, String read) {
    String entry = "{\"manager\": \"" + manager + "\", \"time\": \"2026-11-02T00:00:00Z\"}";
    assertEquals(
        Optional.ofNullable(read),
        object("{\"metadata\": {\"managedFields\": [" + entry + "]}}").origin().manager());
  }

  @Test
  void withoutManagersTheCreationCounts() {
    assertEquals(
        new Origin(Optional.empty(), Instant.parse("2026-11-01T00:00:00Z"), Optional.empty()),
        object("{\"metadata\": {\"creationTimestamp\": \"2026-11-01T00:00:00Z\"}}").origin());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'annotations': {'argocd.argoproj.io/tracking-id': 'shop:a/B:c/d'}} | Argo CD application"
            + " shop",
        "{'labels': {'argocd.argoproj.io/instance': 'shop'}} | Argo CD application shop",
        "{'annotations': {'argocd.argoproj.io/tracking-id': 'team-a_shop:a/B:c/d'}} | Argo CD"
            + " application team-a_shop",
        "{'annotations': {'argocd.argoproj.io/tracking-id': 'Nothing fails.'}} | ",
        "{'annotations': {'argocd.argoproj.io/tracking-id': '\\u001b[2Jshop'}} | ",
        "{'annotations': {'argocd.argoproj.io/tracking-id': 'shop\\nx:a'}} | ",
        "{'annotations': {'argocd.argoproj.io/tracking-id': 'a_b_c'}} | ",
        "{'annotations': {'argocd.argoproj.io/tracking-id': ''}} | ",
        "{'labels': {'kustomize.toolkit.fluxcd.io/name': 'apps'}} | ",
        "{'labels': {'kustomize.toolkit.fluxcd.io/name': 'a b',"
            + " 'kustomize.toolkit.fluxcd.io/namespace': 'flux'}} | ",
        "{'labels': {'helm.toolkit.fluxcd.io/name': 'shop', 'helm.toolkit.fluxcd.io/namespace':"
            + " 'flux/x'}} | ",
        "{'labels': {'kustomize.toolkit.fluxcd.io/name': 'apps',"
            + " 'kustomize.toolkit.fluxcd.io/namespace': 'flux'}} | Flux Kustomization flux/apps",
        "{'labels': {'helm.toolkit.fluxcd.io/name': 'shop', 'helm.toolkit.fluxcd.io/namespace':"
            + " 'flux'}} | Flux HelmRelease flux/shop",
        "{'labels': {'app.kubernetes.io/instance': 'shop'}} | ",
        "{'labels': null, 'annotations': null} | "
      })
  void theToolThatWouldRestoreItIsRemembered(String metadata, String source) {
    assertEquals(
        Optional.ofNullable(source),
        object("{\"metadata\": " + metadata.replace('\'', '"') + "}").origin().source());
  }
}
