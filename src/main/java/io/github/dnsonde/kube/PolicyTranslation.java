package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.InvalidPolicy.Fault;
import io.github.dnsonde.cluster.InvalidPolicy.Flaw;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Rule;
import io.github.dnsonde.manifest.Declared;
import io.github.dnsonde.manifest.NetworkPolicies;
import io.github.dnsonde.manifest.PolicyReader;
import io.github.dnsonde.manifest.UnjudgedPolicy;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Stream;

/**
 * Reads NetworkPolicies. A policy that is not understood, or is too large, is still in force. Of
 * such a policy, only the selected pods are kept, and verdicts for them are unknown.
 */
final class PolicyTranslation implements Translation<KnownPolicy> {

  /**
   * The peers and ports of a policy that is evaluated. People write a dozen; lists of a provider's
   * addresses have hundreds. One policy then takes up to 0.3 MiB.
   */
  private static final int MOST = 1_000;

  private static final String SELECTOR = "matchLabels*,matchExpressions(key,operator,values)";

  private static final String RULE =
      "(podSelector(%1$s),namespaceSelector(%1$s),ipBlock(cidr,except)),ports(port,endPort,protocol)"
          .formatted(SELECTOR);

  private static final Mask MASK = Mask.of(fields(Declared.ANNOTATIONS));

  /** The fields that are read, with these annotations, as a {@link Mask} names them. */
  static String fields(String annotations) {
    return "metadata(namespace,name,resourceVersion,creationTimestamp,deletionTimestamp,[labels*],"
        + "[annotations(argocd.argoproj.io/tracking-id,"
        + annotations
        + ")],"
        + "[managedFields(manager,time,subresource)]),"
        + "spec([podSelector("
        + SELECTOR
        + ")],[policyTypes],[ingress(from"
        + RULE
        + ")],[egress(to"
        + RULE
        + ")])";
  }

  @Override
  public Mask mask() {
    return MASK;
  }

  @Override
  public Item<KnownPolicy> read(StreamedObject object) {
    Optional<String> tooLarge = tooLarge(object.cut());
    if (tooLarge.isPresent()) {
      return unread(object, unjudged(object, tooLarge(tooLarge.get())));
    }
    try {
      NetworkPolicy policy = NetworkPolicies.read(object.fields());
      return size(policy) > MOST
          ? unread(object, unjudged(object, tooLarge("spec")))
          : new Item.Read<>(
              new KnownPolicy.Judged(policy, declaration(object, Optional.of(policy.selects()))));
    } catch (RuntimeException why) {
      return unread(
          object,
          PolicyReader.unreadable(object.fields())
              .orElseGet(() -> unjudged(object, new Flaw(Fault.OTHER, "spec", text(why)))));
    }
  }

  /** Returns a policy of which only the selected pods are kept, because there is no room for it. */
  static Item<KnownPolicy> tooLarge(StreamedObject object) {
    return unread(object, unjudged(object, tooLarge("spec")));
  }

  private static Optional<String> tooLarge(SortedSet<String> cut) {
    return cut.stream().filter(path -> path.isEmpty() || path.startsWith("spec")).findFirst();
  }

  private static Flaw tooLarge(String path) {
    return new Flaw(
        Fault.TOO_LARGE,
        path.isEmpty() ? "spec" : path,
        "too large to be judged: no more than " + MOST + " peers and ports of a policy are read");
  }

  private static String text(RuntimeException why) {
    return String.valueOf(why.getMessage());
  }

  private static InvalidPolicy unjudged(StreamedObject object, Flaw flaw) {
    return UnjudgedPolicy.of(object.fields(), object::isCut, flaw);
  }

  private static Item<KnownPolicy> unread(StreamedObject object, InvalidPolicy policy) {
    return new Item.Unread<>(
        policy.flaws().getFirst().toString(),
        Optional.of(new KnownPolicy.Unjudged(policy, declaration(object, policy.selects()))));
  }

  private static Optional<Declaration> declaration(
      StreamedObject object, Optional<LabelSelector> selects) {
    return object.isCut("metadata.annotations")
        ? Optional.of(Declared.tooLarge(Declared.policy(object.metadata())))
        : Declared.ofPolicy(object.metadata(), selects);
  }

  private static int size(NetworkPolicy policy) {
    return Stream.of(policy.ingress(), policy.egress())
        .flatMap(Optional::stream)
        .flatMap(List::stream)
        .mapToInt(PolicyTranslation::size)
        .sum();
  }

  /** A rule without peers and ports also takes space. */
  private static int size(Rule rule) {
    return 1 + rule.peers().size() + rule.ports().size();
  }
}
