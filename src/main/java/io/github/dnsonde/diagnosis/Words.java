package io.github.dnsonde.diagnosis;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.summingInt;

import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.policy.OtherDecision;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Vantage;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The names of things in sentences. */
final class Words {

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

  private Words() {}

  /** {@code a}, {@code a and b}, {@code a, b and c}. */
  static String all(Collection<String> words) {
    List<String> list = List.copyOf(words);
    int last = list.size() - 1;
    return last < 1
        ? String.join("", list)
        : String.join(", ", list.subList(0, last)) + " and " + list.get(last);
  }

  /** {@code namespace shop}, {@code namespaces pay and shop}. */
  static String namespaces(Collection<String> names) {
    return (names.size() == 1 ? "namespace " : "namespaces ") + all(names);
  }

  /** The pods of vantages, as {@code namespace/name}, each once; a vantage may have none. */
  static List<String> pods(Stream<Vantage> vantages) {
    return vantages
        .filter(vantage -> !vantage.pod().isEmpty())
        .map(vantage -> vantage.namespacedPod().toString())
        .distinct()
        .sorted()
        .toList();
  }

  /** {@code NetworkPolicies a and b isolate}. */
  static String isolate(List<NetworkPolicy> policies) {
    List<String> names = policies.stream().map(NetworkPolicy::name).toList();
    return policies.size() == 1
        ? "NetworkPolicy " + all(names) + " isolates"
        : "NetworkPolicies " + all(names) + " isolate";
  }

  /**
   * {@code rule 2 of AdminNetworkPolicy lockdown denies it}, and which NetworkPolicies also deny
   * it.
   *
   * @param others at least one
   */
  static String deciding(List<NetworkPolicy> policies, List<OtherDecision> others) {
    Stream<String> standard =
        policies.isEmpty()
            ? Stream.of()
            : Stream.of(isolate(policies) + " some of them, and no rule allows it");
    return Stream.concat(others.stream().map(OtherDecision::clause).distinct(), standard)
        .collect(joining("; "));
  }

  /** {@code kube-dns (10.96.0.10)}. */
  static String server(Server server) {
    return server.name() + " (" + Addresses.text(server.address()) + ")";
  }

  /** {@code kube-dns (10.96.0.10) and kube-dns-ipv6 (fd00::a)}. */
  static String servers(Collection<Server> servers) {
    return all(servers.stream().map(Words::server).toList());
  }

  /** The time of day in UTC: findings are read while they last. */
  static String time(Instant instant) {
    return CLOCK.format(instant);
  }

  /** In whole seconds, or minutes. */
  static String span(Duration span) {
    return span.toSeconds() < 120 ? span.toSeconds() + " s" : span.toMinutes() + " min";
  }

  /** {@code timeout (12), port_unreachable (2)}: the numbers of queries in a row by result. */
  static String reasons(Collection<PathObservation> wires) {
    return wires.stream()
        .flatMap(pathObservation -> pathObservation.failures().entrySet().stream())
        .collect(groupingBy(Map.Entry::getKey, TreeMap::new, summingInt(Map.Entry::getValue)))
        .entrySet()
        .stream()
        .map(entry -> entry.getKey().label() + " (" + entry.getValue() + ")")
        .collect(joining(", "));
  }
}
