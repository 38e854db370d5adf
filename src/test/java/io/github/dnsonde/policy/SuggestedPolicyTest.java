package io.github.dnsonde.policy;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicyObject;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.manifest.Written;
import io.github.dnsonde.probe.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SuggestedPolicyTest {

  private static Stream<NetpolCase> all() throws IOException {
    return Stream.of("netpol-cases.yaml", "further-cases.yaml")
        .flatMap(
            name -> {
              try {
                return NetpolCase.inResource(name).stream();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  static Stream<NetpolCase> deniedByEgress() throws IOException {
    return all()
        .filter(known -> known.policies().foreign().isEmpty())
        .filter(known -> known.expected().equals("deny"));
  }

  static Stream<NetpolCase> deniedOnlyByIngress() throws IOException {
    return all()
        .filter(known -> known.policies().foreign().isEmpty())
        .filter(known -> known.expected().equals("allow"))
        .filter(known -> known.expectedIngress().equals(Optional.of("deny")));
  }

  private static NetpolCase named(String id) throws IOException {
    return all().filter(known -> known.id().equals(id)).findFirst().orElseThrow();
  }

  private static SuggestedPolicy suggestedPolicy(NetpolCase known) {
    return SuggestedPolicy.of(
        new PolicyEvaluator(known.policies()), known.source(), List.of(known.destination()));
  }

  private static NetworkPolicy standard(PolicyObject policy) {
    return assertInstanceOf(NetworkPolicy.class, policy);
  }

  private static PolicySet after(PolicySet before, SuggestedPolicy suggestedPolicy) {
    PolicySet set = before;
    for (PolicyObject policy : suggestedPolicy.policies()) {
      set = set.with(policy);
    }
    return set;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("deniedByEgress")
  void deniedQueriesAreAllowedAfterwardsOverBothTransports(NetpolCase known) {
    PolicyEvaluator fixed = new PolicyEvaluator(after(known.policies(), suggestedPolicy(known)));
    assertEquals(
        List.of(Decision.ALLOW, Decision.ALLOW),
        Arrays.stream(Transport.values())
            .map(transport -> PortProtocol.over(transport))
            .map(
                portProtocol ->
                    fixed.egress(known.source(), known.destination(), portProtocol).decision())
            .toList());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("deniedByEgress")
  void noFurtherPodIsIsolated(NetpolCase known) {
    PolicyEvaluator before = new PolicyEvaluator(known.policies());
    PolicyEvaluator after = new PolicyEvaluator(after(known.policies(), suggestedPolicy(known)));
    List<Map<String, String>> labels =
        List.of(Map.of(), Map.of("app", "db"), known.source().labels().values());
    for (Map<String, String> set : labels) {
      Pod pod = labelled(known.source(), set);
      assertEquals(
          before.isolating(pod, Direction.EGRESS).isEmpty(),
          after.isolating(pod, Direction.EGRESS).isEmpty(),
          () -> "a pod with labels " + set);
    }
  }

  private static Pod labelled(Pod pod, Map<String, String> labels) {
    return new Pod(
        pod.namespace(),
        pod.name(),
        pod.node(),
        pod.owner(),
        new Labels(labels),
        pod.addresses(),
        pod.hostNetwork(),
        pod.runtimeClass(),
        pod.phase(),
        pod.ready(),
        pod.deleting(),
        pod.created(),
        pod.networkReady(),
        pod.dns(),
        pod.ports());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("deniedByEgress")
  void itsYamlIsReadAsTheSamePolicy(NetpolCase known) {
    NetworkPolicy policy = standard(suggestedPolicy(known).egress().orElseThrow());
    PolicySet read = Written.policies(Written.documents(Written.yaml(policy)), Map.of());
    assertAll(
        () -> assertEquals(List.of(policy), read.policies()),
        () -> assertEquals(List.of(), read.invalid()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("deniedOnlyByIngress")
  void onlyAPolicyAtTheDestinationHelpsIfThatDenies(NetpolCase known) {
    SuggestedPolicy suggestedPolicy = suggestedPolicy(known);
    PolicyEvaluator fixed = new PolicyEvaluator(after(known.policies(), suggestedPolicy));
    assertAll(
        () -> assertEquals(Optional.empty(), suggestedPolicy.egress()),
        () ->
            assertEquals("kube-system", standard(suggestedPolicy.ingress().getFirst()).namespace()),
        () ->
            assertEquals(
                Decision.ALLOW,
                fixed
                    .pathVerdict(known.source(), known.destination(), known.portProtocol())
                    .decision()));
  }

  /** A NetworkPolicy does not help if a policy of another kind denies the queries. */
  @Test
  void noNetworkPolicyIsSuggestedIfAnotherKindDenies() throws IOException {
    for (String id :
        List.of("anp-admin-deny-over-allow", "banp-alone", "foreign-calico-namespaced")) {
      NetpolCase known = named(id);
      SuggestedPolicy suggestedPolicy = suggestedPolicy(known);
      assertAll(
          id,
          () -> assertInstanceOf(ForeignPolicy.class, suggestedPolicy.egress().orElse(null)),
          () ->
              assertTrue(
                  new PolicyEvaluator(known.policies())
                      .egress(known.source(), known.destination(), known.portProtocol())
                      .other()
                      .filter(other -> other.remedy().contains("must allow DNS"))
                      .isPresent()));
    }
  }

  @Test
  void bothEndsAreFixedIfBothDeny() throws IOException {
    NetpolCase known = named("in-both-deny");
    SuggestedPolicy suggestedPolicy = suggestedPolicy(known);
    assertEquals(
        List.of("shop", "kube-system"),
        suggestedPolicy.policies().stream().map(each -> standard(each).namespace()).toList());
    PolicyEvaluator fixed = new PolicyEvaluator(after(known.policies(), suggestedPolicy));
    assertEquals(
        Decision.ALLOW,
        fixed.pathVerdict(known.source(), known.destination(), known.portProtocol()).decision());
  }

  @Test
  void noPolicyIsSuggestedThatWouldNotHelp() throws IOException {
    for (String id : List.of("iso-no-policy-udp", "inv-quoted-port")) {
      assertEquals(List.of(), suggestedPolicy(named(id)).policies(), id);
    }
  }

  @Test
  void aPolicyOfTheSameNameIsNotReplaced() throws IOException {
    NetpolCase known = named("named-unknown");
    NetworkPolicy there = known.policies().policies().getFirst();
    NetworkPolicy called =
        new NetworkPolicy(
            there.namespace(),
            "dnsonde-allow-dns",
            there.selects(),
            there.ingress(),
            there.egress(),
            there.origin());
    PolicySet policies =
        new PolicySet(known.policies().namespaces(), List.of(called), List.of(), List.of());
    SuggestedPolicy suggestedPolicy =
        SuggestedPolicy.of(
            new PolicyEvaluator(policies), known.source(), List.of(known.destination()));
    assertEquals(
        Optional.of("dnsonde-allow-dns-2"),
        suggestedPolicy.egress().map(each -> standard(each).name()));
  }

  /** The destinations on a node with a cache that also answers on the Service's address. */
  @Test
  void onePolicyAllowsAllDestinations() throws IOException {
    NetpolCase known = named("iso-deny-egress-udp");
    Destination.Balanced service = (Destination.Balanced) known.destination();
    List<Destination> asked =
        List.of(
            service,
            new Destination.Address(InetAddress.ofLiteral("169.254.20.10"), List.of()),
            new Destination.Address(service.address(), List.of()));
    SuggestedPolicy suggestedPolicy =
        SuggestedPolicy.of(new PolicyEvaluator(known.policies()), known.source(), asked);
    assertEquals(
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata:
          name: dnsonde-allow-dns
          namespace: shop
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
                cidr: 169.254.20.10/32
            - ipBlock:
                cidr: 10.96.0.10/32
            ports:
            - protocol: UDP
              port: 53
            - protocol: TCP
              port: 53
        """,
        Written.yaml(suggestedPolicy.egress().orElseThrow()));
  }

  /** Checks a backend without the named port for UDP, which only TCP reaches. */
  @Test
  void aBackendOfOneTransportIsAlsoAllowed() throws IOException {
    NetpolCase known = named("iso-deny-egress-udp");
    Destination.Balanced service = (Destination.Balanced) known.destination();
    for (Protocol named : List.of(Protocol.UDP, Protocol.TCP)) {
      Protocol numbered = named == Protocol.UDP ? Protocol.TCP : Protocol.UDP;
      Pod first = service.backends().getFirst();
      Destination.Balanced asked =
          new Destination.Balanced(
              new Service(
                  service.service().namespace(),
                  service.service().name(),
                  List.of(service.address()),
                  service.service().selector(),
                  List.of(
                      new Service.Port("named", 53, named, new PortReference.Named("named")),
                      new Service.Port("number", 53, numbered, new PortReference.Numbered(53)))),
              service.address(),
              List.of(
                  backend(first, "10.244.0.10", false, List.of(port("named", named))),
                  backend(first, "192.168.0.5", true, List.of())));
      SuggestedPolicy suggestedPolicy =
          SuggestedPolicy.of(new PolicyEvaluator(known.policies()), known.source(), List.of(asked));
      PolicyEvaluator fixed = new PolicyEvaluator(after(known.policies(), suggestedPolicy));
      assertEquals(
          List.of(Optional.of(Decision.ALLOW), Optional.of(Decision.ALLOW)),
          Arrays.stream(Transport.values())
              .map(transport -> fixed.egress(known.source(), asked, PortProtocol.over(transport)))
              .map(PolicyVerdict::likely)
              .toList(),
          () -> "the named port is for " + named);
      String yaml = Written.yaml(suggestedPolicy.egress().orElseThrow());
      assertTrue(yaml.contains("192.168.0.5/32"), yaml);
    }
  }

  private static Pod.ContainerPort port(String name, Protocol protocol) {
    return new Pod.ContainerPort(name, 53, protocol);
  }

  private static Pod backend(
      Pod like, String address, boolean hostNetwork, List<Pod.ContainerPort> ports) {
    return new Pod(
        like.namespace(),
        "dns-" + address,
        like.node(),
        like.owner(),
        like.labels(),
        List.of(InetAddress.ofLiteral(address)),
        hostNetwork,
        like.runtimeClass(),
        like.phase(),
        like.ready(),
        like.deleting(),
        like.created(),
        like.networkReady(),
        like.dns(),
        ports);
  }

  @Test
  void podsAreQueriedOnTheirOwnPort() throws IOException {
    String yaml =
        Written.yaml(suggestedPolicy(named("target-named-service-number")).egress().orElseThrow());
    assertTrue(yaml.contains("port: 5353") && !yaml.contains("port: 53\n"), yaml);
  }
}
