package io.github.dnsonde.diagnosis;

import static io.github.dnsonde.testkit.SampleOutcomes.KUBE_DNS;
import static io.github.dnsonde.testkit.SampleOutcomes.NODE_LOCAL;
import static io.github.dnsonde.testkit.SampleOutcomes.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Endpoint;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.manifest.Written;
import io.github.dnsonde.probe.Diagnosis;
import io.github.dnsonde.probe.Finding;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Ruling;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The incident, from policies as they are written to findings, and back. */
class InquiryTest {

  private static final String DENY =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: default-deny, namespace: payments}
      spec: {podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}]}
      """;

  /** Kubernetes' documentation has this one: the pods of kube-dns alone. */
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

  private Inquiry inquiry = new Inquiry(Written::yaml);
  private List<Pod> caches = List.of(CACHE);
  private Set<PolicyKind> foreign = Set.of();

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
          name: allow-dns
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
        finding.mending().orElse("none"));
  }

  @Test
  void whatItPrintsMendsIt() {
    for (String broken : List.of(DENY, DENY + "---\n" + PODS_ALONE, DENY + "---\n" + UDP_ALONE)) {
      inquiry = new Inquiry(Written::yaml);
      String mending = only(silent(_ -> true), broken).mending().orElseThrow();
      Diagnosis after = into(silent(_ -> false), broken + "---\n" + mending, NOON);
      assertEquals(List.of(), after.findings());
      assertEquals(
          8, // four paths of each of two pods
          after.rulings().stream().filter(each -> each.effect() == Ruling.Effect.ALLOW).count(),
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
  void theCacheAnswersOnTheAddressOfTheServiceToo() {
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
  void withoutACacheThatIsNoExplanation() {
    caches = List.of();
    Finding finding =
        only(
            silent(at(KUBE_DNS)),
            PODS_ALONE + "---\n" + allowing("169.254.20.10"),
            NOON.plusSeconds(60));
    assertEquals(Finding.Code.UNEXPLAINED, finding.code());
  }

  @Test
  void udpAlone() {
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
  void whereThereMayBeOtherKindsOfPolicyItIsOnlyPossible() {
    foreign = Set.of(new PolicyKind("cilium.io", "CiliumNetworkPolicy", true));
    Finding finding = only(silent(_ -> true), DENY);
    assertEquals(Finding.Code.EGRESS_DENIED, finding.code());
    assertEquals(Finding.Confidence.POSSIBLE, finding.confidence());
  }

  @Test
  void aPolicyThatIsGoneIsRemembered() {
    into(
        silent(_ -> false),
        DENY + "---\n" + PODS_ALONE + "---\n" + allowing("169.254.20.10"),
        NOON.minusSeconds(60));
    Finding finding = only(silent(_ -> true), DENY, NOON);
    assertTrue(
        finding.evidence().stream().anyMatch(each -> each.contains("was removed at 12:00:0")),
        finding::toString);
  }

  /** It could only restrict: without it more is allowed than before. */
  @Test
  void aPolicyWithoutARuleThatIsGoneIsNoCause() {
    String other = DENY.replace("default-deny", "zero-trust");
    into(silent(_ -> false), DENY + "---\n" + other, NOON.minusSeconds(60));
    Finding finding = only(silent(_ -> true), DENY, NOON);
    assertTrue(
        finding.evidence().stream().noneMatch(each -> each.contains("was removed")),
        finding::toString);
  }

  /** The pods of kube-dns let one namespace in, and others not. */
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
    String fix = finding.mending().orElseThrow();
    assertTrue(fix.contains("namespace: kube-system"), fix);
    inquiry = new Inquiry(Written::yaml);
    assertEquals(List.of(), into(silent(_ -> false), onlyShop + "---\n" + fix, NOON).findings());
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

  /** All outcomes are of noon: what the policies say since later, they are no evidence about. */
  private Diagnosis into(List<Streak> streaks, String policies, Instant now) {
    NodeCache cache = new NodeCache(caches, Set.of(NODE_LOCAL.address()));
    return inquiry.into(new Case(streaks, view(policies), cache, Set.of(), now));
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
        Optional.of(
            new Service(
                "kube-system",
                "kube-dns",
                List.of(KUBE_DNS.address()),
                new Labels(Map.of("k8s-app", "kube-dns")),
                List.of(port("dns", Protocol.UDP), port("dns-tcp", Protocol.TCP)))),
        List.of(
            new Endpoint(InetAddress.ofLiteral("10.244.0.10"), 53, true, Optional.of("coredns-0"))),
        foreign,
        OptionalInt.empty());
  }

  private static Service.Port port(String name, Protocol protocol) {
    return new Service.Port(name, 53, protocol, new PortReference.Numbered(53));
  }

  private static Pod pod(
      String namespace,
      String name,
      String address,
      Map<String, String> labels,
      boolean hostNetwork) {
    return new Pod(
        namespace,
        name,
        "node-a",
        Optional.empty(),
        new Labels(labels),
        List.of(InetAddress.ofLiteral(address)),
        hostNetwork,
        Optional.empty(),
        Pod.Phase.RUNNING,
        true,
        false,
        NOON,
        Optional.of(NOON),
        Pod.Dns.CLUSTER,
        List.of());
  }

  private static Predicate<Probe> at(Server server) {
    return probe -> probe.server().equals(server);
  }

  /** Of payments; shop is answered. */
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
