package io.github.dnsonde.agent;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.NamespaceOwners;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigWatch;
import io.github.dnsonde.config.yaml.Mistake;
import io.github.dnsonde.diagnosis.Diagnoser;
import io.github.dnsonde.diagnosis.DiagnosisInput;
import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.http.HttpListeners;
import io.github.dnsonde.http.HttpLog;
import io.github.dnsonde.http.MetricsPage;
import io.github.dnsonde.http.MetricsProtection;
import io.github.dnsonde.http.Pages;
import io.github.dnsonde.http.PresentState;
import io.github.dnsonde.log.ConfigLog;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.FailureLog;
import io.github.dnsonde.log.FindingLog;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.manifest.PolicyYaml;
import io.github.dnsonde.metrics.Detail;
import io.github.dnsonde.metrics.Histograms;
import io.github.dnsonde.metrics.Metrics;
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
import io.github.dnsonde.plan.Servers;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.ClockSteps;
import io.github.dnsonde.probe.ExpectedSilence;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.LookupOutcome;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.QueryPair;
import io.github.dnsonde.probe.Retention;
import io.github.dnsonde.probe.SocketResult;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.TrialOutcome;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.report.NodeKnowledge;
import io.github.dnsonde.report.Report;
import io.github.dnsonde.report.ReportReply;
import io.github.dnsonde.schedule.Listener;
import io.github.dnsonde.schedule.Periodic;
import io.github.dnsonde.schedule.Scheduler;
import io.github.dnsonde.status.Lookups;
import io.github.dnsonde.status.Outcomes;
import io.github.dnsonde.status.QueryPairs;
import io.github.dnsonde.status.Trials;
import io.github.dnsonde.uplink.Uplink;
import io.github.dnsonde.uplink.UplinkException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The running agent. It connects all rooms, from configuration to metrics page.
 *
 * <p>Threads: {@code probing} sends queries, and reports each outcome to metrics, memory and log.
 * Each periodic task has its own thread: {@code scan} of the surroundings reads folders, {@code
 * plan} checks for changes and puts plans and configurations into force, {@code findings} explains
 * failures, {@code config} reads the file, {@code sweep} removes old series. The web server's own
 * threads only read. An error that ends one of these threads ends the agent.
 */
public final class Agent implements AutoCloseable {

  /** The interval between checks of the file; a change is adopted after two of them. */
  private static final Duration CONFIG_CHECK = Duration.ofSeconds(2);

  private static final Duration SWEEP = Duration.ofSeconds(5);

  /** Interval that gathers changes: a cluster often changes much at once, and then not for long. */
  private static final Duration LOOK = Duration.ofMillis(200);

  /** The interval between looks for changes that nobody reports. */
  private static final Duration REGULARLY = Duration.ofSeconds(2);

  /** The limit for one report, from connecting to the last octet of the reply. */
  private static final Duration REPORT_PATIENCE = Duration.ofSeconds(5);

  /** The longest wait of a canary, or of a check for proxies, for the budget. */
  private static final Duration BUDGET_PATIENCE = Duration.ofSeconds(10);

  /** The same for long-lived sockets: the socket of a pod that terminates must be closed soon. */
  private static final Duration SOCKET_PATIENCE = Duration.ofSeconds(1);

  /** The time after which glibc and Go give up on an answer. */
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(5);

  private static final Log LOG = Log.named("agent");

