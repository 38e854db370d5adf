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
 * A policy of another kind than NetworkPolicy, or the possibility of such policies.
 *
 * @param kind the kind of policy
 * @param namespace its namespace; empty if it concerns all namespaces, or an unknown one
 * @param name empty if there may be any number of policies of the kind, of which nothing is known
 * @param rank its precedence with respect to NetworkPolicies
 * @param directions the directions in which it may allow or deny traffic
 * @param allows the directions in which it may allow traffic that NetworkPolicies deny
 * @param subject the pods that it applies to
 * @param revision a text that changes with its rules; empty if it is not watched
 * @param rules its rules; empty if only its own engine can evaluate them
 */
public record ForeignPolicy(
    PolicyKind kind,
    Optional<String> namespace,
    Optional<String> name,
    Rank rank,
    Set<Direction> directions,
    Set<Direction> allows,
    Subject subject,
    String revision,
    Optional<PolicyRules> rules)
    implements PolicyObject {

  /**
   * The pods that a policy applies to, as far as this is known without its engine.
   *
   * @param pods selectors of which one must match; with none, the policy applies to no pod
   * @param namespaces the same for the pod's namespace
   * @param alike whether all pods of one namespace are alike to it: it means all of them, or none
   */
  public record Subject(List<LabelSelector> pods, List<LabelSelector> namespaces, boolean alike) {

    private static final List<LabelSelector> EVERY = List.of(LabelSelector.EVERYTHING);

    /** Possibly every pod. */
    public static final Subject ALL = new Subject(EVERY, EVERY, false);

    /** Every pod, certainly. */
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

    /**
     * Returns true if a pod may be selected: of its namespace, only the name is known for certain.
     */
    public boolean mayBe(Pod pod) {
      return pods.stream().anyMatch(selector -> selector.matches(pod.labels()))
          && namespaces.stream().anyMatch(selector -> mayBe(selector, pod.namespace()));
    }

    private static boolean mayBe(LabelSelector selector, String namespace) {
      Labels name = Labels.NONE.ofNamespace(namespace);
      String wanted = selector.matchLabels().getOrDefault(Labels.NAMESPACE_NAME, namespace);
      return wanted.equals(namespace)
          && selector.matchExpressions().stream()
              .filter(requirement -> requirement.key().equals(Labels.NAMESPACE_NAME))
              .allMatch(requirement -> requirement.holds(name));
    }
  }

  /**
   * The precedence of a policy with respect to NetworkPolicies (network-policy-api,
   * "ClusterNetworkPolicy", tiers).
   */
  public enum Rank {
    /** It may overrule them, or add to them. */
    BESIDE,
    /** It applies only to pods that no NetworkPolicy isolates. */
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
    requireNonNull(rules, "rules is null");
  }

  /** One that nobody watches, and that only its own engine can evaluate. */
  public ForeignPolicy(
      PolicyKind kind,
      Optional<String> namespace,
      Optional<String> name,
      Rank rank,
      Set<Direction> directions,
      Set<Direction> allows,
      Subject subject) {
    this(kind, namespace, name, rank, directions, allows, subject, "", Optional.empty());
  }

  /**
   * Returns the policies of a kind that the cluster has: possibly none, possibly some, anywhere.
   */
  public static ForeignPolicy possible(PolicyKind kind) {
    return unread(kind, Optional.empty(), Optional.empty());
  }

  /**
   * One of which no more is known than where it is: it may decide everything there, if it is a
   * policy.
   */
  public static ForeignPolicy unread(
      PolicyKind kind, Optional<String> namespace, Optional<String> name) {
    Set<Direction> both = kind.isReferredTo() ? Set.of() : EnumSet.allOf(Direction.class);
    return new ForeignPolicy(kind, namespace, name, rank(kind), both, both, Subject.ALL);
  }

  /** The precedence of policies of a kind, as far as it follows from the kind alone. */
  public static Rank rank(PolicyKind kind) {
    return kind.kind().equals("BaselineAdminNetworkPolicy") ? Rank.BASELINE : Rank.BESIDE;
  }

  /**
   * Returns true if it may decide the traffic of such a pod.
   *
   * @param isolated true if a NetworkPolicy isolates the pod in that direction
   */
  public boolean mayDecide(Pod pod, Direction direction, boolean isolated) {
    return directions.contains(direction)
        && (namespace.isEmpty() || namespace.get().equals(pod.namespace()))
        && !(rank == Rank.BASELINE && isolated)
        && !(pod.hostNetwork() && kind.isForAdministrators())
        && subject.mayBe(pod);
  }

  /**
   * Returns true if it may decide what some pods of a namespace can do, but not what others can.
   *
   * @param pods of one namespace
   */
  public boolean mayTellApart(Collection<Pod> pods, Direction direction) {
    return !subject.alike() && pods.stream().anyMatch(pod -> mayDecide(pod, direction, false));
  }

  /** Returns true if it has no name and may stand for a policy, which would then be unknown. */
  public boolean covers(ForeignPolicy policy) {
    return name.isEmpty()
        && kind.equals(policy.kind)
        && (namespace.isEmpty() || namespace.equals(policy.namespace));
  }

  /** Returns true if it may allow, in a direction, what NetworkPolicies deny. */
  public boolean mayAllow(Direction direction) {
    return allows.contains(direction);
  }

  /** Returns true if only its own engine can evaluate it: its rules are not known here. */
  public boolean isUnjudged() {
    return rules.isEmpty();
  }

  @Override
  public ForeignPolicy in(String other) {
    return new ForeignPolicy(
        kind, Optional.of(other), name, rank, directions, allows, subject, revision, rules);
  }

  /** The same policy with rules of which this is the revision. */
  public ForeignPolicy revised(String to) {
    return new ForeignPolicy(kind, namespace, name, rank, directions, allows, subject, to, rules);
  }

  /** The same policy with rules that can be evaluated. */
  public ForeignPolicy with(PolicyRules those) {
    return new ForeignPolicy(
        kind, namespace, name, rank, directions, allows, subject, revision, Optional.of(those));
  }

  /** The same policy with equal parts, which it shares with other policies. */
  public ForeignPolicy sharing(PolicyRules equal, Subject same) {
    return new ForeignPolicy(
        kind, namespace, name, rank, directions, allows, same, revision, Optional.of(equal));
  }

  /**
   * The same policy in a cluster of which these are the namespaces that matter.
   *
   * @param known their labels
   * @param unknown those whose labels are not known
   */
  public ForeignPolicy among(Map<String, Labels> known, Set<String> unknown) {
    return new ForeignPolicy(
        kind,
        namespace,
        name,
        rank,
        directions,
        allows,
        subject.among(known, unknown),
        revision,
        rules);
  }

  /**
   * The object that a policy is a version of. Both of Calico's groups show the same objects, and
   * the store has those of the first tier under a longer name.
   *
   * @param name empty if any number of objects may be meant
   */
  public record Identity(PolicyKind kind, Optional<String> namespace, Optional<String> name) {}

  /** Returns what is the same in each version of the object, in both of Calico's groups. */
  public Identity identity() {
    boolean isRenamed = kind.isOfCalico() && !kind.isReferredTo();
    return new Identity(
        kind.stored().orElse(kind), namespace, isRenamed ? name.map(CalicoRules::shownName) : name);
  }

  /** The text form: {@code CiliumNetworkPolicy.cilium.io shop/web}; without a name, its kind. */
  @Override
  public String toString() {
    String place = namespace.map(prefix -> prefix + "/").orElse("");
    return kind + name.map(own -> " " + place + own).orElse("");
  }
}
