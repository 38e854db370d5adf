package io.github.dnsonde.controller;

import io.github.dnsonde.admission.Result;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.http.ClientNetwork;
import io.github.dnsonde.http.ControllerPages;
import io.github.dnsonde.http.DeliveryException;
import io.github.dnsonde.http.Health;
import io.github.dnsonde.http.HttpListeners;
import io.github.dnsonde.http.HttpLog;
import io.github.dnsonde.http.MetricsPage;
import io.github.dnsonde.http.MetricsProtection;
import io.github.dnsonde.http.PresentState;
import io.github.dnsonde.http.ReportListener;
import io.github.dnsonde.kube.ControllerCluster;
import io.github.dnsonde.kube.TokenVerdict;
import io.github.dnsonde.log.ConfigLog;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.merge.EventResult;
import io.github.dnsonde.metrics.ControllerMetrics;
import io.github.dnsonde.overview.AdmissionStatus;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.prometheus.PrometheusHistory;
import io.github.dnsonde.report.Report;
import io.github.dnsonde.report.ReportReply;
import io.github.dnsonde.schedule.Periodic;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * The running controller. It receives the agents' reports, and keeps what they say in memory only:
 * after a restart, the agents report again within ten seconds.
 *
 * <p>Threads: {@code certificates} renews and publishes certificates, {@code findings} explains
 * what fails, {@code rest} ends what served that, {@code events} writes Events about it, {@code
 * admission} keeps the webhook, {@code metrics-protection} follows the files of {@code http.tls},
 * {@code prometheus} reads the longer history. The listeners' own threads receive reports and write
 * pages; one virtual thread watches the pods.
 */
public final class Controller implements AutoCloseable {

  private static final Duration CERTIFICATES = Duration.ofSeconds(30);
  private static final Duration FINDINGS = Duration.ofSeconds(1);
  private static final Duration EVENTS = Duration.ofSeconds(1);
  private static final Duration REST = Duration.ofMinutes(1);
  private static final Duration FILES_CHECK = Duration.ofSeconds(2);

  /** Longer than Prometheus may take, and shorter than a listener lets a request take. */
  private static final Duration LONGEST_READING = Duration.ofSeconds(12);

  /** Longer than the API server may be silent on a connection. */
  private static final Duration HANGS_AFTER = Duration.ofMinutes(5);

  /** The result of a request that is no admission review. */
  private static final String INVALID = "invalid";

  private static final Log LOG = Log.named("controller");

  private final ControllerCluster cluster;
  private final CertificateKeeper certificates;
  private final ClusterState state;
  private final WorkDivider divider;
  private final Optional<PrometheusHistory> prometheus;
  private final Optional<LongMemory> memory;
  private final RefusalLog refusals = new RefusalLog(Ticker.SYSTEM);
  private final HttpLog httpLog = new HttpLog(Ticker.SYSTEM);
  private final CountDownLatch end = new CountDownLatch(1);
  private final Periodic chores = new Periodic(Ticker.SYSTEM, _ -> end.countDown());
  private final ControllerMetrics metrics;
  private final MetricsProtection protection;
  private final HttpListeners listeners;
  private final ReportListener reports;
  private final Optional<AdmissionWebhook> admission;

  private Controller(Config config, String version, ControllerCluster cluster) throws IOException {
    this.cluster = cluster;
    this.certificates = CertificateKeeper.of(cluster, config.controller(), Ticker.SYSTEM);
    NamespacedName kubeDns =
        new NamespacedName(
            config.cluster().kubeDns().namespace(), config.cluster().kubeDns().service());
    this.state =
        new ClusterState(
            config.cluster(),
            cluster.reader(kubeDns)::view,
            cluster::namespacesByNode,
            this::admissionStatus,
            Ticker.SYSTEM);
    this.prometheus = config.controller().prometheus().map(Controller::history);
    this.memory =
        prometheus.map(
            history ->
                new LongMemory(
                    state,
                    (namespace, days) -> history.read(namespace, days, Ticker.SYSTEM.now()),
                    LONGEST_READING,
                    Ticker.SYSTEM));
    this.divider =
        new WorkDivider(
            new WorkDivider.Settings(
                config.clusterBudget(),
                config.controller().nodesPerClass(),
                config.pace().period()),
            new WorkDivider.Nodes(cluster::zoneOf, cluster::isGone),
            Ticker.SYSTEM);
    this.protection = protection(config.http());
    boolean judges = config.controller().admission().mode() != Config.Admission.Strictness.OFF;
    this.metrics = new ControllerMetrics(sources(version, judges));
    // The pages show its state: it exists before they do.
    this.admission = judges ? Optional.of(admission(config)) : Optional.empty();
    this.listeners = pages(config);
    Placement placement = new Placements();
    ReportGate gate =
        new ReportGate(config.controller().agents(), this::review, placement, Ticker.SYSTEM);
    try {
      this.reports =
          ReportListener.start(
              config.controller().listen(),
              certificates.shown(),
              new ReportDesk(gate, placement, new Desk()),
              httpLog);
    } catch (IOException e) {
      admission.ifPresent(AdmissionWebhook::close);
      listeners.close();
      throw e;
    }
  }

