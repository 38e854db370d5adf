package io.github.dnsonde.diagnosis;

import static java.util.stream.Collectors.groupingBy;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.finding.Finding.Confidence;
import io.github.dnsonde.policy.OtherDecision;
import io.github.dnsonde.probe.FirstFew;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Streak;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Findings for servers that answer, but not as they should. No policy can be the cause. */
final class AnswerFindings {

  /** One wrong answer may be chance. */
  private static final int REPEATED = 2;

  /** The maximum number of names in a sentence. */
  private static final int NAMED = 3;

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
    List<ExplainedPath> refused = with(all, AnswerFindings::isRefused);
    byNamespace(refused).forEach(each -> refused(each).ifPresent(findings::add));
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

  private static boolean isRefused(Streak streak) {
    return failsBy(streak, Reason.REFUSED);
  }

  private static Collection<List<ExplainedPath>> byNamespace(List<ExplainedPath> paths) {
    return new TreeMap<>(paths.stream().collect(groupingBy(ExplainedPath::namespace))).values();
  }

  /** Returns true if a proxy refuses the name of a query on a path, by its policies. */
  private static boolean isFiltered(ExplainedPath path, Streak streak) {
    return isRefused(streak) && filter(path).filter(each -> each.refuses(name(streak))).isPresent();
  }

  private static Optional<OtherDecision> filter(ExplainedPath path) {
    return path.assessment() instanceof PathAssessment.Allowed(var filter)
        ? filter
        : Optional.empty();
  }

  private static String name(Streak streak) {
    String name = streak.latest().probe().question().name();
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  /** Returns the finding that a proxy refuses names that no rule lets through. */
  private static Optional<ProposedFinding> refused(List<ExplainedPath> paths) {
    List<ExplainedPath> filtered =
        paths.stream()
            .filter(
                path ->
                    path.pathObservation().streaks().stream()
                        .anyMatch(streak -> isFiltered(path, streak)))
            .toList();
    return filtered.isEmpty() ? Optional.empty() : Optional.of(filtered(filtered));
  }

  private static ProposedFinding filtered(List<ExplainedPath> paths) {
    List<OtherDecision> by =
        paths.stream().flatMap(path -> filter(path).stream()).distinct().toList();
    List<String> names =
        paths.stream()
            .flatMap(
                path ->
                    path.pathObservation().streaks().stream()
                        .filter(streak -> isFiltered(path, streak))
                        .map(AnswerFindings::name))
            .distinct()
            .sorted()
            .toList();
    FindingDraft findingDraft =
        new FindingDraft(Code.NAMES_REFUSED, paths).decidedBy(List.of(), by);
    return findingDraft
        .because(findingDraft.wire())
        .because(by.stream().map(AnswerFindings::passing).distinct().toList())
        .settled(
            Confidence.LIKELY,
            "Cilium's DNS proxy refuses "
                + FirstFew.of(names, NAMED)
                + " for pods of namespace "
                + paths.getFirst().namespace()
                + ": the rule's DNS names do not match.");
  }

  private static String passing(OtherDecision by) {
    return "The proxy lets through only: "
        + by.shownNames()
        + ". If the pods need others, whoever maintains "
        + Words.all(by.names())
        + " must add them to its rules.dns."
        + by.advice();
  }

  /** One finding for all wrong answers, whatever their reasons. */
  private Stream<ProposedFinding> wrong() {
    List<Reason> reasons =
        Stream.of(Reason.values())
            .filter(reason -> reason.kind() == Reason.Kind.WRONG && reason != Reason.SERVFAIL)
            .filter(reason -> !unexplained(streak -> failsBy(streak, reason)).isEmpty())
            .toList();
    boolean misunderstood = !with(all, AnswerFindings::isMisunderstood).isEmpty();
    List<ExplainedPath> paths =
        unexplained(
            streak ->
                isMisunderstood(streak)
                    || reasons.stream().anyMatch(reason -> failsBy(streak, reason)));
    return paths.isEmpty() ? Stream.empty() : Stream.of(wrong(reasons, misunderstood, paths));
  }

  /** The paths with such a streak, unless a filter of names explains it. */
  private List<ExplainedPath> unexplained(Predicate<Streak> which) {
    return all.stream()
        .filter(
            path ->
                path.pathObservation().streaks().stream()
                    .anyMatch(streak -> which.test(streak) && !isFiltered(path, streak)))
        .toList();
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
