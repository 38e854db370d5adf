package io.github.dnsonde.overview;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import io.github.dnsonde.finding.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * The difference between two overviews of the same node or cluster, for a reader that has the
 * first. Numbers of failures in a row and times of reports change all the time, so they alone are
 * no difference.
 *
 * @param now the second
 * @param paths the rows that are new or differ
 * @param gone the rows that only the first has
 * @param blind all blind namespaces; empty if they are the same
 * @param findings all findings; empty if they are the same
 * @param nodes the nodes that are new or differ
 * @param goneNodes the names of the nodes that only the first has
 */
public record OverviewChanges(
    Overview now,
    List<OverviewRow> paths,
    List<OverviewRow.Key> gone,
    Optional<List<BlindRow>> blind,
    Optional<List<Finding>> findings,
    List<NodeRow> nodes,
    List<String> goneNodes) {

  /** Ages are rounded on their way, so the same time is computed slightly differently. */
  private static final Duration JITTER = Duration.ofSeconds(2);

  public OverviewChanges {
    requireNonNull(now, "now is null");
    paths = List.copyOf(paths);
    gone = List.copyOf(gone);
    blind = blind.map(List::copyOf);
    findings = findings.map(List::copyOf);
    nodes = List.copyOf(nodes);
    goneNodes = List.copyOf(goneNodes);
  }

  /** Returns the difference. */
  public static OverviewChanges between(Overview before, Overview now) {
    Map<OverviewRow.Key, OverviewRow> rowsBefore = by(before.paths(), OverviewRow::key);
    Map<OverviewRow.Key, OverviewRow> rows = by(now.paths(), OverviewRow::key);
    Map<String, NodeRow> nodesBefore = by(before.nodes(), NodeRow::node);
    Map<String, NodeRow> nodes = by(now.nodes(), NodeRow::node);
    return new OverviewChanges(
        now,
        changed(rowsBefore, rows, OverviewChanges::isSame),
        missing(rowsBefore, rows),
        Optional.of(now.blind()).filter(blind -> !blind.equals(before.blind())),
        Optional.of(now.findings()).filter(findings -> !isSame(before.findings(), findings)),
        changed(nodesBefore, nodes, OverviewChanges::isSame),
        missing(nodesBefore, nodes));
  }

  /** Returns true if a reader would see no difference, except that time passes. */
  public boolean isEmpty() {
    return paths.isEmpty()
        && gone.isEmpty()
        && blind.isEmpty()
        && findings.isEmpty()
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

  private static boolean isSame(List<Finding> some, List<Finding> others) {
    if (some.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < some.size(); i++) {
      Finding one = some.get(i);
      Finding other = others.get(i);
      Duration later = Duration.between(one.since(), other.since());
      if (later.abs().compareTo(JITTER) >= 0 || !one.equals(other.clockSet(later.negated()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSame(Optional<Instant> one, Optional<Instant> other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.isEmpty() && other.isEmpty();
    }
    return Duration.between(one.get(), other.get()).abs().compareTo(JITTER) < 0;
  }
}
