package io.github.dnsonde.controller;

import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.NamespaceOwners;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.http.PresentState;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.manifest.PolicyYaml;
import io.github.dnsonde.merge.ClusterFindings;
import io.github.dnsonde.merge.ClusterReports;
import io.github.dnsonde.merge.ClusterSight;
import io.github.dnsonde.merge.JudgedNode;
import io.github.dnsonde.merge.NodeDiagnoses;
import io.github.dnsonde.merge.NodeScene;
import io.github.dnsonde.overview.AdmissionStatus;
import io.github.dnsonde.overview.IncidentLog;
import io.github.dnsonde.overview.NamespaceHistory;
import io.github.dnsonde.overview.NodeInput;
import io.github.dnsonde.overview.Overview;
import io.github.dnsonde.overview.OverviewInput;
import io.github.dnsonde.overview.PathList;
import io.github.dnsonde.overview.PathSelection;
import io.github.dnsonde.overview.StateHistory;
import io.github.dnsonde.overview.Timeline;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.report.Report;
import io.github.dnsonde.report.ReportedVantage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The cluster as all reports together show it. What fails is explained by the controller's own view
 * of pods and policies, which is read only while something fails.
 *
 * <p>Reports arrive on any thread; one thread turns them into findings.
 */
final class ClusterState implements PresentState {

  /** Time for all agents to report after a start. Until then, a node without one is not known. */
  private static final Duration COMPLETE = Duration.ofMinutes(1);

  /** The namespaces whose objects are read: each costs three lists. */
  private static final int NAMESPACES = 50;

  /** The shortest time between two readings of the same namespaces. */
  private static final Duration READING = Duration.ofSeconds(10);

  private static final Log LOG = Log.named("controller");

  private final ClusterReports reports = new ClusterReports();
  private final NodeDiagnoses diagnoses = new NodeDiagnoses(PolicyYaml::text);
  private final Config.Cluster settings;
  private final Reader reader;
  private final Supplier<Map<String, Set<String>>> namespacesByNode;
  private final Supplier<Optional<AdmissionStatus>> admission;
  private final Ticker ticker;
  private final Scenes scenes;
  private final IncidentLog incidents = new IncidentLog();
  private final StateHistory states = new StateHistory();
  private final LineLimit failures;
  private final long started;
  private Set<String> read = Set.of();
  private long readAt;
  private volatile boolean news;
  private volatile Optional<Long> firstReport = Optional.empty();
  private volatile Diagnosis diagnosis = Diagnosis.NONE;
  private volatile int omitted;

  /** Reads the objects that decide on the paths of some namespaces. */
  interface Reader {
    ClusterView view(Set<String> namespaces) throws IOException;
  }

  /**
   * Creates a state without any report.
   *
   * @param namespacesByNode the namespaces with pods, by node
   * @param admission the state of the webhook; empty if there is none
   */
  ClusterState(
      Config.Cluster settings,
      Reader reader,
      Supplier<Map<String, Set<String>>> namespacesByNode,
      Supplier<Optional<AdmissionStatus>> admission,
      Ticker ticker) {
    this.admission = admission;
    this.reader = reader;
    this.namespacesByNode = namespacesByNode;
    this.ticker = ticker;
    this.settings = settings;
    this.scenes = new Scenes(settings);
    this.failures = new LineLimit(ticker);
    this.started = ticker.nanos();
    this.readAt = ticker.nanos() - READING.toNanos();
  }

  /**
   * Takes a report, as far as it is believed.
   *
   * @param zone of the node
   */
  void add(Report report, Optional<String> zone) {
    if (reports.put(new NodeInput(report, ticker.now(), zone))) {
      if (firstReport.isEmpty()) {
        firstReport = Optional.of(ticker.nanos());
      }
      news = true;
    }
  }

  /** The number of nodes that report regularly. */
  long current() {
    Instant now = ticker.now();
    return reports.at(now).stream().filter(node -> !node.isSilent(now)).count();
  }

