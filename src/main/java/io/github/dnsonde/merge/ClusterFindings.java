package io.github.dnsonde.merge;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;
import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.finding.Finding.Confidence;
import io.github.dnsonde.overview.NodeInput;
import io.github.dnsonde.report.ReportedVantage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One finding for each cause, over all nodes. */
public final class ClusterFindings {

  private static final String HERE = "on this node";

  /** The distance of a change from the first failure, which differs by seconds among nodes. */
  private static final Pattern BEFORE_THE_FIRST =
      Pattern.compile(", (as the failures began|[^,]* before the first failure)\\.$");

  /** The opening of the evidence that differs between nodes, and is summed up instead. */
  private static final String WIRE = "Seen on the wire since ";

  /** The sentences of evidence for a cause; the nodes of a large cluster could give thousands. */
  private static final int EVIDENCE = 20;

  private final List<JudgedNode> nodes;
  private final Map<String, ? extends Collection<String>> withoutAgent;
  private final Map<String, String> zones;
  private final NodeDifferences differences;
  private final Instant now;

  private ClusterFindings(
      List<JudgedNode> nodes, Map<String, ? extends Collection<String>> withoutAgent, Instant now) {
    this.nodes = nodes;
    this.withoutAgent = withoutAgent;
    this.zones =
        nodes.stream()
            .filter(node -> node.input().zone().isPresent())
            .collect(toMap(JudgedNode::name, node -> node.input().zone().orElseThrow()));
    this.differences = new NodeDifferences(nodes, now);
    this.now = now;
  }

  /**
   * The findings of a cluster.
   *
   * @param all those that hurt first, then the oldest
   * @param omitted the number of those that agents made and that there is no room for
   */
  public record Found(List<Finding> all, int omitted) {
    public Found {
      all = List.copyOf(all);
    }
  }

  /**
   * Returns the findings.
   *
   * @param withoutAgent the nodes that run pods and no agent, with their pods' namespaces
   */
  public static Found of(
      List<JudgedNode> nodes, Map<String, ? extends Collection<String>> withoutAgent, Instant now) {
    List<Finding> all = new ClusterFindings(nodes, withoutAgent, now).all();
    List<Finding> limited = AgentFindings.limited(all);
    return new Found(limited, all.size() - limited.size());
  }

  private List<Finding> all() {
    List<Finding> findings = new ArrayList<>();
    List<OnNode> rest = new ArrayList<>();
    for (JudgedNode node : nodes) {
      List<Finding> differing =
          node.diagnosis().findings().stream()
              .filter(finding -> differences.explain(node, finding))
              .toList();
      if (!differing.isEmpty()) {
        findings.add(differences.finding(node, differing));
      }
      Stream.concat(
              node.diagnosis().findings().stream()
                  .filter(finding -> !differing.contains(finding))
                  .filter(finding -> !finding.code().isOfDeclaration()),
              reported(node))
          .forEach(finding -> rest.add(new OnNode(node, finding)));
    }
    rest.stream()
        .collect(groupingBy(OnNode::cause, LinkedHashMap::new, Collectors.toList()))
        .values()
        .forEach(cause -> findings.add(merged(cause)));
    unseen().ifPresent(findings::add);
    findings.sort(
        comparing((Finding finding) -> !finding.code().hurts())
            .thenComparing(finding -> finding.code().isOfAgent())
            .thenComparing(finding -> finding.since())
            .thenComparing(finding -> finding.sentence()));
    return findings;
  }

  /**
   * Returns the node's findings about declarations, and those from lookups and other queries that
   * are no probes, as its agent reports them: only agents watch Namespaces that do not fail, and
   * see such queries. They explain no failing path, and give no Event. Only the text comes from the
   * agent: a fix that people apply does not.
   */
  private static Stream<Finding> reported(JudgedNode node) {
    return node.input().report().findings().stream()
        .filter(finding -> finding.code().isOnlyReported())
        .map(finding -> finding.at(node.input().received()))
        .map(
            finding ->
                new Finding(
                    finding.code(),
                    finding.subject(),
                    finding.confidence(),
                    finding.since(),
                    finding.sentence(),
                    finding.evidence(),
                    List.of(),
                    Optional.empty()));
  }

