package io.github.dnsonde.testkit;

import io.github.dnsonde.http.PresentState;
import io.github.dnsonde.overview.NamespaceHistory;
import io.github.dnsonde.overview.Overview;
import io.github.dnsonde.overview.OverviewRow;
import io.github.dnsonde.overview.PathList;
import io.github.dnsonde.overview.PathRow;
import io.github.dnsonde.overview.PathSelection;
import io.github.dnsonde.overview.StateSpan;
import io.github.dnsonde.overview.Trend;
import io.github.dnsonde.overview.UnprobedRow;
import io.github.dnsonde.report.PathState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A state whose paths and history follow from an overview: each row has one pod.
 *
 * @param prometheus true if there is a longer history
 */
public record FixedState(Supplier<Overview> source, boolean prometheus) implements PresentState {

  /** Creates a state without a longer history. */
  public FixedState(Supplier<Overview> source) {
    this(source, false);
  }

  @Override
  public Overview overview() {
    return source.get();
  }

  @Override
  public PathList paths(PathSelection selection) {
    Overview overview = source.get();
    List<PathRow> rows =
        overview.paths().stream()
            .filter(row -> selection.namespace().map(row.namespace()::equals).orElse(true))
            .flatMap(row -> IntStream.range(0, row.nodes()).mapToObj(node -> path(row, node)))
            .filter(path -> selection.node().map(path.node()::equals).orElse(true))
            .toList();
    return new PathList(
        overview.at(),
        rows,
        rows.size(),
        Stream.of(
                new UnprobedRow("node-0001", "payments", "web-5d9c7b6f4-zzzzz", "no_network"),
                new UnprobedRow("node-0002", "payments", "proxy-4xk2p", "host_network"))
            .filter(row -> selection.namespace().map(row.namespace()::equals).orElse(true))
            .filter(row -> selection.node().map(row.node()::equals).orElse(true))
            .toList());
  }

  /** The path of the one pod on a node: the first nodes are those of the row's state. */
  private static PathRow path(OverviewRow row, int node) {
    boolean affected = node < row.affectedNodes();
    return new PathRow(
        "node-%04d".formatted(node),
        row.namespace(),
        "web",
        node == 0 ? "web-5d9c7b6f4-x2x7k" : "web-5d9c7b6f4-x2x%02d".formatted(node),
        row.server(),
        row.transport(),
        row.inUse(),
        true,
        affected ? row.state() : PathState.GOOD,
        row.since(),
        affected ? row.reasons() : new TreeMap<>());
  }

  @Override
  public NamespaceHistory history(String namespace) {
    Overview overview = source.get();
    Optional<PathState> worst =
        overview.paths().stream()
            .filter(row -> row.namespace().equals(namespace))
            .map(row -> row.state())
            .min(PathState::compareTo);
    return new NamespaceHistory(
        namespace,
        overview.at(),
        overview.at().minusSeconds(40_000),
        worst
            .map(
                state ->
                    List.of(
                        new StateSpan(overview.at().minusSeconds(40_000), PathState.GOOD),
                        new StateSpan(overview.at().minusSeconds(11_400), PathState.UNANSWERED),
                        new StateSpan(overview.at().minusSeconds(7_800), PathState.GOOD),
                        new StateSpan(overview.at().minusSeconds(180), state)))
            .orElse(List.of()),
        prometheus);
  }

  /**
   * Known since the middle, with an hour of failure, and gaps in what was measured; the last step
   * has not ended. Unreadable for a namespace without paths.
   */
  @Override
  public Trend trend(String namespace, int days) {
    if (!prometheus) {
      return PresentState.super.trend(namespace, days);
    }
    if (source.get().paths().stream().noneMatch(row -> row.namespace().equals(namespace))) {
      return Trend.unknown(
          namespace, days, source.get().at(), "Prometheus at prometheus:9090 does not respond.");
    }
    int steps = 288;
    Duration step = Duration.ofMinutes(5L * days);
    List<OptionalDouble> p50 = new ArrayList<>();
    List<OptionalDouble> p99 = new ArrayList<>();
    List<Optional<PathState>> states = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      boolean failing = i >= 250 && i < 262;
      boolean measured = i >= steps / 2 && !failing;
      states.add(
          i < steps / 2
              ? Optional.empty()
              : Optional.of(failing ? PathState.UNANSWERED : PathState.GOOD));
      double wave = Math.sin(i / 9.0);
      double noise = Math.sin(1.7 * i);
      p50.add(
          measured
              ? OptionalDouble.of(0.003 + 0.0004 * wave + 0.0001 * noise)
              : OptionalDouble.empty());
      p99.add(
          measured
              ? OptionalDouble.of(0.03 + 0.015 * wave + 0.008 * noise)
              : OptionalDouble.empty());
    }
    return new Trend(
        namespace,
        source.get().at().minus(step.multipliedBy(steps)).plus(step.dividedBy(2)),
        step,
        states,
        p50,
        p99,
        List.of());
  }
}
