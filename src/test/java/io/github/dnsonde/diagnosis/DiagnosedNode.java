package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Endpoint;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.cluster.Origin;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A node with a pod in each of three namespaces; each pod sends the eight queries, all successful.
 */
final class DiagnosedNode {

  static final List<String> NAMESPACES = List.of("analytics", "payments", "shop");

  private final Map<Probe, Streak> streaks = new HashMap<>();
  private final Map<Predicate<ProbePath>, PathAssessment> opinions = new HashMap<>();
  private final List<NetworkPolicy> policies = new ArrayList<>();
  private final List<PolicyDeletion> removed = new ArrayList<>();
  private final Set<Vantage> intercepted = new HashSet<>();
  private boolean ready = true;

  DiagnosedNode() {
    NAMESPACES.stream()
        .flatMap(name -> SampleOutcomes.eightProbes(SampleOutcomes.vantage(name)).stream())
        .forEach(probe -> streaks.put(probe, Streak.begin(SampleOutcomes.good(probe, 1))));
  }

  /** Makes these probes fail twice in a row. */
  DiagnosedNode fail(Predicate<Probe> which, Function<Probe, Outcome> how) {
    return fail(which, how, 2);
  }

  DiagnosedNode fail(Predicate<Probe> which, Function<Probe, Outcome> how, int times) {
    streaks.replaceAll(
        (probe, streak) ->
            which.test(probe)
                ? Stream.iterate(streak, each -> each.then(how.apply(probe)))
                    .skip(times)
                    .findFirst()
                    .orElseThrow()
                : streak);
    return this;
  }

  DiagnosedNode say(Predicate<ProbePath> which, PathAssessment pathAssessment) {
    opinions.put(which, pathAssessment);
    return this;
  }

  DiagnosedNode with(NetworkPolicy policy) {
    policies.add(policy);
    return this;
  }

  DiagnosedNode without(PolicyDeletion policyDeletion) {
    removed.add(policyDeletion);
    return this;
  }

  DiagnosedNode intercept(String namespace) {
    intercepted.add(SampleOutcomes.vantage(namespace));
    return this;
  }

  /** Makes no pod of CoreDNS Ready. */
  DiagnosedNode withoutCoreDns() {
    ready = false;
    return this;
  }

  List<Finding> findings() {
    DiagnosisInput known =
        new DiagnosisInput(
            List.copyOf(streaks.values()),
            view(),
            new NodeCache(List.of(), Set.of(SampleOutcomes.NODE_LOCAL.address())),
            intercepted,
            SampleOutcomes.NOON.plusSeconds(300));
    List<ExplainedPath> judged =
        PathObservation.of(known.streaks()).stream()
            .map(
                pathObservation ->
                    new ExplainedPath(
                        pathObservation, opinion(pathObservation.path()), Instant.EPOCH))
            .toList();
    return new Correlation(judged, known, new Gone(removed), new Titles())
        .findings().stream().map(ProposedFinding::finding).toList();
  }

  /** Removed policies, each of which would allow all paths. */
  private record Gone(List<PolicyDeletion> removed) implements DeletedPolicies {
    @Override
    public boolean wouldAllow(PolicyDeletion policyDeletion, ProbePath path) {
      return true;
    }
  }

  /** A title in place of a policy. */
  private record Titles() implements SuggestedPolicies {
    @Override
    public Optional<String> egress(List<ExplainedPath> paths) {
      return Optional.of("fix of " + paths.getFirst().namespace());
    }

    @Override
    public Optional<String> ingress(List<ExplainedPath> paths) {
      return Optional.of("fix at " + paths.getFirst().server().name());
    }
  }

  private PathAssessment opinion(ProbePath path) {
    return opinions.entrySet().stream()
        .filter(entry -> entry.getKey().test(path))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(new PathAssessment.Allowed());
  }

  private ClusterView view() {
    return new ClusterView(
        Map.of(),
        List.of(),
        List.of(),
        policies,
        Optional.of(
            new Service(
                "kube-system",
                "kube-dns",
                List.of(SampleOutcomes.KUBE_DNS.address()),
                Labels.NONE,
                List.of())),
        List.of(
            new Endpoint(
                InetAddress.ofLiteral("10.244.0.10"), 53, ready, Optional.of("coredns-0"))),
        OtherPolicies.NONE,
        OptionalInt.empty());
  }

  static NetworkPolicy policy(String namespace, String name, Origin origin) {
    return new NetworkPolicy(
        namespace,
        name,
        LabelSelector.EVERYTHING,
        Optional.empty(),
        Optional.of(List.of()),
        origin);
  }

  static Predicate<Probe> in(String namespace) {
    return probe -> probe.vantage().namespace().equals(namespace);
  }

  static Predicate<Probe> at(Server server) {
    return probe -> probe.server().equals(server);
  }

  static Predicate<Probe> over(Transport transport) {
    return probe -> probe.question().transport() == transport;
  }

  static Predicate<ProbePath> asking(String namespace) {
    return path -> path.vantage().namespace().equals(namespace);
  }

  static Predicate<ProbePath> to(Server server) {
    return path -> path.server().equals(server);
  }

  static Predicate<ProbePath> by(Transport transport) {
    return path -> path.transport() == transport;
  }
}
