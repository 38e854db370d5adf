package io.github.dnsonde.merge;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.finding.Finding.Confidence;
import io.github.dnsonde.overview.NodeInput;
import io.github.dnsonde.probe.FirstFew;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.report.ClassKey;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.report.ReportedPath;
import io.github.dnsonde.report.ReportedVantage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The nodes that treat pods differently than other nodes treat pods of the same class. A policy
 * engine that stopped keeps its old rules, so such a node either drops what the policies allow or
 * passes what they deny.
 */
final class NodeDifferences {

  private final List<JudgedNode> nodes;
  private final Map<ClassKey, List<OfClass>> byClass = new HashMap<>();
  private final Map<ClassRoute, List<Treatment>> treatments = new HashMap<>();
  private final Instant now;

  NodeDifferences(List<JudgedNode> nodes, Instant now) {
    this.nodes = nodes;
    this.now = now;
  }

  /** Returns true if the node itself explains a finding on it. */
  boolean explain(JudgedNode node, Finding finding) {
    return switch (finding.code()) {
      case UNEXPLAINED -> isAllowed(node, finding) && differs(node, finding, true);
      case NOT_ENFORCED -> differs(node, finding, false);
      case EGRESS_DENIED,
          INGRESS_DENIED,
          POLICY_UNCLEAR,
          NO_ENDPOINTS,
          CACHE_DOWN,
          SERVER_DOWN,
          NODE_CUT_OFF,
          TRANSPORT_BLOCKED,
          SERVER_FAILS,
          UPSTREAM_FAILS,
          WRONG_ANSWERS,
          NAMES_REFUSED,
          LATE_ANSWERS,
          LOOKUP_FAILS,
          PARALLEL_QUERIES_LOST,
          OLD_SOCKETS_FAIL,
          SEARCH_DOMAIN_ANSWERS,
          SEARCH_LIST_COST,
          LARGE_ANSWERS_FAIL,
          FRAGMENTS_LOST,
          LARGE_ANSWER_NOT_CUT,
          CACHED_FAILURE,
          FRESH_NAMES_FAIL,
          NXDOMAIN_HIJACKED,
          INTERCEPTED,
          NODE_POLICY_DIFFERS,
          NO_AGENT,
          NO_DNS_DECLARED,
          DNS_NOT_EXPECTED,
          DECLARATION_EXPIRED,
          DECLARATION_INVALID ->
          false;
    };
  }

  /** Returns true if policies allow every path that the finding is about. */
  private static boolean isAllowed(JudgedNode node, Finding finding) {
    return paths(node, finding)
        .allMatch(
            path ->
                node.diagnosis().policyVerdicts().stream()
                    .anyMatch(
                        verdict ->
                            verdict.likely() == Decision.ALLOW
                                && verdict.namespace().equals(path.key().namespace())
                                && verdict.pod().equals(path.pod())
                                && verdict.server().equals(path.server())
                                && verdict.transport() == path.transport()));
  }

  /**
   * Returns true if at least as many nodes treat the same classes the other way: it is not the rule
   * that needs an explanation.
   *
   * @param silent the node's paths get no response; otherwise they do, although policies deny them
   */
  private boolean differs(JudgedNode node, Finding finding, boolean silent) {
    List<ClassRoute> own = paths(node, finding).map(ClassPath::route).distinct().toList();
    Set<String> others = new HashSet<>();
    Set<String> alike = new HashSet<>(Set.of(node.name()));
    for (ClassRoute route : own) {
      for (Treatment there : treatments.computeIfAbsent(route, this::treatments)) {
        if (!there.node().equals(node.name())) {
          there
              .answered(finding.since())
              .ifPresent(answered -> (answered == silent ? others : alike).add(there.node()));
        }
      }
    }
    return !others.isEmpty() && others.size() >= alike.size();
  }

  /** The nodes that are not silent with their vantages of a class. All are sorted out once. */
  private List<OfClass> ofClass(ClassKey key) {
    if (byClass.isEmpty()) {
      nodes.stream()
          .map(JudgedNode::input)
          .filter(node -> !node.isSilent(now))
          .forEach(
              node ->
                  node.report().vantages().stream()
                      .collect(groupingBy(ReportedVantage::classKey))
                      .forEach(
                          (each, vantages) ->
                              byClass
                                  .computeIfAbsent(each, _ -> new ArrayList<>())
                                  .add(new OfClass(node, vantages))));
    }
    return byClass.getOrDefault(key, List.of());
  }

  private List<Treatment> treatments(ClassRoute route) {
    return ofClass(route.key()).stream().map(there -> there.treatment(route)).toList();
  }

  private static Stream<ClassPath> paths(JudgedNode node, Finding finding) {
    Set<String> pods = Set.copyOf(finding.subject().pods());
    return node.input().report().vantages().stream()
        .filter(
            vantage ->
                pods.contains(new NamespacedName(vantage.namespace(), vantage.pod()).toString()))
        .flatMap(
            vantage ->
                vantage.paths().stream()
                    .filter(path -> isAbout(finding, path))
                    .map(path -> ClassPath.of(vantage, path)));
  }

