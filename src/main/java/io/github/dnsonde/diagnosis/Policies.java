package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.probe.Path;
import io.github.dnsonde.probe.Ruling;
import io.github.dnsonde.probe.Ruling.Effect;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Vantage;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What the policies of a cluster say of each path of a node. Looked up once for each. */
final class Policies {

  private static final Comparator<Ruling> ORDER =
      Comparator.comparing(Ruling::namespace)
          .thenComparing(Ruling::pod)
          .thenComparing(Ruling::server)
          .thenComparing(Ruling::transport);

  private final Verdicts verdicts;
  private final Servers servers;
  private final Map<String, Pod> pods = new HashMap<>();
  private final Map<Path, Said> said = new HashMap<>();

  Policies(ClusterView cluster, NodeCache cache) {
    this.verdicts = Verdicts.of(cluster);
    this.servers = new Servers(cluster, cache);
    cluster.pods().forEach(pod -> pods.put(pod.namespace() + "/" + pod.name(), pod));
  }

  /** What they say of a path, and of one on which nobody answers a little more. */
  Opinion of(Wire wire) {
    return said(wire.path()).map(said -> opinion(wire, said)).orElseGet(Opinion.Unknown::new);
  }

  /** What they say of these paths; nothing of those from a pod that is not known. */
  List<Ruling> rulings(Stream<Path> paths) {
    return paths.flatMap(path -> said(path).map(Said::ruling).stream()).sorted(ORDER).toList();
  }

  /** What would let the pod of a vantage ask these servers. */
  Optional<NetworkPolicy> mending(Vantage vantage, List<Server> asked) {
    return pod(vantage).flatMap(pod -> Mending.of(verdicts, pod, servers.all(asked)).egress());
  }

  /** The wire shows which of two possible destinations is the one. */
  private Opinion opinion(Wire wire, Said said) {
    return switch (said.opinion()) {
      case Opinion.Allowed allowed when wire.silent() ->
          deniedOtherwise(wire.path()).orElse(allowed);
      case Opinion.Denied _ when wire.answered() && allowedOtherwise(wire.path(), said) ->
          new Opinion.Allowed();
      case Opinion opinion -> opinion;
    };
  }

  private Optional<Opinion> deniedOtherwise(Path path) {
    return otherwise(path)
        .filter(reach -> reach.likely().equals(Optional.of(Effect.DENY)))
        .map(
            reach ->
                new Opinion.Denied(
                    reach.isolating(),
                    Optional.of(Sentences.otherwise(path, servers.isRedirected()))));
  }

  private boolean allowedOtherwise(Path path, Said said) {
    return said.mayBeAllowed()
        || otherwise(path).flatMap(Reach::likely).equals(Optional.of(Effect.ALLOW));
  }

  private Optional<Reach> otherwise(Path path) {
    return pod(path.vantage())
        .flatMap(
            pod ->
                servers
                    .otherwise(path.server())
                    .map(there -> verdicts.egress(pod, there, dial(path))));
  }

  private Optional<Said> said(Path path) {
    return pod(path.vantage()).map(pod -> said.computeIfAbsent(path, _ -> said(pod, path)));
  }

  private Said said(Pod pod, Path path) {
    Destination destination = servers.of(path.server());
    Passage passage = verdicts.passage(pod, destination, dial(path));
    Passage known =
        servers.mayBeUnknownService(destination)
            ? new Passage(unlessBySelector(passage.egress()), passage.ingress())
            : passage;
    return new Said(
        Sentences.opinion(known), Sentences.ruling(path, known), !known.equals(passage));
  }

  /** A rule that selects pods may mean those behind an address that is a Service's. */
  private static Reach unlessBySelector(Reach egress) {
    boolean bySelector =
        egress.isolating().stream()
            .flatMap(policy -> policy.rules(Direction.EGRESS).orElse(List.of()).stream())
            .flatMap(rule -> rule.peers().stream())
            .anyMatch(Peer.Selected.class::isInstance);
    return egress instanceof Reach.Deny(List<NetworkPolicy> isolating) && bySelector
        ? new Reach.Unknown(Doubt.UNKNOWN_ADDRESS, Optional.of(Effect.DENY), isolating, List.of())
        : egress;
  }

  private Optional<Pod> pod(Vantage vantage) {
    return Optional.ofNullable(pods.get(vantage.namespace() + "/" + vantage.pod()));
  }

  private static Dial dial(Path path) {
    return Dial.over(path.transport(), path.server().port());
  }

  /**
   * What they say of one path, in a finding's words and in a table's.
   *
   * @param mayBeAllowed whether it is denied only if the address is not a Service's
   */
  private record Said(Opinion opinion, Ruling ruling, boolean mayBeAllowed) {}
}
