package io.github.dnsonde.lint;

import io.github.dnsonde.change.Cause;
import io.github.dnsonde.change.Change;
import io.github.dnsonde.change.PlannedWorkload;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.Declarations;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.manifest.Declared;
import io.github.dnsonde.manifest.Origins;
import io.github.dnsonde.probe.NamespacedName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The input as a change of a cluster, with the manifest of each part. */
final class PlannedChange {

  private final Map<NamespacedName, LocatedPolicy> policies = new LinkedHashMap<>();
  private final List<Inventory.Foreign> foreign = new ArrayList<>();
  private final Map<String, Labels> namespaces = new HashMap<>();
  private final List<PlannedWorkload> workloads = new ArrayList<>();
  private final Map<Cause, Document> manifests = new HashMap<>();
  private final Map<String, Document> first = new HashMap<>();
  private final Set<String> sources = new HashSet<>();

  /** Collects all objects. Among those of one name, the last counts: it replaces the others. */
  PlannedChange(List<Inventory> inventories) {
    inventories.forEach(this::add);
  }

  private void add(Inventory inventory) {
    inventory
        .valid()
        .forEach(
            each -> {
              NamespacedName name = each.policy().namespacedName();
              policies.put(name, each);
              locate(new Cause(Cause.Kind.POLICY, name.namespace(), name.name()), each.document());
            });
    inventory
        .foreign()
        .forEach(
            each -> {
              foreign.add(each);
              locate(
                  new Cause(
                      Cause.Kind.FOREIGN_POLICY,
                      each.policy().namespace().orElse(""),
                      each.policy().name().orElse("")),
                  each.document());
            });
    inventory
        .unit()
        .documents()
        .forEach(each -> Origins.of(each.metadata()).source().ifPresent(sources::add));
    namespaces.putAll(inventory.namespaces());
    inventory
        .namespaceManifests()
        .forEach((name, document) -> locate(new Cause(Cause.Kind.NAMESPACE, "", name), document));
    workloads(inventory);
  }

  private void locate(Cause cause, Document document) {
    manifests.put(cause, document);
    first.putIfAbsent(cause.namespace().isEmpty() ? cause.name() : cause.namespace(), document);
  }

  /** An object with several templates does not show which pods are of which. */
  private void workloads(Inventory inventory) {
    Map<Document, List<Inventory.Placed>> byDocument = new LinkedHashMap<>();
    inventory
        .workloads()
        .forEach(
            each -> byDocument.computeIfAbsent(each.document(), _ -> new ArrayList<>()).add(each));
    byDocument.forEach(
        (document, all) -> {
          boolean named = document.metadata().text("name").isPresent();
          if (all.size() == 1 && named) {
            add(document, all.getFirst(), !inventory.mayGetLabels());
          }
        });
  }

  private void add(Document document, Inventory.Placed placed, boolean complete) {
    Pod.Owner owner = new Pod.Owner(document.kind(), document.name());
    PlannedWorkload planned =
        new PlannedWorkload(
            placed.namespace(),
            owner,
            placed.workload().labels(),
            complete,
            placed.workload().usesClusterDns());
    workloads.add(planned);
    locate(Cause.of(planned), document);
  }

  /** Returns the change as the input has it, whatever the cluster has. */
  Change written() {
    return change(namespaces, Set.of());
  }

  /** The names of the policies. */
  Set<NamespacedName> policies() {
    return Set.copyOf(policies.keySet());
  }

  /** The Argo CD applications and Flux objects that mark manifests as theirs. */
  Set<String> sources() {
    return Set.copyOf(sources);
  }

  boolean has(NamespacedName policy) {
    return policies.containsKey(policy);
  }

  /** Returns the manifest that is a cause; empty if the cause is that a manifest is gone. */
  Optional<Document> manifest(Cause cause) {
    return Optional.ofNullable(manifests.get(cause));
  }

  /** Returns the first manifest of a namespace, or of the input. */
  Optional<Document> first(String namespace) {
    return Optional.ofNullable(first.get(namespace))
        .or(() -> first.values().stream().min(Comparator.comparing(Document::place)));
  }

  /**
   * Returns the change of a cluster.
   *
   * @param removed the policies that the input no longer has
   */
  Change change(ClusterView live, Set<NamespacedName> removed) {
    return change(labels(live), removed);
  }

  private Change change(Map<String, Labels> labels, Set<NamespacedName> removed) {
    return new Change(
        policies.values().stream().map(LocatedPolicy::policy).toList(),
        removed,
        labels,
        foreign.stream().map(Inventory.Foreign::policy).toList(),
        workloads);
  }

  /**
   * Returns the declarations that are in force after the change: those of the manifests, and those
   * of the cluster's other objects. The annotations of a live Namespace remain.
   */
  List<Declaration.NoDns> noDns(ClusterView live, Set<NamespacedName> removed, Instant now) {
    Stream<Declaration> written =
        Stream.concat(
            policies.values().stream()
                .flatMap(
                    each ->
                        Declared.ofPolicy(
                                each.document().metadata(), Optional.of(each.policy().selects()))
                            .stream()
                            .map(declaration -> placed(declaration, each.policy().namespace()))),
            manifests.entrySet().stream()
                .filter(entry -> entry.getKey().kind() == Cause.Kind.NAMESPACE)
                .flatMap(entry -> Declared.ofNamespace(entry.getValue().metadata()).stream()));
    Stream<Declaration> remaining =
        live.declarations().all().stream()
            .filter(
                declaration ->
                    declaration
                        .holder()
                        .policy()
                        .map(name -> new NamespacedName(declaration.holder().namespace(), name))
                        .filter(name -> policies.containsKey(name) || removed.contains(name))
                        .isEmpty());
    return new Declarations(Stream.concat(written, remaining).toList()).inForce(now);
  }

  /** A manifest may leave its namespace open. */
  private static Declaration placed(Declaration declaration, String namespace) {
    return declaration instanceof Declaration.NoDns noDns
        ? new Declaration.NoDns(
            new Declaration.Holder(namespace, noDns.holder().policy()),
            noDns.selects(),
            noDns.reason(),
            noDns.until())
        : declaration;
  }

  /** Labels that the manifest does not have remain: other tools write them. */
  private Map<String, Labels> labels(ClusterView live) {
    Map<String, Labels> all = new HashMap<>();
    namespaces.forEach(
        (name, written) -> {
          if (!live.gaps().labels().contains(name)) {
            all.put(name, live.namespaces().getOrDefault(name, Labels.NONE).with(written));
          }
        });
    return all;
  }
}
