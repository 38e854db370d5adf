package io.github.dnsonde.manifest;

import io.github.dnsonde.cluster.CalicoRules;
import io.github.dnsonde.cluster.CiliumRules;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.ForeignPolicy.Rank;
import io.github.dnsonde.cluster.ForeignPolicy.Subject;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.LabelSelector.Requirement;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.cluster.PolicyRules;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads policies of other kinds as far as needed to know whether they can decide: the directions,
 * the pods, and whether they allow anything. A policy that is not understood counts as one that can
 * decide.
 */
public final class ForeignPolicyReader {

  private static final Set<String> ALLOWING = Set.of("Allow", "Pass", "Accept");

  /** The prefixes of label keys in Cilium that show the source of the label. */
  private static final List<String> CILIUM_SOURCES = List.of("k8s:", "any:", "k8s.", "any.");

  private static final String CILIUM_NAMESPACE = "io.kubernetes.pod.namespace";

  /**
   * The labels that no manifest has: Calico's own, and those of a pod for its namespace and service
   * account.
   */
  private static final Pattern CALICO_OWN =
      Pattern.compile("(projectcalico\\.org/|pcns\\.|pcsa\\.).*");

  private static final List<LabelSelector> EVERY = List.of(LabelSelector.EVERYTHING);

  private ForeignPolicyReader() {}

  /** Reads one policy, whatever its content. */
  public static ForeignPolicy read(PolicyKind kind, Fields object) {
    Fields metadata = object.object("metadata");
    Scope scope = scope(kind, object);
    return new ForeignPolicy(
        kind,
        kind.namespaced() ? metadata.text("namespace") : Optional.empty(),
        Optional.of(metadata.text("name").orElse("")),
        isBaseline(kind, object.object("spec")) ? Rank.BASELINE : ForeignPolicy.rank(kind),
        scope.directions,
        scope.allows,
        scope.subject,
        "",
        rules(kind, object));
  }

  /** Returns the rules, if they are all understood. */
  private static Optional<PolicyRules> rules(PolicyKind kind, Fields object) {
    try {
      return switch (kind.group()) {
        case PolicyKind.ADMINISTRATORS ->
            Optional.of(AdminRulesReader.read(kind, object.object("spec")));
        case PolicyKind.CILIUM -> Optional.of(CiliumRulesReader.read(kind, object));
        case PolicyKind.CALICO, PolicyKind.CALICO_STORE ->
            Optional.of(CalicoRulesReader.read(kind, object));
        default -> Optional.empty();
      };
    } catch (IllegalArgumentException | ArithmeticException _) {
      return Optional.empty();
    }
  }

  /**
   * Returns true for tiers that are evaluated after NetworkPolicies (network-policy-api; Antrea,
   * "Tier").
   */
  private static boolean isBaseline(PolicyKind kind, Fields spec) {
    String tier = spec.text("tier").orElse("");
    return (tier.equals("Baseline") && kind.isForAdministrators())
        || (tier.equalsIgnoreCase("baseline") && kind.group().equals("crd.antrea.io"));
  }

  /**
   * The directions and pods that a policy affects, and the directions in which it allows anything.
   */
  private record Scope(Set<Direction> directions, Set<Direction> allows, Subject subject) {}

  private static Scope scope(PolicyKind kind, Fields object) {
    Fields spec = object.object("spec");
    if (kind.isReferredTo()) {
      return new Scope(Set.of(), Set.of(), Subject.EVERY_POD);
    }
    boolean says = !spec.names().isEmpty() || object.has("specs");
    if (!says && !kind.isForAdministrators()) {
      Set<Direction> both = EnumSet.allOf(Direction.class);
      return new Scope(both, both, Subject.ALL);
    }
    return switch (kind.group()) {
      case PolicyKind.CILIUM -> cilium(object);
      case PolicyKind.CALICO, PolicyKind.CALICO_STORE -> calico(spec);
      case "crd.antrea.io" -> new Scope(byRules(spec), allowing(spec), antrea(spec));
      case "k8s.ovn.org" -> // narrows what NetworkPolicies allow, and never widens it
          new Scope(EnumSet.of(Direction.EGRESS), Set.of(), Subject.EVERY_POD);
      case "networking.gke.io" -> added(EnumSet.of(Direction.EGRESS), spec);
      case "networking.k8s.aws" ->
          kind.namespaced()
              ? added(NetworkPolicies.directions(spec), spec)
              : new Scope(byRules(spec), allowing(spec), administrators(spec));
      default -> new Scope(byRules(spec), allowing(spec), administrators(spec));
    };
  }

