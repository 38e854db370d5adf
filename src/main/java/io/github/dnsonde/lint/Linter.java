package io.github.dnsonde.lint;

import static java.util.stream.Collectors.groupingBy;

import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.lint.NamespaceScope.AlikePods;
import io.github.dnsonde.probe.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks manifests: from the input to units, from units to namespaces, from namespaces to classes
 * of pods, and from verdicts about these to findings.
 */
public final class Linter {

  private OtherKindsCheck otherKinds;
  private final Settings settings;
  private final Set<Violation> findings = new LinkedHashSet<>();
  private final Stages stages = new Stages();
  private Expected expected = new Expected(Map.of(), Set.of(), Instant.MIN);
  private int ignored;

  /**
   * The settings of a check.
   *
   * @param namespace the namespace of manifests that do not specify one
   * @param units folders that are a unit each, whatever their content
   * @param build runs kustomize, if it may be run
   * @param heedIgnores whether annotations suppress findings
   * @param against the live cluster with which the manifests are compared
   */
  public record Settings(
      ClusterDns clusterDns,
      Optional<String> namespace,
      List<Path> units,
      Optional<KustomizeBuild> build,
      boolean heedIgnores,
      Optional<Against> against) {
    public Settings {
      units = List.copyOf(units);
    }

    /** The settings of a check without a cluster. */
    public Settings(
        ClusterDns clusterDns,
        Optional<String> namespace,
        List<Path> units,
        Optional<KustomizeBuild> build,
        boolean heedIgnores) {
      this(clusterDns, namespace, units, build, heedIgnores, Optional.empty());
    }
  }

  private Linter(Settings settings) {
    this.settings = settings;
    this.otherKinds = new OtherKindsCheck(settings.clusterDns(), Map.of(), List.of());
  }

  /**
   * Checks everything that was read.
   *
   * @param baseline findings that are not reported again
   * @throws IOException if there is a cluster to compare with, and it cannot be read
   */
  public static Report judge(Input input, Settings settings, Baseline baseline) throws IOException {
    return new Linter(settings).judge(input, baseline);
  }

  private Report judge(Input input, Baseline baseline) throws IOException {
    Units units = new Units(input, settings.units(), settings.build());
    findings.addAll(units.notes());
    List<Inventory> inventories =
        units.all().stream().map(unit -> new Inventory(unit, settings.namespace())).toList();
    expected = Expected.of(inventories, Ticker.SYSTEM.now());
    inventories.forEach(this::judgeEach);
    List<NamespaceScope> all =
        inventories.stream().flatMap(each -> each.neighbourhoods().stream()).toList();
    Optional<ClusterComparison> comparison = compared(inventories);
    Map<String, Labels> known = known(inventories);
    otherKinds = new OtherKindsCheck(settings.clusterDns(), known, inventories);
    otherKinds.denials().forEach(this::report);
    otherKinds.unfedDomains().forEach(this::report);
    judgeTogether(all, known, comparison);
    List<Violation> unknown = baseline.unknown(findings.stream().sorted().toList());
    return new Report(
        unknown,
        Stream.concat(input.mistakes().stream(), units.mistakes().stream()).toList(),
        new Report.Count(
            policies(inventories),
            input.files(),
            units.patches() + inventories.stream().mapToInt(each -> each.patches().size()).sum(),
            input.leftOut(),
            ignored,
            findings.size() - unknown.size()),
        shown(all),
        comparison.map(ClusterComparison::workloads).orElse(List.of()));
  }

  private Optional<ClusterComparison> compared(List<Inventory> inventories) throws IOException {
    if (settings.against().isEmpty()) {
      return Optional.empty();
    }
    ClusterComparison comparison =
        ClusterComparison.of(settings.against().get(), settings.clusterDns(), inventories);
    comparison
        .findings()
        .forEach(
            found ->
                found
                    .document()
                    .ifPresentOrElse(
                        document -> report(document, found.violation()),
                        () -> findings.add(found.violation())));
    return Optional.of(comparison);
  }

  private static int policies(List<Inventory> inventories) {
    return (int)
        inventories.stream()
            .flatMap(
                each ->
                    Stream.concat(
                        each.valid().stream().map(LocatedPolicy::document),
                        each.rejected().stream().map(Inventory.Rejected::document)))
            .map(Document::manifest)
            .distinct()
            .count();
  }

  /** The units in which policies were checked. */
  private static List<String> shown(List<NamespaceScope> all) {
    return all.stream()
        .filter(each -> !each.isolating().isEmpty() || !each.others().isEmpty())
        .map(NamespaceScope::shownUnit)
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .toList();
  }

