package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/**
 * The outcomes of the queries on one path, together with what the policies say of it.
 *
 * @param opinionSince the time since which the policies say so; {@link Instant#EPOCH} where they
 *     have said nothing else since the agent knows the path
 */
record ExplainedPath(
    PathObservation pathObservation, PathAssessment assessment, Instant opinionSince) {

  /**
   * A policy may be noticed so much later than it takes effect: clocks differ, and a query that was
   * on its way may fail although it was sent before.
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

  /** What is said of these paths, each sentence once. */
  static List<String> said(List<ExplainedPath> paths, Function<PathAssessment, List<String>> what) {
    return paths.stream()
        .flatMap(each -> what.apply(each.assessment()).stream())
        .distinct()
        .toList();
  }

  boolean silent() {
    return pathObservation.silent();
  }

  /** Whether the policies of the pod's namespace would deny it, and may be why it fails. */
  boolean denied() {
    return assessment instanceof PathAssessment.Denied && !deniedTooLate();
  }

  /** Whether the policies of the server's pods would deny it, and may be why it fails. */
  boolean deniedAtServer() {
    return assessment instanceof PathAssessment.DeniedAtServer && !deniedTooLate();
  }

  /** Whether it failed already before the policies denied it: then they are not the cause. */
  private boolean deniedTooLate() {
    return silent() && opinionSince.isAfter(pathObservation.since().plus(LEEWAY));
  }

  /** The policies because of which it would be denied, or may be. */
  List<NetworkPolicy> isolating() {
    return switch (assessment) {
      case PathAssessment.Denied(var isolating, _) -> isolating;
      case PathAssessment.DeniedAtServer(var isolating, _) -> isolating;
      case PathAssessment.Unclear(var isolating, _) -> isolating;
      case PathAssessment.Allowed _, PathAssessment.Unknown _ -> List.of();
    };
  }
}
