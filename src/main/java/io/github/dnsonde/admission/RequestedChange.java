package io.github.dnsonde.admission;

import io.github.dnsonde.change.Change;
import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.cluster.AdmissionRequest.PolicyVersion;
import io.github.dnsonde.cluster.ClusterSnapshot;
import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.IgnoreAnnotation;
import io.github.dnsonde.probe.SafeText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A request as a change of the cluster, and what its annotations say about that change.
 *
 * @param holder the holder of the declaration that the change replaces
 * @param declaration the declaration of the changed object
 * @param ignores the value of its annotation {@link IgnoreAnnotation#KEY}
 */
record RequestedChange(
    Change change, Declaration.Holder holder, Optional<Declaration> declaration, String ignores) {

  /** The rule of lint whose finding the refusal is. */
  static final String RULE = "cuts-dns";

  /** The characters of a reason that are kept. */
  private static final int LONGEST_REASON = Declaration.LONGEST_REASON;

  static RequestedChange of(AdmissionRequest request) {
    return switch (request.subject()) {
      case AdmissionRequest.Policy policy -> of(request, policy);
      case AdmissionRequest.Namespace namespace ->
          new RequestedChange(
              new Change(
                  List.of(),
                  Set.of(),
                  Map.of(request.name().name(), namespace.after().labels()),
                  List.of(),
                  List.of()),
              new Declaration.Holder(request.name().name(), Optional.empty()),
              namespace.after().declaration(),
              namespace.after().ignores());
      case AdmissionRequest.Other _ ->
          throw new IllegalArgumentException("a request about another object is no change");
    };
  }

  private static RequestedChange of(AdmissionRequest request, AdmissionRequest.Policy policy) {
    Declaration.Holder holder =
        new Declaration.Holder(request.namespace(), Optional.of(request.name().name()));
    Change change =
        policy
            .after()
            .flatMap(PolicyVersion::policy)
            .map(Change::of)
            .orElseGet(
                () ->
                    new Change(List.of(), Set.of(request.name()), Map.of(), List.of(), List.of()));
    return new RequestedChange(
        change,
        holder,
        policy.after().flatMap(PolicyVersion::declaration),
        policy.after().map(PolicyVersion::ignores).orElse(""));
  }

  /** The declarations that are live and stay so, without what the change adds. */
  List<Declaration.NoDns> declared(ClusterSnapshot cluster, Instant now) {
    return cluster.view().declarations().inForce(now).stream()
        .filter(live -> !live.holder().equals(holder) || declaration.equals(Optional.of(live)))
        .toList();
  }

  /** The declarations that are in force after the change. */
  List<Declaration.NoDns> declaredAfter(ClusterSnapshot cluster, Instant now) {
    List<Declaration.NoDns> all = new ArrayList<>(declared(cluster, now));
    ownDeclaration(now).ifPresent(all::add);
    return all;
  }

  /** The change's own declaration, if it is in force. */
  Optional<Declaration.NoDns> ownDeclaration(Instant now) {
    return declaration
        .filter(Declaration.NoDns.class::isInstance)
        .map(Declaration.NoDns.class::cast)
        .filter(own -> !own.isExpired(now));
  }

  /** The reason of the change's own declaration; empty if it gives none. */
  Optional<String> declaredReason(Instant now) {
    return ownDeclaration(now).map(Declaration.NoDns::reason).filter(reason -> !reason.isEmpty());
  }

  /** The reason to override a refusal; empty if the annotation gives none. */
  Optional<String> reason() {
    return entry().flatMap(IgnoreAnnotation.Entry::reason).map(RequestedChange::bounded);
  }

  /** Returns true if the annotation is there, and gives no reason. */
  boolean lacksReason() {
    return entry().filter(entry -> entry.reason().isEmpty()).isPresent();
  }

  private Optional<IgnoreAnnotation.Entry> entry() {
    return IgnoreAnnotation.entries(ignores).stream()
        .filter(entry -> entry.rule().equals(Optional.of(RULE)))
        .findFirst();
  }

  private static String bounded(String reason) {
    return SafeText.atMost(reason.strip(), LONGEST_REASON);
  }
}
