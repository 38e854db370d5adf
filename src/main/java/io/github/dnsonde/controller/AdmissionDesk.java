package io.github.dnsonde.controller;

import io.github.dnsonde.admission.AdmissionDecision;
import io.github.dnsonde.admission.AdmissionJudge;
import io.github.dnsonde.admission.AdmissionTerms;
import io.github.dnsonde.admission.Permission;
import io.github.dnsonde.admission.RecentChanges;
import io.github.dnsonde.admission.Result;
import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.cluster.AdmissionRequest.Operation;
import io.github.dnsonde.cluster.AdmissionRequest.Version;
import io.github.dnsonde.cluster.ClusterSnapshot;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.http.AdmissionReceiver;
import io.github.dnsonde.kube.AdmissionReviews;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Answers the API server's questions about changes. A change that cannot be judged passes: the
 * webhook must never stop what has nothing to do with DNS. Thread-safe.
 */
final class AdmissionDesk implements AdmissionReceiver {

  private static final Log LOG = Log.named("controller");

  private final KnownCluster sight;
  private final AdmissionJudge judge;
  private final RecentChanges recent;
  private final Listener listener;
  private final Ticker ticker;
  private final LineLimit refusals;
  private final LineLimit failures;

  /** The cluster as the controller knows it. Called by many threads. */
  interface KnownCluster {

    /** Returns true if everything that decides is known. */
    boolean ready();

    Labels labels(String namespace);

    boolean isDeleting(String namespace);

    /** Returns true if the watch shows this version of an object. */
    boolean shows(NamespacedName name, Version version);

    /** Returns what decides about the pods of a namespace. */
    ClusterSnapshot around(String namespace);
  }

  /** The receiver of decisions. Called by many threads. */
  interface Listener {

    /** Returns true if this is the controller's own test of the way to it. */
    boolean isSelfTest(AdmissionRequest request);

    /**
     * Receives a decision.
     *
     * @param took the time since the request arrived
     */
    void decided(AdmissionRequest request, AdmissionDecision decision, Duration took);

    void notReview();
  }

  /**
   * Creates one that has allowed nothing yet.
   *
   * @param room the octets of the changes that were allowed a moment ago
   */
  AdmissionDesk(
      AdmissionTerms terms,
      Permission permission,
      KnownCluster sight,
      Listener listener,
      long room,
      Ticker ticker) {
    this.sight = sight;
    this.judge = new AdmissionJudge(terms, permission);
    this.recent = new RecentChanges(room, ticker);
    this.listener = listener;
    this.ticker = ticker;
    this.refusals = new LineLimit(ticker);
    this.failures = new LineLimit(ticker);
  }

  @Override
  public byte[] answer(InputStream review, Duration waited) throws IOException {
    return answer(review, waited, this::decision);
  }

  @Override
  public byte[] answerBusy(InputStream review, Duration waited) throws IOException {
    return answer(review, waited, _ -> AdmissionDecision.pass(Result.BUSY));
  }

  private byte[] answer(
      InputStream review, Duration waited, Function<AdmissionRequest, AdmissionDecision> decide)
      throws IOException {
    long began = ticker.nanos();
    AdmissionRequest request = AdmissionReviews.read(review);
    if (listener.isSelfTest(request)) {
      return AdmissionReviews.answer(request.uid(), AdmissionDecision.pass(Result.EXEMPT).answer());
    }
    AdmissionDecision decision = decide.apply(request);
    if (decision.answer().allowed() && decision.result() != Result.UNCHANGED && isChange(request)) {
      recent.allowed(request, AdmissionReviews.octets(request));
    }
    listener.decided(request, decision, waited.plusNanos(ticker.nanos() - began));
    return AdmissionReviews.answer(request.uid(), decision.answer());
  }

  /** A version that cannot be read is of no use. */
  private static boolean isChange(AdmissionRequest request) {
    return switch (request.subject()) {
      case AdmissionRequest.Policy policy ->
          policy.after().isEmpty()
              ? request.operation() == Operation.DELETE
              : policy.after().get().policy().isPresent();
      case AdmissionRequest.Namespace _ -> true;
      case AdmissionRequest.Other _ -> false;
    };
  }

  private AdmissionDecision decision(AdmissionRequest request) {
    if (!sight.ready()) {
      return AdmissionDecision.pass(Result.NOT_READY);
    }
    String namespace = request.namespace();
    try {
      Optional<AdmissionDecision> early =
          judge.early(request, sight.labels(namespace), sight.isDeleting(namespace));
      return early.isPresent()
          ? early.get()
          : judge.decide(
              request, recent.on(() -> sight.around(namespace), namespace), ticker.now());
    } catch (RuntimeException defect) {
      failures.event();
      if (failures.take() > 0) {
        LOG.error(
            Event.of("a change could not be judged by a defect of this program").because(defect));
      }
      return AdmissionDecision.pass(Result.NOT_JUDGED);
    }
  }

  @Override
  public void refused(String why) {
    listener.notReview();
    refusals.event();
    long count = refusals.take();
    if (count > 0) {
      LOG.warn(Event.of("an admission review was refused").with("why", why).with("count", count));
    }
  }
}
