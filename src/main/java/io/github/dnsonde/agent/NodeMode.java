package io.github.dnsonde.agent;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ResolvConf;
import io.github.dnsonde.divide.NodeDivision;
import io.github.dnsonde.divide.NodeWork;
import io.github.dnsonde.divide.Terms;
import io.github.dnsonde.kube.KubeCluster;
import io.github.dnsonde.metrics.ClusterStatus;
import io.github.dnsonde.plan.AffectedVantages;
import io.github.dnsonde.plan.DividedPlan;
import io.github.dnsonde.plan.NetworkSurvey;
import io.github.dnsonde.plan.PlanInput;
import io.github.dnsonde.plan.PlannedTrials;
import io.github.dnsonde.plan.Planner;
import io.github.dnsonde.plan.Servers;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Sockets.Unavailable;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.report.Limits;
import io.github.dnsonde.report.ReportReply;
import io.github.dnsonde.report.ReportedWork;
import io.github.dnsonde.schedule.Periodic;
import io.github.dnsonde.uplink.Uplink;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The surroundings of an agent on a node: its pods' networks, and the objects of the API server.
 */
public final class NodeMode implements AgentMode {

  /**
   * The interval between scans of the folders. A scan only lists names, unless something is new.
   */
  private static final Duration SCAN = Duration.ofSeconds(1);

  /** The name of the Service's port for reports. */
  private static final String REPORTS_PORT = "reports";

  private final NodeNetworks networks;
  private final KubeCluster cluster;
  private final Changes changed;
  private final OwnResolver ownResolver;
  private final WorkShare workShare;
  private volatile ClusterView seen = ClusterView.EMPTY;
  private volatile Optional<ReportedWork> work = Optional.empty();
  private volatile boolean scanned;

  private NodeMode(
      NodeNetworks networks,
      KubeCluster cluster,
      Changes changed,
      OwnResolver ownResolver,
      WorkShare workShare) {
    this.ownResolver = ownResolver;
    this.workShare = workShare;
    this.networks = networks;
    this.cluster = cluster;
    this.changed = changed;
  }

  /**
   * Starts to watch the cluster.
   *
   * @throws IOException if the pods' networks cannot be entered or the API server's address or
   *     credentials are missing; the message states what to do
   */
  public static NodeMode of(Config config) throws IOException {
    return of(config, ResolvConf.PATH);
  }

  /** Starts with another {@code resolv.conf}, for example of a test. */
  static NodeMode of(Config config, Path resolvConf) throws IOException {
    if (config.vantage().node().isEmpty()) {
      throw new IOException(
          "mode node needs the node's name: set NODE_NAME (downward API, spec.nodeName) or"
              + " vantage.node");
    }
    Changes changed = new Changes();
    NodeNetworks networks = networks(config);
    try {
      KubeCluster cluster =
          KubeCluster.open(config.kubernetes().kubeconfig(), watched(config), changed::report);
      cluster.start();
      return new NodeMode(
          networks,
          cluster,
          changed,
          new OwnResolver(resolvConf),
          new WorkShare(Ticker.SYSTEM, config.reports().isPresent()));
    } catch (IOException e) {
      networks.close();
      throw e;
    }
  }

  private static NodeNetworks networks(Config config) throws IOException {
    try {
      return new NodeNetworks(config.pods().networkNamespaces());
    } catch (Unavailable e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static KubeCluster.Watched watched(Config config) {
    Vantage self = config.vantage();
    return new KubeCluster.Watched(
        self.node(),
        config.cluster().kubeDns().namespace(),
        config.cluster().kubeDns().service(),
        Optional.of(self.namespace()),
        Optional.of(self.pod()).filter(name -> !name.isEmpty()));
  }

  @Override
  public Exchange exchange(Consumer<Duration> starved) {
    return networks.exchange(starved);
  }

  @Override
  public Optional<ClusterStatus> clusterStatus() {
    return Optional.of(
        new ClusterStatus(
            () -> networks.addresses().size(),
            cluster::lastSync,
            this::watchErrors,
            cluster::listed,
            cluster::lastHeard));
  }

  private Map<String, Long> watchErrors() {
    return cluster.counts().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().errors()));
  }

  @Override
  public void addTo(Periodic chores, Runnable planSoon) {
    changed.reportTo(planSoon);
    chores.every("scan", SCAN, this::scan);
  }

  private void scan() {
    boolean news = networks.scan() || !scanned;
    scanned = true;
    if (news) {
      changed.report();
    }
  }

  @Override
  public boolean refresh() {
    boolean resolverChanged = ownResolver.changed();
    boolean waited = workShare.waited();
    return scanned && (changed.take() || resolverChanged || waited);
  }

  /** Keeps the current plan until the cluster was read, and folders were scanned once. */
  @Override
  public Assignment assignment(Config config, Plan before) {
    if (!cluster.ready() || !scanned) {
      return new Assignment(before, config.pace(), Set.of());
    }
    OptionalLong current = cluster.podsCurrent(); // read first, so that the view is not older
    ClusterView view = cluster.view();
    NetworkSurvey survey = networks.survey(current);
    PlanInput planInput = PlanInput.ofNode(view, survey, ownResolver.resolvConf());
    Plan plan = Planner.plan(config, planInput, before);
    networks.follow(plan.networks());
    Set<Vantage> again = AffectedVantages.touched(seen, view, plan);
    seen = view;
    return divided(config, view, plan, again);
  }

  @Override
  public void share(ReportReply.NodeShare share) {
    if (workShare.take(share)) {
      changed.report();
    }
  }

  private Assignment divided(Config config, ClusterView view, Plan whole, Set<Vantage> again) {
    Duration period = config.pace().period();
    Terms terms = Terms.of(config.clusterBudget(), view.agents().orElse(0), period);
    DividedPlan plan =
        new DividedPlan(config.vantage().node(), Servers.cache(config, view, whole), whole);
    NodeWork own = plan.work(period, "", workShare.core(), workShare.limit(terms), 0);
    NodeDivision division = workShare.division(terms, own);
    work = Optional.of(reported(own, terms.agents()));
    return new Assignment(
        PlannedTrials.addedTo(plan.plan(division), config, view.silence(Ticker.SYSTEM.now())),
        workShare.pace(config.pace(), terms, division),
        again);
  }

  private static ReportedWork reported(NodeWork own, int agents) {
    return new ReportedWork(
        own.share(),
        agents,
        own.other(),
        own.classes().stream()
            .limit(Limits.CLASSES)
            .map(
                each ->
                    new ReportedWork.ClassRound(
                        each.key(), each.round(), each.backgroundRound(), each.core()))
            .toList());
  }

  @Override
  public Optional<ReportedWork> work() {
    return work.map(
        known ->
            new ReportedWork(
                workShare.most(known.share()), known.agents(), known.other(), known.classes()));
  }

  @Override
  public Optional<Uplink.Locator> controller(NamespacedName service) {
    return Optional.of(() -> cluster.service(service, REPORTS_PORT));
  }

  @Override
  public ClusterView cluster() {
    return seen;
  }

  @Override
  public void close() {
    cluster.close();
    networks.close();
  }

  /** Changes that a plan may depend on, from several threads. */
  private static final class Changes {
    private final AtomicBoolean present = new AtomicBoolean(true);
    private volatile Runnable listener = () -> {};

    /** Sets what runs after each change; runs it now for earlier ones. */
    void reportTo(Runnable changed) {
      listener = changed;
      changed.run();
    }

    void report() {
      present.set(true);
      listener.run();
    }

    /** Returns whether there were changes since the last call. */
    boolean take() {
      return present.getAndSet(false);
    }
  }
}
