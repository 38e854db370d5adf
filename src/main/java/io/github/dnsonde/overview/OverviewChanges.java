package io.github.dnsonde.overview;

import static java.util.Collections.unmodifiableSequencedMap;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.FindingIds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * The difference between two overviews of the same node or cluster, for a reader that has the
 * first. Numbers of failures in a row and times of reports change all the time, so they alone are
 * no difference; {@link Counters} has those in the evidence of findings.
 *
 * @param now the second
 * @param known the second as the reader has it then: findings without a difference are the first's
 * @param paths the rows that are new or differ
 * @param gone the rows that only the first has
 * @param blind all blind namespaces; empty if they are the same
 * @param findings the findings that are new or differ, by their names
 * @param findingOrder the names of all findings in their order; empty if they are the same
 * @param nodes the nodes that are new or differ
 * @param goneNodes the names of the nodes that only the first has
 */
public record OverviewChanges(
    Overview now,
    Overview known,
    List<OverviewRow> paths,
    List<OverviewRow.Key> gone,
    Optional<List<BlindRow>> blind,
    SequencedMap<String, Finding> findings,
    Optional<List<String>> findingOrder,
    List<NodeRow> nodes,
    List<String> goneNodes) {

  /** Ages are rounded on their way, so the same time is computed slightly differently. */
  private static final Duration JITTER = Duration.ofSeconds(2);

  public OverviewChanges {
    requireNonNull(now, "now is null");
    requireNonNull(known, "known is null");
    paths = List.copyOf(paths);
    gone = List.copyOf(gone);
    blind = blind.map(List::copyOf);
    findings = unmodifiableSequencedMap(new LinkedHashMap<>(findings));
    findingOrder = findingOrder.map(List::copyOf);
    nodes = List.copyOf(nodes);
    goneNodes = List.copyOf(goneNodes);
  }

  /** Returns the difference. */
  public static OverviewChanges between(Overview before, Overview now) {
    Map<OverviewRow.Key, OverviewRow> rowsBefore = by(before.paths(), OverviewRow::key);
    Map<OverviewRow.Key, OverviewRow> rows = by(now.paths(), OverviewRow::key);
    Map<String, NodeRow> nodesBefore = by(before.nodes(), NodeRow::node);
    Map<String, NodeRow> nodes = by(now.nodes(), NodeRow::node);
    SequencedMap<String, Finding> findingsBefore = FindingIds.of(before.findings());
    SequencedMap<String, Finding> findings = FindingIds.of(now.findings());
    SequencedMap<String, Finding> differing = differing(findingsBefore, findings);
    List<Finding> known = new ArrayList<>();
    findings.forEach(
        (id, finding) ->
            known.add(
                differing.containsKey(id) ? finding : findingsBefore.getOrDefault(id, finding)));
    return new OverviewChanges(
        now,
        now.explainedBy(known),
        changed(rowsBefore, rows, OverviewChanges::isSame),
        missing(rowsBefore, rows),
        Optional.of(now.blind()).filter(blind -> !blind.equals(before.blind())),
        differing,
        Optional.of(List.copyOf(findings.keySet()))
            .filter(order -> !order.equals(List.copyOf(findingsBefore.keySet()))),
        changed(nodesBefore, nodes, OverviewChanges::isSame),
        missing(nodesBefore, nodes));
  }

  /** Returns true if a reader would see no difference, except that time passes. */
  public boolean isEmpty() {
    return paths.isEmpty()
        && gone.isEmpty()
        && blind.isEmpty()
        && findings.isEmpty()
        && findingOrder.isEmpty()
        && nodes.isEmpty()
        && goneNodes.isEmpty();
  }

  private static <K, V> Map<K, V> by(List<V> all, Function<V, K> key) {
    return all.stream().collect(toMap(key, each -> each, (one, _) -> one));
  }

  private static <K, V> List<V> changed(Map<K, V> before, Map<K, V> now, BiPredicate<V, V> isSame) {
    List<V> changed = new ArrayList<>();
    now.forEach(
        (key, value) -> {
          if (Optional.ofNullable(before.get(key))
              .filter(old -> isSame.test(old, value))
              .isEmpty()) {
            changed.add(value);
          }
        });
    return changed;
  }

  private static <K, V> List<K> missing(Map<K, V> before, Map<K, V> now) {
    return before.keySet().stream().filter(key -> !now.containsKey(key)).toList();
  }

  private static boolean isSame(OverviewRow one, OverviewRow other) {
    return one.state() == other.state()
        && one.vantages() == other.vantages()
        && one.affected() == other.affected()
        && one.nodes() == other.nodes()
        && one.affectedNodes() == other.affectedNodes()
        && one.reasons().keySet().equals(other.reasons().keySet())
        && isSame(one.since(), other.since());
  }

  private static boolean isSame(NodeRow one, NodeRow other) {
    return one.presence() == other.presence()
        && one.zone().equals(other.zone())
        && one.version().equals(other.version())
        && one.vantages() == other.vantages()
        && one.failing() == other.failing();
  }

  private static SequencedMap<String, Finding> differing(
      Map<String, Finding> before, SequencedMap<String, Finding> now) {
    SequencedMap<String, Finding> differing = new LinkedHashMap<>();
    now.forEach(
        (id, finding) -> {
          if (Optional.ofNullable(before.get(id)).filter(old -> isSame(old, finding)).isEmpty()) {
            differing.put(id, finding);
          }
        });
    return differing;
  }

  private static boolean isSame(Finding one, Finding other) {
    Duration later = Duration.between(one.since(), other.since());
    return later.abs().compareTo(JITTER) < 0
        && Counters.areClose(one.evidence(), other.evidence())
        && one.equals(other.clockSet(later.negated()).supportedBy(one.evidence()));
  }

  private static boolean isSame(Optional<Instant> one, Optional<Instant> other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.isEmpty() && other.isEmpty();
    }
    return Duration.between(one.get(), other.get()).abs().compareTo(JITTER) < 0;
  }
}
