package io.github.dnsonde.lint;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.Declaration.NoDns;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.lint.NamespaceScope.AlikePods;
import io.github.dnsonde.manifest.Declared;
import io.github.dnsonde.manifest.Manifest;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The annotations that say which pods need no DNS. Those of a Namespace count for its unit.
 *
 * @param namespaces the namespaces whose Namespace says so, by unit
 * @param policies the manifests of the policies that say so
 * @param now the time at which declarations may have expired
 */
record Expected(Map<Unit, Set<String>> namespaces, Set<Manifest> policies, Instant now) {

  Expected {
    namespaces = Map.copyOf(namespaces);
    policies = Set.copyOf(policies);
    requireNonNull(now, "now is null");
  }

  static Expected of(List<Inventory> inventories, Instant now) {
    return new Expected(
        inventories.stream()
            .collect(
                Collectors.toMap(
                    Inventory::unit,
                    inventory ->
                        inventory.namespaceDocuments().stream()
                            .filter(
                                document -> inForce(Declared.ofNamespace(document.metadata()), now))
                            .map(Document::name)
                            .collect(Collectors.toUnmodifiableSet()),
                    Expected::union)),
        inventories.stream()
            .flatMap(inventory -> inventory.valid().stream())
            .filter(policy -> inForce(of(policy), now))
            .map(policy -> policy.document().manifest())
            .collect(Collectors.toSet()),
        now);
  }

  private static Set<String> union(Set<String> one, Set<String> other) {
    return Stream.of(one, other).flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
  }

  /** Returns true if no DNS is expected of all these pods. */
  boolean covers(AlikePods pods) {
    return namespaces.getOrDefault(pods.at().unit(), Set.of()).contains(pods.at().namespace())
        || declaring(pods).isPresent();
  }

  /** Returns a policy that selects these pods and says so. */
  Optional<LocatedPolicy> declaring(AlikePods pods) {
    return Stream.concat(
            pods.by().stream(),
            pods.at().others().stream()
                .filter(policy -> policy.policy().selects().matches(pods.pod().labels())))
        .filter(policy -> policies.contains(policy.document().manifest()))
        .findFirst();
  }

  private static Optional<Declaration> of(LocatedPolicy policy) {
    return Declared.ofPolicy(policy.document().metadata(), Optional.of(policy.policy().selects()));
  }

  private static boolean inForce(Optional<Declaration> declaration, Instant now) {
    return declaration
        .filter(each -> each instanceof NoDns noDns && !noDns.isExpired(now))
        .isPresent();
  }

  /** Returns the findings about the annotations themselves, by the objects that have them. */
  Map<Document, List<Violation>> findings(Inventory inventory) {
    Map<Document, List<Violation>> findings = new LinkedHashMap<>();
    inventory
        .namespaceDocuments()
        .forEach(
            document ->
                findings.put(
                    document, finding(document, Declared.ofNamespace(document.metadata()))));
    inventory
        .valid()
        .forEach(policy -> findings.put(policy.document(), finding(policy.document(), of(policy))));
    inventory
        .rejected()
        .forEach(
            rejected ->
                findings.put(rejected.document(), finding(rejected.document(), of(rejected))));
    return findings;
  }

  private static Optional<Declaration> of(Inventory.Rejected rejected) {
    InvalidPolicy policy = rejected.policy();
    return Declared.ofPolicy(rejected.document().metadata(), policy.selects());
  }

  private List<Violation> finding(Document document, Optional<Declaration> declaration) {
    return declaration.stream()
        .map(
            each ->
                switch (each) {
                  case Declaration.Invalid invalid ->
                      ManifestChecks.badExpect(
                          document, "has an annotation without effect: " + invalid.why());
                  case NoDns noDns when noDns.isExpired(now) ->
                      ManifestChecks.badExpect(
                          document,
                          "no longer says that its pods need no DNS: that ended at "
                              + noDns.until().orElse(now));
                  case NoDns noDns -> ManifestChecks.expected(document, noDns);
                })
        .toList();
  }

  /** Returns the finding that policies allow what nobody needs. */
  ViolationDraft allowed(AlikePods pods, ClusterDns clusterDns) {
    return new ViolationDraft(
        Rule.EXPECTED_BUT_ALLOWED,
        Rule.EXPECTED_BUT_ALLOWED.severity(),
        declaring(pods).orElseGet(pods::widest),
        "metadata.annotations." + Declaration.KEY,
        pods.who(),
        "allows PODS to query "
            + clusterDns.shown()
            + ", although an annotation says that they need no DNS",
        Optional.empty());
  }

  /** Returns the drafts that remain for these pods. */
  Stream<ViolationDraft> of(AlikePods pods, List<ViolationDraft> drafts, ClusterDns clusterDns) {
    if (!covers(pods)) {
      return drafts.stream();
    }
    return drafts.isEmpty() ? Stream.of(allowed(pods, clusterDns)) : Stream.empty();
  }
}
