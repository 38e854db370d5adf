package io.github.dnsonde.overview;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.overview.NodeRow.Presence;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.report.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks the sentence that a person reads first. */
class HeadlineTest {

  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

  /**
   * Paths are written as namespace, server, transport, state, affected of all nodes, and age;
   * {@code -} before the server if it is not in use.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          INCOMPLETE | Nothing is probed yet. |
          GOOD | The only namespace, pay, resolves. | pay dns udp good 1/1 9
          GOOD | All 2 namespaces resolve. | pay dns udp good 3/3 9; shop dns udp good 3/3 9
          GOOD | All 2 namespaces resolve. | pay dns udp uncertain 1/3 9; shop dns udp good 3/3 9
          GOOD | All 2 namespaces resolve. | pay dns udp good 1/1 9; pay -cache udp unanswered 1/1 9; shop dns udp good 3/3 9
          INCOMPLETE | 1 of 2 namespaces resolves; 1 not seen. | pay dns udp good 1/1 9; shop dns udp untested 3/3 9
          INCOMPLETE | 1 of 2 namespaces resolves; 1 not seen. | pay dns udp good 1/1 9; shop -dns udp good 3/3 9
          GOOD | 1 of 2 namespaces resolves; 1 needs no DNS. | pay dns udp good 1/1 9; shop dns udp expected 3/3 9
          INCOMPLETE | 0 of 2 namespaces resolve; 1 needs no DNS; 1 not seen. | pay dns udp untested 1/1 9; shop dns udp expected 3/3 9
          INCOMPLETE | The only namespace, pay, is not seen. | pay dns udp untested 3/3 9
          INCOMPLETE | None of 2 namespaces is seen. | pay dns udp untested 3/3 9; shop dns udp untested 3/3 9
          GOOD | The only namespace, pay, resolves. | pay dns udp untested 1/3 9
          FAILING | pay cannot resolve, for 3 min. | pay dns udp unanswered 1/1 180; pay dns tcp unanswered 1/1 60
          FAILING | pay cannot resolve, on 2 of 12 nodes, for 9 s. | pay dns udp unanswered 2/12 9
          FAILING | pay cannot resolve over TCP, for 9 s. | pay dns udp good 1/1 9; pay dns tcp unanswered 1/1 9
          FAILING | pay cannot resolve at cache, for 9 s. | pay dns udp good 1/1 9; pay cache udp unanswered 1/1 9; pay dns tcp good 1/1 9; pay cache tcp wrong 1/1 9
          FAILING | pay cannot resolve in part, for 9 s. | pay dns udp unanswered 1/1 9; pay cache tcp unanswered 1/1 9; pay dns tcp good 1/1 9; pay cache udp good 1/1 9
          FAILING | pay gets answers too late, for 9 s. | pay dns udp late 1/1 9
          FAILING | pay gets wrong answers over UDP, for 9 s. | pay dns udp wrong 1/1 9; pay dns tcp good 1/1 9
          FAILING | pay and shop cannot resolve, for 9 s. | pay dns udp unanswered 1/1 9; shop dns udp unanswered 1/1 9
          FAILING | a, b and 1 more namespace cannot resolve, for 9 s; 1 not seen. | a dns udp unanswered 1/1 9; b dns udp unanswered 1/1 9; c dns udp unanswered 1/1 9; d dns udp untested 1/1 9
          FAILING | pay cannot resolve, for 9 s. | pay dns udp unanswered 1/1 9; shop dns udp good 3/3 9
          FAILING | pay cannot resolve, for 9 s; 1 more namespace fails. | pay dns udp unanswered 1/1 9; mail dns udp late 2/3 90
          FAILING | pay cannot resolve, for 9 s; 2 more namespaces fail; 1 not seen. | pay dns udp unanswered 1/1 9; mail dns udp late 2/3 90; shop dns udp wrong 1/1 9; x dns udp untested 1/1 9
          """)
  void theStateIsOneSentence(String mood, String sentence, String paths) {
    Overview overview = overview(rows(paths), List.of(), List.of());
    assertEquals(sentence, overview.headline().sentence());
    assertEquals(Headline.Mood.valueOf(mood), overview.headline().mood());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          EGRESS_DENIED | LIKELY | pay/deny | NetworkPolicy deny does not allow DNS
          EGRESS_DENIED | POSSIBLE | pay/deny | possibly, NetworkPolicy deny does not allow DNS
          EGRESS_DENIED | LIKELY | pay/a,pay/b | NetworkPolicies a and b do not allow DNS
          EGRESS_DENIED | LIKELY | pay/a,pay/b,pay/c | NetworkPolicies a, b and 1 more do not allow DNS
          INGRESS_DENIED | LIKELY | kube-system/x | NetworkPolicy kube-system/x does not allow queries to the DNS pods
          NO_ENDPOINTS | LIKELY | | the DNS Service has no ready pod
          SERVER_DOWN | LIKELY | | dns does not answer
          TRANSPORT_BLOCKED | LIKELY | | UDP does not reach dns
          UNEXPLAINED | OBSERVED | | cause unknown
          """)
  void theCauseFollows(
      Finding.Code code, Finding.Confidence confidence, String policies, String why) {
    Finding finding =
        finding(code, confidence, policies == null ? List.of() : List.of(policies.split(",")));
    Overview overview =
        overview(rows("pay dns udp unanswered 12/12 180"), List.of(finding), List.of());
    assertEquals(
        "pay cannot resolve: " + why + ", on 12 of 12 nodes, for 3 min.",
        overview.headline().sentence());
  }

  @ParameterizedTest
  @EnumSource(Finding.Code.class)
  void everyFindingHasWords(Finding.Code code) {
    Finding finding = finding(code, Finding.Confidence.LIKELY, List.of("pay/deny"));
    String sentence =
        overview(rows("pay dns udp unanswered 1/1 9"), List.of(finding), List.of())
            .headline()
            .sentence();
    assertEquals(
        code.hurts() && !code.isOfAgent(), sentence.startsWith("pay cannot resolve: "), sentence);
    String late =
        overview(rows("pay dns udp late 1/1 9"), List.of(finding), List.of()).headline().sentence();
    assertEquals(code.hurts(), late.startsWith("pay gets answers too late: "), late);
  }

  @Test
  void whatOnlyAgentsFindIsTheCauseOnlyIfNothingElseIs() {
    Finding lookups = finding(Finding.Code.LOOKUP_FAILS, Finding.Confidence.LIKELY, List.of());
    Finding slow = finding(Finding.Code.LATE_ANSWERS, Finding.Confidence.LIKELY, List.of());
    assertEquals(
        "pay gets answers too late: dns is slow, for 9 s.",
        overview(rows("pay dns udp late 1/1 9"), List.of(lookups, slow), List.of())
            .headline()
            .sentence());
  }

  @Test
  void aFindingOfAnotherNamespaceIsNotTheCause() {
    Finding finding =
        finding(Finding.Code.EGRESS_DENIED, Finding.Confidence.LIKELY, List.of("pay/deny"));
    assertEquals(
        "shop cannot resolve, for 9 s.",
        overview(rows("shop dns udp unanswered 1/1 9"), List.of(finding), List.of())
            .headline()
            .sentence());
  }

  @Test
  void nodesThatAreNotSeenAreNeverGood() {
    List<NodeRow> nodes =
        List.of(
            node("a", Presence.REPORTING),
            node("b", Presence.SILENT),
            node("c", Presence.NO_AGENT));
    Headline headline = overview(rows("pay dns udp good 1/1 9"), List.of(), nodes).headline();
    assertEquals("The only namespace, pay, resolves; 2 of 3 nodes not seen.", headline.sentence());
    assertEquals(Headline.Mood.INCOMPLETE, headline.mood());
  }

  /** Nodes where something else fails do not count; without a cause nothing is known of them. */
  @Test
  void theNodesOfSeveralNamespacesAreThoseOfTheirCause() {
    List<NodeRow> nodes =
        Stream.of("a", "b", "c", "d")
            .map(
                name ->
                    new NodeRow(
                        name,
                        Optional.empty(),
                        Presence.REPORTING,
                        Optional.of(NOW),
                        Optional.of("1.2.3"),
                        1,
                        name.equals("d") ? 0 : 1))
            .toList();
    List<OverviewRow> rows =
        rows(
            "pay dns udp unanswered 2/2 9; shop dns udp unanswered 2/2 9; mail dns udp late 1/4"
                + " 9");
    Finding cause =
        new Finding(
            Finding.Code.SERVER_DOWN,
            new Finding.Subject(
                List.of("pay", "shop"),
                List.of("pay/web"),
                List.of("dns"),
                List.of(Transport.UDP),
                List.of("a", "b")),
            Finding.Confidence.LIKELY,
            NOW,
            "It is so.",
            List.of(),
            List.of(),
            Optional.empty());
    assertEquals(
        "pay and shop cannot resolve: dns does not answer, on 2 of 4 nodes, for 9 s; 1 more"
            + " namespace fails.",
        overview(rows, List.of(cause), nodes).headline().sentence());
    assertEquals(
        "pay and shop cannot resolve, for 9 s; 1 more namespace fails.",
        overview(rows, List.of(), nodes).headline().sentence());
  }

