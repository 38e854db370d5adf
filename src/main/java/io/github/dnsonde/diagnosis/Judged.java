package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.probe.Path;
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
record Judged(Wire wire, Opinion opinion, Instant opinionSince) {

  /**
   * A policy may be noticed so much later than it takes effect: clocks differ, and a query that was
   * on its way may fail although it was sent before.
   */
  static final Duration LEEWAY = Duration.ofSeconds(10);

  Path path() {
    return wire.path();
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
  static List<String> said(List<Judged> paths, Function<Opinion, List<String>> what) {
    return paths.stream().flatMap(each -> what.apply(each.opinion()).stream()).distinct().toList();
  }

  boolean silent() {
    return wire.silent();
  }

  /** Whether the policies of the pod's namespace would deny it, and may be why it fails. */
  boolean denied() {
    return opinion instanceof Opinion.Denied && !deniedTooLate();
  }

  /** Whether the policies of the server's pods would deny it, and may be why it fails. */
  boolean deniedAtServer() {
    return opinion instanceof Opinion.DeniedAtServer && !deniedTooLate();
  }

  /** Whether it failed already before the policies denied it: then they are not the cause. */
  private boolean deniedTooLate() {
    return silent() && opinionSince.isAfter(wire.since().plus(LEEWAY));
  }

  /** The policies because of which it would be denied, or may be. */
  List<NetworkPolicy> isolating() {
    return switch (opinion) {
      case Opinion.Denied(var isolating, _) -> isolating;
      case Opinion.DeniedAtServer(var isolating, _) -> isolating;
      case Opinion.Unclear(var isolating, _) -> isolating;
      case Opinion.Allowed _, Opinion.Unknown _ -> List.of();
    };
  }
}
