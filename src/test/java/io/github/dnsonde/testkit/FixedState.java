package io.github.dnsonde.testkit;

import io.github.dnsonde.http.PresentState;
import io.github.dnsonde.overview.NamespaceHistory;
import io.github.dnsonde.overview.Overview;
import io.github.dnsonde.overview.PathList;
import io.github.dnsonde.overview.PathRow;
import io.github.dnsonde.overview.PathSelection;
import io.github.dnsonde.overview.StateSpan;
import io.github.dnsonde.overview.Trend;
import io.github.dnsonde.report.PathState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

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
            .filter(row -> selection.namespace().filter(row.namespace()::equals).isPresent())
            .map(
                row ->
                    new PathRow(
                        "node-0001",
                        row.namespace(),
                        "web",
                        "web-5d9c7b6f4-x2x7k",
                        row.server(),
                        row.transport(),
                        row.inUse(),
                        true,
                        row.state(),
                        row.since(),
                        row.reasons()))
            .toList();
    return new PathList(overview.at(), rows, rows.size());
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
                        new StateSpan(overview.at().minusSeconds(30_000), PathState.WRONG),
                        new StateSpan(overview.at().minusSeconds(26_000), PathState.GOOD),
                        new StateSpan(overview.at().minusSeconds(180), state)))
            .orElse(List.of()),
        prometheus);
  }

  /** Known since the middle, with an hour of failure, and gaps in what was measured. */
  @Override
  public Trend trend(String namespace, int days) {
    if (!prometheus) {
      return PresentState.super.trend(namespace, days);
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
      p50.add(measured ? OptionalDouble.of(0.002 + 0.0005 * (i % 5)) : OptionalDouble.empty());
      p99.add(measured ? OptionalDouble.of(0.02 + 0.01 * (i % 7)) : OptionalDouble.empty());
    }
    return new Trend(
        namespace,
        source.get().at().minus(step.multipliedBy(steps)),
        step,
        states,
        p50,
        p99,
        List.of());
  }
}
