package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.probe.Path;
import io.github.dnsonde.probe.Ruling;
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
  private final Map<Path, Passage> passages = new HashMap<>();

  Policies(ClusterView cluster, List<Pod> caches) {
    this.verdicts = Verdicts.of(cluster);
    this.servers = new Servers(cluster, caches);
    cluster.pods().forEach(pod -> pods.put(pod.namespace() + "/" + pod.name(), pod));
  }

  /** What they say of a path, and of one on which nobody answers a little more. */
  Opinion of(Wire wire) {
    return passage(wire.path())
        .map(passage -> opinion(wire, passage))
        .orElseGet(Opinion.Unknown::new);
  }

  /** What they say of these paths; nothing of those from a pod that is not known. */
  List<Ruling> rulings(Stream<Path> paths) {
    return paths
        .flatMap(path -> passage(path).map(passage -> Sentences.ruling(path, passage)).stream())
        .sorted(ORDER)
        .toList();
  }

  /** What would let the pod of a vantage ask these servers. */
  Optional<NetworkPolicy> mending(Vantage vantage, List<Server> asked) {
    return pod(vantage).flatMap(pod -> Mending.of(verdicts, pod, servers.all(asked)).egress());
  }

  private Opinion opinion(Wire wire, Passage passage) {
    Opinion plain = Sentences.opinion(passage);
    return plain instanceof Opinion.Allowed && wire.silent()
        ? onNode(wire.path()).orElse(plain)
        : plain;
  }

  /** Allowed to the pods behind an address, but not to the address itself. */
  private Optional<Opinion> onNode(Path path) {
    return pod(path.vantage())
        .flatMap(
            pod ->
                servers.onNode(path.server()).map(there -> verdicts.egress(pod, there, dial(path))))
        .filter(reach -> reach.likely().equals(Optional.of(Answer.DENY)))
        .map(reach -> new Opinion.Denied(reach.isolating(), Optional.of(Sentences.onNode(path))));
  }

  private Optional<Passage> passage(Path path) {
    return pod(path.vantage())
        .map(
            pod ->
                passages.computeIfAbsent(
                    path, _ -> verdicts.passage(pod, servers.of(path.server()), dial(path))));
  }

  private Optional<Pod> pod(Vantage vantage) {
    return Optional.ofNullable(pods.get(vantage.namespace() + "/" + vantage.pod()));
  }

  private static Dial dial(Path path) {
    return Dial.over(path.transport(), path.server().port());
  }
}
