package io.github.dnsonde.lint;

import io.github.dnsonde.cluster.CiliumSettings;
import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.InvalidPolicy.Fault;
import io.github.dnsonde.cluster.InvalidPolicy.Flaw;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.manifest.Surprise;
import io.github.dnsonde.probe.NamespacedName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The checks that need only one manifest. */
final class ManifestChecks {

  private ManifestChecks() {}

  /** Returns the finding for a policy that an API server rejects. */
  static Violation flaw(Document policy, Flaw flaw) {
    boolean isKey = flaw.fault() == Fault.UNKNOWN_FIELD || flaw.fault() == Fault.REPEATED_KEY;
    String by = isKey ? "is refused by kubectl and Helm: " : "is rejected by an API server: ";
    SourceLocation sourceLocation =
        isKey
            ? new SourceLocation(policy.file(), policy.manifest().keyLine(flaw.path()))
            : policy.place(flaw.path());
    return finding(rule(flaw.fault()), sourceLocation, policy, flaw.path(), by + flaw);
  }

  private static Rule rule(Fault fault) {
    return switch (fault) {
      case QUOTED_PORT -> Rule.QUOTED_PORT;
      case LOWERCASE_PROTOCOL -> Rule.LOWERCASE_PROTOCOL;
      case EMPTY_PEER -> Rule.EMPTY_PEER;
      case EXCEPT_NOT_SUBSET -> Rule.EXCEPT_NOT_SUBSET;
      case UNKNOWN_FIELD, REPEATED_KEY, LABEL_SYNTAX, TOO_LARGE, OTHER -> Rule.INVALID_POLICY;
    };
  }

  /** Returns the findings for a policy that an API server accepts, but probably not as intended. */
  static Stream<Violation> surprises(Document policy) {
    return policy.written().surprises().stream()
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
  static Optional<Violation> emptyEgress(Document policy) {
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

  /**
   * Finds a namespaceSelector that is followed, as a separate peer, by the selector that was meant
   * to narrow it.
   */
  static Stream<Violation> dashSlips(LocatedPolicy locatedPolicy, ClusterDns clusterDns) {
    List<NetworkPolicy.Rule> rules = locatedPolicy.policy().egress().orElse(List.of());
    return IntStream.range(0, rules.size())
        .boxed()
        .flatMap(
            rule ->
                IntStream.range(1, rules.get(rule).peers().size())
                    .filter(peer -> isSlip(rules.get(rule).peers(), peer, clusterDns))
                    .mapToObj(peer -> slip(locatedPolicy.document(), rule, peer)));
  }

  private static boolean isSlip(List<Peer> peers, int at, ClusterDns clusterDns) {
    return peers.get(at - 1) instanceof Peer.Selected(var none, var before)
        && none.isEmpty()
        && before.isPresent()
        && peers.get(at) instanceof Peer.Selected(var pods, var namespaces)
        && namespaces.isEmpty()
        && pods.filter(each -> namesSome(each, clusterDns)).isPresent();
  }

  private static boolean namesSome(LabelSelector pods, ClusterDns clusterDns) {
    return !pods.matchLabels().isEmpty() && pods.matches(clusterDns.pods().all());
  }

  private static Violation slip(Document policy, int rule, int peer) {
    return finding(
        Rule.DASH_SLIP,
        policy,
        "spec.egress[" + rule + "].to[" + peer + "]",
        "has a namespaceSelector and a podSelector as two peers, so that either is enough: without"
            + " the dash they would be one");
  }

  static Violation foreign(Document object, ForeignPolicy policy) {
    return finding(
        Rule.FOREIGN_POLICY_PRESENT,
        object,
        "",
        "is a "
            + policy.kind()
            + (policy.isUnjudged()
                ? ", which is not evaluated: findings that it may invalidate name it"
                : ", which is evaluated as far as the input shows what it selects"));
  }

  /**
   * Returns the finding that a policy of another kind denies pods DNS.
   *
   * @param what the pods and their queries, such as {@code pods of namespace shop query kube-dns}
   * @param suggested a policy that would allow it, as YAML
   */
  static Violation denied(Document policy, String what, String clause, Optional<String> suggested) {
    return finding(
            Rule.OTHER_POLICY_DENIES_DNS,
            policy,
            policy.kind().equals("ConfigMap") ? "data." + CiliumSettings.ENFORCEMENT : "spec",
            "does not let " + what + ": " + clause)
        .fixedBy(suggested);
  }

  /** Returns the finding that rules for domains learn no address. */
  static Violation unfedDomains(Document policy, String who) {
    return finding(
        Rule.FQDN_WITHOUT_DNS_RULE,
        policy,
        "spec",
        "has toFQDNs that allow nothing to "
            + who
            + ": their DNS queries are allowed, but no rule leads them through Cilium's DNS"
            + " proxy (toPorts with rules.dns), from which toFQDNs learn addresses");
  }

  /** Returns the finding that it is not known which of them is applied last. */
  static Violation repeated(List<Document> same) {
    Document last = same.getLast();
    String others =
        same.stream()
            .limit(same.size() - 1L)
            .map(each -> each.place().toString())
            .collect(Collectors.joining(", "));
    return finding(
        Rule.DUPLICATE_OBJECT,
        last,
        "",
        "is the same "
            + last.kind()
            + " as in "
            + others
            + ": whichever is applied last replaces the others");
  }

  static Violation badIgnore(Document object, String entry) {
    return finding(
        Rule.BAD_IGNORE,
        object,
        "metadata.annotations." + Ignores.ANNOTATION,
        "ignores nothing: " + entry);
  }

  static Violation badExpect(Document object, String says) {
    return finding(Rule.BAD_EXPECT, object, "metadata.annotations." + Declaration.KEY, says);
  }

  static Violation expected(Document object, Declaration.NoDns declaration) {
    return finding(
        Rule.NO_DNS_EXPECTED,
        object,
        "metadata.annotations." + Declaration.KEY,
        "says that its pods need no DNS ("
            + (declaration.reason().isEmpty()
                ? "without a reason; add annotation " + Declaration.REASON
                : declaration.reason())
            + "): what cuts them off is not reported");
  }

  /** Returns one finding for all of them. */
  static Violation placeless(List<Document> all) {
    String others =
        all.size() == 1 ? "names no namespace" : "and " + (all.size() - 1) + " more name none";
    return finding(
        Rule.MISSING_NAMESPACE,
        all.getFirst(),
        "metadata",
        others + "; they are checked as if applied together (--namespace sets one)");
  }

  private static Violation finding(Rule rule, Document object, String path, String says) {
    return finding(rule, object.place(path), object, path, says);
  }

  private static Violation finding(
      Rule rule, SourceLocation sourceLocation, Document object, String path, String says) {
    return new Violation(
        rule,
        rule.severity(),
        sourceLocation,
        new NamespacedName(object.namespace(), object.name()),
        path.replaceAll("\\[\\d+]", ""),
        (object.name().isEmpty() ? "a policy without a name" : object.name()) + " " + says,
        Optional.empty());
  }
}
