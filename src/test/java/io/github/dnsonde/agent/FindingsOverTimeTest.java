package io.github.dnsonde.agent;

import static io.github.dnsonde.testkit.SampleOutcomes.KUBE_DNS;
import static io.github.dnsonde.testkit.SampleOutcomes.NODE_LOCAL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import java.time.Duration;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Findings begin and end once, although the outcomes of a node's probes arrive one after another.
 * Plays the phases of the incident, and servers that fail and return, and checks all logged lines.
 */
@ParameterizedClass
@ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
@Tag("long")
class FindingsOverTimeTest {

  private static final String DENY =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: default-deny, namespace: payments}
      spec: {podSelector: {}, policyTypes: [Egress]}
      """;

  private static final String UDP_TO_KUBE_DNS =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: allow-dns, namespace: payments}
      spec:
        podSelector: {}
        policyTypes: [Egress]
        egress:
        - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]
          ports: [{protocol: UDP, port: 53}]
      """;

  private static final String ALL =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: allow-dns, namespace: payments}
      spec:
        podSelector: {}
        policyTypes: [Egress]
        egress:
        - to:
          - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
          - ipBlock: {cidr: 10.96.0.10/32}
          - ipBlock: {cidr: 169.254.20.10/32}
          ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]
      """;

  private final SimulatedNode node;

  /** Plays everything on a node whose probes have phases drawn from this seed. */
  FindingsOverTimeTest(long seed) {
    this.node = new SimulatedNode(seed);
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void theIncident() {
    incident(_ -> {});
  }

  /** NTP corrects a node that booted with a wrong clock, in the middle of it, more than once. */
  @Test
  void theIncidentWhileTheClockIsSet() {
    List<Duration> steps =
        List.of(
            Duration.ofHours(-3),
            Duration.ofDays(400),
            Duration.ofSeconds(-25),
            Duration.ofSeconds(25),
            Duration.ofDays(-400));
    incident(
        second -> {
          for (int i = 0; i < steps.size(); i++) {
            node.until(second + 2 + 7L * i);
            node.setClock(steps.get(i));
          }
        });
  }

  /** Plays the incident; an additional action follows the start of each phase. */
  private void incident(LongConsumer more) {
    node.until(60);
    node.apply(DENY);
    node.close(in("payments"));
    more.accept(60);
    node.until(180);
    node.apply(DENY + "---\n" + UDP_TO_KUBE_DNS);
    node.open(in("payments").and(to(KUBE_DNS)).and(over(Transport.UDP)));
    more.accept(180);
    node.until(300);
    node.apply(DENY + "---\n" + ALL);
    node.open(in("payments"));
    more.accept(300);
    node.until(420);
    List<String> lines = node.logged();
    assertEquals(2, lines.size(), lines::toString);
    assertTrue(lines.getFirst().startsWith("warn egress_denied likely [payments]"));
    assertEquals(
        "over egress_denied [payments] [kube-dns node-local-dns] [udp tcp]", lines.getLast());
  }

  @Test
  void aNamespaceThatFailsAloneIsFoundForAnySettingOfTheClock() {
    node.until(60);
    node.close(in("payments"));
    node.until(75);
    node.setClock(Duration.ofHours(-3));
    node.until(82);
    node.setClock(Duration.ofHours(2));
    node.until(120);
    node.open(in("payments"));
    node.until(240);
    List<String> lines = node.logged();
    assertEquals(2, lines.size(), lines::toString);
    assertTrue(lines.getFirst().startsWith("warn unexplained"), lines::toString);
    assertTrue(lines.getLast().startsWith("over unexplained"), lines::toString);
  }

  @Test
  void aServerDiesAndReturns() {
    node.until(60);
    node.close(to(KUBE_DNS));
    node.until(120);
    node.open(to(KUBE_DNS));
    node.until(180);
    assertEquals(
        List.of(
            "warn server_down likely [analytics payments shop] [kube-dns] [udp tcp]",
            "over server_down [analytics payments shop] [kube-dns] [udp tcp]"),
        node.logged());
  }

  @Test
  void theCacheDiesAndReturns() {
    node.until(60);
    node.close(to(NODE_LOCAL));
    node.until(120);
    node.open(to(NODE_LOCAL));
    node.until(180);
    assertEquals(
        List.of(
            "warn cache_down likely [analytics payments shop] [node-local-dns] [udp tcp]",
            "over cache_down [analytics payments shop] [node-local-dns] [udp tcp]"),
        node.logged());
  }

  @Test
  void theNodeIsCutOffAndReturns() {
    node.until(60);
    node.close(_ -> true);
    node.until(120);
    node.open(_ -> true);
    node.until(180);
    assertEquals(
        List.of(
            "warn node_cut_off likely [analytics payments shop] [kube-dns node-local-dns] [udp"
                + " tcp]",
            "over node_cut_off [analytics payments shop] [kube-dns node-local-dns] [udp tcp]"),
        node.logged());
  }

  @Test
  void oneTransportIsFilteredForAWhile() {
    node.until(60);
    node.close(to(KUBE_DNS).and(over(Transport.TCP)));
    node.until(120);
    node.open(to(KUBE_DNS).and(over(Transport.TCP)));
    node.until(180);
    assertEquals(
        List.of(
            "warn transport_blocked likely [analytics payments shop] [kube-dns] [tcp]",
            "over transport_blocked [analytics payments shop] [kube-dns] [tcp]"),
        node.logged());
  }

  @Test
  void aNamespaceAloneIsCutOffForAnUnknownReason() {
    node.until(60);
    node.close(in("payments"));
    node.until(120);
    node.open(in("payments"));
    node.until(180);
    assertEquals(
        List.of(
            "warn unexplained observed [payments] [kube-dns node-local-dns] [udp tcp]",
            "over unexplained [payments] [kube-dns node-local-dns] [udp tcp]"),
        node.logged());
  }

  @Test
  void aPolicyAppliedAfterTheFirstFailureIsNotItsCause() {
    node.until(60);
    node.close(to(NODE_LOCAL));
    node.until(104);
    node.apply(DENY + "---\n" + ALL.replace("    - ipBlock: {cidr: 169.254.20.10/32}\n", ""));
    node.until(200);
    assertTrue(
        node.logged().stream().noneMatch(line -> line.contains("egress_denied")),
        node.logged()::toString);
  }

  @Test
  void aPolicyThatIsEnforcedASecondLateCausesNoFalseFinding() {
    node.until(60);
    node.apply(DENY);
    node.until(61);
    node.close(in("payments"));
    node.until(120);
    node.apply("");
    node.until(123);
    node.open(in("payments"));
    node.until(180);
    assertEquals(
        List.of(
            "warn egress_denied likely [payments] [kube-dns node-local-dns] [udp tcp]",
            "over egress_denied [payments] [kube-dns node-local-dns] [udp tcp]"),
        node.logged());
  }

  @Test
  void randomLossCausesNoFlappingFinding() {
    node.lose(0.05);
    node.until(600);
    assertEquals(List.of(), node.logged());
  }

  private static Predicate<ProbePath> in(String namespace) {
    return path -> path.vantage().namespace().equals(namespace);
  }

  private static Predicate<ProbePath> to(Server server) {
    return path -> path.server().equals(server);
  }

  private static Predicate<ProbePath> over(Transport transport) {
    return path -> path.transport() == transport;
  }
}
