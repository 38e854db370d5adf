package io.github.dnsonde.diagnosis;

import static io.github.dnsonde.diagnosis.KnownObjects.kubeDns;
import static io.github.dnsonde.diagnosis.KnownObjects.pod;
import static io.github.dnsonde.testkit.SampleOutcomes.KUBE_DNS;
import static io.github.dnsonde.testkit.SampleOutcomes.NODE_LOCAL;
import static io.github.dnsonde.testkit.SampleOutcomes.NOON;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Endpoint;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.manifest.Written;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.Scope;
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
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Servers in addition to the DNS Service and a cache on the node's network. */
class SeveralServersTest {

  private static final Server IPV6 = server("kube-dns-ipv6", "fd00:10:96::a");
  private static final Server CLOUD = server("resolver", "169.254.169.254");
  private static final Server SECOND = server("resolver", "10.96.0.11");

  private static final String DENY =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: default-deny, namespace: payments, creationTimestamp: "2026-11-22T10:00:00Z"}
      spec: {podSelector: {}, policyTypes: [Egress]}
      ---
      """;

  private List<Server> servers = List.of(KUBE_DNS);
  private List<Endpoint> endpoints = List.of(endpoint("10.244.0.10", true));
  private List<Pod> caches = List.of();
  private String policies = "";
  private Predicate<ProbePath> silent = _ -> false;
  private Predicate<ProbePath> failing = _ -> false;

  @Test
  void bothAddressesOfAServiceWithoutEndpointsAreOneFinding() {
    servers = List.of(KUBE_DNS, IPV6);
    silent = _ -> true;
    endpoints = List.of(endpoint("10.244.0.10", false), endpoint("fd00:10:244::10", false));
    assertEquals("no_endpoints [kube-dns, kube-dns-ipv6]", found());
  }

  @Test
  void bothAddressesOfASilentServiceAreOneFinding() {
    servers = List.of(KUBE_DNS, IPV6);
    silent = _ -> true;
    endpoints = List.of(endpoint("10.244.0.10", true), endpoint("fd00:10:244::10", true));
    assertEquals("server_down [kube-dns, kube-dns-ipv6]", found());
    assertEquals(
        "kube-dns (10.96.0.10) and kube-dns-ipv6 (fd00:10:96::a) answer nobody on this node.",
        diagnosis().findings().getFirst().sentence());
  }

  @Test
  void aServiceAndACacheThatAreSilentAreTheWholeNode() {
    servers = List.of(KUBE_DNS, IPV6, NODE_LOCAL);
    silent = _ -> true;
    endpoints = List.of(endpoint("10.244.0.10", true), endpoint("fd00:10:244::10", true));
    assertEquals("node_cut_off [kube-dns, kube-dns-ipv6, node-local-dns]", found());
  }

  @Test
  void oneFamilyMayLackEndpoints() {
    servers = List.of(KUBE_DNS, IPV6);
    silent = to(IPV6);
    assertEquals("no_endpoints [kube-dns-ipv6]", found());
    endpoints = List.of(endpoint("10.244.0.10", false), endpoint("fd00:10:244::10", true));
    assertEquals("server_down [kube-dns-ipv6]", found());
  }

  @Test
  void aCloudsResolverIsNoCache() {
    servers = List.of(KUBE_DNS, CLOUD);
    silent = to(CLOUD);
    assertEquals("server_down [resolver]", found());
    servers = List.of(KUBE_DNS, NODE_LOCAL);
    silent = to(NODE_LOCAL);
    assertEquals("cache_down [node-local-dns]", found());
  }

  @Test
  void aServerThatAnswersAnyoneHasEndpointsAndIsNotDown() {
    policies = DENY; // not enforced: payments is answered
    silent = in("shop");
    endpoints = List.of(endpoint("10.244.0.10", false));
    assertEquals("not_enforced [kube-dns], unexplained [kube-dns]", found());
  }

  @Test
  void theServfailOfAResolverIsItsOwn() {
    servers = List.of(KUBE_DNS, CLOUD);
    silent = to(KUBE_DNS);
    failing = to(CLOUD);
    assertEquals("server_down [kube-dns], server_fails [resolver]", found());
    servers = List.of(KUBE_DNS, NODE_LOCAL);
    failing = to(NODE_LOCAL);
    assertEquals("server_down [kube-dns]", found(), "a cache cannot query it either");
    servers = List.of(KUBE_DNS, CLOUD, NODE_LOCAL);
    silent = to(CLOUD);
    assertEquals(
        "server_down [resolver], server_fails [node-local-dns]",
        found(),
        "a cache has nothing of it");
  }

  @Test
  void aCloudsResolverIsABlockToPolicies() {
    servers = List.of(CLOUD);
    policies = DENY + allowing("podSelector: {}", "namespaceSelector: {}");
    silent = in("payments");
    assertEquals("egress_denied [resolver]", found());
    Finding finding = diagnosis().findings().getFirst();
    assertEquals(Finding.Confidence.LIKELY, finding.confidence());
    assertTrue(
        finding
            .evidence()
            .contains(
                "Missing: UDP and TCP port 53 to the block 169.254.169.254/32, which is no pod: no"
                    + " podSelector matches it."),
        finding::toString);
    assertTrue(
        finding.suggestedPolicy().orElse("").contains("cidr: 169.254.169.254/32"),
        finding::toString);
    assertEquals(Set.of(Decision.DENY), policyVerdicts("payments"));
    policies = DENY + allowing("ipBlock: {cidr: 169.254.169.254/32}");
    assertEquals(Set.of(Decision.ALLOW), policyVerdicts("payments"));
  }

  @Test
  void anUnknownAddressMayBeAServicesWhosePodsARuleSelects() {
    servers = List.of(SECOND);
    policies = DENY + allowing("podSelector: {matchLabels: {app: dns2}}");
    assertEquals("", found(), "answered: nothing contradicts the policies");
    assertEquals(Set.of(Decision.UNKNOWN), policyVerdicts("payments"));
    silent = in("payments");
    assertEquals("egress_denied [resolver]", found());
    Finding finding = diagnosis().findings().getFirst();
    assertEquals(Finding.Confidence.POSSIBLE, finding.confidence());
    assertTrue(
        finding
            .evidence()
            .contains(
                "The address may be that of a Service that is not known here, whose pods a rule may"
                    + " select."),
        finding::toString);
    policies = DENY;
    assertEquals(Set.of(Decision.DENY), policyVerdicts("payments"), "nothing is let out");
  }

  @Test
  void aLocalRedirectIsEvaluatedByTheLabelsOfItsPods() {
    caches = List.of(cache(false));
    policies = DENY + allowing("podSelector: {matchLabels: {k8s-app: kube-dns}}, " + ANY_NAMESPACE);
    assertEquals(Set.of(Decision.DENY), policyVerdicts("payments"));
    silent = in("payments");
    assertEquals("egress_denied [kube-dns]", found());
    Finding finding = diagnosis().findings().getFirst();
    assertTrue(
        finding
            .evidence()
            .contains(
                "Missing: UDP and TCP port 53 to the pods of the node's cache, to which a local"
                    + " redirect leads."),
        finding::toString);
    String suggested = finding.suggestedPolicy().orElse("");
    assertTrue(suggested.contains("k8s-app: node-local-dns"), suggested);
    assertFalse(suggested.contains("revision"), suggested);
    policies =
        DENY + allowing("podSelector: {matchLabels: {k8s-app: node-local-dns}}, " + ANY_NAMESPACE);
    assertEquals(Set.of(Decision.ALLOW), policyVerdicts("payments"));
    assertEquals("egress_denied [kube-dns]", found(), "the redirect may not be in force");
    assertEquals(Finding.Confidence.POSSIBLE, diagnosis().findings().getFirst().confidence());
    policies = "";
    silent = _ -> true;
    assertEquals("cache_down [kube-dns]", found(), "it answers in the Service's name");
  }

  @Test
  void anAnswerShowsItsPath() {
    policies = DENY + allowing("podSelector: {matchLabels: {k8s-app: kube-dns}}, " + ANY_NAMESPACE);
    caches = List.of(cache(false));
    assertEquals("", found(), "no redirect is in force: CoreDNS answers");
    policies = DENY + allowing("ipBlock: {cidr: 10.96.0.10/32}");
    caches = List.of(cache(true));
    assertEquals("", found(), "the cache answers on the Service's address");
    policies = DENY;
    assertEquals("not_enforced [kube-dns]", found(), "neither way is allowed");
  }

  private static final String ANY_NAMESPACE = "namespaceSelector: {}";

  private static String allowing(String... peers) {
    return """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: allow, namespace: payments, creationTimestamp: "2026-11-22T10:00:00Z"}
    spec:
      podSelector: {}
      policyTypes: [Egress]
      egress:
      - to: [%s]
        ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]
    """
        .formatted(Stream.of(peers).map(peer -> "{" + peer + "}").collect(joining(", ")));
  }

  private String found() {
    return diagnosis().findings().stream()
        .map(finding -> finding.code().label() + " " + finding.subject().servers())
        .collect(joining(", "));
  }

  private Set<Decision> policyVerdicts(String namespace) {
    return Set.copyOf(
        diagnosis().policyVerdicts().stream()
            .filter(policyVerdict -> policyVerdict.namespace().equals(namespace))
            .map(ReportedVerdict::decision)
            .toList());
  }

  /** The diagnosis after the time in which any other cause would have shown. */
  private Diagnosis diagnosis() {
    Diagnoser diagnoser = new Diagnoser(Written::yaml);
    var _ = diagnoser.into(known(NOON.plusSeconds(5)));
    return diagnoser.into(known(NOON.plusSeconds(90)));
  }

  private DiagnosisInput known(Instant now) {
    return new DiagnosisInput(
        streaks(), view(), new NodeCache(caches, Set.of(NODE_LOCAL.address())), Set.of(), now);
  }

  private List<Streak> streaks() {
    List<Streak> streaks = new ArrayList<>();
    for (String namespace : List.of("payments", "shop")) {
      for (Server server : servers) {
        for (Transport transport : Transport.values()) {
          Probe probe =
              SampleOutcomes.probe(
                  SampleOutcomes.vantage(namespace),
                  server,
                  "kubernetes.default.svc.cluster.local.",
                  Scope.INTERNAL,
                  transport);
          streaks.add(streak(probe));
        }
      }
    }
    return streaks;
  }

  private Streak streak(Probe probe) {
    Function<Probe, Outcome> next =
        silent.test(ProbePath.of(probe))
            ? SampleOutcomes::timeout
            : failing.test(ProbePath.of(probe))
                ? servfail -> SampleOutcomes.servfail(servfail, 1)
                : good -> SampleOutcomes.good(good, 1);
    return Streak.begin(SampleOutcomes.good(probe, 1))
        .then(next.apply(probe))
        .then(next.apply(probe));
  }

  private static Predicate<ProbePath> to(Server server) {
    return path -> path.server().equals(server);
  }

  private static Predicate<ProbePath> in(String namespace) {
    return path -> path.vantage().namespace().equals(namespace);
  }

  private ClusterView view() {
    PolicySet set =
        Written.policies(
            Written.documents(policies),
            Map.of("payments", Labels.NONE, "shop", Labels.NONE, "kube-system", Labels.NONE));
    return new ClusterView(
        set.namespaces(),
        List.of(
            pod("payments", "web-1", "10.244.0.20", Map.of("app", "web"), false),
            pod("shop", "web-1", "10.244.0.21", Map.of("app", "web"), false)),
        List.of(
            pod("kube-system", "coredns-0", "10.244.0.10", Map.of("k8s-app", "kube-dns"), false)),
        set.policies(),
        Optional.of(kubeDns(KUBE_DNS.address(), IPV6.address())),
        endpoints,
        OtherPolicies.NONE,
        OptionalInt.empty());
  }

  private static Server server(String name, String address) {
    return new Server(name, InetAddress.ofLiteral(address), Server.DNS_PORT);
  }

  private static Endpoint endpoint(String address, boolean ready) {
    return new Endpoint(InetAddress.ofLiteral(address), 53, ready, Optional.of("coredns-0"));
  }

  private static Pod cache(boolean hostNetwork) {
    return pod(
        "kube-system",
        "node-local-dns-x",
        "10.244.0.53",
        Map.of("k8s-app", "node-local-dns", "controller-revision-hash", "5d9c7b6f4"),
        hostNetwork);
  }
}
