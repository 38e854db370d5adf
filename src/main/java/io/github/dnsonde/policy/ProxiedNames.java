package io.github.dnsonde.policy;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.cluster.CiliumRules.DnsName;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.NetworkPolicy.Rule;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.probe.Transport;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The names that a DNS proxy lets through in those of a pod's queries that policies allow. A fix
 * for the others must not change them: the filters of all rules for a port count together.
 */
final class ProxiedNames {

  private final Pod source;
  private final List<Destination> destinations;
  private final List<Query> before;

  /**
   * A query over a transport.
   *
   * @param names the names that pass; none if all do, and empty if the query is not allowed
   */
  private record Query(Protocol over, Optional<Set<DnsName>> names) {}

  /** Evaluates the queries of a pod, over each transport. */
  ProxiedNames(PolicyEvaluator evaluator, Pod source, List<Destination> destinations) {
    this.source = source;
    this.destinations = destinations;
    this.before = in(evaluator);
  }

  private List<Query> in(PolicyEvaluator evaluator) {
    return destinations.stream()
        .flatMap(
            to ->
                Arrays.stream(Transport.values())
                    .map(PortProtocol::over)
                    .map(
                        over ->
                            new Query(over.protocol(), names(evaluator.egress(source, to, over)))))
        .toList();
  }

  private static Optional<Set<DnsName>> names(PolicyVerdict verdict) {
    return verdict
        .likely()
        .filter(Decision.ALLOW::equals)
        .map(_ -> verdict.other().map(OtherDecision::passing).map(Set::copyOf).orElse(Set.of()));
  }

  /** The names of all queries that are allowed; empty if no proxy refuses any. */
  List<DnsName> all() {
    return before.stream()
        .flatMap(query -> query.names.stream())
        .flatMap(Set::stream)
        .distinct()
        .sorted(comparing(DnsName::text))
        .toList();
  }

  /** Returns true if other policies let the same names through where queries were allowed. */
  boolean areKept(PolicyEvaluator by) {
    List<Query> after = in(by);
    return IntStream.range(0, before.size())
        .allMatch(at -> before.get(at).names.isEmpty() || before.get(at).equals(after.get(at)));
  }

  /**
   * Returns the rules that are missing; where a proxy refuses names, for denied transports only.
   */
  List<Rule> narrowed(List<Rule> missing) {
    Set<Protocol> denied =
        before.stream().filter(query -> query.names.isEmpty()).map(Query::over).collect(toSet());
    return all().isEmpty()
        ? missing
        : missing.stream()
            .map(
                rule ->
                    new Rule(
                        rule.peers(),
                        rule.ports().stream()
                            .filter(port -> denied.contains(port.protocol()))
                            .toList()))
            .filter(rule -> !rule.ports().isEmpty())
            .toList();
  }
}
