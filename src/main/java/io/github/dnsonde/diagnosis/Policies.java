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
  private final Map<String, Pod> pods;
  private final Map<Path, Said> said = new HashMap<>();

  Policies(ClusterView cluster, NodeCache cache) {
    this(Verdicts.of(cluster), new Servers(cluster, cache), new HashMap<>());
    cluster.pods().forEach(pod -> pods.put(pod.namespace() + "/" + pod.name(), pod));
  }

  private Policies(Verdicts verdicts, Servers servers, Map<String, Pod> pods) {
    this.verdicts = verdicts;
    this.servers = servers;
    this.pods = pods;
  }

  /** The same with one policy more. */
  Policies with(NetworkPolicy policy) {
    return new Policies(new Verdicts(verdicts.policies().with(policy)), servers, pods);
  }

  /** Whether a packet on this path would pass, or likely would. */
  boolean allow(Path path) {
    return of(path).opinion() instanceof Opinion.Allowed;
  }

  /** What they say of a path. */
  Stance of(Path path) {
    return said(path)
        .map(Said::stance)
        .orElseGet(() -> new Stance(new Opinion.Unknown(), Optional.empty(), Optional.empty()));
  }

  /** What they say of these paths; nothing of those from a pod that is not known. */
  List<Ruling> rulings(Stream<Path> paths) {
    return paths.flatMap(path -> said(path).map(Said::ruling).stream()).sorted(ORDER).toList();
  }

  /** What would let the pod of a vantage ask these servers. */
  Optional<NetworkPolicy> mending(Vantage vantage, List<Server> asked) {
    return pod(vantage).flatMap(pod -> Mending.of(verdicts, pod, servers.all(asked)).egress());
  }

  /** What would let a server's pods be asked from these vantages: one rule for all of them. */
  Optional<NetworkPolicy> mendingAtServer(List<Vantage> vantages, Server server) {
    return vantages.stream()
        .flatMap(vantage -> pod(vantage).stream())
        .flatMap(pod -> Mending.of(verdicts, pod, servers.all(List.of(server))).ingress().stream())
        .reduce(NetworkPolicy::withPeersOf);
  }

  /** Allowed to the likelier destination of a path, but not to the other. */
  private Optional<Opinion> deniedOtherwise(Pod pod, Path path) {
    return otherwise(pod, path)
        .filter(reach -> reach.likely().equals(Optional.of(Effect.DENY)))
        .map(
            reach ->
                new Opinion.Denied(
                    reach.isolating(), List.of(Sentences.otherwise(path, servers.isRedirected()))));
  }

  /** Denied to the likelier destination of a path, but not to the other. */
  private Optional<Opinion> allowedOtherwise(Pod pod, Path path) {
    return otherwise(pod, path)
        .filter(reach -> reach.likely().equals(Optional.of(Effect.ALLOW)))
        .map(_ -> new Opinion.Allowed());
  }

  private Optional<Reach> otherwise(Pod pod, Path path) {
    return servers.otherwise(path.server()).map(there -> verdicts.egress(pod, there, dial(path)));
  }

  private Optional<Said> said(Path path) {
    return pod(path.vantage()).map(pod -> said.computeIfAbsent(path, _ -> said(pod, path)));
  }

  private Said said(Pod pod, Path path) {
    Passage passage = passage(pod, servers.of(path.server()), dial(path));
    Opinion opinion = Sentences.opinion(passage);
    Optional<Opinion> whenSilent =
        opinion instanceof Opinion.Allowed ? deniedOtherwise(pod, path) : Optional.empty();
    Optional<Opinion> whenAnswered =
        opinion instanceof Opinion.Denied ? allowedOtherwise(pod, path) : Optional.empty();
    return new Said(new Stance(opinion, whenSilent, whenAnswered), Sentences.ruling(path, passage));
  }

  private Passage passage(Pod pod, Destination destination, Dial dial) {
    Passage passage = verdicts.passage(pod, destination, dial);
    return servers.mayBeUnknownService(destination)
        ? new Passage(unlessBySelector(passage.egress()), passage.ingress())
        : passage;
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

  /** What they say of one path, in a finding's words and in a table's. */
  private record Said(Stance stance, Ruling ruling) {}
}
