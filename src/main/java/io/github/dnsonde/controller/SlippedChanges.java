package io.github.dnsonde.controller;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.toCollection;

import io.github.dnsonde.admission.AdmissionDecision;
import io.github.dnsonde.admission.AdmissionJudge;
import io.github.dnsonde.admission.AdmissionTerms;
import io.github.dnsonde.admission.Permission;
import io.github.dnsonde.admission.Result;
import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.cluster.AdmissionRequest.Operation;
import io.github.dnsonde.cluster.AdmissionRequest.PolicyVersion;
import io.github.dnsonde.cluster.AdmissionRequest.User;
import io.github.dnsonde.cluster.ClusterSnapshot;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.kube.AdmissionObjects.StoredPolicy;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Judges policies that were stored without a question to the webhook: the API server lets changes
 * pass while it does not reach it. Those that would have been refused are counted and logged.
 * Thread-safe.
 */
final class SlippedChanges {

  /** The changes that are remembered; the oldest are forgotten. */
  private static final int MOST = 2_000;

  /** The time after which a change that was judged is on no way into the watch any more. */
  private static final long LONGEST = Duration.ofMinutes(10).toNanos();

  private static final Log LOG = Log.named("controller");

  private static final User NOBODY = new User("", "", List.of(), List.of());

  private final AdmissionDesk.KnownCluster sight;
  private final AdmissionJudge judge;
  private final Consumer<NamespacedName> slipped;
  private final Ticker ticker;
  private final SequencedMap<NamespacedName, Judged> judged = new LinkedHashMap<>();
  private final Deque<StoredPolicy> stored = new ArrayDeque<>();
  private final LineLimit failures;

  /** The latest version of a policy that was allowed. */
  private record Judged(RulesDigest rules, long at) {}

  /**
   * Creates one that knows of no policy.
   *
   * @param slipped receives each policy that would have been refused
   */
  SlippedChanges(
      AdmissionTerms terms,
      AdmissionDesk.KnownCluster sight,
      Consumer<NamespacedName> slipped,
      Ticker ticker) {
    this.sight = sight;
    this.judge =
        new AdmissionJudge(terms, _ -> Permission.Answer.YES); // nobody knows who stored it
    this.slipped = slipped;
    this.ticker = ticker;
    this.failures = new LineLimit(ticker);
  }

  /** Notes that the webhook decided about a request. */
  synchronized void decided(AdmissionRequest request, Result result) {
    if (request.subject() instanceof AdmissionRequest.Policy(_, Optional<PolicyVersion> after)
        && after.isPresent()
        && !request.dryRun()
        && result != Result.BUSY
        && result != Result.NOT_READY) {
      remember(request.name(), after.get(), result);
    }
  }

  /** A version that was refused is news if it is stored nevertheless. */
  private void remember(NamespacedName name, PolicyVersion version, Result result) {
    Judged before = judged.remove(name); // the new one is the latest
    Optional<RulesDigest> rules = version.policy().map(RulesDigest::of);
    if (result != Result.REFUSED) {
      rules.ifPresent(digest -> judged.put(name, new Judged(digest, ticker.nanos())));
    } else if (before != null && !rules.equals(Optional.of(before.rules()))) {
      judged.put(name, new Judged(before.rules(), ticker.nanos()));
    }
    if (judged.size() > MOST) {
      judged.pollFirstEntry();
    }
  }

  private void forgetOld() {
    long now = ticker.nanos();
    judged.values().removeIf(each -> now - each.at() > LONGEST);
  }

  /** Notes that a policy was stored. */
  synchronized void stored(StoredPolicy change) {
    boolean news =
        change.after().policy().isPresent()
            && change.before().filter(change.after()::rulesLike).isEmpty();
    if (news && !wasJudged(change)) {
      stored.addLast(change);
      if (stored.size() > MOST) {
        stored.removeFirst();
      }
    }
  }

  private boolean wasJudged(StoredPolicy change) {
    Judged known = judged.get(change.name());
    return known != null
        && change.after().policy().map(RulesDigest::of).equals(Optional.of(known.rules()));
  }

  /** Judges what was stored since the last turn. Called by one thread, regularly. */
  void turn() {
    List<StoredPolicy> changes;
    synchronized (this) {
      changes = List.copyOf(stored);
      stored.clear();
      forgetOld();
    }
    changes.forEach(change -> judgeSafely(change, Set.of()));
  }

  /**
   * Judges the policies that were stored while no controller ran, one after the other.
   *
   * @param all the policies that exist
   * @param since the time until which an earlier controller judged
   */
  void judgeSince(List<StoredPolicy> all, Instant since) {
    List<StoredPolicy> changed =
        all.stream()
            .filter(each -> changed(each).filter(at -> at.isAfter(since)).isPresent())
            .sorted(comparing(each -> changed(each).orElse(since)))
            .toList();
    forgetStored(changed);
    Set<NamespacedName> later =
        changed.stream().map(StoredPolicy::name).collect(toCollection(HashSet::new));
    for (StoredPolicy change : changed) {
      later.remove(change.name());
      judgeSafely(change, later);
    }
  }

  /** A policy that was stored before everything was known is in both lists. */
  private synchronized void forgetStored(List<StoredPolicy> changed) {
    stored.removeIf(
        change ->
            changed.stream()
                .filter(other -> other.name().equals(change.name()))
                .anyMatch(other -> change.after().rulesLike(other.after())));
  }

  /** One change that cannot be judged must not keep the others from it. */
  private void judgeSafely(StoredPolicy change, Set<NamespacedName> later) {
    try {
      judge(change, sight.around(change.name().namespace()), later);
    } catch (RuntimeException defect) {
      failures.event();
      if (failures.take() > 0) {
        LOG.error(
            Event.of("a stored change could not be judged by a defect of this program")
                .because(defect));
      }
    }
  }

  private static Optional<Instant> changed(StoredPolicy change) {
    return change.after().policy().map(policy -> policy.origin().changed());
  }

  private void judge(StoredPolicy change, ClusterSnapshot present, Set<NamespacedName> later) {
    String namespace = change.name().namespace();
    AdmissionRequest request =
        new AdmissionRequest(
            "-",
            change.before().isPresent() ? Operation.UPDATE : Operation.CREATE,
            change.name(),
            new AdmissionRequest.Policy(change.before(), Optional.of(change.after())),
            false,
            NOBODY);
    AdmissionDecision decision =
        judge
            .early(request, sight.labels(namespace), sight.isDeleting(namespace))
            .orElseGet(() -> judge.decide(request, without(present, change, later), ticker.now()));
    if (decision.result() == Result.REFUSED) {
      slipped.accept(change.name());
      LOG.warn(
          Event.of("a change slipped through that would have been refused")
              .with("policy", change.name().toString())
              .with("verdict", decision.answer().verdict()));
    }
  }

  /** The cluster before a change and those after it. */
  private static ClusterSnapshot without(
      ClusterSnapshot cluster, StoredPolicy change, Set<NamespacedName> later) {
    List<NetworkPolicy> policies = new ArrayList<>();
    change.before().flatMap(PolicyVersion::policy).ifPresent(policies::add);
    cluster.view().policies().stream()
        .filter(policy -> !policy.namespacedName().equals(change.name()))
        .filter(policy -> !later.contains(policy.namespacedName()))
        .forEach(policies::add);
    return cluster.with(cluster.view().withPolicies(policies));
  }
}
