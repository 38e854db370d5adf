package io.github.dnsonde.controller;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.toCollection;

import io.github.dnsonde.admission.AdmissionDecision;
import io.github.dnsonde.admission.AdmissionJudge;
import io.github.dnsonde.admission.AdmissionTerms;
import io.github.dnsonde.admission.Permission;
import io.github.dnsonde.admission.Result;
import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.cluster.AdmissionRequest.NamespaceVersion;
import io.github.dnsonde.cluster.AdmissionRequest.Operation;
import io.github.dnsonde.cluster.AdmissionRequest.PolicyVersion;
import io.github.dnsonde.cluster.AdmissionRequest.Subject;
import io.github.dnsonde.cluster.AdmissionRequest.User;
import io.github.dnsonde.cluster.ClusterSnapshot;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.kube.StoredChange;
import io.github.dnsonde.kube.StoredPolicy;
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
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Judges changes that were stored without a question to the webhook: the API server lets them pass
 * while it does not reach it. Those that would have been refused are counted and logged.
 * Thread-safe.
 */
final class SlippedChanges {

  /**
   * The changes that are remembered, and of those that wait for their judgement, the most at one
   * time; the oldest are forgotten.
   */
  static final int MOST = 2_000;

  /** The time after which a change that was judged is on no way into the watch any more. */
  private static final long LONGEST = Duration.ofMinutes(10).toNanos();

  private static final Log LOG = Log.named("controller");

  private static final User NOBODY = new User("", "", List.of(), Map.of());

  private final AdmissionDesk.KnownCluster sight;
  private final AdmissionJudge judge;
  private final LabelSelector namespaces;
  private final Consumer<NamespacedName> slipped;
  private final long room;
  private final Ticker ticker;
  private final SequencedMap<NamespacedName, Judged> judged = new LinkedHashMap<>();
  private final Deque<StoredChange> stored = new ArrayDeque<>();
  private long octets;
  private final LineLimit failures;
  private final LineLimit dropped;

  /** The latest version of an object that was allowed. */
  private record Judged(VersionDigest version, long at) {}

  /**
   * Creates one that knows of no change.
   *
   * @param namespaces those about which the API server asks the webhook
   * @param slipped receives the name of each object whose change would have been refused
   * @param room the octets of the changes that wait for their judgement: until everything is known,
   *     these may be many
   */
  SlippedChanges(
      AdmissionTerms terms,
      LabelSelector namespaces,
      AdmissionDesk.KnownCluster sight,
      Consumer<NamespacedName> slipped,
      long room,
      Ticker ticker) {
    this.sight = sight;
    this.judge =
        new AdmissionJudge(terms, _ -> Permission.Answer.YES); // nobody knows who stored it
    this.namespaces = namespaces;
    this.slipped = slipped;
    this.room = room;
    this.ticker = ticker;
    this.failures = new LineLimit(ticker);
    this.dropped = new LineLimit(ticker);
  }

  /** Notes that the webhook decided about a request. */
  void decided(AdmissionRequest request, Result result) {
    if (!request.dryRun()
        && request.operation() != Operation.DELETE
        && !(request.subject() instanceof AdmissionRequest.Other)
        && result != Result.UNCHANGED // nobody looked at what it does
        && result != Result.BUSY
        && result != Result.NOT_READY
        && !isStored(request)) {
      remember(request.name(), after(request.name(), request.subject()), result);
    }
  }

  /** A controller that hung answers when the API server has given up: too late to judge it. */
  private boolean isStored(AdmissionRequest request) {
    return request.after().filter(version -> sight.shows(request.name(), version)).isPresent();
  }

  /** The version that a change leads to; empty if it cannot be read. */
  private static Optional<VersionDigest> after(NamespacedName name, Subject subject) {
    return switch (subject) {
      case AdmissionRequest.Policy(_, Optional<PolicyVersion> after) ->
          after.flatMap(PolicyVersion::policy).map(VersionDigest::of);
      case AdmissionRequest.Namespace(_, NamespaceVersion after) ->
          Optional.of(VersionDigest.of(after.labels().ofNamespace(name.name())));
      case AdmissionRequest.Other _ -> Optional.empty();
    };
  }

