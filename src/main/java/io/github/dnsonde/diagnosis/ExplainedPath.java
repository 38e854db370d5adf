package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.policy.OtherDecision;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/**
 * The outcomes of the queries on one path, with the assessment of the path by the policies.
 *
 * @param opinionSince the time since which the assessment holds; {@link Instant#EPOCH} if it has
 *     held since the agent first saw the path
 */
record ExplainedPath(
    PathObservation pathObservation, PathAssessment assessment, Instant opinionSince) {

  /**
   * The delay with which a policy may be noticed after it takes effect. Clocks differ, and a query
   * in flight may fail although it was sent before.
   */
  static final Duration LEEWAY = Duration.ofSeconds(10);

  ProbePath path() {
    return pathObservation.path();
  }

  String namespace() {
    return path().vantage().namespace();
  }

  Server server() {
    return path().server();
  }

  Transport transport() {
    return path().transport();
  }

  /** Returns the sentences about these paths, each once. */
  static List<String> said(List<ExplainedPath> paths, Function<PathAssessment, List<String>> what) {
    return paths.stream()
        .flatMap(each -> what.apply(each.assessment()).stream())
        .distinct()
        .toList();
  }

  boolean silent() {
    return pathObservation.silent();
  }

  /** Returns true if the policies of the pod's namespace would deny it and may be the cause. */
  boolean denied() {
    return assessment instanceof PathAssessment.Denied && !deniedTooLate();
  }

  /** Returns true if the policies of the server's pods would deny it and may be the cause. */
  boolean deniedAtServer() {
    return assessment instanceof PathAssessment.DeniedAtServer && !deniedTooLate();
  }

  /** Returns true if it failed before the policies denied it: then they are not the cause. */
  private boolean deniedTooLate() {
    return silent() && opinionSince.isAfter(pathObservation.since().plus(LEEWAY));
  }

  /** The policies of another kind that would deny these paths, each decision once. */
  static List<OtherDecision> others(List<ExplainedPath> paths) {
    return paths.stream().flatMap(each -> each.assessment().other().stream()).distinct().toList();
  }

  /** The NetworkPolicies that would deny it, or may; none if those of another kind do. */
  List<NetworkPolicy> isolating() {
    return switch (assessment) {
      case PathAssessment.Denied(var isolating, _, var other) ->
          other.isPresent() ? List.of() : isolating;
      case PathAssessment.DeniedAtServer(var isolating, _, var other) ->
          other.isPresent() ? List.of() : isolating;
      case PathAssessment.Unclear(var isolating, _) -> isolating;
      case PathAssessment.Allowed _, PathAssessment.Unknown _ -> List.of();
    };
  }
}