  private final Setup setup;
  private final AgentMode agentMode;
  private final Metrics metrics;
  private final Outcomes outcomes = new Outcomes();
  private final Lookups lookups = new Lookups();
  private final QueryPairs queryPairs = new QueryPairs(Ticker.SYSTEM);
  private final Trials trials = new Trials();
  private final CanaryCheck canary;
  private final LongLivedSockets sockets;
  private final FailureLog failures;
  private final Diagnoser diagnoser = new Diagnoser(PolicyYaml::text);
  private final DiagnosisPace diagnosisPace = new DiagnosisPace(Ticker.SYSTEM);
  private final ClockSteps clock = new ClockSteps(Ticker.SYSTEM);
  private final FindingLog findings = new FindingLog(Ticker.SYSTEM);
  private final RemarkLog remarks = new RemarkLog();
  private final Optional<InterceptionDetector> interception;
  private final Optional<Reporter> reporter;
  private final AgentHealth health;
  private final Scheduler scheduler;
  private final Periodic chores = new Periodic(Ticker.SYSTEM, _ -> end());
  private final CountDownLatch end = new CountDownLatch(1);
  private final long started = Ticker.SYSTEM.nanos();
  private final IncidentLog incidents = new IncidentLog(PolicySight.ALWAYS);
  private final StateHistory states = new StateHistory();
  private final QueryCosts costs = new QueryCosts(Ticker.SYSTEM);
  private LineLimit planLines = new LineLimit(Ticker.SYSTEM);
  private final HttpLog httpLog = new HttpLog(Ticker.SYSTEM);
  private final MetricsProtection protection;
  private final HttpListeners listeners;
  private final AtomicReference<Optional<ConfigWatch.Change.Changed>> changedConfig =
      new AtomicReference<>(Optional.empty());
  private volatile boolean configRead = true;
  private volatile Config inForce;
  private volatile Pace pace;
  private volatile Runnable planSoon = () -> {};
  private volatile Plan plan = Plan.EMPTY;
  private volatile ExpectedSilence silence = ExpectedSilence.NONE;
  private volatile Diagnosis diagnosis = Diagnosis.NONE;

  /**
   * The parts that an agent is started with, next to its configuration.
   *
   * @param watch the configuration file to follow, if there is one
   * @param surroundings the source of plans and sockets; closed with the agent
   * @param log the target of log lines
   * @param watcher receives every outcome that was not overtaken, on the probing thread
   * @param quiet the shortest time between two log lines of one probe
   */
  public record Setup(
      Optional<ConfigWatch> watch,
      AgentMode.Factory surroundings,
      OutputStream log,
      Consumer<Outcome> watcher,
      Duration quiet) {

    /** Creates a setup with the usual span of a minute. */
    public Setup(
        Optional<ConfigWatch> watch,
        AgentMode.Factory surroundings,
        OutputStream log,
        Consumer<Outcome> watcher) {
      this(watch, surroundings, log, watcher, LineLimit.MINUTE);
    }
  }

  private Agent(Config config, Setup setup) throws IOException {
    this.setup = setup;
    this.failures = new FailureLog(Ticker.SYSTEM, setup.quiet());
    this.inForce = config;
    this.pace = config.pace();
    ConfigLog.configure(config, setup.log());
    this.protection = protection(config.http());
    this.agentMode = setup.surroundings().create(config);
    this.metrics = new Metrics(options(config), Ticker.SYSTEM);
    agentMode.clusterStatus().ifPresent(metrics::cluster);
    metrics.certificateExpiry(protection::certificateExpiry);
    this.scheduler =
        new Scheduler(
            agentMode.exchange(metrics::starved),
            config.pace(),
            Ticker.SYSTEM,
            new ScheduleListener(),
            this::end);
    metrics.inFlight(scheduler::inFlight);
    this.interception = interception(config);
    this.canary =
        new CanaryCheck(
            () -> scheduler.withinBudget(agentMode.exchange(_ -> {}), true, BUDGET_PATIENCE),
            this::plan,
            () -> inForce.cluster().canary(),
            Ticker.SYSTEM);
    this.sockets = sockets();
    this.reporter = reporter(config);
    this.health = new AgentHealth(scheduler, chores, Ticker.SYSTEM);
    this.listeners = listen(config.http());
  }

  private Optional<InterceptionDetector> interception(Config config) {
    return config.mode() == Config.Mode.NODE && config.cluster().detectInterception()
        ? Optional.of(
            new InterceptionDetector(
                () -> scheduler.withinBudget(agentMode.exchange(_ -> {}), false, BUDGET_PATIENCE),
                this::plan,
                () -> pace.budget(),
                config.vantage(),
                Ticker.SYSTEM))
        : Optional.empty();
  }

