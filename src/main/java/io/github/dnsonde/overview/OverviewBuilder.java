package io.github.dnsonde.overview;

import io.github.dnsonde.overview.NodeRow.Presence;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.report.ReportedPath;
import io.github.dnsonde.report.ReportedVantage;
import io.github.dnsonde.report.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Adds up the paths of all nodes. */
final class OverviewBuilder {

  private final OverviewInput input;

  OverviewBuilder(OverviewInput input) {
    this.input = input;
  }

  Overview overview() {
    return new Overview(
        input.subject(),
        input.now(),
        rows(),
        blind(),
        input.findings(),
        nodes(),
        usage(),
        input.nodes().stream().mapToInt(node -> node.report().omitted()).sum());
  }

  PathList paths(PathSelection selection) {
    return PathList.of(
        input.now(),
        input.nodes().stream()
            .filter(node -> selection.takesNode(node.node()))
            .<Seen>mapMulti(
                (node, out) ->
                    see(node, vantage -> selection.takesNamespace(vantage.namespace()), out))
            .map(Seen::row)
            .toList(),
        input.nodes().stream()
            .filter(node -> selection.takesNode(node.node()))
            .flatMap(
                node ->
                    node.report().unprobed().stream()
                        .filter(pod -> selection.takesNamespace(pod.namespace()))
                        .map(
                            pod ->
                                new UnprobedRow(
                                    node.node(), pod.namespace(), pod.pod(), pod.cause())))
            .toList());
  }

  /** Adds each path to its row at once: of all paths of a cluster, no list is made. */
  private List<OverviewRow> rows() {
    Map<OverviewRow.Key, RowSum> sums = new HashMap<>();
    for (NodeInput node : input.nodes()) {
      see(node, _ -> true, seen -> sums.computeIfAbsent(seen.key(), _ -> new RowSum()).add(seen));
    }
    return sums.entrySet().stream()
        .map(entry -> entry.getValue().row(entry.getKey()))
        .sorted(OverviewRow.WORST_FIRST)
        .toList();
  }

  private void see(NodeInput node, Predicate<ReportedVantage> taken, Consumer<Seen> each) {
    boolean silent = node.isSilent(input.now());
    for (ReportedVantage vantage : node.report().vantages()) {
      if (taken.test(vantage)) {
        for (ReportedPath path : vantage.paths()) {
          each.accept(new Seen(node, silent, vantage, path));
        }
      }
    }
  }

  /** A namespace is blind on a node by what its agent reports, and on each without an agent. */
  private List<BlindRow> blind() {
    Map<List<String>, SortedSet<String>> nodes =
        new TreeMap<>(Comparator.comparing(List::toString));
    input
        .nodes()
        .forEach(
            node ->
                node.report()
                    .blind()
                    .forEach(blind -> add(nodes, blind.namespace(), blind.cause(), node.node())));
    input
        .withoutAgent()
        .forEach(
            (node, namespaces) ->
                namespaces.forEach(namespace -> add(nodes, namespace, BlindRow.NO_AGENT, node)));
    return nodes.entrySet().stream()
        .map(
            entry ->
                new BlindRow(
                    entry.getKey().getFirst(),
                    entry.getKey().getLast(),
                    List.copyOf(entry.getValue())))
        .toList();
  }

  private static void add(
      Map<List<String>, SortedSet<String>> nodes, String namespace, String cause, String node) {
    nodes.computeIfAbsent(List.of(namespace, cause), _ -> new TreeSet<>()).add(node);
  }

  private List<NodeRow> nodes() {
    Map<String, NodeRow> rows = new TreeMap<>();
    input.withoutAgent().keySet().forEach(node -> rows.put(node, absent(node)));
    input.nodes().forEach(node -> rows.put(node.node(), node(node)));
    return List.copyOf(rows.values());
  }

  private static NodeRow absent(String node) {
    return new NodeRow(
        node, Optional.empty(), Presence.NO_AGENT, Optional.empty(), Optional.empty(), 0, 0);
  }

  private NodeRow node(NodeInput node) {
    Collection<ReportedVantage> vantages = node.report().vantages();
    return new NodeRow(
        node.node(),
        node.zone(),
        node.isSilent(input.now()) ? Presence.SILENT : Presence.REPORTING,
        Optional.of(node.received()),
        Optional.of(node.report().version()),
        vantages.size(),
        (int)
            vantages.stream()
                .flatMap(vantage -> vantage.paths().stream())
                .filter(path -> path.inUse() && path.state().fails())
                .count());
  }

  private Usage usage() {
    return input.nodes().stream()
        .filter(node -> !node.isSilent(input.now()))
        .map(node -> node.report().usage())
        .reduce(Usage.NONE, Usage::and);
  }

  /** One path of one vantage. */
  private record Seen(NodeInput node, boolean silent, ReportedVantage vantage, ReportedPath path) {

    PathRow row() {
      return new PathRow(
          node.node(),
          vantage.namespace(),
          vantage.workload(),
          vantage.pod(),
          path.server().name(),
          path.transport(),
          path.inUse(),
          vantage.core(),
          state(),
          since(),
          path.reasons());
    }

    OverviewRow.Key key() {
      return new OverviewRow.Key(
          vantage.namespace(), path.server().name(), path.transport(), path.inUse());
    }

    /** Nothing is known about the paths of a silent node: they are never good. */
    PathState state() {
      return silent ? PathState.UNTESTED : path.state();
    }

    Optional<Instant> since() {
      Duration age = silent ? Duration.ZERO : path.since();
      boolean unknown = path.state() == PathState.UNTESTED || path.state() == PathState.EXPECTED;
      return unknown && !silent ? Optional.empty() : Optional.of(node.received().minus(age));
    }
  }

  /** The sum of the paths of one row. */
  private static final class RowSum {
    private final VantageCount all = new VantageCount();
    private VantageCount affected = new VantageCount();
    private PathState worst = PathState.GOOD;
    private Optional<Instant> since = Optional.empty();
    private SortedMap<Reason, Integer> reasons = new TreeMap<>();

    void add(Seen seen) {
      PathState state = seen.state();
      all.add(seen);
      if (state.compareTo(worst) < 0) { // what was affected so far is less bad
        worst = state;
        affected = new VantageCount();
        since = Optional.empty();
        reasons = new TreeMap<>();
      }
      if (state == worst) {
        affected.add(seen);
        seen.since().ifPresent(this::earlier);
        seen.path().addReasons(reasons);
      }
    }

    private void earlier(Instant time) {
      if (since.filter(known -> !time.isBefore(known)).isEmpty()) {
        since = Optional.of(time);
      }
    }

    OverviewRow row(OverviewRow.Key key) {
      return new OverviewRow(
          key.namespace(),
          key.server(),
          key.transport(),
          key.inUse(),
          worst,
          since,
          all.vantages,
          affected.vantages,
          all.nodes,
          affected.nodes,
          reasons);
    }
  }

  /** The number of vantages and nodes. The paths of each must come one after another. */
  private static final class VantageCount {
    private String node = "";
    private String pod = "";
    private int vantages;
    private int nodes;

    void add(Seen seen) {
      boolean otherNode = nodes == 0 || !seen.node().node().equals(node);
      if (otherNode) {
        node = seen.node().node();
        nodes++;
      }
      if (otherNode || !seen.vantage().pod().equals(pod)) {
        pod = seen.vantage().pod();
        vantages++;
      }
    }
  }
}
