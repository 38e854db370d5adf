package io.github.dnsonde.controller;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.admission.AdmissionDecision;
import io.github.dnsonde.admission.AdmissionTerms;
import io.github.dnsonde.admission.Result;
import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.cluster.AdmissionRequest.Version;
import io.github.dnsonde.cluster.ClusterSnapshot;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.http.AdmissionListener;
import io.github.dnsonde.http.HttpLog;
import io.github.dnsonde.http.ListenerCertificate;
import io.github.dnsonde.kube.AdmissionApi;
import io.github.dnsonde.kube.AdmissionObjects;
import io.github.dnsonde.kube.AdmissionReviews;
import io.github.dnsonde.kube.ControllerCluster;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.merge.EventResult;
import io.github.dnsonde.overview.AdmissionStatus;
import io.github.dnsonde.overview.AdmissionStatus.Reach;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.SafeText;
import io.github.dnsonde.probe.Ticker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The running webhook: it registers itself with the API server, tests if it is reached, answers,
 * and judges what it was not asked about.
 */
final class AdmissionWebhook implements AutoCloseable {

  /** The time between two turns. */
  static final Duration EVERY = Duration.ofSeconds(2);

  /** The time between two looks at the registration, and between two renewals of the Lease. */
  private static final Duration SELDOM = Duration.ofSeconds(30);

  /**
   * The fraction of the heap for changes that wait for their judgement. Two versions of a policy
   * take no more than a 25th.
   */
  private static final int WAITING = 20;

  /**
   * The fraction for changes that were allowed a moment ago, and for those that were overridden.
   */
  private static final int ALLOWED = 50;

  /** The characters of an API server's error that the status shows. */
  private static final int LONGEST_ERROR = 300;

  private static final Log LOG = Log.named("controller");

  private final Config.Admission settings;
  private final NamespacedName lease;
  private final AdmissionApi api;
  private final AdmissionObjects objects;
  private final Supplier<Optional<String>> authorities;
  private final Meters meters;
  private final Ticker ticker;
  private final SelfTest selfTest;
  private final SlippedChanges slipped;
  private final OverrideEvents events;
  private final AdmissionListener listener;
  private final LineLimit failures;
  private final LongAdder refused = new LongAdder();
  private final LongAdder slippedThrough = new LongAdder();
  private volatile Optional<String> unregistered = Optional.of("the controller has no certificate");
  private Optional<String> registered = Optional.empty();
  private Optional<Long> looked = Optional.empty();
  private Optional<Long> renewed = Optional.empty();
  private boolean returned;

  /** The receiver of what is counted. Called by many threads. */
  interface Meters {
    void decided(Result result, Duration took);

    void notReview();

    void slipped();

    void event(EventResult result);
  }

  /**
   * The parts of the controller that the webhook uses.
   *
   * @param certificate of the listener
   * @param authorities those that sign it, in PEM; empty until there are some
   */
  record Parts(
      ControllerCluster cluster,
      ListenerCertificate certificate,
      Supplier<Optional<String>> authorities,
      Meters meters,
      HttpLog httpLog) {}

  private AdmissionWebhook(Config config, Parts parts, Ticker ticker) throws IOException {
    Config.Controller controller = config.controller();
    String own = controller.service().namespace();
    this.settings = controller.admission();
    this.lease = new NamespacedName(own, settings.lease());
    this.api = parts.cluster().admission();
    this.authorities = parts.authorities();
    this.meters = parts.meters();
    this.ticker = ticker;
    this.failures = new LineLimit(ticker);
    this.objects =
        parts
            .cluster()
            .admissionObjects(
                new NamespacedName(
                    config.cluster().kubeDns().namespace(), config.cluster().kubeDns().service()));
    AdmissionTerms terms =
        new AdmissionTerms(
            settings.mode(),
            settings.denyDryRun(),
            settings.override(),
            Stream.of("kube-system", config.cluster().kubeDns().namespace(), own)
                .collect(toUnmodifiableSet()),
            config.cluster().nodeLocalDns().address());
    Known known = new Known();
    this.selfTest = new SelfTest(own, api::dryRun, ticker);
    this.slipped =
        new SlippedChanges(
            terms,
            settings.namespaces(),
            known,
            _ -> slippedThrough(),
            Runtime.getRuntime().maxMemory() / WAITING,
            ticker);
    this.events =
        new OverrideEvents(
            parts.cluster().events(controller.service().name())::create,
            objects::shows,
            meters::event,
            Runtime.getRuntime().maxMemory() / ALLOWED,
            ticker);
    this.listener =
        AdmissionListener.start(
            settings.listen(),
            parts.certificate(),
            new AdmissionDesk(
                terms,
                permission(),
                known,
                new Decided(),
                Runtime.getRuntime().maxMemory() / ALLOWED,
                ticker),
            parts.httpLog());
  }

  /**
   * Starts a webhook.
   *
   * @throws IOException if it cannot listen; the message says why
   */
  static AdmissionWebhook start(Config config, Parts parts, Ticker ticker) throws IOException {
    return new AdmissionWebhook(config, parts, ticker);
  }