  private LongLivedSockets sockets() {
    return new LongLivedSockets(
        () -> scheduler.withinBudget(agentMode.exchange(_ -> {}), true, SOCKET_PATIENCE),
        new LongLivedSockets.Sources(
            this::plan, agentMode::cluster, () -> inForce.cluster().longLivedSockets()),
        new SocketResults(),
        SOCKET_TIMEOUT,
        Ticker.SYSTEM);
  }

  private Optional<Reporter> reporter(Config config) {
    Optional<Reporter> created =
        config
            .reports()
            .flatMap(
                reports ->
                    agentMode
                        .controller(reports.service())
                        .map(locator -> reporter(reports, locator)));
    created.ifPresent(reports -> metrics.reports(reports::age));
    return created;
  }

  private Reporter reporter(Config.Reports reports, Uplink.Locator locator) {
    return new Reporter(
        new Uplink(
            new Uplink.Setup(
                reports.serverName(),
                reports.authorities(),
                reports.token(),
                locator,
                REPORT_PATIENCE)),
        this::reportIfKnown,
        new ReportListener(),
        Ticker.SYSTEM,
        RandomGenerator.getDefault());
  }

  /** The present report; empty before the first plan. */
  private Optional<Report> reportIfKnown() {
    return plan.candidates().isEmpty() ? Optional.empty() : Optional.of(report());
  }

  /**
   * Reads the certificate, key and token that a configuration names.
   *
   * @throws IOException if one of them cannot be used; the message states which, why, and what to
   *     do
   */
  public static MetricsProtection protection(Config.Http http) throws IOException {
    return MetricsProtection.load(
        http.tls().map(files -> new MetricsProtection.KeyPair(files.certificate(), files.key())),
        http.bearerTokenFile());
  }

  private HttpListeners listen(Config.Http http) throws IOException {
    try {
      return HttpListeners.start(
          new HttpListeners.Setup(http.metrics(), http.health(), http.api(), protection, httpLog),
          new Pages(
              new Scrapes(),
              health.answers(),
              outcomes,
              this::plan,
              this::diagnosis,
              new NodeState(),
              this::timeline));
    } catch (IOException e) {
      scheduler.close();
      agentMode.close();
      metrics.close();
      throw e;
    }
  }

  /**
   * Starts an agent. It listens and probes when this returns.
   *
   * @throws IOException if it cannot listen; the message states where and why
   */
  public static Agent start(Config config, Setup setup) throws IOException {
    Agent agent = new Agent(config, setup);
    Event listening =
        Event.of("listening")
            .with("metrics", Addresses.hostPort(agent.metricsAddress()))
            .with("api", Addresses.hostPort(agent.apiAddress()));
    LOG.info(
        agent
            .listeners
            .healthAddress()
            .map(health -> listening.with("health", Addresses.hostPort(health)))
            .orElse(listening));
    agent.follow(config);
    agent.scheduler.start();
    agent.startChores(config);
    return agent;
  }

  private void startChores(Config config) {
    planSoon = chores.onDemand("plan", LOOK, REGULARLY, this::look);
    agentMode.addTo(chores, planSoon);
    diagnosisPace.start(chores, this::inquire);
    interception.ifPresent(detector -> detector.start(chores, diagnosisPace::news));
    chores.every("sweep", SWEEP, metrics::sweep);
    canary.startIfWanted(chores);
    sockets.startIfWanted(chores);
    reporter.ifPresent(reports -> chores.every("reports", Reporter.TURN, reports::turn));
    setup.watch().ifPresent(watch -> chores.every("config", CONFIG_CHECK, () -> check(watch)));
    if (config.http().tls().isPresent() || config.http().bearerTokenFile().isPresent()) {
      chores.every("metrics-protection", CONFIG_CHECK, this::checkProtection);
    }
  }

  private static Metrics.Options options(Config config) {
    Histograms histograms =
        switch (config.metrics().histograms()) {
          case BOTH -> Histograms.BOTH;
          case CLASSIC -> Histograms.CLASSIC;
          case NATIVE -> Histograms.NATIVE;
        };
    Detail detail =
        switch (config.metrics().detail()) {
          case CORE -> Detail.CORE;
          case FULL -> Detail.FULL;
        };
    return new Metrics.Options(
        Version.number(),
        config.vantage().node(),
        config.mode().label(),
        histograms,
        detail,
        config.metrics().retention());
  }