  /** The scope if the engine adds the rules to those of NetworkPolicies. */
  private static Scope added(Set<Direction> directions, Fields spec) {
    boolean alike = spec.object("podSelector").names().isEmpty();
    Subject subject = new Subject(selectors(spec, "podSelector"), EVERY, alike);
    return new Scope(directions, byRules(spec, directions), subject);
  }

  private static Set<Direction> byRules(Fields spec, Set<Direction> among) {
    Set<Direction> directions = byRules(spec);
    directions.retainAll(among);
    return directions;
  }

  /** Policies without rules for a direction do not decide on it (network-policy-api). */
  private static Set<Direction> byRules(Fields spec) {
    return directions(direction -> spec.size(rules(direction)) > 0);
  }

  private static Set<Direction> allowing(Fields spec) {
    return directions(
        direction ->
            spec.objects(rules(direction))
                .anyMatch(rule -> rule.text("action").filter(ALLOWING::contains).isPresent()));
  }

  private static Set<Direction> directions(Predicate<Direction> wanted) {
    Set<Direction> directions = EnumSet.noneOf(Direction.class);
    Stream.of(Direction.values()).filter(wanted).forEach(directions::add);
    return directions;
  }

  private static String rules(Direction direction) {
    return switch (direction) {
      case EGRESS -> "egress";
      case INGRESS -> "ingress";
    };
  }

  /** Reads {@code spec.subject} of network-policy-api's kinds, and of AWS' similar kinds. */
  private static Subject administrators(Fields spec) {
    Fields subject = spec.object("subject");
    if (subject.has("pods")) {
      Fields pods = subject.object("pods");
      return new Subject(selectors(pods, "podSelector"), selectors(pods, "namespaceSelector"));
    }
    return subject.has("namespaces")
        ? new Subject(EVERY, selectors(subject, "namespaces"), true)
        : Subject.ALL;
  }

  /**
   * Reads {@code spec.appliedTo}; each rule may have its own instead (Antrea, "Antrea
   * NetworkPolicy").
   */
  private static Subject antrea(Fields spec) {
    List<Fields> appliedTo = spec.objects("appliedTo").toList();
    boolean known =
        !appliedTo.isEmpty()
            && appliedTo.stream()
                .allMatch(each -> each.has("podSelector") || each.has("namespaceSelector"));
    return known
        ? new Subject(
            appliedTo.stream().flatMap(each -> selectors(each, "podSelector").stream()).toList(),
            appliedTo.stream()
                .flatMap(each -> selectors(each, "namespaceSelector").stream())
                .toList())
        : Subject.ALL;
  }

  /** A selector that cannot be read may select every object. */
  private static List<LabelSelector> selectors(Fields object, String name) {
    try {
      return List.of(Selectors.of(object.object(name)));
    } catch (IllegalArgumentException _) {
      return EVERY;
    }
  }

  /**
   * Cilium adds what its policies allow to what NetworkPolicies allow (Cilium documentation,
   * "Kubernetes Constructs"). A direction without a section is not affected, and an empty rule
   * allows nothing ("Egress Default Deny").
   */
  private static Scope cilium(Fields object) {
    List<Fields> specs = CiliumRulesReader.specs(object).toList();
    Set<Direction> directions =
        directions(
            each ->
                specs.stream()
                    .anyMatch(
                        spec -> spec.isList(rules(each)) || spec.isList(rules(each) + "Deny")));
    Set<Direction> allows =
        directions(
            each ->
                specs.stream()
                    .flatMap(spec -> spec.objects(rules(each)))
                    .anyMatch(rule -> !rule.names().isEmpty()));
    List<LabelSelector> pods = new ArrayList<>();
    List<LabelSelector> namespaces = new ArrayList<>();
    for (Fields spec : specs) {
      if (spec.has("endpointSelector")) {
        ciliumSubject(spec, pods, namespaces);
      }
    }
    boolean alike =
        pods.stream().allMatch(LabelSelector.EVERYTHING::equals)
            && specs.stream().allMatch(spec -> spec.object("endpointSelector").names().isEmpty());
    return new Scope(directions, allows, new Subject(pods, namespaces, alike));
  }