  @Test
  void aBlindNamespaceIsNotSeen() {
    Overview overview =
        new Overview(
            "cluster",
            NOW,
            rows("pay dns udp good 1/1 9"),
            List.of(new BlindRow("legacy", BlindRow.NO_AGENT, List.of("win-1"))),
            List.of(),
            List.of(),
            Usage.NONE,
            0);
    assertEquals("1 of 2 namespaces resolves; 1 not seen.", overview.headline().sentence());
  }

  @Test
  void someOfThePodsAreSome() {
    OverviewRow row = rows("pay dns udp unanswered 1/1 9").getFirst();
    OverviewRow some =
        new OverviewRow(
            "pay", "dns", Transport.UDP, true, row.state(), row.since(), 3, 1, 1, 1, row.reasons());
    assertEquals(
        "Some pods of pay cannot resolve, for 9 s.",
        overview(List.of(some), List.of(), List.of()).headline().sentence());
  }

  @Test
  void aDifferenceIsWhatAReaderLacks() {
    Overview before =
        overview(
            rows("pay dns udp good 1/1 9; shop dns udp good 1/1 9"),
            List.of(),
            List.of(node("a", Presence.REPORTING)));
    Overview same =
        overview(
            rows("pay dns udp good 1/1 10; shop dns udp good 1/1 8"),
            List.of(),
            List.of(node("a", Presence.REPORTING)));
    assertEquals(true, OverviewChanges.between(before, same).isEmpty());
    Overview after =
        overview(
            rows("pay dns udp unanswered 1/1 0; new dns udp good 1/1 9"),
            List.of(finding(Finding.Code.UNEXPLAINED, Finding.Confidence.OBSERVED, List.of())),
            List.of(node("b", Presence.REPORTING)));
    OverviewChanges changes = OverviewChanges.between(before, after);
    assertEquals(
        List.of("new", "pay"),
        changes.paths().stream().map(OverviewRow::namespace).sorted().toList());
    assertEquals(List.of("shop"), changes.gone().stream().map(OverviewRow.Key::namespace).toList());
    assertEquals(Optional.empty(), changes.blind());
    assertEquals(after.findings(), List.copyOf(changes.findings().values()));
    assertEquals(Optional.of(List.copyOf(changes.findings().keySet())), changes.findingOrder());
    assertEquals(List.of("a"), changes.goneNodes());
    assertEquals(after.nodes(), changes.nodes());
  }

