package io.github.dnsonde.lint;

import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.manifest.PolicyReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The objects of a unit, by kind and namespace. */
final class Inventory {

  private final Unit unit;
  private final Optional<String> namespace;
  private final List<LocatedPolicy> valid = new ArrayList<>();
  private final List<Rejected> rejected = new ArrayList<>();
  private final List<Foreign> foreign = new ArrayList<>();
  private final List<Placed> workloads = new ArrayList<>();
  private final Map<String, Labels> namespaces = new HashMap<>();
  private final List<Document> namespaceDocuments = new ArrayList<>();
  private final List<Document> patches = new ArrayList<>();

  /** A manifest of a policy that no API server accepts. */
  record Rejected(InvalidPolicy policy, Document document) {}

  /** A policy of another kind. */
  record Foreign(ForeignPolicy policy, Document document) {

    /** The name for people: {@code CiliumNetworkPolicy shop/web}. */
    String shown() {
      String place = policy.namespace().map(NamespaceScope::shown).orElse("");
      return policy.kind().kind()
          + " "
          + (place.isEmpty() ? "" : place + "/")
          + policy.name().orElse("");
    }
  }

  /** A workload in a namespace. */
  record Placed(Workload workload, String namespace, Document document) {}

  /**
   * Sorts objects.
   *
   * @param namespace the namespace of objects that do not specify one
   */
  Inventory(Unit unit, Optional<String> namespace) {
    this.unit = unit;
    this.namespace = namespace;
    unit.documents().forEach(this::add);
  }

  private void add(Document object) {
    boolean isPolicy = PolicyReader.isNetworkPolicy(object.fields());
    if (isPolicy && object.isPatch()) {
      patches.add(object);
      return;
    }
    PolicyReader.Written written = object.written();
    written.refused().ifPresent(each -> rejected.add(new Rejected(each, object)));
    written.valid().ifPresent(each -> valid.add(new LocatedPolicy(each.in(place(object)), object)));
    written.foreign().ifPresent(each -> foreign.add(new Foreign(placed(each, object), object)));
    if (isPolicy || written.refused().isPresent() || written.foreign().isPresent()) {
      return;
    }
    List<Workload> all = Workload.of(object);
    all.forEach(each -> workloads.add(new Placed(each, place(object), object)));
    boolean isNamespace = object.kind().equals("Namespace");
    if (isNamespace) {
      String name = object.name();
      if (!object.isPatch()) {
        namespaceDocuments.add(object);
      }
      namespaces.put(name, new Labels(object.metadata().map("labels")).ofNamespace(name));
    }
  }

  private String place(Document object) {
    String written = object.namespace();
    return written.isEmpty() ? namespace.orElse(NamespaceScope.NAMELESS) : written;
  }

  private ForeignPolicy placed(ForeignPolicy policy, Document object) {
    return policy.kind().namespaced() ? policy.in(place(object)) : policy;
  }

  /** The policies that an API server accepts. */
  List<LocatedPolicy> valid() {
    return List.copyOf(valid);
  }

  List<Rejected> rejected() {
    return List.copyOf(rejected);
  }

  List<Foreign> foreign() {
    return List.copyOf(foreign);
  }

  Unit unit() {
    return unit;
  }

  /** The manifests of namespaces. */
  List<Document> namespaceDocuments() {
    return List.copyOf(namespaceDocuments);
  }

  /** Policies that describe changes to others, and are not checked. */
  List<Document> patches() {
    return List.copyOf(patches);
  }

  /** The labels of the namespaces whose manifests are in the unit. */
  Map<String, Labels> namespaces() {
    return Map.copyOf(namespaces);
  }

  /** The manifests of namespaces, by the names of these; among equal names, the last. */
  Map<String, Document> namespaceManifests() {
    Map<String, Document> all = new HashMap<>();
    unit.documents().stream()
        .filter(each -> namespaces.containsKey(each.name()) && each.kind().equals("Namespace"))
        .forEach(each -> all.put(each.name(), each));
    return all;
  }

  /** The objects that make pods. */
  List<Placed> workloads() {
    return List.copyOf(workloads);
  }

  /** Returns true if a kustomization may add labels to the objects. */
  boolean mayGetLabels() {
    return unit.kind() == Unit.Kind.KUSTOMIZATION;
  }

  /** Objects of one kind, namespace and name that occur more than once here. */
  List<List<Document>> repeated() {
    Map<String, List<Document>> byIdentity = new TreeMap<>();
    unit.documents().stream()
        .filter(each -> !each.isPatch())
        .forEach(
            each ->
                identity(each)
                    .ifPresent(
                        key -> byIdentity.computeIfAbsent(key, _ -> new ArrayList<>()).add(each)));
    return byIdentity.values().stream()
        .filter(all -> all.size() > 1)
        .flatMap(this::together)
        .filter(all -> all.size() > 1)
        .toList();
  }

  /** In a unit of folders, only objects of one folder and those above it can meet. */
  private Stream<List<Document>> together(List<Document> same) {
    return unit.kind() == Unit.Kind.FOLDERS
        ? chains(same.stream().map(Document::sourceFile)).stream()
            .map(new ByFolder<>(same, each -> each)::in)
        : Stream.of(same);
  }

  private Optional<String> identity(Document object) {
    String name = object.metadata().text("name").orElse("");
    return name.isEmpty() || object.kind().isEmpty()
        ? Optional.empty()
        : Optional.of(String.join("\n", group(object), object.kind(), place(object), name));
  }