  private HttpListeners pages(Config config) throws IOException {
    try {
      return HttpListeners.start(
          new HttpListeners.Setup(
              config.http().metrics(),
              config.http().health(),
              config.http().api(),
              protection,
              httpLog),
          new ControllerPages(
              new Scrapes(),
              new Health(this::notLive, this::notReady),
              state::diagnosis,
              memory.<PresentState>map(longer -> longer).orElse(state),
              state::timeline));
    } catch (IOException e) {
      admission.ifPresent(AdmissionWebhook::close);
      throw e;
    }
  }

  private AdmissionWebhook admission(Config config) throws IOException {
    metrics.expectAdmission(
        Stream.concat(Stream.of(Result.values()).map(Result::label), Stream.of(INVALID)).toList());
    return AdmissionWebhook.start(
        config,
        new AdmissionWebhook.Parts(
            cluster, certificates.shown(), certificates::authorities, new Meters(), httpLog),
        Ticker.SYSTEM);
  }

  /**
   * Starts a controller. It listens when this returns, and is ready when it knows the pods and has
   * a certificate.
   *
   * @param version of the program
   * @param log the target of log lines
   * @throws IOException if it cannot listen, or has no access to the API server; the message states
   *     what to do
   */
  public static Controller start(Config config, String version, OutputStream log)
      throws IOException {
    ConfigLog.configure(config, log);
    ControllerCluster cluster = ControllerCluster.open(config.kubernetes().kubeconfig());
    try {
      Controller controller = new Controller(config, version, cluster);
      cluster.start();
      controller.admission.ifPresent(AdmissionWebhook::watch);
      controller.startChores(config);
      LOG.info(
          Event.of("listening")
              .with("reports", Addresses.hostPort(controller.reportAddress()))
              .with("metrics", Addresses.hostPort(controller.metricsAddress()))
              .with("api", Addresses.hostPort(controller.apiAddress())));
      return controller;
    } catch (IOException e) {
      cluster.close();
      throw e;
    }
  }

  private static PrometheusHistory history(Config.Prometheus settings) {
    return PrometheusHistory.of(
        settings.url(),
        settings.token(),
        settings.authorities(),
        settings.headers(),
        settings.matchers());
  }

  private static MetricsProtection protection(Config.Http http) throws IOException {
    return MetricsProtection.load(
        http.tls().map(files -> new MetricsProtection.KeyPair(files.certificate(), files.key())),
        http.bearerTokenFile());
  }

  /** The state of the webhook; empty if there is none. */
  private Optional<AdmissionStatus> admissionStatus() {
    return admission.map(AdmissionWebhook::status);
  }

  private Optional<Double> reached() {
    return admissionStatus()
        .flatMap(
            status ->
                switch (status.reach()) {
                  case REACHED -> Optional.of(1.0);
                  case NOT_REACHED, NOT_READY -> Optional.of(0.0);
                  case UNKNOWN -> Optional.empty();
                });
  }

  private ControllerMetrics.Sources sources(String version, boolean judges) {
    return new ControllerMetrics.Sources(
        version,
        state::current,
        cluster::pods,
        cluster::lastHeard,
        cluster::errors,
        certificates::expiry,
        protection::certificateExpiry,
        judges ? Optional.of(this::reached) : Optional.empty(),
        Ticker.SYSTEM::now);
  }