  /**
   * Switches to a new plan. Everything that remembers probes learns of it before the first query.
   */
  private void follow(Config config) {
    AgentMode.Assignment assignment = agentMode.assignment(config, plan);
    boolean news =
        !assignment.plan().probes().equals(plan.probes()) || !assignment.pace().equals(pace);
    plan = assignment.plan();
    pace = assignment.pace();
    metrics.limit(assignment.pace().offNode());
    metrics.backgroundPeriod(assignment.pace().share().background());
    Retention retention = new Retention(config.metrics().retention());
    metrics.retention(retention);
    scheduler.retention(retention);
    expect(agentMode.cluster().silence(Ticker.SYSTEM.now()));
    metrics.plan(plan);
    metrics.owners(owners(agentMode.cluster()));
    outcomes.retain(plan);
    lookups.retain(plan);
    queryPairs.retain(plan);
    trials.retain(plan);
    failures.retain(plan.probes());
    scheduler.follow(plan, assignment.pace());
    scheduler.hurry(assignment.again());
    interception.ifPresent(
        detector -> {
          detector.planned();
          detector.changed(assignment.again());
        });
    sockets.planned();
    diagnosisPace.news();
    remarks.accept(plan.remarks());
    if (news) {
      planLines.event();
    }
    logPlan();
  }

  /** Logs the latest plan at most once a minute, since others can change pods at any rate. */
  private void logPlan() {
    if (planLines.take() > 0) {
      LOG.info(
          Event.of("plan in force")
              .with("probes", plan.probes().size())
              .with("vantages", plan.vantages().size())
              .with("servers", plan.servers().size())
              .with("period", pace.period()));
    }
  }

  private void look() {
    changedConfig.getAndSet(Optional.empty()).ifPresent(this::adopt);
    if (agentMode.refresh()) {
      follow(inForce);
    }
    logPlan();
  }

  /** Adopts which pods are expected to get no response. */
  private void expect(ExpectedSilence now) {
    if (!now.equals(silence)) {
      silence = now;
      metrics.expect(now);
      reporter.ifPresent(Reporter::changed);
    }
  }

  private void inquire() {
    followClock();
    ClusterView cluster = agentMode.cluster();
    expect(cluster.silence(Ticker.SYSTEM.now())); // a declaration may end without any change
    Diagnosis found =
        diagnoser
            .into(
                new DiagnosisInput(
                    outcomes.streaks(),
                    lookups.streaks(),
                    queryPairs.losses(),
                    trials.streaks(),
                    canary.found(),
                    sockets.stale(),
                    cluster,
                    Servers.cache(inForce, cluster, plan),
                    interception.map(InterceptionDetector::found).orElse(Set.of()),
                    Ticker.SYSTEM.now()))
            .ownedBy(owners(cluster));
    noteChange(diagnosis, found);
    diagnosis = found;
    metrics.policyVerdicts(found.policyVerdicts());
    metrics.findings(found.findings(), inForce.metrics().policyNames());
    findings.accept(found.findings());
    states.take(() -> List.of(nodeInput()), Ticker.SYSTEM.now());
    incidents.take(cluster, found.findings(), Ticker.SYSTEM.now());
    diagnosisPace.accept(found);
  }

  private NamespaceOwners owners(ClusterView cluster) {
    return NamespaceOwners.of(cluster.namespaces(), inForce.cluster().ownerLabel());
  }

  private void noteChange(Diagnosis before, Diagnosis now) {
    if (!identities(before).equals(identities(now))) {
      reporter.ifPresent(Reporter::changed);
    }
  }

  private static Set<Finding.Identity> identities(Diagnosis diagnosis) {
    return diagnosis.findings().stream().map(Finding::identity).collect(toUnmodifiableSet());
  }

