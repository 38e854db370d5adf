package io.github.dnsonde.diagnosis;

import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.cluster.PolicyObject;
import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.probe.ExpectedSilence;
import io.github.dnsonde.probe.LookupStreak;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.PairLosses;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.StaleSocket;
import io.github.dnsonde.probe.TrialStreak;
import io.github.dnsonde.probe.Vantage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The explanation of why probes fail on a node, updated repeatedly. It remembers earlier policies,
 * so that it can name one that was removed. Belongs to one thread.
 */
public final class Diagnoser {

  /**
   * The time for which a removed policy is remembered; older removals do not explain present
   * failures.
   */
  private static final Duration MEMORY = Duration.ofMinutes(15);

  /** The number of removed policies that are remembered: a tenant may remove any number. */
  private static final int REMOVALS = 50;

  private static final Comparator<ExplainedPath> BY_PLACE =
      Comparator.comparing(ExplainedPath::namespace)
          .thenComparing(each -> each.path().vantage().pod())
          .thenComparing(each -> each.server().name());

  private final Function<PolicyObject, String> yaml;
  private final FindingTracker tracker = new FindingTracker();
  private final AssessmentHistory assessmentHistory = new AssessmentHistory();
  private final DeclarationFindings declarations = new DeclarationFindings();
  private List<PolicyDeletion> removed = List.of();
  private Map<PolicyDeletion, PathAssessor> restored = new HashMap<>();
  private final LastAnswers<Asked, Optional<String>> suggested = new LastAnswers<>();
  private ClusterView seen = ClusterView.EMPTY;
  private NodeCache cache = NodeCache.NONE;
  private final Supplier<SharedJudgments> judgments;
  private PathAssessor pathAssessor;

  /**
   * Creates a diagnoser that knows nothing yet.
   *
   * @param yaml writes a policy as YAML that a person can apply
   */
  public Diagnoser(Function<PolicyObject, String> yaml) {
    this(yaml, SharedJudgments::new);
  }

  /**
   * Creates one of several diagnosers of the same thread.
   *
   * @param judgments returns those that they have in common, under the view of their next input
   */
  public Diagnoser(Function<PolicyObject, String> yaml, Supplier<SharedJudgments> judgments) {
    this.yaml = yaml;
    this.judgments = judgments;
    this.pathAssessor = new PathAssessor(ClusterView.EMPTY, NodeCache.NONE);
  }

  /**
   * Returns the diagnosis of this input. Views are replaced and never changed, so comparing them
   * costs nothing.
   */
  @SuppressWarnings("ReferenceEquality")
  public Diagnosis into(DiagnosisInput known) {
    if (known.cluster() != seen || !known.cache().equals(cache)) {
      remember(known);
      pathAssessor = new PathAssessor(known.cluster(), known.cache(), judgments.get());
      restored = new HashMap<>();
      suggested.clear();
    }
    suggested.turn();
    List<ExplainedPath> judged =
        PathObservation.of(known.streaks()).stream()
            .map(
                pathObservation ->
                    assessmentHistory.judge(
                        pathObservation, pathAssessor.of(pathObservation.path()), known.now()))
            .sorted(BY_PLACE)
            .toList();
    assessmentHistory.retain(judged);
    List<ExplainedPath> current =
        judged.stream()
            .flatMap(each -> AssessmentHistory.current(each, known.now()).stream())
            .toList();
    ExpectedSilence silence = known.cluster().silence(known.now());
    List<ExplainedPath> expected =
        current.stream().filter(each -> !silence.covers(each.path().vantage())).toList();
    List<Finding> findings = new ArrayList<>();
    findings.addAll(
        tracker.update(
            new Correlation(expected, known, new Removals(), new Applicable(expected)).findings(),
            pending(judged, current),
            known.now()));
    findings.addAll(
        declarations.of(
            known.cluster(),
            current.stream()
                .filter(each -> silence.covers(each.path().vantage()))
                .filter(each -> !known.intercepted().contains(each.path().vantage()))
                .toList(),
            known.now()));
    findings.addAll(ofOtherQueries(known, silence));
    return new Diagnosis(
        findings, pathAssessor.policyVerdicts(judged.stream().map(ExplainedPath::path)));
  }