  private void judgeEach(Inventory inventory) {
    for (Inventory.Rejected each : inventory.rejected()) {
      each.policy()
          .flaws()
          .forEach(flaw -> report(each.document(), ManifestChecks.flaw(each.document(), flaw)));
      ignores(each.document());
    }
    for (LocatedPolicy each : inventory.valid()) {
      Stream.of(
              ManifestChecks.emptyEgress(each.document()).stream(),
              ManifestChecks.dashSlips(each, settings.clusterDns()),
              ManifestChecks.surprises(each.document()))
          .flatMap(findings -> findings)
          .forEach(violation -> report(each.document(), violation));
      ignores(each.document());
    }
    for (Inventory.Foreign each : inventory.foreign()) {
      if (!each.policy().kind().isReferredTo()) {
        report(each.document(), ManifestChecks.foreign(each.document(), each.policy()));
      }
      ignores(each.document());
    }
    expected
        .findings(inventory)
        .forEach((document, violations) -> violations.forEach(each -> report(document, each)));
    inventory.repeated().forEach(same -> report(same.getLast(), ManifestChecks.repeated(same)));
    if (settings.namespace().isEmpty()) {
      judgePlaceless(inventory);
    }
  }

  private void ignores(Document object) {
    Ignores.of(object).broken().stream()
        .map(entry -> ManifestChecks.badIgnore(object, entry))
        .forEach(violation -> report(object, violation));
  }

  /** The labels of namespaces whose manifests all agree. */
  private static Map<String, Labels> known(List<Inventory> inventories) {
    Map<String, Set<Labels>> all = new HashMap<>();
    inventories.forEach(
        each ->
            each.namespaces()
                .forEach(
                    (name, labels) ->
                        all.computeIfAbsent(name, _ -> new LinkedHashSet<>()).add(labels)));
    return all.entrySet().stream()
        .filter(entry -> entry.getValue().size() == 1)
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().iterator().next()));
  }

  /** Policies add up, so all policies of a namespace are checked together. */
  private void judgeTogether(
      List<NamespaceScope> all, Map<String, Labels> known, Optional<ClusterComparison> comparison) {
    String dns = settings.clusterDns().namespace();
    Map<String, Labels> namespaces =
        known.containsKey(dns) ? Map.of(dns, known.get(dns)) : Map.of();
    Map<String, List<NamespaceScope>> byNamespace =
        all.stream().collect(groupingBy(NamespaceScope::namespace));
    List<NamespaceScope> everywhere = byNamespace.getOrDefault(NamespaceScope.EVERY, List.of());
    byNamespace.replaceAll((_, some) -> Stream.concat(some.stream(), everywhere.stream()).toList());
    all.parallelStream()
        .map(
            each -> drafts(each, byNamespace.getOrDefault(each.namespace(), List.of()), namespaces))
        .toList()
        .forEach(
            drafts ->
                drafts.stream()
                    .flatMap(each -> unlessCompared(each, comparison).stream())
                    .forEach(each -> report(each.policy().document(), each.finding())));
  }

  /** The cluster decides; files alone only count where it could not be read. */
  private static Optional<ViolationDraft> unlessCompared(
      ViolationDraft draft, Optional<ClusterComparison> comparison) {
    return comparison.isEmpty()
        ? Optional.of(draft)
        : comparison
            .get()
            .unread(draft.policy().policy().namespace())
            .map(why -> draft.unless("the cluster allows it: " + why));
  }

  private Collection<ViolationDraft> drafts(
      NamespaceScope at, List<NamespaceScope> ofNamespace, Map<String, Labels> namespaces) {
    if (at.isolating().isEmpty()) {
      return List.of();
    }
    List<NamespaceScope> elsewhere =
        ofNamespace.stream().filter(other -> at.mayMeet(other, stages)).toList();
    List<Workload> workloads =
        elsewhere.stream().flatMap(each -> each.workloads().stream()).toList();
    Map<String, ViolationDraft> byCause = new LinkedHashMap<>();
    at
        .classes(
            workloads,
            labels -> !settings.clusterDns().areDnsPods(at.namespace(), labels),
            Reservations.saving(at, elsewhere))
        .stream()
        .flatMap(pods -> drafts(pods, elsewhere, namespaces))
        .map(
            violationDraft ->
                at.isOutside(violationDraft.policy())
                    ? violationDraft.in(at.unit().shown())
                    : violationDraft)
        .forEach(
            violationDraft ->
                byCause.merge(violationDraft.cause(), violationDraft, ViolationDraft::and));
    return byCause.values();
  }

  private Stream<ViolationDraft> drafts(
      AlikePods pods, List<NamespaceScope> elsewhere, Map<String, Labels> namespaces) {
    if (otherKinds.allow(pods)) {
      return Stream.of();
    }
    Reservations reservations =
        new Reservations(settings.clusterDns(), namespaces, pods, elsewhere);
    List<ViolationDraft> drafts =
        new DnsReachabilityCheck(settings.clusterDns(), namespaces, pods, true)
            .findings().stream().map(reservations::about).toList();
    return settings.heedIgnores()
        ? expected.of(pods, drafts, settings.clusterDns())
        : drafts.stream();
  }

  private void judgePlaceless(Inventory inventory) {
    List<Document> placeless =
        inventory.valid().stream()
            .map(LocatedPolicy::document)
            .filter(each -> each.namespace().isEmpty())
            .toList();
    if (!placeless.isEmpty()) {
      report(placeless.getFirst(), ManifestChecks.placeless(placeless));
    }
  }

  private void report(Document object, Violation violation) {
    if (settings.heedIgnores() && Ignores.of(object).rules().contains(violation.rule())) {
      ignored++;
    } else {
      findings.add(violation);
    }
  }
}