  /** A version that was refused is news if it is stored nevertheless. */
  private synchronized void remember(
      NamespacedName name, Optional<VersionDigest> version, Result result) {
    Judged before = judged.remove(name); // the new one is the latest
    if (result != Result.REFUSED) {
      version.ifPresent(digest -> judged.put(name, new Judged(digest, ticker.nanos())));
    } else if (before != null && !version.equals(Optional.of(before.version()))) {
      judged.put(name, new Judged(before.version(), ticker.nanos()));
    }
    if (judged.size() > MOST) {
      judged.pollFirstEntry();
    }
  }

  private void forgetOld() {
    long now = ticker.nanos();
    judged.values().removeIf(each -> now - each.at() > LONGEST);
  }

  /** Notes that a change was stored. */
  synchronized void stored(StoredChange change) {
    if (isNews(change.subject()) && !wasJudged(change)) {
      stored.addLast(change);
      octets += change.octets();
      while (stored.size() > MOST || octets > room) {
        octets -= stored.removeFirst().octets();
        dropped.event();
      }
    }
  }

  private static boolean isNews(Subject subject) {
    return switch (subject) {
      case AdmissionRequest.Policy(Optional<PolicyVersion> before, Optional<PolicyVersion> after) ->
          after
              .filter(version -> version.policy().isPresent())
              .filter(version -> before.filter(version::rulesLike).isEmpty())
              .isPresent();
      case AdmissionRequest.Namespace(NamespaceVersion before, NamespaceVersion after) ->
          !before.labels().equals(after.labels());
      case AdmissionRequest.Other _ -> false;
    };
  }

  private boolean wasJudged(StoredChange change) {
    Judged known = judged.get(change.name());
    return known != null
        && after(change.name(), change.subject()).equals(Optional.of(known.version()));
  }

  /** Judges what was stored since the last turn. Called by one thread, regularly. */
  void turn() {
    List<StoredChange> changes;
    synchronized (this) {
      changes = List.copyOf(stored);
      stored.clear();
      octets = 0;
      forgetOld();
    }
    long lost = dropped.take();
    if (lost > 0) {
      LOG.warn(
          Event.of("changes were stored that the webhook was not asked about, and not judged later")
              .with("count", lost)
              .with("why", "too many or too large at one time"));
    }
    changes.forEach(change -> judgeSafely(request(change), Set.of()));
  }

  /**
   * Judges the policies that were created while no controller ran, one after the other. Those that
   * were changed cannot be judged: what they were before is not known.
   *
   * @param all the policies that exist
   * @param since the time until which an earlier controller judged
   */
  void judgeSince(List<StoredPolicy> all, Instant since) {
    List<StoredPolicy> created =
        all.stream()
            .filter(each -> each.created().isAfter(since))
            .sorted(comparing(each -> each.policy().origin().changed()))
            .toList();
    forgetStored(created);
    Set<NamespacedName> later =
        created.stream()
            .map(each -> each.policy().namespacedName())
            .collect(toCollection(HashSet::new));
    for (StoredPolicy each : created) {
      later.remove(each.policy().namespacedName());
      judgeSafely(creation(each), later);
    }
    List<NamespacedName> changed =
        all.stream()
            .filter(each -> !each.created().isAfter(since))
            .filter(each -> each.policy().origin().changed().isAfter(since))
            .map(each -> each.policy().namespacedName())
            .toList();
    if (!changed.isEmpty()) {
      LOG.info(
          Event.of("policies were changed while no controller judged, and are not judged later")
              .with("count", changed.size())
              .with("first", changed.getFirst().toString())
              .with("why", "what they were before is not known"));
    }
  }

  private static AdmissionRequest creation(StoredPolicy policy) {
    return new AdmissionRequest(
        "-",
        Operation.CREATE,
        policy.policy().namespacedName(),
        new AdmissionRequest.Policy(Optional.empty(), Optional.of(policy.version())),
        false,
        NOBODY);
  }