  private static boolean isAbout(Finding finding, ReportedPath path) {
    boolean silent = path.state() == PathState.UNANSWERED;
    return finding.subject().servers().contains(path.server().name())
        && finding.subject().transports().contains(path.transport())
        && (finding.code() == Code.NOT_ENFORCED ? !silent : silent);
  }

  /** Returns the finding about a node that explains these. */
  Finding finding(JudgedNode node, List<Finding> explained) {
    Finding.Subject subject =
        Finding.Subject.union(explained.stream().map(Finding::subject).toList())
            .on(List.of(node.name()));
    boolean silent = explained.stream().anyMatch(each -> each.code() == Code.UNEXPLAINED);
    Instant since = explained.stream().map(Finding::since).min(naturalOrder()).orElseThrow();
    return new Finding(
        Code.NODE_POLICY_DIFFERS,
        subject,
        Confidence.LIKELY,
        since,
        "Node "
            + node.name()
            + " treats pods of "
            + names("namespace", subject.namespaces())
            + " differently than other nodes: queries to "
            + String.join(", ", subject.servers())
            + " over "
            + Transport.words(subject.transports())
            + (silent
                ? " get no response there, although the policies allow them"
                : " are answered there, although policies would deny them")
            + ". Look at the policy engine and the network of that node.",
        evidence(node, explained, since),
        explained.stream().flatMap(each -> each.policies().stream()).distinct().sorted().toList(),
        Optional.empty());
  }

  private List<String> evidence(JudgedNode node, List<Finding> explained, Instant since) {
    List<String> evidence = new ArrayList<>();
    evidence.add(
        Wire.words(
            explained.stream()
                .map(finding -> Wire.of(node.input().report(), finding.subject()))
                .toList(),
            since));
    evidence.add(
        "Pods of the same class are treated as the policies say on "
            + names("node", others(node, explained))
            + ".");
    changed(node, explained).ifPresent(evidence::add);
    return evidence;
  }

  private List<String> others(JudgedNode node, List<Finding> explained) {
    Set<ClassKey> keys =
        explained.stream()
            .flatMap(finding -> paths(node, finding))
            .map(ClassPath::key)
            .collect(toSet());
    return nodes.stream()
        .filter(other -> !other.name().equals(node.name()) && !other.input().isSilent(now))
        .filter(
            other ->
                other.input().report().vantages().stream()
                    .map(ReportedVantage::classKey)
                    .anyMatch(keys::contains))
        .map(JudgedNode::name)
        .sorted()
        .toList();
  }

  /** The latest change of a policy there: old rules are those from before it. */
  private static Optional<String> changed(JudgedNode node, List<Finding> explained) {
    Set<String> namespaces =
        explained.stream()
            .flatMap(finding -> finding.subject().namespaces().stream())
            .collect(toSet());
    return node.scene().cluster().policies().stream()
        .filter(policy -> namespaces.contains(policy.namespace()))
        .max(comparing(policy -> policy.origin().changed()))
        .map(NodeDifferences::changed);
  }

  private static String changed(NetworkPolicy policy) {
    return "The latest change of a policy there: NetworkPolicy "
        + policy.namespacedName()
        + policy.origin().manager().map(manager -> " by " + manager).orElse("")
        + " at "
        + policy.origin().changed().truncatedTo(ChronoUnit.SECONDS)
        + ".";
  }

  private static String names(String noun, List<String> names) {
    return noun + (names.size() == 1 ? " " : "s ") + FirstFew.of(names, 5);
  }

  /** The vantages of one class on a node. */
  private record OfClass(NodeInput node, List<ReportedVantage> vantages) {

    Treatment treatment(ClassRoute route) {
      return new Treatment(
          node.node(),
          latest(route, state -> state == PathState.UNANSWERED),
          latest(
              route,
              state ->
                  state == PathState.GOOD || (state.fails() && state != PathState.UNANSWERED)));
    }

    private Optional<Instant> latest(ClassRoute route, Predicate<PathState> state) {
      return vantages.stream()
          .flatMap(vantage -> vantage.paths().stream())
          .filter(path -> state.test(path.state()))
          .filter(path -> path.server().name().equals(route.server()))
          .filter(path -> path.transport() == route.transport())
          .map(path -> node.received().minus(path.queried()))
          .max(naturalOrder());
    }
  }

  /**
   * The treatment of a class on a node, on one route.
   *
   * @param silent the time of the latest query of a vantage that gets no response
   * @param answered likewise, of one that does
   */
  private record Treatment(String node, Optional<Instant> silent, Optional<Instant> answered) {

    /** Returns true if all paths are answered; empty if it is not known since then. */
    Optional<Boolean> answered(Instant since) {
      if (silent.filter(at -> !at.isBefore(since)).isPresent()) {
        return Optional.of(false);
      }
      return answered.filter(at -> !at.isBefore(since)).map(_ -> true);
    }
  }

  /** The paths of all pods of a class to one server over one transport. */
  private record ClassRoute(ClassKey key, String server, Transport transport) {}

  /** A path of a class of pods. */
  private record ClassPath(ClassKey key, String pod, String server, Transport transport) {
    ClassRoute route() {
      return new ClassRoute(key, server, transport);
    }

    static ClassPath of(ReportedVantage vantage, ReportedPath path) {
      return new ClassPath(
          vantage.classKey(), vantage.pod(), path.server().name(), path.transport());
    }
  }
}
