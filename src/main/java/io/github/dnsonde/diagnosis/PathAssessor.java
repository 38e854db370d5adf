package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicyObject;
import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.policy.Destination;
import io.github.dnsonde.policy.PathVerdict;
import io.github.dnsonde.policy.PolicyEvaluator;
import io.github.dnsonde.policy.PolicyVerdict;
import io.github.dnsonde.policy.PortProtocol;
import io.github.dnsonde.policy.SuggestedPolicy;
import io.github.dnsonde.policy.UnknownReason;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Vantage;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The assessments of a node's paths by the policies of a cluster. Each path is evaluated once. */
final class PathAssessor {

  private static final Comparator<ReportedVerdict> ORDER =
      Comparator.comparing(ReportedVerdict::namespace)
          .thenComparing(ReportedVerdict::pod)
          .thenComparing(ReportedVerdict::server)
          .thenComparing(ReportedVerdict::transport);

  private final PolicyEvaluator evaluator;
  private final ServerDestinations serverDestinations;
  private final Map<NamespacedName, Pod> pods;
  private final SharedJudgments shared;
  private final Map<ProbePath, Said> said = new HashMap<>();

  /** Creates an assessor whose judgments are its own. */
  PathAssessor(ClusterView cluster, NodeCache cache) {
    this(cluster, cache, new SharedJudgments());
  }

  PathAssessor(ClusterView cluster, NodeCache cache, SharedJudgments shared) {
    this(
        PolicyEvaluator.of(cluster),
        new ServerDestinations(cluster, cache),
        new HashMap<>(),
        shared);
    cluster.pods().forEach(pod -> pods.put(new NamespacedName(pod.namespace(), pod.name()), pod));
  }

  private PathAssessor(
      PolicyEvaluator evaluator,
      ServerDestinations serverDestinations,
      Map<NamespacedName, Pod> pods,
      SharedJudgments shared) {
    this.shared = shared;
    this.evaluator = evaluator;
    this.serverDestinations = serverDestinations;
    this.pods = pods;
  }

  /** Returns an assessor with one more policy. */
  PathAssessor with(NetworkPolicy policy) {
    return new PathAssessor(
        new PolicyEvaluator(evaluator.policies().with(policy)), serverDestinations, pods, shared);
  }

  /** Returns true if a packet on this path would pass, or probably would. */
  boolean allow(ProbePath path) {
    return of(path).assessment() instanceof PathAssessment.Allowed;
  }

  /** Returns the assessment of a path. */
  ConditionalAssessment of(ProbePath path) {
    return said(path)
        .map(Said::conditionalAssessment)
        .orElseGet(
            () ->
                new ConditionalAssessment(
                    new PathAssessment.Unknown(), Optional.empty(), Optional.empty()));
  }

  /** Returns the verdicts on these paths, without those from unknown pods. */
  public List<ReportedVerdict> policyVerdicts(Stream<ProbePath> paths) {
    return paths
        .flatMap(path -> said(path).map(Said::policyVerdict).stream())
        .sorted(ORDER)
        .toList();
  }

  /** Returns a policy that would allow a vantage's pod to query these servers. */
  Optional<PolicyObject> suggestedPolicy(Vantage vantage, List<Server> asked) {
    return pod(vantage)
        .flatMap(pod -> SuggestedPolicy.of(evaluator, pod, serverDestinations.all(asked)).egress());
  }

  /** Returns a policy that would allow these vantages to query a server's pods. */
  Optional<PolicyObject> suggestedPolicyAtServer(List<Vantage> vantages, Server server) {
    List<Pod> asking = vantages.stream().flatMap(vantage -> pod(vantage).stream()).toList();
    return serverDestinations.all(List.of(server)).stream()
        .flatMap(destination -> SuggestedPolicy.atServer(evaluator, asking, destination).stream())
        .findFirst();
  }

  /**
   * Returns the denial if a path is allowed to its likelier destination, but denied to the other.
   */
  private Optional<PathAssessment> deniedOtherwise(Pod pod, ProbePath path) {
    return otherwise(pod, path)
        .filter(policyVerdict -> policyVerdict.likely().equals(Optional.of(Decision.DENY)))
        .map(
            policyVerdict ->
                new PathAssessment.Denied(
                    policyVerdict.isolating(),
                    List.of(Sentences.otherwise(path, serverDestinations.isRedirected())),
                    policyVerdict.other()));
  }

  /**
   * Returns the permission if a path is denied to its likelier destination, but allowed to the
   * other.
   */
  private Optional<PathAssessment> allowedOtherwise(Pod pod, ProbePath path) {
    return otherwise(pod, path)
        .filter(policyVerdict -> policyVerdict.likely().equals(Optional.of(Decision.ALLOW)))
        .map(_ -> new PathAssessment.Allowed());
  }

  private Optional<PolicyVerdict> otherwise(Pod pod, ProbePath path) {
    return serverDestinations
        .otherwise(path.server())
        .map(there -> evaluator.egress(pod, there, portProtocol(path)));
  }

  private Optional<Said> said(ProbePath path) {
    return pod(path.vantage()).map(pod -> said.computeIfAbsent(path, _ -> said(pod, path)));
  }

  private Said said(Pod pod, ProbePath path) {
    PathVerdict pathVerdict =
        pathVerdict(pod, serverDestinations.of(path.server()), portProtocol(path));
    PathAssessment pathAssessment = Sentences.assessment(pathVerdict);
    Optional<PathAssessment> whenSilent =
        pathAssessment instanceof PathAssessment.Allowed
            ? deniedOtherwise(pod, path)
            : Optional.empty();
    Optional<PathAssessment> whenAnswered =
        pathAssessment instanceof PathAssessment.Denied
            ? allowedOtherwise(pod, path)
            : Optional.empty();
    PathJudgment judgment =
        shared.one(
            Sentences.judgment(
                new ConditionalAssessment(pathAssessment, whenSilent, whenAnswered), pathVerdict));
    return new Said(judgment.conditionalAssessment(), judgment.of(path));
  }

  private PathVerdict pathVerdict(Pod pod, Destination destination, PortProtocol portProtocol) {
    PathVerdict pathVerdict = evaluator.pathVerdict(pod, destination, portProtocol);
    return serverDestinations.mayBeUnknownService(destination)
        ? new PathVerdict(unlessBySelector(pathVerdict.egress()), pathVerdict.ingress())
        : pathVerdict;
  }

  /** A rule that selects pods may match the pods behind an address that belongs to a Service. */
  private static PolicyVerdict unlessBySelector(PolicyVerdict egress) {
    boolean bySelector =
        egress.isolating().stream()
            .flatMap(policy -> policy.rules(Direction.EGRESS).orElse(List.of()).stream())
            .flatMap(rule -> rule.peers().stream())
            .anyMatch(Peer.Selected.class::isInstance);
    return egress instanceof PolicyVerdict.Deny(List<NetworkPolicy> isolating, var other)
            && other.isEmpty()
            && bySelector
        ? new PolicyVerdict.Unknown(
            UnknownReason.UNKNOWN_ADDRESS, Optional.of(Decision.DENY), isolating, List.of())
        : egress;
  }

  private Optional<Pod> pod(Vantage vantage) {
    return Optional.ofNullable(pods.get(vantage.namespacedPod()));
  }

  private static PortProtocol portProtocol(ProbePath path) {
    return PortProtocol.over(path.transport(), path.server().port());
  }

  /** The assessment of one path, for a finding and for the table of paths. */
  private record Said(ConditionalAssessment conditionalAssessment, ReportedVerdict policyVerdict) {}
}
