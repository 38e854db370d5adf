package io.github.dnsonde.lint;

import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.InvalidPolicy.Fault;
import io.github.dnsonde.cluster.InvalidPolicy.Flaw;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.manifest.Policies;
import io.github.dnsonde.manifest.Surprise;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What one manifest shows by itself. */
final class Shape {

  private Shape() {}

  /** Of a policy that an API server rejects. */
  static Finding flaw(Document policy, Flaw flaw) {
    return finding(
        rule(flaw.fault()), policy, flaw.path(), "is rejected by an API server: " + flaw);
  }

  private static Rule rule(Fault fault) {
    return switch (fault) {
      case QUOTED_PORT -> Rule.QUOTED_PORT;
      case LOWERCASE_PROTOCOL -> Rule.LOWERCASE_PROTOCOL;
      case EMPTY_PEER -> Rule.EMPTY_PEER;
      case EXCEPT_NOT_SUBSET -> Rule.EXCEPT_NOT_SUBSET;
      case LABEL_SYNTAX, OTHER -> Rule.INVALID_POLICY;
    };
  }

  /** Of a policy that an API server accepts, but hardly as it is meant. */
  static Stream<Finding> surprises(Document policy) {
    return Policies.surprises(policy.fields()).stream()
        .map(
            surprise ->
                finding(
                    rule(surprise.kind()),
                    policy,
                    surprise.path(),
                    "is not what it looks like: " + surprise.path() + " " + surprise.says()));
  }

  private static Rule rule(Surprise.Kind kind) {
    return switch (kind) {
      case EMPTY_ITEM -> Rule.EMPTY_ITEM;
      case NONSTANDARD_CIDR -> Rule.NONSTANDARD_CIDR;
    };
  }

  /** Kubernetes API reference, NetworkPolicySpec, {@code policyTypes}. */
  static Optional<Finding> emptyEgress(Document policy) {
    Fields spec = policy.fields().object("spec");
    boolean says = spec.isList("egress") && spec.size("egress") == 0;
    return says && spec.size("policyTypes") == 0
        ? Optional.of(
            finding(
                Rule.POLICYTYPES_MISSING_EMPTY_EGRESS,
                policy,
                "spec.egress",
                "has an empty egress and no policyTypes: it does not isolate anything for egress"))
        : Optional.empty();
  }

  /** A namespaceSelector, and after it as a peer of its own what was meant to narrow it. */
  static Stream<Finding> dashSlips(Located located, Resolvers resolvers) {
    List<NetworkPolicy.Rule> rules = located.policy().egress().orElse(List.of());
    return IntStream.range(0, rules.size())
        .boxed()
        .flatMap(
            rule ->
                IntStream.range(1, rules.get(rule).peers().size())
                    .filter(peer -> isSlip(rules.get(rule).peers(), peer, resolvers))
                    .mapToObj(peer -> slip(located.document(), rule, peer)));
  }

  private static boolean isSlip(List<Peer> peers, int at, Resolvers resolvers) {
    return peers.get(at - 1) instanceof Peer.Selected(var none, var before)
        && none.isEmpty()
        && before.isPresent()
        && peers.get(at) instanceof Peer.Selected(var pods, var namespaces)
        && namespaces.isEmpty()
        && pods.filter(each -> namesSome(each, resolvers)).isPresent();
  }

  private static boolean namesSome(LabelSelector pods, Resolvers resolvers) {
    return !pods.matchLabels().isEmpty() && pods.matches(resolvers.labels());
  }

  private static Finding slip(Document policy, int rule, int peer) {
    return finding(
        Rule.DASH_SLIP,
        policy,
        "spec.egress[" + rule + "].to[" + peer + "]",
        "has a namespaceSelector and a podSelector as two peers, so that either is enough: without"
            + " the dash they would be one");
  }

  static Finding foreign(Document object, ForeignPolicy policy) {
    return finding(
        Rule.FOREIGN_POLICY_PRESENT,
        object,
        "",
        "is a " + policy.kind() + ": it is not judged, and may overrule what is said of pods here");
  }

  static Finding badIgnore(Document object, String entry) {
    return finding(
        Rule.BAD_IGNORE,
        object,
        "metadata.annotations." + Ignores.ANNOTATION,
        "ignores nothing: " + entry);
  }

  /** One for all of them. */
  static Finding placeless(List<Document> all) {
    String others =
        all.size() == 1 ? "names no namespace" : "and " + (all.size() - 1) + " more name none";
    return finding(
        Rule.MISSING_NAMESPACE,
        all.getFirst(),
        "metadata",
        others + "; they are judged as if applied together (--namespace tells where)");
  }

  private static Finding finding(Rule rule, Document object, String path, String says) {
    return new Finding(
        rule,
        object.place(path),
        new Finding.Name(object.namespace(), object.name()),
        path.replaceAll("\\[\\d+]", ""),
        (object.name().isEmpty() ? "a policy without a name" : object.name()) + " " + says,
        Optional.empty());
  }
}
