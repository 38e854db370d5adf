package io.github.dnsonde.merge;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.overview.NodeInput;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.Ignored;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.Verdict;
import io.github.dnsonde.report.PathResult;
import io.github.dnsonde.report.ReportedPath;
import io.github.dnsonde.report.ReportedVantage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The outcomes behind a report, as far as an explanation needs them: the questions themselves do
 * not travel, so they have made-up names.
 */
final class ReportedStreaks {

  private final NodeInput node;

  ReportedStreaks(NodeInput node) {
    this.node = node;
  }

  /**
   * Returns true if anything on the node may need an explanation. A finding of the agent counts,
   * because policies that deny what is answered also need one; its content is not believed. One
   * about a declaration, or from lookups and the like, explains itself.
   */
  boolean needExplanation() {
    return !node.report().findings().stream().allMatch(finding -> finding.code().isOnlyReported())
        || node.report().vantages().stream()
            .flatMap(vantage -> vantage.paths().stream())
            .anyMatch(path -> path.state().hasResults());
  }

  List<Streak> all() {
    return node.report().vantages().stream().flatMap(this::ofVantage).toList();
  }

  /** Returns the vantages for which a proxy answers, which only their own node can notice. */
  Set<Vantage> intercepted() {
    Set<String> pods =
        node.report().findings().stream()
            .filter(finding -> finding.code() == Finding.Code.INTERCEPTED)
            .flatMap(finding -> finding.subject().pods().stream())
            .collect(toUnmodifiableSet());
    return node.report().vantages().stream()
        .map(this::vantage)
        .filter(vantage -> pods.contains(vantage.namespacedPod().toString()))
        .collect(toUnmodifiableSet());
  }

  private Stream<Streak> ofVantage(ReportedVantage reported) {
    Vantage vantage = vantage(reported);
    return reported.paths().stream().flatMap(path -> ofPath(vantage, path));
  }

  private Vantage vantage(ReportedVantage reported) {
    return new Vantage(
        reported.namespace(), reported.workload(), reported.pod(), node.node(), Vantage.ANY);
  }

  private Stream<Streak> ofPath(Vantage vantage, ReportedPath path) {
    return switch (path.state()) {
      case UNTESTED, EXPECTED -> Stream.empty();
      case GOOD -> Stream.of(streak(vantage, path, 0, good(path)));
      case UNANSWERED, WRONG, LATE, UNCERTAIN ->
          IntStream.range(0, path.results().size())
              .mapToObj(i -> streak(vantage, path, i, path.results().get(i)));
    };
  }

  private static PathResult good(ReportedPath path) {
    return new PathResult(
        Scope.INTERNAL, Optional.empty(), new TreeMap<>(), false, path.since(), path.queried());
  }

  private Streak streak(Vantage vantage, ReportedPath path, int number, PathResult result) {
    Question question =
        new Question(
            "reported-" + number + ".",
            RecordType.A,
            path.transport(),
            result.scope(),
            Expectation.ANY_RECORD);
    Probe probe = new Probe(vantage, path.server(), question, path.inUse());
    SortedMap<Reason, Integer> reasons = result.reasons();
    int failures = reasons.values().stream().mapToInt(Integer::intValue).sum();
    return new Streak(
        new Outcome(
            probe,
            at(result.queried()),
            Optional.empty(),
            Optional.empty(),
            result.misunderstood() ? Ignored.one(Ignored.Why.NO_QUESTION) : Ignored.NONE,
            new Reply.TimedOut(Reply.Phase.RESPONSE),
            result.reason().<Verdict>map(Verdict.Failed::new).orElseGet(Verdict.Good::new)),
        Math.max(1, failures),
        reasons,
        at(result.since()));
  }

  private Instant at(Duration age) {
    return node.received().minus(age);
  }
}