  private static void ciliumSubject(
      Fields spec, List<LabelSelector> pods, List<LabelSelector> namespaces) {
    Map<String, String> ofPod = new HashMap<>();
    Map<String, String> ofNamespace = new HashMap<>();
    List<Requirement> requirements = new ArrayList<>();
    LabelSelector all = selectors(spec, "endpointSelector").getFirst();
    all.matchLabels()
        .forEach(
            (key, value) -> {
              String bare = ciliumKey(key);
              if (bare.equals(CILIUM_NAMESPACE)) {
                ofNamespace.put(Labels.NAMESPACE_NAME, value);
              } else if (isOfPod(bare) && !isTwice(key, all.matchLabels().keySet())) {
                ofPod.put(bare, value);
              }
            });
    all.matchExpressions().stream()
        .map(each -> new Requirement(ciliumKey(each.key()), each.operator(), each.values()))
        .filter(each -> isOfPod(each.key()))
        .forEach(requirements::add);
    pods.add(new LabelSelector(ofPod, requirements));
    namespaces.add(LabelSelector.of(ofNamespace));
  }

  /** Of a key with the source {@code any} and without, Cilium keeps one: it is not known which. */
  private static boolean isTwice(String key, Set<String> keys) {
    return keys.contains("any:" + key)
        || (key.startsWith("any:") && keys.contains(key.substring("any:".length())));
  }

  private static String ciliumKey(String key) {
    return CILIUM_SOURCES.stream()
        .filter(key::startsWith)
        .map(source -> key.substring(source.length()))
        .findFirst()
        .orElse(key);
  }

  /**
   * Cilium has labels that no pod's manifest has: those of its namespace, account and cluster. It
   * leaves others out.
   */
  private static boolean isOfPod(String key) {
    return !CiliumRules.isLeftOut(key)
        && !key.startsWith("io.kubernetes.")
        && !key.startsWith("io.cilium.")
        && !key.startsWith("reserved");
  }

  /** Calico documentation, "Network policy", {@code types} and {@code selector}. */
  private static Scope calico(Fields spec) {
    List<String> types = spec.texts("types");
    Set<Direction> directions =
        types.isEmpty()
            ? CalicoRulesReader.byRules(spec)
            : directions(each -> types.contains(each == Direction.EGRESS ? "Egress" : "Ingress"));
    Set<Direction> allows = allowing(spec);
    allows.retainAll(directions);
    return new Scope(directions, allows, calicoSubject(spec));
  }

  private static Subject calicoSubject(Fields spec) {
    String selector = spec.text("selector").orElse("");
    List<LabelSelector> pods = CalicoSelector.read(selector);
    List<LabelSelector> namespaces =
        CalicoSelector.read(spec.text("namespaceSelector").orElse("")).stream()
            .map(each -> only(each, CalicoRules.NAME))
            .toList();
    boolean alike =
        Set.of("", "all()").contains(selector.strip()) && !spec.has("serviceAccountSelector");
    return new Subject(
        pods.stream().map(ForeignPolicyReader::ofManifest).toList(),
        namespaces.contains(LabelSelector.EVERYTHING)
            ? pods.stream().map(each -> named(each, CalicoRules.NAMESPACE)).toList()
            : namespaces,
        alike);
  }

  /** The requirements for labels that manifests have. */
  private static LabelSelector ofManifest(LabelSelector selector) {
    return new LabelSelector(
        Map.of(),
        selector.matchExpressions().stream()
            .filter(each -> !CALICO_OWN.matcher(each.key()).matches())
            .toList());
  }

  /** The requirements for a namespace's labels, and for its name under Calico's key. */
  private static LabelSelector only(LabelSelector selector, String key) {
    return new LabelSelector(
        Map.of(),
        Stream.concat(
                ofManifest(selector).matchExpressions().stream(),
                named(selector, key).matchExpressions().stream())
            .toList());
  }

  /** The requirements for a namespace's name under Calico's key. */
  private static LabelSelector named(LabelSelector selector, String key) {
    return new LabelSelector(
        Map.of(),
        selector.matchExpressions().stream()
            .filter(each -> each.key().equals(key))
            .map(each -> new Requirement(Labels.NAMESPACE_NAME, each.operator(), each.values()))
            .toList());
  }
}
