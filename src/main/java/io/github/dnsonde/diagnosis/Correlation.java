package io.github.dnsonde.diagnosis;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One cause for paths that fail together on a node, so that each path is explained once. A path
 * that a policy would deny is explained by the policy. The others are explained by what they have
 * in common: the node, a server or a transport. Whatever remains concerns a single namespace.
 */
final class Correlation {

  private final List<ExplainedPath> intercepted;
  private final List<ExplainedPath> own;
  private final NamespaceFindings namespaces;
  private final ServerDestinations behind;
  private final ServerFindings servers;
  private final AnswerFindings answers;

  Correlation(
      List<ExplainedPath> all,
      DiagnosisInput known,
      DeletedPolicies deletedPolicies,
      SuggestedPolicies suggestedPolicies) {
    this.intercepted = all.stream().filter(each -> isIntercepted(each, known)).toList();
    this.own = all.stream().filter(each -> !isIntercepted(each, known)).toList();
    ChangeHistory changeHistory = new ChangeHistory(deletedPolicies);
    this.behind = new ServerDestinations(known.cluster(), known.cache());
    this.namespaces = new NamespaceFindings(known, behind, changeHistory, suggestedPolicies, own);
    this.servers = new ServerFindings(known, behind, changeHistory, suggestedPolicies, own);
    this.answers = new AnswerFindings(behind, own);
  }

  List<ProposedFinding> findings() {
    List<ExplainedPath> denied = own.stream().filter(ExplainedPath::denied).toList();
    List<ExplainedPath> deniedThere = own.stream().filter(this::deniedThere).toList();
    List<ExplainedPath> others =
        own.stream().filter(each -> !each.denied() && !deniedThere(each)).toList();
    List<ProposedFinding> findings = new ArrayList<>();
    byNamespace(intercepted, _ -> true)
        .forEach(each -> findings.add(NamespaceFindings.intercepted(each)));
    byNamespace(denied, ExplainedPath::silent)
        .forEach(each -> findings.add(namespaces.denied(each)));
    byNamespace(denied, each -> each.pathObservation().answered())
        .forEach(each -> namespaces.notEnforced(each).ifPresent(findings::add));
    grouped(deniedThere).forEach(each -> findings.add(servers.deniedThere(each)));
    Set<ExplainedPath> explained = shared(others, findings);
    byNamespace(others, each -> each.silent() && !explained.contains(each))
        .forEach(each -> findings.add(namespaces.alone(each)));
    answers.beside(findings).forEach(findings::add);
    return findings;
  }

  /**
   * Returns true if a proxy answers. Only an answer can come from a proxy: silence is just silence.
   */
  private static boolean isIntercepted(ExplainedPath explainedPath, DiagnosisInput known) {
    return explainedPath.pathObservation().answered()
        && known.intercepted().contains(explainedPath.path().vantage());
  }

  /**
   * Returns true if the policies of the server's pods deny the path. If a Service has no endpoints,
   * no policy of its pods is the cause.
   */
  private boolean deniedThere(ExplainedPath explainedPath) {
    return explainedPath.silent()
        && explainedPath.deniedAtServer()
        && !behind.lacksEndpoints(explainedPath.server());
  }

  /**
   * Explains the paths on which no pod of this node is answered, except those that a policy would
   * deny.
   */
  private Set<ExplainedPath> shared(List<ExplainedPath> others, List<ProposedFinding> findings) {
    Collection<List<ExplainedPath>> byServer = grouped(others);
    List<List<ExplainedPath>> silent =
        byServer.stream()
            .filter(each -> each.stream().allMatch(ExplainedPath::silent))
            .filter(each -> !answersAnyone(each) && !mayBeDenied(each))
            .filter(each -> comparable(each) || behind.lacksEndpoints(each.getFirst().server()))
            .toList();
    Collection<List<ExplainedPath>> causes = byIdentity(silent);
    if (causes.size() > 1 && silent.size() == byServer.size()) {
      List<ExplainedPath> everything = silent.stream().flatMap(List::stream).toList();
      findings.add(servers.nodeCutOff(everything));
      return Set.copyOf(everything);
    }
    causes.forEach(each -> findings.add(servers.silent(each, isSettled(each, others))));
    List<List<ExplainedPath>> blocked =
        Stream.of(Transport.values())
            .flatMap(transport -> overOneTransport(others, transport))
            .filter(each -> !silent.stream().flatMap(List::stream).toList().containsAll(each))
            .toList();
    blocked.forEach(each -> findings.add(servers.transportBlocked(each, isSettled(each, others))));
    return Stream.of(silent, blocked)
        .flatMap(List::stream)
        .flatMap(List::stream)
        .collect(toUnmodifiableSet());
  }

  /** Returns true if each other path has had an outcome since these failures began. */
  private static boolean isSettled(List<ExplainedPath> failing, List<ExplainedPath> all) {
    return Comparison.isSettled(
        failing, all.stream().filter(each -> !failing.contains(each)).toList());
  }

  /**
   * Returns true if any path is answered. Even an answer that a policy would deny shows that the
   * server is alive.
   */
  private boolean answersAnyone(List<ExplainedPath> paths) {
    Server server = paths.getFirst().server();
    Set<Transport> transports =
        paths.stream().map(ExplainedPath::transport).collect(toUnmodifiableSet());
    return own.stream()
        .filter(each -> each.server().equals(server) && transports.contains(each.transport()))
        .anyMatch(each -> each.pathObservation().answered());
  }

  /**
   * Returns true if policies deny other paths to the server, and nothing is known of the policies
   * that decide on any of these: they may be denied likewise.
   */
  private boolean mayBeDenied(List<ExplainedPath> paths) {
    Server server = paths.getFirst().server();
    return paths.stream().allMatch(each -> each.assessment() instanceof PathAssessment.Unknown)
        && own.stream().anyMatch(each -> each.server().equals(server) && each.denied());
  }

  /** Groups the silent paths so that several addresses of one Service have one cause. */
  private Collection<List<ExplainedPath>> byIdentity(List<List<ExplainedPath>> silent) {
    return new TreeMap<>(
            silent.stream()
                .flatMap(List::stream)
                .collect(groupingBy(each -> behind.identity(each.server()))))
        .values();
  }

  private Stream<List<ExplainedPath>> overOneTransport(
      List<ExplainedPath> paths, Transport transport) {
    return grouped(paths.stream().filter(each -> each.transport() == transport).toList()).stream()
        .filter(each -> comparable(each) && each.stream().allMatch(ExplainedPath::silent))
        .filter(each -> !answersAnyone(each) && !mayBeDenied(each));
  }

  /**
   * Returns true if several namespaces can be compared. From one namespace alone, nobody can decide
   * between the server and the namespace as the cause.
   */
  private static boolean comparable(List<ExplainedPath> paths) {
    return paths.stream().map(ExplainedPath::namespace).distinct().count() > 1;
  }

  private static Collection<List<ExplainedPath>> byNamespace(
      List<ExplainedPath> paths, Predicate<ExplainedPath> which) {
    return new TreeMap<>(paths.stream().filter(which).collect(groupingBy(ExplainedPath::namespace)))
        .values();
  }

  private static Collection<List<ExplainedPath>> grouped(List<ExplainedPath> paths) {
    return paths.stream().collect(groupingBy(ExplainedPath::server)).values();
  }
}