  private static NodeRow node(String name, Presence presence) {
    return new NodeRow(
        name, Optional.empty(), presence, Optional.of(NOW), Optional.of("1.2.3"), 1, 0);
  }

  private static Finding finding(
      Finding.Code code, Finding.Confidence confidence, List<String> policies) {
    return new Finding(
        code,
        new Finding.Subject(
            List.of("pay"), List.of("pay/web"), List.of("dns"), List.of(Transport.UDP)),
        confidence,
        NOW,
        "It is so.",
        List.of(),
        policies,
        Optional.empty());
  }

  private static Overview overview(
      List<OverviewRow> rows, List<Finding> findings, List<NodeRow> nodes) {
    return new Overview("cluster", NOW, rows, List.of(), findings, nodes, Usage.NONE, 0);
  }

  private static List<OverviewRow> rows(String paths) {
    return paths == null
        ? List.of()
        : new ArrayList<>(Stream.of(paths.split("; ")).map(HeadlineTest::row).toList());
  }

  private static OverviewRow row(String path) {
    List<String> parts = List.of(path.split(" "));
    List<Integer> share = Stream.of(parts.get(4).split("/")).map(Integer::valueOf).toList();
    boolean used = !parts.get(1).startsWith("-");
    return new OverviewRow(
        parts.get(0),
        used ? parts.get(1) : parts.get(1).substring(1),
        Transport.valueOf(parts.get(2).toUpperCase(Locale.ROOT)),
        used,
        Stream.of(PathState.values())
            .filter(state -> state.label().equals(parts.get(3)))
            .findFirst()
            .orElseThrow(),
        Optional.of(NOW.minus(Duration.ofSeconds(Long.parseLong(parts.get(5))))),
        share.getLast(),
        share.getFirst(),
        share.getLast(),
        share.getFirst(),
        new TreeMap<>());
  }
}