  private void startChores(Config config) {
    chores.every("certificates", CERTIFICATES, certificates::turn);
    chores.every("findings", FINDINGS, state::explain);
    chores.every("rest", REST, cluster::rest);
    chores.every("division", WorkDivider.EVERY, divider::divide);
    if (config.controller().events()) {
      chores.every("events", EVENTS, events(config.controller().service())::turn);
    }
    admission.ifPresent(
        webhook -> chores.every("admission", AdmissionWebhook.EVERY, webhook::turn));
    if (config.http().tls().isPresent() || config.http().bearerTokenFile().isPresent()) {
      chores.every(
          "metrics-protection", FILES_CHECK, () -> protection.check().forEach(httpLog::report));
    }
  }

  private EventWriter events(NamespacedName service) {
    metrics.expectEvents(Stream.of(EventResult.values()).map(EventResult::label).toList());
    return new EventWriter(
        cluster.events(service.name()),
        service.namespace(),
        state::sight,
        result -> metrics.event(result.label()),
        Ticker.SYSTEM);
  }

  private TokenVerdict review(String token, String audience) throws IOException {
    try {
      TokenVerdict verdict = cluster.review(token, audience);
      metrics.reviewed(
          switch (verdict) {
            case TokenVerdict.Valid _ -> "valid";
            case TokenVerdict.Rejected _ -> "rejected";
          });
      return verdict;
    } catch (IOException e) {
      metrics.reviewed("failed");
      throw e;
    }
  }

  private Optional<String> notLive() {
    return chores.trouble(HANGS_AFTER);
  }

  private Optional<String> notReady() {
    if (!cluster.synced()) {
      return Optional.of("the pods were not listed yet; the log names the error if there is one");
    }
    if (certificates.shown().expiry().isEmpty()) {
      return Optional.of("there is no certificate yet; the log names the error if there is one");
    }
    return notLive();
  }

  public InetSocketAddress reportAddress() {
    return reports.address();
  }

  /** The address of the webhook; empty if there is none. */
  public Optional<InetSocketAddress> admissionAddress() {
    return admission.map(AdmissionWebhook::address);
  }

  public InetSocketAddress metricsAddress() {
    return listeners.metricsAddress();
  }

  public InetSocketAddress apiAddress() {
    return listeners.apiAddress();
  }

  /** Waits until the controller ends: it was closed, or it cannot go on. */
  public void join() throws InterruptedException {
    end.await();
  }

  /**
   * Handles the exception that ended a thread, for any thread of the process. An error ends the
   * controller.
   */
  public void uncaught(Thread thread, Throwable failure) {
    LOG.error(
        Event.of("a thread ended by a failure").with("thread", thread.getName()).because(failure));
    if (failure instanceof Error) {
      end.countDown();
    }
  }

  /** Stops listening and watching; may be called again. */
  @Override
  public void close() {
    LOG.info(Event.of("stopping"));
    admission.ifPresent(AdmissionWebhook::close);
    reports.close();
    chores.close();
    listeners.close();
    memory.ifPresent(LongMemory::close);
    prometheus.ifPresent(PrometheusHistory::close);
    cluster.close();
    metrics.close();
    end.countDown();
  }

  /** The reports that arrive. */
  private final class Desk implements ReportDesk.Listener {
    @Override
    public ReportReply accepted(Report report, int doubted) {
      metrics.accepted(doubted);
      state.add(report.withoutWork(), cluster.zoneOf(report.node()));
      return divider.reported(report.node(), report.work());
    }

    @Override
    public void refused(DeliveryException refusal, ClientNetwork source) {
      metrics.refused(refusal.reason().label());
      refusals.refused(refusal, source);
    }
  }

  /** The decisions about changes, counted. */
  private final class Meters implements AdmissionWebhook.Meters {
    @Override
    public void decided(Result result, Duration took) {
      metrics.admitted(result.label(), result.isTimed() ? Optional.of(took) : Optional.empty());
    }

    @Override
    public void notReview() {
      metrics.admitted(INVALID, Optional.empty());
    }

    @Override
    public void slipped() {
      metrics.slipped();
    }

    @Override
    public void event(EventResult result) {
      metrics.event(result.label());
    }
  }

  /** The places of pods, by the watch. */
  private final class Placements implements Placement {
    @Override
    public Optional<String> nodeOf(NamespacedName pod) {
      return cluster.nodeOf(pod);
    }

    @Override
    public boolean hasPods(String namespace, String node) {
      return cluster.hasPods(namespace, node);
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
