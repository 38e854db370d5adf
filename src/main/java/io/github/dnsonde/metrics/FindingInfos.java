package io.github.dnsonde.metrics;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.metrics.MetricCatalogue.Label;
import io.github.dnsonde.probe.SafeText;
import io.github.dnsonde.probe.Transport;
import io.prometheus.metrics.core.metrics.Info;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The findings as series, so that a notification can say why. A series stays the same while its
 * finding lasts: it has no counts and no pods. Not thread-safe.
 */
final class FindingInfos {

  /** Each agent of a thousand may show so many. */
  static final int MOST = 20;

  /** Characters of one label's value. */
  static final int LONGEST = 200;

  /**
   * The order of urgency: findings that hurt, then others, and the cost of search lists last. An
   * agent may have one of these for each namespace.
   */
  private static final Comparator<Finding> URGENT_FIRST =
      Comparator.comparing((Finding finding) -> !finding.code().hurts())
          .thenComparing(finding -> finding.code() == Code.SEARCH_LIST_COST);

  private final ShownSeries series;

  FindingInfos(Info info) {
    series =
        new ShownSeries(
            labels -> info.addLabelValues(labels.in(MetricCatalogue.FINDING_INFO)),
            labels -> info.remove(labels.in(MetricCatalogue.FINDING_INFO)));
  }

  /**
   * Shows these findings and no others.
   *
   * @param policyNames whether the names of policies may be shown to all who read the metrics
   */
  void show(List<Finding> findings, boolean policyNames) {
    series.show(
        findings.stream()
            .filter(finding -> finding.code() != Code.NO_DNS_DECLARED) // has its own series
            .sorted(URGENT_FIRST)
            .flatMap(finding -> labels(finding, policyNames))
            .limit(MOST)
            .collect(toUnmodifiableSet()));
  }

  /** One for each of the namespaces that it concerns. */
  private static Stream<LabelValues> labels(Finding finding, boolean policyNames) {
    String servers = list(finding.subject().servers());
    String transports =
        list(finding.subject().transports().stream().map(Transport::label).toList());
    String policies = policyNames ? list(finding.policies()) : "";
    String explanation = text(explanation(finding, policies, servers, transports));
    return finding.subject().namespaces().stream()
        .map(
            namespace ->
                LabelValues.NONE
                    .with(Label.CODE, finding.code().label())
                    .with(Label.SOURCE_NAMESPACE, text(namespace))
                    .with(Label.SERVER, servers)
                    .with(Label.TRANSPORT, transports)
                    .with(Label.POLICIES, policies)
                    .with(Label.EXPLANATION, explanation));
  }

  private static String list(List<String> words) {
    return text(words.stream().map(FindingInfos::text).collect(joining(", ")));
  }

  private static String text(String text) {
    return SafeText.atMost(text, LONGEST);
  }

  private static String explanation(
      Finding finding, String policies, String servers, String transports) {
    String to = servers + " over " + transports;
    return switch (finding.code()) {
      case EGRESS_DENIED ->
          policies.isEmpty()
              ? "a NetworkPolicy isolates these pods and no rule allows DNS to " + to
              : isolating(finding, policies) + " these pods and no rule allows DNS to " + to;
      case INGRESS_DENIED ->
          policies.isEmpty()
              ? "a NetworkPolicy of the DNS pods does not allow these queries"
              : isolating(finding, policies) + " the DNS pods and no rule allows these queries";
      case POLICY_UNCLEAR -> "whether policies deny DNS to " + to + " depends on the policy engine";
      case NOT_ENFORCED -> "policies would deny DNS to " + to + ", but queries are answered";
      case NO_ENDPOINTS -> "the Service kube-dns has no ready endpoint";
      case CACHE_DOWN -> "the DNS cache of the node does not respond";
      case SERVER_DOWN -> servers + " responds to no pod on the node";
      case NODE_CUT_OFF -> "no DNS server responds to any pod on the node";
      case TRANSPORT_BLOCKED -> to + " gets no response from anywhere on the node";
      case UNEXPLAINED -> "no known policy denies DNS to " + to;
      case SERVER_FAILS -> servers + " answers SERVFAIL for the cluster's own names";
      case UPSTREAM_FAILS -> servers + " answers SERVFAIL for external names only";
      case WRONG_ANSWERS -> servers + " gives wrong answers";
      case NAMES_REFUSED -> policies + " lets only other names through to " + servers;
      case LATE_ANSWERS -> servers + " answers too late";
      case LOOKUP_FAILS -> "lookups fail, although absolute names are answered";
      case PARALLEL_QUERIES_LOST ->
          "replies are lost if A and AAAA are sent at once from one socket";
      case OLD_SOCKETS_FAIL -> "sockets that are kept open get no answers, new ones do";
      case SEARCH_DOMAIN_ANSWERS -> "a search domain answers for names of other domains";
      case NXDOMAIN_HIJACKED -> servers + " gives addresses to names that do not exist";
      case SEARCH_LIST_COST -> "lookups cost many queries because of the search list";
      case LARGE_ANSWERS_FAIL -> "answers that do not fit into a datagram do not arrive";
      case FRAGMENTS_LOST -> "fragments of answers from " + servers + " are dropped";
      case LARGE_ANSWER_NOT_CUT -> "an answer for trials of large answers is not truncated";
      case CACHED_FAILURE -> servers + " answers with failures from its cache";
      case FRESH_NAMES_FAIL -> servers + " answers a name, but no fresh name below it";
      case INTERCEPTED -> "something else answers in place of the DNS servers";
      case NODE_POLICY_DIFFERS -> "nodes differ in how they treat the same pods";
      case NO_AGENT -> "no agent runs on the nodes of these pods";
      case NO_DNS_DECLARED -> "no DNS is expected here";
      case DNS_NOT_EXPECTED -> to + " is answered, although no DNS is expected here";
      case DECLARATION_EXPIRED -> "the declaration that no DNS is expected here has expired";
      case DECLARATION_INVALID -> "the declaration that no DNS is expected here has a mistake";
    };
  }

  private static String isolating(Finding finding, String policies) {
    if (!finding.policies().stream().allMatch(Finding::isNetworkPolicy)) {
      return policies + (finding.policies().size() == 1 ? " applies to" : " apply to");
    }
    return finding.policies().size() == 1
        ? "NetworkPolicy " + policies + " isolates"
        : "NetworkPolicies " + policies + " isolate";
  }
}
