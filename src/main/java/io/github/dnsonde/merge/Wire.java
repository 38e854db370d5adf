package io.github.dnsonde.merge;

import static java.util.stream.Collectors.joining;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.report.Report;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The results on the wire that a finding explains.
 *
 * @param reasons the numbers of failures in a row by reason
 */
record Wire(SortedMap<Reason, Integer> reasons) {

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

  /** Returns the failures on the paths that a finding of this node is about. */
  static Wire of(Report report, Finding.Subject subject) {
    SortedMap<Reason, Integer> sum = new TreeMap<>();
    Set<String> pods = Set.copyOf(subject.pods());
    report.vantages().stream()
        .filter(vantage -> subject.namespaces().contains(vantage.namespace()))
        .filter(
            vantage ->
                pods.contains(new NamespacedName(vantage.namespace(), vantage.pod()).toString()))
        .flatMap(vantage -> vantage.paths().stream())
        .filter(
            path ->
                subject.servers().contains(path.server().name())
                    && subject.transports().contains(path.transport()))
        .forEach(
            path ->
                path.reasons().forEach((reason, count) -> sum.merge(reason, count, Integer::sum)));
    return new Wire(sum);
  }

  /** {@code Seen on the wire since 12:00:00Z: timeout (192).} */
  static String words(Collection<Wire> all, Instant since) {
    SortedMap<Reason, Integer> sum = new TreeMap<>();
    all.forEach(
        wire -> wire.reasons().forEach((reason, count) -> sum.merge(reason, count, Integer::sum)));
    String results =
        sum.entrySet().stream()
            .map(entry -> entry.getKey().label() + " (" + entry.getValue() + ")")
            .collect(joining(", "));
    return "Seen on the wire since "
        + CLOCK.format(since)
        + ": "
        + (results.isEmpty() ? "answers" : results)
        + ".";
  }
}