  private Finding merged(List<OnNode> cause) {
    return cause.getFirst().finding().code().isOfAgent()
        ? mergedOfAgents(cause)
        : mergedHere(cause);
  }

  /** Merges findings that only agents make: no node decides alone for the others. */
  private Finding mergedOfAgents(List<OnNode> all) {
    List<OnNode> cause =
        List.copyOf(
            all.stream()
                .collect(
                    toMap(
                        each -> each.node().name(),
                        each -> each,
                        (first, _) -> first,
                        LinkedHashMap::new))
                .values());
    List<Finding> found = cause.stream().map(OnNode::finding).toList();
    Finding typical = AgentFindings.typical(found);
    Finding.Subject subject = subject(cause);
    Instant since = AgentFindings.since(found);
    Where where = where(typical, subject);
    List<OnNode> agreeing =
        cause.stream()
            .filter(each -> each.finding().sentence().equals(typical.sentence()))
            .toList();
    return new Finding(
        typical.code(),
        subject.first(AgentFindings.NAMES),
        typical.confidence(),
        since,
        sentence(typical, where),
        evidence(agreeing, since, where),
        List.of(),
        Optional.empty());
  }

  private Finding mergedHere(List<OnNode> cause) {
    Finding typical =
        cause.stream()
            .map(OnNode::finding)
            .max(
                comparingInt((Finding finding) -> finding.subject().pods().size())
                    .thenComparing(Finding::sentence))
            .orElseThrow();
    Finding.Subject subject = subject(cause);
    Instant since =
        cause.stream().map(each -> each.finding().since()).min(naturalOrder()).orElseThrow();
    Where where = where(typical, subject);
    return new Finding(
        typical.code(),
        subject,
        cause.stream()
            .map(each -> each.finding().confidence())
            .min(naturalOrder())
            .orElse(Confidence.OBSERVED),
        since,
        sentence(typical, where),
        evidence(cause, since, where),
        typical.policies(),
        cause.stream()
            .flatMap(each -> each.finding().suggestedPolicy().stream())
            .max(comparingInt(String::length)));
  }

  private static Finding.Subject subject(List<OnNode> cause) {
    Set<String> affected = cause.stream().map(each -> each.node().name()).collect(toSet());
    return Finding.Subject.union(cause.stream().map(each -> each.finding().subject()).toList())
        .on(List.copyOf(new TreeSet<>(affected)));
  }

  private Where where(Finding typical, Finding.Subject subject) {
    return new Where(Set.copyOf(subject.nodes()), comparable(typical, subject), zones);
  }

  /** The nodes that the cause could concern: those that probe from or to the same. */
  private Set<String> comparable(Finding finding, Finding.Subject subject) {
    boolean ofNamespace = finding.code().isOfNamespace();
    Set<String> comparable =
        nodes.stream()
            .filter(node -> !node.input().isSilent(now))
            .filter(
                node ->
                    node.input().report().vantages().stream()
                        .anyMatch(
                            vantage ->
                                ofNamespace
                                    ? subject.namespaces().contains(vantage.namespace())
                                    : queries(vantage, subject)))
            .map(JudgedNode::name)
            .collect(Collectors.toCollection(TreeSet::new));
    comparable.addAll(subject.nodes());
    return comparable;
  }

  private static boolean queries(ReportedVantage vantage, Finding.Subject subject) {
    return vantage.paths().stream()
        .anyMatch(path -> subject.servers().contains(path.server().name()));
  }

  private static String sentence(Finding typical, Where where) {
    String words = where.words(typical.code().isOfNamespace() ? "that run its pods" : "");
    if (typical.code().isOfDeclaration() && typical.code() != Code.DNS_NOT_EXPECTED) {
      return typical.sentence(); // it holds wherever the pods run
    }
    if (typical.code() == Code.NODE_CUT_OFF) {
      return "No DNS server answers anybody " + words + ": " + cutOff(where) + ".";
    }
    if (typical.code().isOfAgent()) {
      return typical.sentence() + " Seen " + words + "."; // it ends with the fix
    }
    String sentence = typical.sentence();
    return sentence.contains(HERE)
        ? sentence.replace(HERE, words)
        : sentence.replaceFirst("\\.$", "") + ", " + words + ".";
  }

