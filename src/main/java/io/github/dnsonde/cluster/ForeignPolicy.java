package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toCollection;

import io.github.dnsonde.cluster.LabelSelector.Operator;
import io.github.dnsonde.cluster.LabelSelector.Requirement;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A policy, or the possibility of policies, that only its own engine can judge.
 *
 * @param kind what it is
 * @param namespace where it is; empty: it bears on all namespaces, or nothing tells on which
 * @param name empty: there may be any number of policies of the kind, of which nothing is known
 * @param rank how it stands to NetworkPolicies
 * @param directions in which it may let through or stop anything
 * @param allows in which it may let through what NetworkPolicies stop
 * @param subject the pods that it is for
 * @param revision a text that changes with its rules; empty where nobody watches it
 */
public record ForeignPolicy(
    PolicyKind kind,
    Optional<String> namespace,
    Optional<String> name,
    Rank rank,
    Set<Direction> directions,
    Set<Direction> allows,
    Subject subject,
    String revision) {

  /**
   * The pods that a policy is for, as far as can be told without its engine.
   *
   * @param pods selectors of which one must match; none: the policy is for no pod
   * @param namespaces the same for the pod's namespace
   * @param alike whether all pods of one namespace are alike to it: it means all of them, or none
   */
  public record Subject(List<LabelSelector> pods, List<LabelSelector> namespaces, boolean alike) {

    private static final List<LabelSelector> EVERY = List.of(LabelSelector.EVERYTHING);

    /** Perhaps every pod. */
    public static final Subject ALL = new Subject(EVERY, EVERY, false);

    /** Every pod, without a doubt. */
    public static final Subject EVERY_POD = new Subject(EVERY, EVERY, true);

    public Subject {
      pods = List.copyOf(pods);
      namespaces = List.copyOf(namespaces);
    }

    /** Some pods or other of these namespaces. */
    public Subject(List<LabelSelector> pods, List<LabelSelector> namespaces) {
      this(pods, namespaces, false);
    }

    /** The same where these are all namespaces that matter, and their labels are known. */
    private Subject among(Map<String, Labels> known, Set<String> unknown) {
      if (namespaces.contains(LabelSelector.EVERYTHING)) {
        return this;
      }
      Set<String> names =
          known.entrySet().stream()
              .filter(each -> isOf(each.getKey(), each.getValue()))
              .map(Map.Entry::getKey)
              .collect(toCollection(TreeSet::new));
      unknown.stream()
          .filter(name -> namespaces.stream().anyMatch(each -> mayBe(each, name)))
          .forEach(names::add);
      return new Subject(pods, names.isEmpty() ? List.of() : List.of(named(names)), alike);
    }

    private boolean isOf(String name, Labels labels) {
      Labels all = labels.ofNamespace(name);
      return namespaces.stream().anyMatch(each -> each.matches(all));
    }

    private static LabelSelector named(Set<String> names) {
      return new LabelSelector(
          Map.of(), List.of(new Requirement(Labels.NAMESPACE_NAME, Operator.IN, names)));
    }

    /** Whether a pod is perhaps meant: of its namespace, only the name is known for sure. */
    public boolean mayBe(Pod pod) {
      return pods.stream().anyMatch(each -> each.matches(pod.labels()))
          && namespaces.stream().anyMatch(each -> mayBe(each, pod.namespace()));
    }

    private static boolean mayBe(LabelSelector selector, String namespace) {
      Labels name = Labels.NONE.ofNamespace(namespace);
      String wanted = selector.matchLabels().getOrDefault(Labels.NAMESPACE_NAME, namespace);
      return wanted.equals(namespace)
          && selector.matchExpressions().stream()
              .filter(each -> each.key().equals(Labels.NAMESPACE_NAME))
              .allMatch(each -> each.holds(name));
    }
  }

  /** How a policy stands to NetworkPolicies (network-policy-api, "ClusterNetworkPolicy", tiers). */
  public enum Rank {
    /** It may overrule them, or add to them. */
    BESIDE,
    /** It says something only about pods that no NetworkPolicy isolates. */
    BASELINE
  }

  public ForeignPolicy {
    requireNonNull(kind, "kind is null");
    requireNonNull(namespace, "namespace is null");
    requireNonNull(name, "name is null");
    requireNonNull(rank, "rank is null");
    directions = Set.copyOf(directions);
    allows = Set.copyOf(allows);
    requireNonNull(subject, "subject is null");
    requireNonNull(revision, "revision is null");
  }

  /** One that nobody watches. */
  public ForeignPolicy(
      PolicyKind kind,
      Optional<String> namespace,
      Optional<String> name,
      Rank rank,
      Set<Direction> directions,
      Set<Direction> allows,
      Subject subject) {
    this(kind, namespace, name, rank, directions, allows, subject, "");
  }

  /** Policies of a kind that the cluster has: perhaps none, perhaps some, anywhere. */
  public static ForeignPolicy possible(PolicyKind kind) {
    return unread(kind, Optional.empty(), Optional.empty());
  }

  /** One of which no more is known than where it is: it may decide everything there. */
  public static ForeignPolicy unread(
      PolicyKind kind, Optional<String> namespace, Optional<String> name) {
    Set<Direction> both = EnumSet.allOf(Direction.class);
    return new ForeignPolicy(kind, namespace, name, rank(kind), both, both, Subject.ALL);
  }

  /** How policies of a kind stand, as far as the kind alone tells. */
  public static Rank rank(PolicyKind kind) {
    return kind.kind().equals("BaselineAdminNetworkPolicy") ? Rank.BASELINE : Rank.BESIDE;
  }

  /**
   * Whether it may decide what such a pod can send or be sent.
   *
   * @param isolated whether a NetworkPolicy isolates the pod in that direction
   */
  public boolean mayDecide(Pod pod, Direction direction, boolean isolated) {
    return directions.contains(direction)
        && (namespace.isEmpty() || namespace.get().equals(pod.namespace()))
        && !(rank == Rank.BASELINE && isolated)
        && !(pod.hostNetwork() && kind.isForAdministrators())
        && subject.mayBe(pod);
  }

  /**
   * Whether it may decide what some pods of a namespace can do, and not what others can.
   *
   * @param pods of one namespace
   */
  public boolean mayTellApart(Collection<Pod> pods, Direction direction) {
    return !subject.alike() && pods.stream().anyMatch(pod -> mayDecide(pod, direction, false));
  }

  /** Whether it may let through, in a direction, what NetworkPolicies stop. */
  public boolean mayAllow(Direction direction) {
    return allows.contains(direction);
  }

  /** The same policy in a namespace. */
  public ForeignPolicy in(String other) {
    return new ForeignPolicy(
        kind, Optional.of(other), name, rank, directions, allows, subject, revision);
  }

  /** The same policy with rules of which this is the revision. */
  public ForeignPolicy revised(String to) {
    return new ForeignPolicy(kind, namespace, name, rank, directions, allows, subject, to);
  }

  /**
   * The same policy in a cluster of which these are the namespaces that matter.
   *
   * @param known their labels
   * @param unknown those whose labels are not known
   */
  public ForeignPolicy among(Map<String, Labels> known, Set<String> unknown) {
    return new ForeignPolicy(
        kind, namespace, name, rank, directions, allows, subject.among(known, unknown), revision);
  }

  /** {@code CiliumNetworkPolicy.cilium.io shop/web}; without a name, its kind. */
  @Override
  public String toString() {
    String place = namespace.map(each -> each + "/").orElse("");
    return kind + name.map(each -> " " + place + each).orElse("");
  }
}
