package io.github.dnsonde.lint;

import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.manifest.Policies;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The objects of an input, by what they are and where they belong. */
final class Inventory {

  private final Optional<String> namespace;
  private final List<Located> valid = new ArrayList<>();
  private final List<Rejected> rejected = new ArrayList<>();
  private final List<Foreign> foreign = new ArrayList<>();
  private final Map<String, List<Workload>> workloads = new HashMap<>();
  private final Map<String, Labels> namespaces = new HashMap<>();
  private int others;

  /** A manifest of a policy that no API server takes. */
  record Rejected(InvalidPolicy policy, Document document) {}

  /** A policy of another kind. */
  record Foreign(ForeignPolicy policy, Document document) {}

  /**
   * Sorts objects.
   *
   * @param namespace of those that do not tell theirs
   */
  Inventory(List<Document> objects, Optional<String> namespace) {
    this.namespace = namespace;
    objects.forEach(this::add);
  }

  private void add(Document object) {
    PolicySet policy = Policies.of(List.of(object.fields()), Map.of());
    policy
        .policies()
        .forEach(each -> valid.add(new Located(each.in(place(each.namespace())), object)));
    policy.invalid().forEach(each -> rejected.add(new Rejected(each, object)));
    policy.foreign().forEach(each -> foreign.add(new Foreign(placed(each), object)));
    Optional<Workload> workload = Workload.of(object.fields());
    workload.ifPresent(
        each -> workloads.computeIfAbsent(place(object), _ -> new ArrayList<>()).add(each));
    boolean isNamespace = object.fields().text("kind").filter("Namespace"::equals).isPresent();
    if (isNamespace) {
      String name = object.name();
      namespaces.put(name, new Labels(object.metadata().map("labels")).ofNamespace(name));
    }
    boolean isPolicy = Policies.isNetworkPolicy(object.fields()) || !policy.foreign().isEmpty();
    others += isPolicy || isNamespace || workload.isPresent() ? 0 : 1;
  }

  private String place(Document object) {
    return place(object.namespace());
  }

  private String place(String written) {
    return written.isEmpty() ? namespace.orElse(Neighbourhood.NAMELESS) : written;
  }

  private ForeignPolicy placed(ForeignPolicy policy) {
    return policy.kind().namespaced()
        ? new ForeignPolicy(
            policy.kind(),
            Optional.of(place(policy.namespace().orElse(""))),
            policy.name(),
            policy.rank(),
            policy.directions())
        : policy;
  }

  /** The policies that an API server takes. */
  List<Located> valid() {
    return List.copyOf(valid);
  }

  List<Rejected> rejected() {
    return List.copyOf(rejected);
  }

  List<Foreign> foreign() {
    return List.copyOf(foreign);
  }

  /** How many objects are nothing that is looked at. */
  int others() {
    return others;
  }

  /** What is known of the labels of a namespace: nothing, where no manifest of it was read. */
  Map<String, Labels> labels(String name) {
    Labels labels = namespaces.get(name);
    return labels == null ? Map.of() : Map.of(name, labels);
  }

  /** The namespaces that have policies. */
  List<Neighbourhood> neighbourhoods() {
    Map<String, List<Located>> byNamespace = new TreeMap<>();
    valid.forEach(
        each ->
            byNamespace
                .computeIfAbsent(each.policy().namespace(), _ -> new ArrayList<>())
                .add(each));
    return byNamespace.entrySet().stream()
        .map(entry -> neighbourhood(entry.getKey(), entry.getValue()))
        .toList();
  }

  private Neighbourhood neighbourhood(String name, List<Located> policies) {
    return new Neighbourhood(
        name,
        policies.stream().filter(each -> each.policy().egress().isPresent()).toList(),
        policies.stream().filter(each -> each.policy().egress().isEmpty()).toList(),
        rejected.stream()
            .map(Rejected::policy)
            .filter(each -> place(each.namespace()).equals(name))
            .toList(),
        foreign.stream()
            .map(Foreign::policy)
            .filter(each -> each.namespace().filter(other -> !other.equals(name)).isEmpty())
            .toList(),
        workloads.getOrDefault(name, List.of()));
  }
}
