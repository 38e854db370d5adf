package io.github.dnsonde.lint;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The checks of lint. Ids are permanent: people write them into annotations and baselines. */
public enum Rule {
  ISOLATES_EGRESS_WITHOUT_DNS(
      Severity.ERROR,
      "policies isolate pods for egress, and none allows them to query the cluster's DNS"),
  DNS_UDP_MISSING(Severity.ERROR, "DNS is allowed over TCP only; a port without a protocol is TCP"),
  DNS_TCP_MISSING(
      Severity.WARNING, "DNS is allowed over UDP only: long answers are truncated and then fail"),
  NODELOCAL_MISSING(
      Severity.WARNING,
      "kube-dns is allowed, NodeLocal DNSCache is not: it is no pod, so it needs an ipBlock"),
  CLUSTERIP_MISSING(
      Severity.WARNING,
      "NodeLocal DNSCache also answers on kube-dns' ClusterIP, and that address is not allowed"),
  NAMESPACE_LABEL_UNKNOWN(
      Severity.WARNING,
      "DNS is allowed to namespaces with a label that the DNS namespace is not known to have"),
  DNS_LABEL_UNKNOWN(
      Severity.WARNING,
      "DNS is allowed to pods with a label that the DNS pods are not known to have"),
  IPBLOCK_OF_CLUSTERIP(
      Severity.ERROR,
      "DNS is allowed to a Service's address: most engines match after it has become a pod's"),
  IPBLOCK_OF_POD_NETWORK(
      Severity.WARNING, "DNS is allowed to addresses that may or may not be those of DNS pods"),
  BARE_PODSELECTOR_FOR_DNS(
      Severity.ERROR,
      "a podSelector for DNS pods without a namespaceSelector looks for them in the policy's own"
          + " namespace"),
  DASH_SLIP(
      Severity.INFO,
      "namespaceSelector and podSelector are two peers, so either is enough; one dash less makes"
          + " them one"),
  NAMED_PORT_UNMATCHED(
      Severity.WARNING, "a port's name that DNS pods do not have for that protocol"),
  POD_PORT_MISMATCH(
      Severity.ERROR, "a selector sees the port on the pod, and DNS pods listen on another one"),
  LINK_LOCAL_EXCEPTED(
      Severity.WARNING, "an ipBlock's except excludes NodeLocal DNSCache with its range"),
  QUOTED_PORT(Severity.ERROR, "a port's number in quotes is a name, and is rejected"),
  LOWERCASE_PROTOCOL(Severity.ERROR, "a protocol that is not in capitals is rejected"),
  EMPTY_PEER(Severity.ERROR, "an empty peer is rejected; it does not match every peer"),
  EXCEPT_NOT_SUBSET(Severity.ERROR, "an except that is not a smaller part of its cidr is rejected"),
  INVALID_POLICY(Severity.ERROR, "anything else for which an API server rejects the policy"),
  EMPTY_ITEM(
      Severity.WARNING,
      "an empty dash is an item: an empty rule allows everything, an empty port every TCP port"),
  NONSTANDARD_CIDR(
      Severity.WARNING,
      "a CIDR with leading zeros, host bits or a mapped address; Kubernetes 1.36 rejects it"),
  POLICYTYPES_MISSING_EMPTY_EGRESS(
      Severity.WARNING, "an empty egress without policyTypes does nothing: it isolates no pod"),
  MISSING_NAMESPACE(
      Severity.INFO, "manifests without a namespace are checked as if applied together"),
  FOREIGN_POLICY_PRESENT(
      Severity.INFO,
      "a policy of another kind; one that cannot be evaluated may invalidate other findings"),
  OTHER_POLICY_DENIES_DNS(
      Severity.WARNING,
      "a policy of another kind that can be evaluated denies pods the cluster's DNS"),
  FQDN_WITHOUT_DNS_RULE(
      Severity.WARNING,
      "toFQDNs of Cilium never learn an address: no rule leads the pods' queries through its DNS"
          + " proxy"),
  DUPLICATE_OBJECT(
      Severity.WARNING,
      "two objects of one kind, namespace and name are applied together: the last one wins"),
  KUSTOMIZATION_NOT_BUILT(
      Severity.INFO,
      "patches and other changes of a kustomization are not applied without --build"),
  BAD_IGNORE(Severity.WARNING, "an ignore annotation without a reason, or for an unknown rule"),
  NO_DNS_EXPECTED(
      Severity.INFO,
      "an annotation says that pods need no DNS; what cuts them off from DNS is not reported"),
  EXPECTED_BUT_ALLOWED(
      Severity.INFO, "an annotation says that pods need no DNS, but policies allow it"),
  BAD_EXPECT(
      Severity.WARNING,
      "an expect annotation with an unknown word or a wrong date, or one that has expired"),
  CUTS_DNS(
      Severity.ERROR,
      "with --against-cluster: pods that run now would lose DNS; a warning for a part of it, or if"
          + " that is not certain"),
  CUTS_NEW_PODS(
      Severity.WARNING,
      "with --against-cluster: pods that do not exist yet would have no access to DNS"),
  CUT_BEFORE(
      Severity.INFO,
      "with --against-cluster: pods have no access to DNS now, and the change does not help"),
  RESTORES_DNS(
      Severity.INFO, "with --against-cluster: pods have no access to DNS now, and would have it"),
  CLUSTER_NOT_SEEN(
      Severity.INFO, "with --against-cluster: a part of the cluster that could not be read");

  private final Severity severity;
  private final String says;

  Rule(Severity severity, String says) {
    this.severity = severity;
    this.says = says;
  }

  /** The id in annotations and outputs: {@code dns-udp-missing}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns true if it compares the input with a live cluster. */
  public boolean needsCluster() {
    return switch (this) {
      case CUTS_DNS, CUTS_NEW_PODS, CUT_BEFORE, RESTORES_DNS, CLUSTER_NOT_SEEN -> true;
      default -> false;
    };
  }

  /** Returns the rule; empty if there is none with that id. */
  static Optional<Rule> of(String id) {
    return Arrays.stream(values()).filter(rule -> rule.id().equals(id)).findFirst();
  }

  public Severity severity() {
    return severity;
  }

  /** The check in one line. */
  public String says() {
    return says;
  }
}