  /**
   * Findings from queries that are no probe's, at vantages where responses are expected and come
   * from the servers.
   */
  private static List<Finding> ofOtherQueries(DiagnosisInput known, ExpectedSilence silence) {
    Predicate<Vantage> usual =
        vantage -> !silence.covers(vantage) && !known.intercepted().contains(vantage);
    List<LookupStreak> lookups =
        at(usual, known.lookups(), streak -> streak.latest().lookup().vantage());
    List<PairLosses> pairs = at(usual, known.pairs(), PairLosses::vantage);
    List<StaleSocket> sockets = at(usual, known.sockets(), StaleSocket::vantage);
    List<TrialStreak> trials =
        at(usual, known.trials(), streak -> streak.latest().trial().vantage());
    List<Outcome> canaries = at(usual, known.canaries(), outcome -> outcome.probe().vantage());
    return Stream.of(
            new LookupFindings(lookups, known.streaks()).findings(),
            PairFindings.of(pairs),
            StaleSocketFindings.of(sockets),
            TrialFindings.of(trials, known.streaks()),
            CanaryFindings.of(canaries))
        .flatMap(List::stream)
        .toList();
  }

  /** Keeps what was learnt at such vantages. */
  private static <T> List<T> at(
      Predicate<Vantage> vantages, List<T> learnt, Function<T, Vantage> vantage) {
    return learnt.stream().filter(each -> vantages.test(vantage.apply(each))).toList();
  }

  /**
   * Moves the remembered times after the wall clock was set by this much. The outcomes of the next
   * input must have been moved likewise.
   */
  public void clockSet(Duration by) {
    assessmentHistory.clockSet(by);
    tracker.clockSet(by);
    declarations.clockSet(by);
    removed = removed.stream().map(policyDeletion -> policyDeletion.clockSet(by)).toList();
    restored = new HashMap<>();
  }

  private static Set<ProbePath> pending(List<ExplainedPath> judged, List<ExplainedPath> current) {
    Set<ProbePath> pending = judged.stream().map(ExplainedPath::path).collect(toSet());
    current.forEach(each -> pending.remove(each.path()));
    return pending;
  }

  private void remember(DiagnosisInput known) {
    Set<NamespacedName> present =
        Stream.concat(
                known.cluster().policies().stream().map(NetworkPolicy::namespacedName),
                known.cluster().gaps().invalid().stream().map(InvalidPolicy::namespacedName))
            .collect(toSet());
    Instant oldest = known.now().minus(MEMORY);
    removed =
        Stream.concat(
                seen.policies().stream()
                    .filter(policy -> !present.contains(policy.namespacedName()))
                    .filter(policy -> knowsAll(known.cluster(), policy.namespace()))
                    .map(policy -> new PolicyDeletion(policy, known.now())),
                removed.stream().filter(policyDeletion -> policyDeletion.at().isAfter(oldest)))
            .limit(REMOVALS)
            .toList();
    seen = known.cluster();
    cache = known.cache();
  }

  /** Policies are known only for namespaces that have pods on this node. */
  private static boolean knowsAll(ClusterView cluster, String namespace) {
    return cluster.namespaces().containsKey(namespace)
        && cluster.gaps().ofPolicies(namespace).isEmpty();
  }

  private static List<Vantage> vantages(List<ExplainedPath> paths) {
    return paths.stream().map(each -> each.path().vantage()).distinct().toList();
  }

  /** The direction, the vantages and the servers that a policy is suggested for. */
  private record Asked(Direction direction, List<Vantage> vantages, List<Server> servers) {}

  /** The removed policies, and the assessment as if they still existed. */
  private final class Removals implements DeletedPolicies {
    @Override
    public List<PolicyDeletion> removed() {
      return removed;
    }

    @Override
    public boolean wouldAllow(PolicyDeletion policyDeletion, ProbePath path) {
      return restored
          .computeIfAbsent(policyDeletion, each -> pathAssessor.with(each.policy()))
          .allow(path);
    }
  }

  /** The suggested policies as YAML. */
  private final class Applicable implements SuggestedPolicies {

    private final List<Server> servers;

    private Applicable(List<ExplainedPath> all) {
      this.servers = all.stream().map(ExplainedPath::server).distinct().toList();
    }

    @Override
    public Optional<String> egress(List<ExplainedPath> paths) {
      return vantages(paths).stream().flatMap(vantage -> egress(vantage).stream()).findFirst();
    }

    private Optional<String> egress(Vantage vantage) {
      return suggested.to(
          new Asked(Direction.EGRESS, List.of(vantage), servers),
          _ -> pathAssessor.suggestedPolicy(vantage, servers).map(yaml));
    }

    @Override
    public Optional<String> ingress(List<ExplainedPath> paths) {
      List<Vantage> asking = vantages(paths);
      Server server = paths.getFirst().server();
      return suggested.to(
          new Asked(Direction.INGRESS, asking, List.of(server)),
          _ -> pathAssessor.suggestedPolicyAtServer(asking, server).map(yaml));
    }
  }
}