  private PromptPermission permission() {
    return new PromptPermission(
        request -> api.mayOverride(request.user(), request.namespace()),
        PromptPermission.LONGEST,
        failure -> trouble("it could not be found out who may override a refusal", failure));
  }

  /** Starts the watches. */
  void watch() {
    objects.start(slipped::stored);
  }

  private void slippedThrough() {
    slippedThrough.increment();
    meters.slipped();
  }

  /** Does what is due. Called by one thread, every two seconds. */
  void turn() {
    step("the webhook could not be registered; will be tried again", this::register);
    if (registered.isPresent()) {
      selfTest.turn();
    }
    if (objects.ready()) {
      step(
          "it could not be read until when changes were judged; will be tried again",
          this::returnOnce);
      if (returned) {
        slipped.turn(); // what was stored before is judged with the rest
      }
      step("it could not be noted that changes are judged; will be tried again", this::renew);
    }
    events.turn();
  }

  /** A part of a turn. One that fails does not keep the others from theirs. */
  private interface Step {
    void run() throws IOException;
  }

  private void step(String failed, Step step) {
    try {
      step.run();
    } catch (IOException failure) {
      trouble(failed, failure);
    }
  }

  /** Called by many threads. */
  private void trouble(String what, IOException failure) {
    failures.event();
    if (failures.take() > 0) {
      LOG.warn(Event.of(what).with("why", String.valueOf(failure.getMessage())));
    }
  }

  /** Registers new authorities at once. Others may also change the registration. */
  private void register() throws IOException {
    Optional<String> now = authorities.get();
    boolean news = !now.equals(registered);
    if (now.isEmpty() || (!news && !isDue(looked))) {
      return;
    }
    try {
      if (api.register(settings.webhook(), now.get())) {
        LOG.info(
            Event.of("authorities of the webhook registered").with("name", settings.webhook()));
      }
    } catch (IOException failure) {
      unregistered = Optional.of(String.valueOf(failure.getMessage()));
      throw failure;
    }
    unregistered = Optional.empty();
    looked = Optional.of(ticker.nanos());
    registered = now;
  }

  private boolean isDue(Optional<Long> last) {
    return last.isEmpty() || ticker.nanos() - last.get() >= SELDOM.toNanos();
  }

  /** Judges what was stored since an earlier controller judged for the last time. */
  private void returnOnce() throws IOException {
    if (!returned) {
      AdmissionApi.Renewed renewed = api.renewed(lease);
      returned = true;
      switch (renewed) {
        case AdmissionApi.Renewed.Known(Optional<Instant> since) ->
            since.ifPresent(time -> slipped.judgeSince(objects.policies(), time));
        case AdmissionApi.Renewed.Unknown(String why) ->
            LOG.warn(
                Event.of(
                        "it is not known until when an earlier controller judged: what was stored"
                            + " since is not judged")
                    .with("why", why)
                    .with("expected", "the Lease and the Role of the chart"));
      }
    }
  }

  /**
   * Notes that the controller judges. While it is not reached, it does not; and before the earlier
   * note was read, it must not be lost.
   */
  private void renew() throws IOException {
    if (returned && selfTest.reach() == Reach.REACHED && isDue(renewed)) {
      api.renew(lease, ticker.now());
      renewed = Optional.of(ticker.nanos());
    }
  }

  AdmissionStatus status() {
    return new AdmissionStatus(
        settings.mode().name().toLowerCase(Locale.ROOT),
        reach(),
        refused.sum(),
        slippedThrough.sum(),
        unregistered.or(selfTest::failure).map(why -> SafeText.part(why, LONGEST_ERROR)));
  }

  private Reach reach() {
    Reach tested = selfTest.reach();
    return tested == Reach.REACHED && !objects.ready() ? Reach.NOT_READY : tested;
  }

  InetSocketAddress address() {
    return listener.address();
  }

  @Override
  public void close() {
    listener.close();
  }

  /** The cluster, by the watch. */
  private final class Known implements AdmissionDesk.KnownCluster {
    @Override
    public boolean ready() {
      return objects.ready();
    }

    @Override
    public Labels labels(String namespace) {
      return objects.labels(namespace);
    }

    @Override
    public boolean isDeleting(String namespace) {
      return objects.isDeleting(namespace);
    }

    @Override
    public boolean shows(NamespacedName name, Version version) {
      return objects.shows(name, version);
    }

    @Override
    public ClusterSnapshot around(String namespace) {
      return objects.around(namespace);
    }
  }

  /** The decisions. */
  private final class Decided implements AdmissionDesk.Listener {
    @Override
    public boolean isSelfTest(AdmissionRequest request) {
      return selfTest.isIt(request);
    }

    @Override
    public void decided(AdmissionRequest request, AdmissionDecision decision, Duration took) {
      meters.decided(decision.result(), took);
      slipped.decided(request, decision.result());
      decision
          .override()
          .ifPresent(
              override -> events.overridden(request, AdmissionReviews.octets(request), override));
      if (decision.result() == Result.REFUSED) {
        refused.increment();
      }
    }

    @Override
    public void notReview() {
      meters.notReview();
    }
  }
}
