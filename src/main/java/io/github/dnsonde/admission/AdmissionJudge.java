package io.github.dnsonde.admission;

import io.github.dnsonde.change.Change;
import io.github.dnsonde.change.ChangeJudge;
import io.github.dnsonde.change.ClusterState;
import io.github.dnsonde.change.Consequence;
import io.github.dnsonde.cluster.AdmissionAnswer;
import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.cluster.AdmissionRequest.Operation;
import io.github.dnsonde.cluster.AdmissionRequest.PolicyVersion;
import io.github.dnsonde.cluster.ClusterSnapshot;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.Config.Admission.Strictness;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Decides about requests. A change is refused only if it certainly cuts running pods off from DNS,
 * in a namespace with mode {@code deny}, and nobody overrides that. Everything else that gets worse
 * is answered with warnings.
 */
public final class AdmissionJudge {

  private final AdmissionTerms terms;
  private final Permission permission;

  public AdmissionJudge(AdmissionTerms terms, Permission permission) {
    this.terms = terms;
    this.permission = permission;
  }

  /**
   * Returns the decision about a request that needs no judgement of the cluster; empty if it needs
   * one.
   *
   * @param labels of the request's namespace, as far as they are known
   * @param deleting true if that namespace is being deleted
   */
  public Optional<AdmissionDecision> early(
      AdmissionRequest request, Labels labels, boolean deleting) {
    Optional<Result> result =
        switch (request.subject()) {
          case AdmissionRequest.Other _ -> Optional.of(Result.NOT_JUDGED);
          case AdmissionRequest.Policy policy -> early(policy);
          case AdmissionRequest.Namespace namespace -> early(namespace);
        };
    return result
        .or(
            () ->
                deleting || mode(request, labels) == Strictness.OFF
                    ? Optional.of(Result.EXEMPT)
                    : Optional.empty())
        .map(AdmissionDecision::pass);
  }

  private static Optional<Result> early(AdmissionRequest.Policy policy) {
    if (isUnread(policy.after())) {
      return Optional.of(Result.NOT_JUDGED);
    }
    return policy
        .before()
        .filter(before -> policy.after().filter(before::rulesLike).isPresent())
        .map(_ -> Result.UNCHANGED);
  }

  private static boolean isUnread(Optional<PolicyVersion> version) {
    return version.filter(known -> known.policy().isEmpty()).isPresent();
  }

  private static Optional<Result> early(AdmissionRequest.Namespace namespace) {
    return namespace.before().labels().equals(namespace.after().labels())
        ? Optional.of(Result.UNCHANGED)
        : namespace.after().deleting() ? Optional.of(Result.EXEMPT) : Optional.empty();
  }

  /** A change of a Namespace is subject to the labels that it had. */
  private Strictness mode(AdmissionRequest request, Labels labels) {
    Labels own =
        request.subject() instanceof AdmissionRequest.Namespace namespace
            ? namespace.before().labels()
            : labels;
    return own.get(Config.Admission.LABEL).flatMap(AdmissionJudge::mode).orElse(terms.mode());
  }

