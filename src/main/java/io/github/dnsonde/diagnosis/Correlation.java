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
 * One cause for what fails together on a node, so that each path is explained once. Whoever a
 * policy would deny is explained by it; of the rest, what all have in common is the cause: the
 * node, a server, a transport. What is left concerns a namespace alone.
 */
final class Correlation {

  private final List<Judged> intercepted;
  private final List<Judged> own;
  private final NamespaceFindings namespaces;
  private final Servers behind;
  private final ServerFindings servers;
  private final AnswerFindings answers;

  Correlation(List<Judged> all, Case known, Past past, Fixes fixes) {
    this.intercepted = all.stream().filter(each -> isIntercepted(each, known)).toList();
    this.own = all.stream().filter(each -> !isIntercepted(each, known)).toList();
    History history = new History(past);
    this.behind = new Servers(known.cluster(), known.cache());
    this.namespaces = new NamespaceFindings(known, behind, history, fixes, own);
    this.servers = new ServerFindings(known, behind, history, fixes, own);
    this.answers = new AnswerFindings(behind, own);
  }

  List<ProposedFinding> findings() {
    List<Judged> denied = own.stream().filter(Judged::denied).toList();
    List<Judged> deniedThere = own.stream().filter(this::deniedThere).toList();
    List<Judged> others =
        own.stream().filter(each -> !each.denied() && !deniedThere(each)).toList();
    List<ProposedFinding> findings = new ArrayList<>();
    byNamespace(intercepted, _ -> true)
        .forEach(each -> findings.add(NamespaceFindings.intercepted(each)));
    byNamespace(denied, Judged::silent).forEach(each -> findings.add(namespaces.denied(each)));
    byNamespace(denied, each -> each.wire().answered())
        .forEach(each -> namespaces.notEnforced(each).ifPresent(findings::add));
    grouped(deniedThere).forEach(each -> findings.add(servers.deniedThere(each)));
    Set<Judged> explained = shared(others, findings);
    byNamespace(others, each -> each.silent() && !explained.contains(each))
        .forEach(each -> findings.add(namespaces.alone(each)));
    answers.beside(findings).forEach(findings::add);
    return findings;
  }

  /** Only an answer is somebody else's word: silence is what it is. */
  private static boolean isIntercepted(Judged judged, Case known) {
    return judged.wire().answered() && known.intercepted().contains(judged.path().vantage());
  }

  /** Where nobody stands behind a Service, no policy of theirs is the cause. */
  private boolean deniedThere(Judged judged) {
    return judged.silent() && judged.deniedAtServer() && !behind.lacksEndpoints(judged.server());
  }

  /** What nobody on this node is answered, but for those whom a policy would deny. */
  private Set<Judged> shared(List<Judged> others, List<ProposedFinding> findings) {
    Collection<List<Judged>> byServer = grouped(others);
    List<List<Judged>> silent =
        byServer.stream()
            .filter(each -> each.stream().allMatch(Judged::silent))
            .filter(each -> !answersAnyone(each))
            .filter(each -> comparable(each) || behind.lacksEndpoints(each.getFirst().server()))
            .toList();
    Collection<List<Judged>> causes = byIdentity(silent);
    if (causes.size() > 1 && silent.size() == byServer.size()) {
      List<Judged> everything = silent.stream().flatMap(List::stream).toList();
      findings.add(servers.nodeCutOff(everything));
      return Set.copyOf(everything);
    }
    causes.forEach(each -> findings.add(servers.silent(each, isSettled(each, others))));
    List<List<Judged>> blocked =
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

  /** Every other path has shown since whether it fails as well. */
  private static boolean isSettled(List<Judged> failing, List<Judged> all) {
    return Comparison.isSettled(
        failing, all.stream().filter(each -> !failing.contains(each)).toList());
  }

  /** Whoever is answered, even where a policy would deny it, shows that the server is alive. */
  private boolean answersAnyone(List<Judged> paths) {
    Server server = paths.getFirst().server();
    Set<Transport> transports = paths.stream().map(Judged::transport).collect(toUnmodifiableSet());
    return own.stream()
        .filter(each -> each.server().equals(server) && transports.contains(each.transport()))
        .anyMatch(each -> each.wire().answered());
  }

  /** What is silent on several addresses of one Service has one cause. */
  private Collection<List<Judged>> byIdentity(List<List<Judged>> silent) {
    return new TreeMap<>(
            silent.stream()
                .flatMap(List::stream)
                .collect(groupingBy(each -> behind.identity(each.server()))))
        .values();
  }

  private Stream<List<Judged>> overOneTransport(List<Judged> paths, Transport transport) {
    return grouped(paths.stream().filter(each -> each.transport() == transport).toList()).stream()
        .filter(each -> comparable(each) && each.stream().allMatch(Judged::silent))
        .filter(each -> !answersAnyone(each));
  }

  /** Of one namespace alone nobody can tell whether it is the server or the namespace. */
  private static boolean comparable(List<Judged> paths) {
    return paths.stream().map(Judged::namespace).distinct().count() > 1;
  }

  private static Collection<List<Judged>> byNamespace(List<Judged> paths, Predicate<Judged> which) {
    return new TreeMap<>(paths.stream().filter(which).collect(groupingBy(Judged::namespace)))
        .values();
  }

  private static Collection<List<Judged>> grouped(List<Judged> paths) {
    return paths.stream().collect(groupingBy(Judged::server)).values();
  }
}