  private static String cutOff(Where where) {
    if (where.isEverywhere()) {
      return "all of DNS, or the cluster's network";
    }
    return where.wholeZones().isPresent() ? "the zone's network" : "the network of these nodes";
  }

  private List<String> evidence(List<OnNode> cause, Instant since, Where where) {
    Set<String> evidence = new LinkedHashSet<>();
    Code code = cause.getFirst().finding().code();
    if (!code.isOnlyReported()) {
      evidence.add(Wire.words(cause.stream().map(OnNode::failing).toList(), since));
    }
    boolean one = cause.size() == 1;
    Set<String> same = new HashSet<>();
    Set<String> seen = new HashSet<>();
    for (OnNode each : earliestFirst(cause)) {
      each.finding().evidence().stream()
          .filter(text -> !text.startsWith(WIRE))
          .filter(same::add)
          .filter(text -> seen.add(BEFORE_THE_FIRST.matcher(text).replaceFirst("")))
          .map(text -> text.replace(HERE, one ? "on that node" : "on " + each.node().name()))
          .forEach(evidence::add);
    }
    int most = code.isOfAgent() ? AgentFindings.EVIDENCE : EVIDENCE;
    List<String> limited = new ArrayList<>(evidence.stream().limit(most).toList());
    int more = evidence.size() - most;
    if (more > 0) {
      limited.add(
          more == 1 ? "There is 1 more observation." : "There are " + more + " more observations.");
    }
    silent(where).ifPresent(limited::add);
    return limited;
  }

  private static List<OnNode> earliestFirst(List<OnNode> cause) {
    return cause.stream().sorted(comparing(each -> each.finding().since())).toList();
  }

  /** The last view of a silent agent may be over. */
  private Optional<String> silent(Where where) {
    List<NodeInput> silent =
        nodes.stream()
            .map(JudgedNode::input)
            .filter(node -> where.affected().contains(node.node()) && node.isSilent(now))
            .toList();
    return silent.stream()
        .map(NodeInput::received)
        .max(naturalOrder())
        .map(
            received ->
                silent.size()
                    + (silent.size() == 1 ? " agent has" : " agents have")
                    + " been silent for "
                    + Duration.between(received, now).toSeconds()
                    + " s or more, so this may be over on their nodes.");
  }

  /** Namespaces whose pods run only where no agent runs. */
  private Optional<Finding> unseen() {
    Set<String> seen =
        nodes.stream()
            .flatMap(node -> node.input().report().vantages().stream())
            .map(ReportedVantage::namespace)
            .collect(toSet());
    Set<String> namespaces = new TreeSet<>();
    Set<String> on = new TreeSet<>();
    withoutAgent.forEach(
        (node, all) ->
            all.stream()
                .filter(namespace -> !seen.contains(namespace))
                .forEach(
                    namespace -> {
                      namespaces.add(namespace);
                      on.add(node);
                    }));
    return namespaces.isEmpty() ? Optional.empty() : Optional.of(unseen(namespaces, on));
  }

  private Finding unseen(Set<String> namespaces, Set<String> on) {
    return new Finding(
        Code.NO_AGENT,
        new Finding.Subject(List.copyOf(namespaces), List.of(), List.of(), List.of())
            .on(List.copyOf(on)),
        Confidence.OBSERVED,
        now,
        "Nothing is known about "
            + (namespaces.size() == 1 ? "namespace " : "namespaces ")
            + Stream.concat(
                    namespaces.stream().limit(EVIDENCE),
                    namespaces.size() > EVIDENCE
                        ? Stream.of("and " + (namespaces.size() - EVIDENCE) + " more")
                        : Stream.empty())
                .collect(Collectors.joining(", "))
            + ": the pods run only on nodes without an agent.",
        List.of(
            "Nodes without an agent: "
                + on.stream().limit(EVIDENCE).collect(Collectors.joining(", "))
                + "."),
        List.of(),
        Optional.empty());
  }

  /** A finding on one node. */
  private record OnNode(JudgedNode node, Finding finding) {

    Finding.Cause cause() {
      return finding.cause();
    }

    Wire failing() {
      return Wire.of(node.input().report(), finding.subject());
    }
  }
}
