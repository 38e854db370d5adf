package io.github.dnsonde.diagnosis;

import io.github.dnsonde.probe.Finding;
import io.github.dnsonde.probe.Finding.Code;
import io.github.dnsonde.probe.Finding.Confidence;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Streak;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What is answered, but not as it should be: that is no policy's doing. */
final class AnswerFindings {

  /** One wrong answer may be chance. */
  private static final int REPEATED = 2;

  /** Then a cache that answers SERVFAIL only tells that it cannot ask further. */
  private static final Set<Code> EXPLAIN_SERVFAIL =
      Set.of(Code.NO_ENDPOINTS, Code.INGRESS_DENIED, Code.SERVER_DOWN);

  private final List<Judged> all;

  AnswerFindings(List<Judged> all) {
    this.all = all;
  }

  /** Those that none of these explains. */
  List<Finding> beside(Collection<Finding> others) {
    List<Finding> findings = new ArrayList<>();
    if (others.stream().map(Finding::code).noneMatch(EXPLAIN_SERVFAIL::contains)) {
      servfail().forEach(findings::add);
    }
    wrong().forEach(findings::add);
    misunderstood().forEach(findings::add);
    late().forEach(findings::add);
    return findings;
  }

  private Stream<Finding> servfail() {
    List<Judged> internal =
        with(streak -> failsBy(streak, Reason.SERVFAIL) && scope(streak) == Scope.INTERNAL);
    if (!internal.isEmpty()) {
      Draft draft = new Draft(Code.SERVER_FAILS, internal);
      return Stream.of(
          draft
              .because(draft.wire())
              .finding(
                  Confidence.LIKELY,
                  servers(draft)
                      + " answers SERVFAIL even for the cluster's own names: the server itself is"
                      + " in trouble, or cannot reach the API server or the server behind it."));
    }
    List<Judged> external = with(streak -> failsBy(streak, Reason.SERVFAIL));
    if (external.isEmpty()) {
      return Stream.empty();
    }
    Draft draft = new Draft(Code.UPSTREAM_FAILS, external);
    return Stream.of(
        draft
            .because(draft.wire())
            .because("The cluster's own names are answered.")
            .finding(
                Confidence.LIKELY,
                servers(draft)
                    + " answers SERVFAIL for external names alone: its upstream resolver is silent"
                    + " or refuses."));
  }

  private Stream<Finding> wrong() {
    Map<Reason, List<Judged>> byReason = new EnumMap<>(Reason.class);
    Stream.of(Reason.values())
        .filter(reason -> reason.kind() == Reason.Kind.WRONG && reason != Reason.SERVFAIL)
        .forEach(reason -> byReason.put(reason, with(streak -> failsBy(streak, reason))));
    return byReason.entrySet().stream()
        .filter(entry -> !entry.getValue().isEmpty())
        .map(entry -> wrong(entry.getKey(), entry.getValue()));
  }

  private static Finding wrong(Reason reason, List<Judged> paths) {
    Draft draft = new Draft(Code.WRONG_ANSWERS, paths);
    return draft
        .because(draft.wire())
        .finding(
            Confidence.OBSERVED,
            "Answers from " + servers(draft) + " are wrong: " + reason.label() + ".");
  }

  private Stream<Finding> misunderstood() {
    List<Judged> paths =
        with(streak -> streak.failures() >= REPEATED && Wire.misunderstood(streak));
    if (paths.isEmpty()) {
      return Stream.empty();
    }
    Draft draft = new Draft(Code.WRONG_ANSWERS, paths);
    return Stream.of(
        draft
            .because(draft.wire())
            .finding(
                Confidence.OBSERVED,
                "Messages come from "
                    + servers(draft)
                    + " that answer something other than the query, so they are ignored."));
  }

  private Stream<Finding> late() {
    List<Judged> late = with(streak -> failsBy(streak, Reason.LATE));
    if (late.isEmpty()) {
      return Stream.empty();
    }
    Draft draft = new Draft(Code.LATE_ANSWERS, late);
    return Stream.of(
        draft
            .because(draft.wire())
            .finding(
                Confidence.OBSERVED,
                "Right answers from "
                    + servers(draft)
                    + " come when most clients have given up already."));
  }

  private List<Judged> with(Predicate<Streak> which) {
    return all.stream().filter(each -> each.wire().streaks().stream().anyMatch(which)).toList();
  }

  private static boolean failsBy(Streak streak, Reason reason) {
    return streak.failures() >= REPEATED && Wire.reason(streak).filter(reason::equals).isPresent();
  }

  private static Scope scope(Streak streak) {
    return streak.latest().probe().question().scope();
  }

  private static String servers(Draft draft) {
    return Words.all(draft.servers().stream().map(Words::server).toList());
  }
}