  private void followClock() {
    Duration step = clock.step();
    if (!step.isZero()) {
      LOG.warn(Event.of("the clock of this node was set").with("seconds", step.toSeconds()));
      diagnoser.clockSet(step);
      incidents.clockSet(step);
      states.clockSet(step);
    }
  }

  private void check(ConfigWatch watch) {
    switch (watch.check()) {
      case ConfigWatch.Change.Unchanged _ -> {}
      case ConfigWatch.Change.Changed changed -> {
        changedConfig.set(Optional.of(changed));
        planSoon.run();
      }
      case ConfigWatch.Change.Broken(List<Mistake> mistakes) -> refuse(mistakes);
    }
  }

  private void adopt(ConfigWatch.Change.Changed changed) {
    Config config = changed.config();
    ConfigLog.configure(config, setup.log());
    reloaded(true); // before the log lines: who reads one finds the metric changed
    LOG.info(Event.of("configuration changed"));
    if (!changed.needRestart().isEmpty()) {
      LOG.warn(
          Event.of("some keys take effect only after a restart")
              .with("keys", String.join(" ", changed.needRestart())));
    }
    inForce = config;
    canary.startIfWanted(chores);
    sockets.startIfWanted(chores);
    planLines = new LineLimit(Ticker.SYSTEM); // the owner's own change is logged at once
    follow(config);
  }

  private void refuse(List<Mistake> mistakes) {
    reloaded(false);
    ConfigLog.refused(mistakes, LOG);
  }

  private void checkProtection() {
    List<MetricsProtection.News> news = protection.check();
    news.forEach(httpLog::report);
    if (!news.isEmpty()) {
      reloaded(configRead);
    }
  }

  /**
   * Records a reload. The files that the configuration names count as a part of it. Called by
   * several tasks.
   */
  private synchronized void reloaded(boolean config) {
    configRead = config;
    metrics.configReloaded(config && protection.upToDate(), Ticker.SYSTEM.now());
  }

  /** The report about this node at this moment. */
  private Report report() {
    Ticker ticker = Ticker.SYSTEM;
    return new NodeKnowledge(
            name(inForce.vantage()),
            Version.number(),
            inForce.mode().label(),
            Duration.ofNanos(ticker.nanos() - started),
            plan,
            outcomes.snapshot().latest(),
            outcomes.streaks(),
            diagnosis,
            plan::isCore,
            silence,
            costs.usage(inForce, agentMode.cluster(), plan, pace, metrics.series()),
            agentMode.work(),
            ticker.now())
        .report();
  }

  /** Mode self may know neither its node nor its pod. */
  private static String name(Vantage vantage) {
    return Stream.of(vantage.node(), vantage.pod(), vantage.namespace())
        .filter(name -> !name.isEmpty())
        .findFirst()
        .orElseThrow();
  }

  /** The words for the part of the cluster that this agent sees. */
  private String subject() {
    Vantage self = inForce.vantage();
    return (self.node().isEmpty() ? "pod " : "node ") + name(self);
  }

  private Timeline timeline() {
    return incidents.timeline(subject(), Ticker.SYSTEM.now());
  }

  private NodeInput nodeInput() {
    Report report = report();
    return new NodeInput(report, Ticker.SYSTEM.now(), Optional.empty());
  }

  /** The current diagnosis. */
  private Diagnosis diagnosis() {
    return diagnosis;
  }

  /** The current plan. */
  public Plan plan() {
    return plan;
  }

  public InetSocketAddress metricsAddress() {
    return listeners.metricsAddress();
  }

  public InetSocketAddress apiAddress() {
    return listeners.apiAddress();
  }

  /** Waits until the agent ends: it was closed, or it cannot go on. */
  public void join() throws InterruptedException {
    end.await();
  }

  private void end() {
    end.countDown();
  }

  /**
   * Handles the exception that ended a thread, for any thread of the process. An error ends the
   * agent, since nothing does that thread's work any more.
   */
  public void uncaught(Thread thread, Throwable failure) {
    LOG.error(
        Event.of("a thread ended by a failure").with("thread", thread.getName()).because(failure));
    if (failure instanceof Error) {
      end();
    }
  }

