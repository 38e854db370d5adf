package io.github.dnsonde.controller;

import io.github.dnsonde.cluster.NamespaceOwners;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
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
import io.github.dnsonde.overview.PolicySight;
import io.github.dnsonde.overview.StateHistory;
import io.github.dnsonde.overview.Timeline;
import io.github.dnsonde.probe.ClockSteps;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.report.Report;
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

  private static final Log LOG = Log.named("controller");

  private final ClusterReports reports = new ClusterReports();
  private final NodeDiagnoses diagnoses = new NodeDiagnoses(PolicyYaml::text);
  private final Config.Cluster settings;
  private final FailureView view;
  private final Supplier<Map<String, Set<String>>> namespacesByNode;
  private final Supplier<Optional<AdmissionStatus>> admission;
  private final Ticker ticker;
  private final Scenes scenes;
  private final IncidentLog incidents = new IncidentLog(PolicySight.WHILE_FAILING);
  private final StateHistory states = new StateHistory();
  private final ClockSteps clock;
  private final long started;
  private Duration behind = Duration.ZERO;
  private Optional<Instant> unseenSince = Optional.empty();
  private volatile boolean news;
  private volatile Optional<Long> firstReport = Optional.empty();
  private volatile Diagnosis diagnosis = Diagnosis.NONE;
  private volatile int omitted;

  /**
   * Creates a state without any report.
   *
   * @param namespacesByNode the namespaces with pods, by node
   * @param admission the state of the webhook; empty if there is none
   */
  ClusterState(
      Config.Cluster settings,
      FailureView.Reader reader,
      Supplier<Map<String, Set<String>>> namespacesByNode,
      Supplier<Optional<AdmissionStatus>> admission,
      Ticker ticker) {
    this.admission = admission;
    this.view = new FailureView(reader, settings.kubeDns().namespace(), ticker);
    this.namespacesByNode = namespacesByNode;
    this.ticker = ticker;
    this.settings = settings;
    this.scenes = new Scenes(settings);
    this.clock = new ClockSteps(ticker);
    this.started = ticker.nanos();
  }

  /**
   * Takes a report, as far as it is believed.
   *
   * @param zone of the node
   */
  void add(Report report, Optional<String> zone) {
    if (reports.put(new NodeInput(report, now(), zone))) {
      if (firstReport.isEmpty()) {
        firstReport = Optional.of(ticker.nanos());
      }
      news = true;
    }
  }

  /**
   * Returns the time by the wall clock. If that was set, all remembered times are moved first: a
   * report that came ten seconds ago is still ten seconds old.
   */
  private synchronized Instant now() {
    Duration step = clock.step();
    if (!step.isZero()) {
      LOG.warn(
          Event.of("the clock of the controller's node was set").with("seconds", step.toSeconds()));
      reports.clockSet(step);
      incidents.clockSet(step);
      states.clockSet(step);
      behind = behind.plus(step);
    }
    return ticker.now();
  }

  /** The number of nodes that report regularly. */
  long current() {
    Instant now = now();
    return reports.at(now).stream().filter(node -> !node.isSilent(now)).count();
  }

  /** Explains what fails, if a report has arrived. Called by one thread, every second. */
  void explain() {
    Instant now = now();
    followClock();
    states.take(() -> reports.at(now), now);
    if (!news) {
      return;
    }
    news = false;
    List<NodeInput> nodes = reports.at(now);
    List<JudgedNode> judged = judged(nodes, now);
    NamespaceOwners owners = NamespaceOwners.of(scenes.view().namespaces(), settings.ownerLabel());
    ClusterFindings.Found found = ClusterFindings.of(judged, unseen(nodes), now);
    List<Finding> findings =
        remembered(found.all(), now).stream().map(finding -> finding.ownedBy(owners)).toList();
    omitted = found.omitted();
    diagnosis =
        new Diagnosis(
            findings,
            judged.stream().flatMap(node -> node.diagnosis().policyVerdicts().stream()).toList());
    incidents.take(scenes.view(), findings, now);
  }

  /** Moves what belongs to the thread that explains. */
  private void followClock() {
    Duration step;
    synchronized (this) {
      step = behind;
      behind = Duration.ZERO;
    }
    if (!step.isZero()) {
      diagnoses.clockSet(step);
      unseenSince = unseenSince.map(since -> since.plus(step));
      List<Finding> moved =
          diagnosis.findings().stream().map(finding -> finding.clockSet(step)).toList();
      diagnosis = new Diagnosis(moved, diagnosis.policyVerdicts());
    }
  }

  /** Returns the findings; one about unseen pods begins when there are any, and not each time. */
  private List<Finding> remembered(List<Finding> findings, Instant now) {
    boolean unseen = findings.stream().anyMatch(finding -> finding.code() == Code.NO_AGENT);
    unseenSince = unseen ? unseenSince.or(() -> Optional.of(now)) : Optional.empty();
    Instant since = unseenSince.orElse(now);
    return findings.stream()
        .map(finding -> finding.code() == Code.NO_AGENT ? finding.since(since) : finding)
        .toList();
  }

  /** Returns the nodes with what explains their failures; reads nothing if there are none. */
  private List<JudgedNode> judged(List<NodeInput> nodes, Instant now) {
    List<Demand> demands = Demand.of(nodes);
    view.follow(demands);
    if (scenes.view(view.latest())) {
      diagnoses.clusterChanged();
    }
    if (demands.isEmpty() && nodes.stream().noneMatch(ClusterState::isIntercepted)) {
      diagnoses.clear();
      return nodes.stream()
          .map(node -> new JudgedNode(node, NodeScene.UNKNOWN, Diagnosis.NONE))
          .toList();
    }
    return diagnoses.of(nodes, scenes::of, now);
  }

  private static boolean isIntercepted(NodeInput node) {
    return node.report().findings().stream()
        .anyMatch(finding -> finding.code() == Code.INTERCEPTED);
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
    Instant now = now();
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
    Instant now = now();
    return incidents.timeline("cluster", now);
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
    Instant now = now();
    return states.of(namespace, now);
  }

  private OverviewInput input() {
    Instant now = now();
    List<NodeInput> nodes = reports.at(now);
    return new OverviewInput("cluster", nodes, unseen(nodes), diagnosis.findings(), now);
  }
}