  /** Explains what fails, if a report has arrived. Called by one thread, every second. */
  void explain() {
    states.take(() -> reports.at(ticker.now()), ticker.now());
    if (!news) {
      return;
    }
    news = false;
    List<NodeInput> nodes = reports.at(ticker.now());
    List<JudgedNode> judged = judged(nodes);
    NamespaceOwners owners = NamespaceOwners.of(scenes.view().namespaces(), settings.ownerLabel());
    ClusterFindings.Found found = ClusterFindings.of(judged, unseen(nodes), ticker.now());
    List<Finding> findings = found.all().stream().map(finding -> finding.ownedBy(owners)).toList();
    omitted = found.omitted();
    diagnosis =
        new Diagnosis(
            findings,
            judged.stream().flatMap(node -> node.diagnosis().policyVerdicts().stream()).toList());
    incidents.take(scenes.view(), findings, ticker.now());
  }

  /** Returns the nodes with what explains their failures; reads nothing if there are none. */
  private List<JudgedNode> judged(List<NodeInput> nodes) {
    Set<String> failing = failing(nodes);
    if (failing.isEmpty()) {
      return nodes.stream()
          .map(node -> new JudgedNode(node, NodeScene.UNKNOWN, Diagnosis.NONE))
          .toList();
    }
    read(failing);
    return diagnoses.of(nodes, scenes::of, ticker.now());
  }

  /** The namespaces with a path that an application would notice. */
  private static Set<String> failing(List<NodeInput> nodes) {
    return nodes.stream()
        .flatMap(node -> node.report().vantages().stream())
        .filter(vantage -> vantage.paths().stream().anyMatch(path -> path.state().fails()))
        .map(ReportedVantage::namespace)
        .distinct()
        .limit(NAMESPACES)
        .collect(toSet());
  }

  private void read(Set<String> namespaces) {
    boolean recent = ticker.nanos() - readAt < READING.toNanos();
    if (recent && read.containsAll(namespaces)) {
      return;
    }
    readAt = ticker.nanos();
    try {
      scenes.view(reader.view(namespaces));
      read = namespaces;
    } catch (IOException failure) {
      failures.event();
      if (failures.take() > 0) {
        LOG.warn(
            Event.of("the objects of failing namespaces could not be read")
                .with("why", String.valueOf(failure.getMessage())));
      }
    }
  }

  /** The nodes that run pods and do not report, with the namespaces of these pods. */
  private Map<String, Collection<String>> unseen(List<NodeInput> nodes) {
    if (ticker.nanos() - started < COMPLETE.toNanos()) {
      return Map.of();
    }
    Map<String, Collection<String>> unseen = new HashMap<>(namespacesByNode.get());
    nodes.forEach(node -> unseen.remove(node.node()));
    return unseen;
  }

  /**
   * The cluster as Events describe it. Empty until all agents had time to report: fewer reports
   * could suggest causes that an earlier controller did not see.
   */
  Optional<ClusterSight> sight() {
    Instant now = ticker.now();
    return firstReport
        .map(first -> Duration.ofNanos(ticker.nanos() - first).minus(COMPLETE))
        .filter(passed -> !passed.isNegative())
        .map(passed -> new ClusterSight(diagnosis.findings(), reports.at(now), now.minus(passed)));
  }

  /** The findings and the verdicts of the policies, over all nodes. */
  Diagnosis diagnosis() {
    return diagnosis;
  }

  /** The events of the cluster's namespaces since the controller started, of a day at most. */
  Timeline timeline() {
    return incidents.timeline("cluster", ticker.now());
  }

  @Override
  public Overview overview() {
    return input().overview().with(admission.get()).withoutMore(omitted);
  }

  @Override
  public PathList paths(PathSelection selection) {
    return input().paths(selection);
  }

  @Override
  public NamespaceHistory history(String namespace) {
    return states.of(namespace, ticker.now());
  }

  private OverviewInput input() {
    Instant now = ticker.now();
    List<NodeInput> nodes = reports.at(now);
    return new OverviewInput("cluster", nodes, unseen(nodes), diagnosis.findings(), now);
  }
}
