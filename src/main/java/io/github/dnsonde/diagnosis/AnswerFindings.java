package io.github.dnsonde.diagnosis;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.finding.Finding.Confidence;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Streak;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Findings for servers that answer, but not as they should. No policy can be the cause. */
final class AnswerFindings {

  /** One wrong answer may be chance. */
  private static final int REPEATED = 2;

  /**
   * Findings on the Service that explain SERVFAIL: the node's cache cannot query the Service
   * either.
   */
  private static final Set<Code> EXPLAIN_SERVFAIL =
      Set.of(Code.NO_ENDPOINTS, Code.INGRESS_DENIED, Code.SERVER_DOWN);

  private final ServerDestinations serverDestinations;
  private final List<ExplainedPath> all;

  AnswerFindings(ServerDestinations serverDestinations, List<ExplainedPath> all) {
    this.serverDestinations = serverDestinations;
    this.all = all;
  }

  /** Returns the findings for wrong answers that none of the other findings explains. */
  List<ProposedFinding> beside(Collection<ProposedFinding> others) {
    List<ProposedFinding> findings = new ArrayList<>();
    boolean explained = others.stream().anyMatch(each -> explainsServfail(each.finding()));
    servfail(
            all.stream()
                .filter(each -> !(explained && serverDestinations.isCache(each.server())))
                .toList())
        .forEach(findings::add);
    wrong().forEach(findings::add);
    late().forEach(findings::add);
    return findings;
  }

  private boolean explainsServfail(Finding finding) {
    List<String> names = finding.subject().servers();
    return EXPLAIN_SERVFAIL.contains(finding.code())
        && all.stream()
            .map(ExplainedPath::server)
            .anyMatch(
                server -> names.contains(server.name()) && serverDestinations.isService(server));
  }

  private static Stream<ProposedFinding> servfail(List<ExplainedPath> paths) {
    List<ExplainedPath> internal =
        with(paths, streak -> failsBy(streak, Reason.SERVFAIL) && scope(streak) == Scope.INTERNAL);
    if (!internal.isEmpty()) {
      return Stream.of(serverFails(internal));
    }
    List<ExplainedPath> external = with(paths, streak -> failsBy(streak, Reason.SERVFAIL));
    return external.isEmpty() ? Stream.empty() : Stream.of(upstreamFails(external));
  }

  private static ProposedFinding serverFails(List<ExplainedPath> internal) {
    FindingDraft findingDraft = new FindingDraft(Code.SERVER_FAILS, internal);
    return findingDraft
        .because(findingDraft.wire())
        .settled(
            Confidence.LIKELY,
            servers(findingDraft)
                + " answers SERVFAIL even for the cluster's own names: the server itself is"
                + " in trouble, or cannot reach the API server or the server behind it.");
  }

  private static ProposedFinding upstreamFails(List<ExplainedPath> external) {
    FindingDraft findingDraft = new FindingDraft(Code.UPSTREAM_FAILS, external);
    return findingDraft
        .because(findingDraft.wire())
        .because("The cluster's own names are answered.")
        .settled(
            Confidence.LIKELY,
            servers(findingDraft)
                + " answers SERVFAIL for external names alone: its upstream resolver is silent"
                + " or refuses.");
  }

  /** One finding for all wrong answers, whatever their reasons. */
  private Stream<ProposedFinding> wrong() {
    List<Reason> reasons =
        Stream.of(Reason.values())
            .filter(reason -> reason.kind() == Reason.Kind.WRONG && reason != Reason.SERVFAIL)
            .filter(reason -> !with(all, streak -> failsBy(streak, reason)).isEmpty())
            .toList();
    boolean misunderstood = !with(all, AnswerFindings::isMisunderstood).isEmpty();
    List<ExplainedPath> paths =
        with(
            all,
            streak ->
                isMisunderstood(streak)
                    || reasons.stream().anyMatch(reason -> failsBy(streak, reason)));
    return paths.isEmpty() ? Stream.empty() : Stream.of(wrong(reasons, misunderstood, paths));
  }

  private static ProposedFinding wrong(
      List<Reason> reasons, boolean misunderstood, List<ExplainedPath> paths) {
    FindingDraft findingDraft = new FindingDraft(Code.WRONG_ANSWERS, paths);
    List<String> labels =
        Stream.concat(
                reasons.stream().map(Reason::label),
                Stream.of("messages that answer something else").filter(_ -> misunderstood))
            .toList();
    return findingDraft
        .because(findingDraft.wire())
        .settled(
            Confidence.OBSERVED,
            "Answers from " + servers(findingDraft) + " are wrong: " + Words.all(labels) + ".");
  }

  private static boolean isMisunderstood(Streak streak) {
    return streak.failures() >= REPEATED && PathObservation.misunderstood(streak);
  }

  private Stream<ProposedFinding> late() {
    List<ExplainedPath> late = with(all, AnswerFindings::isLate);
    if (late.isEmpty()) {
      return Stream.empty();
    }
    FindingDraft findingDraft = new FindingDraft(Code.LATE_ANSWERS, late);
    return Stream.of(
        findingDraft
            .because(findingDraft.wire())
            .settled(
                Confidence.OBSERVED,
                "Right answers from "
                    + servers(findingDraft)
                    + " come when most clients have given up already."));
  }

  private static List<ExplainedPath> with(List<ExplainedPath> paths, Predicate<Streak> which) {
    return paths.stream()
        .filter(each -> each.pathObservation().streaks().stream().anyMatch(which))
        .toList();
  }

  private static boolean failsBy(Streak streak, Reason reason) {
    return streak.reasons().getOrDefault(reason, 0) >= REPEATED
        && PathObservation.reason(streak).filter(reason::equals).isPresent();
  }

  /**
   * Returns true if a late answer follows an unanswered query: this is the end of an outage. The
   * queries of its last seconds are answered after a retransmission (TCP), or were held up.
   */
  private static boolean isLate(Streak streak) {
    return failsBy(streak, Reason.LATE)
        && streak.reasons().keySet().stream()
            .noneMatch(reason -> reason.kind() == Reason.Kind.UNANSWERED);
  }

  private static Scope scope(Streak streak) {
    return streak.latest().probe().question().scope();
  }

  private static String servers(FindingDraft findingDraft) {
    return Words.servers(findingDraft.servers());
  }
}