  /** Stops listening, probing and watching; may be called again. */
  @Override
  public void close() {
    LOG.info(Event.of("stopping"));
    reporter.ifPresent(Reporter::close);
    chores.close();
    listeners.close();
    scheduler.close();
    failures.close();
    if (chores.ended() && scheduler.ended()) {
      agentMode.close();
    } else {
      LOG.warn(Event.of("a thread does not end; resources that it may use stay open"));
    }
    metrics.close();
  }

  /** Receives the results of the schedule, on the probing thread. */
  private final class ScheduleListener implements Listener {
    @Override
    public void outcome(Outcome outcome, Optional<Streak> streak) {
      health.outcomeReceived();
      metrics.outcome(outcome, streak);
      outcomes.add(outcome, streak);
      boolean expected = silence.covers(outcome.probe().vantage());
      if (!expected) {
        diagnosisPace.accept(streak);
      }
      interception.ifPresent(detector -> detector.take(outcome));
      if (!expected) {
        failures.accept(outcome, streak);
      }
      streak.filter(Agent::isTurn).ifPresent(_ -> reporter.ifPresent(Reporter::changed));
      costs.take(outcome);
      setup.watcher().accept(outcome);
    }

    @Override
    public void overtaken(Outcome outcome) {
      metrics.overtaken(outcome);
      outcomes.overtaken(outcome);
      if (!silence.covers(outcome.probe().vantage())) {
        failures.overtaken(outcome);
      }
    }

    @Override
    public void lookup(LookupOutcome outcome) {
      metrics.lookup(outcome);
      lookups.add(outcome);
    }

    @Override
    public void pair(QueryPair pair) {
      metrics.pair(pair);
      queryPairs.add(pair);
      diagnosisPace.accept(pair);
    }

    @Override
    public void trial(TrialOutcome outcome) {
      metrics.trial(outcome);
      trials.add(outcome);
    }

    @Override
    public void alsoSent(Probe query) {
      costs.sent(query.server());
    }

    @Override
    public void delayed(Duration delay) {
      metrics.scheduleDelay(delay);
    }

    @Override
    public void intervals(Map<String, Duration> bySourceNamespace) {
      metrics.interval(bySourceNamespace);
    }
  }

  /** Receives the results of long-lived sockets, on their thread. */
  private final class SocketResults implements LongLivedSocket.Results {
    @Override
    public void paths(Set<ProbePath> paths) {
      metrics.socketPaths(paths);
    }

    @Override
    public void result(ProbePath path, SocketResult result) {
      metrics.socketResult(path, result);
      if (result == SocketResult.STALE) {
        diagnosisPace.news();
      }
    }
  }

  /** Returns true if an outcome may have changed the state of its path. */
  private static boolean isTurn(Streak streak) {
    return streak.length() == 1 || streak.failures() == 2;
  }

  /** Receives the results of reports, on the reporting thread. */
  private final class ReportListener implements Reporter.Listener {
    @Override
    public void accepted(ReportReply reply) {
      metrics.reported();
      reply.nodeShare().ifPresent(agentMode::share);
    }

    @Override
    public void failed(UplinkException.Why why) {
      metrics.reportFailed(why.label());
    }
  }

  /** The state of the node, as people want to see it. */
  private final class NodeState implements PresentState {
    @Override
    public Overview overview() {
      return input().overview();
    }

    @Override
    public PathList paths(PathSelection selection) {
      return input().paths(selection);
    }

    @Override
    public NamespaceHistory history(String namespace) {
      return states.of(namespace, Ticker.SYSTEM.now());
    }

    private OverviewInput input() {
      NodeInput node = nodeInput();
      return new OverviewInput(
          subject(), List.of(node), Map.of(), diagnosis.findings(), node.received());
    }
  }

  /** The metrics page for scrapers. */
  private final class Scrapes implements MetricsPage {
    @Override
    public String contentType(String accept) {
      return metrics.contentType(accept);
    }

    @Override
    public void write(String accept, OutputStream out) throws IOException {
      metrics.write(accept, out);
    }
  }
}