  private static String group(Document object) {
    String version = object.fields().text("apiVersion").orElse("");
    return version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
  }

  /** The namespaces that have policies; in a unit of folders, once for each end of a path. */
  List<NamespaceScope> neighbourhoods() {
    return Stream.concat(standard().stream(), ofOthers()).toList();
  }

  /** Policies of other kinds; those of other folders may be in the same cluster. */
  private Stream<NamespaceScope> ofOthers() {
    Map<List<String>, List<Foreign>> byPlace = new LinkedHashMap<>();
    for (Foreign each : foreign) {
      String where = each.policy().namespace().orElse(NamespaceScope.EVERY);
      Path folder =
          unit.kind() == Unit.Kind.FOLDERS ? each.document().sourceFile().folder() : unit.folder();
      byPlace.computeIfAbsent(List.of(where, folder.toString()), _ -> new ArrayList<>()).add(each);
    }
    return byPlace.entrySet().stream()
        .map(
            entry ->
                neighbourhood(
                    entry.getKey().getFirst(),
                    Path.of(entry.getKey().getLast()),
                    List.of(),
                    List.of(),
                    entry.getValue(),
                    List.of()));
  }

  private List<NamespaceScope> standard() {
    Map<String, List<LocatedPolicy>> policies = by(valid, each -> each.policy().namespace());
    Map<String, List<Placed>> pods = by(workloads, Placed::namespace);
    Map<String, List<Rejected>> refused = by(rejected, each -> place(each.document()));
    Set<String> all = new LinkedHashSet<>(policies.keySet());
    all.addAll(pods.keySet());
    return all.stream()
        .flatMap(
            name ->
                neighbourhoods(
                    name,
                    policies.getOrDefault(name, List.of()),
                    refused.getOrDefault(name, List.of()),
                    pods.getOrDefault(name, List.of())))
        .toList();
  }

  private static <T> Map<String, List<T>> by(List<T> all, Function<T, String> namespace) {
    Map<String, List<T>> map = new TreeMap<>();
    all.forEach(
        each -> map.computeIfAbsent(namespace.apply(each), _ -> new ArrayList<>()).add(each));
    return map;
  }

  private Stream<NamespaceScope> neighbourhoods(
      String name, List<LocatedPolicy> policies, List<Rejected> refused, List<Placed> pods) {
    List<Foreign> touching =
        foreign.stream()
            .filter(
                each -> each.policy().namespace().filter(other -> !other.equals(name)).isEmpty())
            .toList();
    if (unit.kind() != Unit.Kind.FOLDERS) {
      return Stream.of(neighbourhood(name, unit.folder(), policies, refused, touching, pods));
    }
    Stream<Document> documents =
        Stream.concat(
            policies.stream().map(LocatedPolicy::document), pods.stream().map(Placed::document));
    ByFolder<LocatedPolicy> ofPolicies = new ByFolder<>(policies, LocatedPolicy::document);
    ByFolder<Rejected> ofRefused = new ByFolder<>(refused, Rejected::document);
    ByFolder<Foreign> ofOthers = new ByFolder<>(touching, Foreign::document);
    ByFolder<Placed> ofPods = new ByFolder<>(pods, Placed::document);
    return chains(documents.map(Document::sourceFile)).stream()
        .map(
            chain ->
                neighbourhood(
                    name,
                    chain.getLast(),
                    ofPolicies.in(chain),
                    ofRefused.in(chain),
                    ofOthers.in(chain),
                    ofPods.in(chain)));
  }

  /** Returns each folder that has none below it, last, after those above it. */
  private static List<List<Path>> chains(Stream<SourceFile> sources) {
    Set<Path> folders =
        sources
            .flatMap(each -> each.folders().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<Path> above = new HashSet<>();
    folders.forEach(each -> above(each).filter(folders::contains).forEach(above::add));
    return folders.stream()
        .filter(each -> !above.contains(each))
        .map(
            last ->
                Stream.concat(above(last).filter(folders::contains), Stream.of(last))
                    .sorted()
                    .toList())
        .toList();
  }

  private static Stream<Path> above(Path folder) {
    return Stream.iterate(folder.getParent(), Objects::nonNull, Path::getParent);
  }

  private NamespaceScope neighbourhood(
      String name,
      Path folder,
      List<LocatedPolicy> policies,
      List<Rejected> refused,
      List<Foreign> touching,
      List<Placed> pods) {
    List<LocatedPolicy> applied = last(policies);
    return new NamespaceScope(
        unit,
        folder,
        name,
        applied.stream().filter(each -> each.policy().egress().isPresent()).toList(),
        applied.stream().filter(each -> each.policy().egress().isEmpty()).toList(),
        refused,
        touching,
        pods.stream().map(Placed::workload).toList());
  }

  /**
   * Among policies with one name, the last counts: applied in the order of files, it replaces the
   * others.
   */
  private static List<LocatedPolicy> last(List<LocatedPolicy> policies) {
    Map<Object, LocatedPolicy> last = new LinkedHashMap<>();
    policies.forEach(
        each -> {
          boolean isNamed = each.document().metadata().text("name").isPresent();
          last.put(isNamed ? each.policy().name() : each.document().manifest(), each);
        });
    return List.copyOf(last.values());
  }
}