  private static Optional<Strictness> mode(String word) {
    for (Strictness mode : Strictness.values()) {
      if (mode.name().toLowerCase(Locale.ROOT).equals(word)) {
        return Optional.of(mode);
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the decision about a request that {@link #early} leaves open.
   *
   * @param cluster the request's namespace and that of DNS; all namespaces if these are the same
   */
  public AdmissionDecision decide(AdmissionRequest request, ClusterSnapshot cluster, Instant now) {
    ClusterState state = ClusterState.of(cluster);
    if (state.servers().isEmpty()) {
      return AdmissionDecision.pass(
          Result.NOT_JUDGED); // the cluster's DNS is not a Service of pods
    }
    RequestedChange requested = RequestedChange.of(request);
    Change change = requested.change().with(requested.declared(cluster, now));
    List<Consequence> worse = ChangeJudge.worse(state, change);
    if (worse.isEmpty()) {
      return AdmissionDecision.pass(Result.HARMLESS);
    }
    Wording wording = new Wording(request, worse);
    List<Consequence> undeclared =
        requested.ownDeclaration(now).isPresent()
            ? ChangeJudge.worse(
                state, requested.change().with(requested.declaredAfter(cluster, now)))
            : worse;
    Labels labels = cluster.view().namespaces().getOrDefault(request.namespace(), Labels.NONE);
    return mayBeRefused(request, labels) && isOutage(worse) && isCertain(cluster, change)
        ? overridden(request, requested, undeclared, wording, now)
        : warned(requested, undeclared, wording);
  }

  /**
   * Returns true if the outage does not depend on a cache whose address is not known: pods may
   * query it instead.
   */
  private boolean isCertain(ClusterSnapshot cluster, Change change) {
    return cluster
        .cacheWithoutAddress()
        .map(pod -> cluster.with(new NodeCache(List.of(pod), Set.of(terms.usualCache()))))
        .map(assumed -> isOutage(ChangeJudge.worse(ClusterState.of(assumed), change)))
        .orElse(true);
  }

  private static boolean isOutage(List<Consequence> worse) {
    return worse.stream().anyMatch(Consequence::isOutage);
  }

  /** Nobody is kept from deleting, also because a refused deletion would block a namespace's. */
  private boolean mayBeRefused(AdmissionRequest request, Labels labels) {
    return mode(request, labels) == Strictness.DENY
        && request.operation() != Operation.DELETE
        && !terms.neverRefused().contains(request.namespace())
        && (!request.dryRun() || terms.denyDryRun());
  }

  /**
   * A change that declares that its pods need no DNS gets no warning about them.
   *
   * @param undeclared what gets worse apart from that
   */
  private static AdmissionDecision warned(
      RequestedChange requested, List<Consequence> undeclared, Wording wording) {
    if (undeclared.isEmpty()) {
      return AdmissionDecision.pass(Result.HARMLESS);
    }
    return requested.reason().isPresent()
        ? new AdmissionDecision(
            Result.SUPPRESSED,
            new AdmissionAnswer(Optional.empty(), List.of(), wording.verdict(Result.SUPPRESSED)),
            Optional.empty())
        : new AdmissionDecision(
            Result.WARNED,
            new AdmissionAnswer(
                Optional.empty(), wording.warnings(), wording.verdict(Result.WARNED)),
            Optional.empty());
  }

  /**
   * A declaration of the same request, that its pods need no DNS, overrides like an annotation.
   *
   * @param undeclared what gets worse apart from that
   */
  private AdmissionDecision overridden(
      AdmissionRequest request,
      RequestedChange requested,
      List<Consequence> undeclared,
      Wording wording,
      Instant now) {
    Optional<String> reason =
        requested
            .reason()
            .or(() -> requested.declaredReason(now).filter(_ -> !isOutage(undeclared)));
    Optional<Permission.Answer> may = reason.map(_ -> mayOverride(request));
    if (reason.isPresent() && may.equals(Optional.of(Permission.Answer.YES))) {
      return new AdmissionDecision(
          Result.OVERRIDDEN,
          new AdmissionAnswer(Optional.empty(), List.of(), wording.verdict(Result.OVERRIDDEN)),
          Optional.of(new AdmissionDecision.Overridden(reason.get(), wording.consequence())));
    }
    return new AdmissionDecision(
        Result.REFUSED,
        new AdmissionAnswer(
            Optional.of(wording.refusal(terms.override(), may, requested.lacksReason())),
            List.of(),
            wording.verdict(Result.REFUSED)),
        Optional.empty());
  }

  private Permission.Answer mayOverride(AdmissionRequest request) {
    return switch (terms.override()) {
      case ANYONE -> Permission.Answer.YES;
      case NOBODY -> Permission.Answer.NO;
      case REVIEWED -> permission.toOverride(request);
    };
  }
}