  private static Optional<NetworkPolicy> policy(StoredChange change) {
    return change.subject() instanceof AdmissionRequest.Policy(_, Optional<PolicyVersion> after)
        ? after.flatMap(PolicyVersion::policy)
        : Optional.empty();
  }

  /** A policy that was stored before everything was known is in both lists. */
  private synchronized void forgetStored(List<StoredPolicy> created) {
    stored.removeIf(
        change ->
            created.stream()
                .map(StoredPolicy::policy)
                .filter(other -> other.namespacedName().equals(change.name()))
                .anyMatch(other -> policy(change).filter(other::rulesLike).isPresent()));
    octets = stored.stream().mapToLong(StoredChange::octets).sum();
  }

  /** One change that cannot be judged must not keep the others from it. */
  private void judgeSafely(AdmissionRequest change, Set<NamespacedName> later) {
    try {
      judge(change, later);
    } catch (RuntimeException defect) {
      failures.event();
      if (failures.take() > 0) {
        LOG.error(
            Event.of("a stored change could not be judged by a defect of this program")
                .because(defect));
      }
    }
  }

  /** The question that the webhook was not asked. */
  private static AdmissionRequest request(StoredChange change) {
    Operation operation =
        change.subject() instanceof AdmissionRequest.Policy(Optional<PolicyVersion> before, _)
                && before.isEmpty()
            ? Operation.CREATE
            : Operation.UPDATE;
    return new AdmissionRequest("-", operation, change.name(), change.subject(), false, NOBODY);
  }

  private void judge(AdmissionRequest request, Set<NamespacedName> later) {
    String namespace = request.namespace();
    if (!namespaces.matches(selected(request.subject(), namespace))) {
      return;
    }
    AdmissionDecision decision =
        judge
            .early(request, sight.labels(namespace), sight.isDeleting(namespace))
            .orElseGet(
                () ->
                    judge.decide(
                        request, before(request, sight.around(namespace), later), ticker.now()));
    if (decision.result() == Result.REFUSED) {
      slipped.accept(request.name());
      LOG.warn(
          Event.of("a change slipped through that would have been refused")
              .with(word(request.subject()), shown(request))
              .with("verdict", decision.answer().verdict()));
    }
  }

  /** The labels that the API server compares: those of the Namespace, and of it the new ones. */
  private Labels selected(Subject subject, String namespace) {
    return subject instanceof AdmissionRequest.Namespace(_, NamespaceVersion after)
        ? after.labels().ofNamespace(namespace)
        : sight.labels(namespace);
  }

  private static String word(Subject subject) {
    return switch (subject) {
      case AdmissionRequest.Policy _, AdmissionRequest.Other _ -> "policy";
      case AdmissionRequest.Namespace _ -> "namespace";
    };
  }

  private static String shown(AdmissionRequest request) {
    return request.subject() instanceof AdmissionRequest.Namespace
        ? request.namespace()
        : request.name().toString();
  }

  /** The cluster before a change and those after it. */
  private static ClusterSnapshot before(
      AdmissionRequest request, ClusterSnapshot cluster, Set<NamespacedName> later) {
    ClusterView view = cluster.view();
    return switch (request.subject()) {
      case AdmissionRequest.Policy(Optional<PolicyVersion> before, _) -> {
        List<NetworkPolicy> policies = new ArrayList<>();
        before.flatMap(PolicyVersion::policy).ifPresent(policies::add);
        view.policies().stream()
            .filter(policy -> !policy.namespacedName().equals(request.name()))
            .filter(policy -> !later.contains(policy.namespacedName()))
            .forEach(policies::add);
        yield cluster.with(view.withPolicies(policies));
      }
      case AdmissionRequest.Namespace(NamespaceVersion before, _) ->
          cluster.with(view.with(request.namespace(), before.labels()));
      case AdmissionRequest.Other _ -> cluster;
    };
  }
}
