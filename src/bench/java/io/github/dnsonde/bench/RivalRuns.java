package io.github.dnsonde.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The measurements of one process over several windows of time, reported by their medians. */
final class RivalRuns {

  private final Rival rival;
  private final List<Double> micros = new ArrayList<>();
  private final List<Double> rates = new ArrayList<>();
  private final List<Double> loads = new ArrayList<>();
  private List<Double> latencies = List.of();
  private Mark mark;
  private long errors;

  private record Mark(long nanos, Duration cpu, Rival.Progress progress) {}

  /** Starts the first window. */
  RivalRuns(Rival rival) throws IOException, InterruptedException {
    this.rival = rival;
    this.mark = mark();
  }

  private Mark mark() throws IOException, InterruptedException {
    Rival.Progress progress = rival.progress(); // first, so that its cost is in the window
    return new Mark(System.nanoTime(), rival.cpu(), progress);
  }

  /** Ends a window, and starts the next one. */
  void lap() throws IOException, InterruptedException {
    Mark now = mark();
    long probes = now.progress().probes() - mark.progress().probes();
    double cpu = now.cpu().minus(mark.cpu()).toNanos();
    double wall = now.nanos() - mark.nanos();
    micros.add(cpu / 1e3 / probes);
    rates.add(probes * 1e9 / wall);
    loads.add(cpu * 1e3 / wall);
    errors += now.progress().errors() - mark.progress().errors();
    mark = now;
  }

  /** Ends the measurement. */
  void end() throws IOException, InterruptedException {
    latencies = rival.latencies();
  }

  /** Returns the median CPU per probe as a multiple of another's in the same windows. */
  private double ratio(RivalRuns other) {
    return median(
        IntStream.range(0, micros.size())
            .mapToObj(window -> micros.get(window) / other.micros.get(window))
            .toList());
  }

  /** Returns a row of the table. */
  String row(List<RivalRuns> references) {
    StringBuilder row = new StringBuilder();
    row.append(
        String.format(
            Locale.ROOT,
            "| %s | %.1f | %.0f (%.0f–%.0f) | %.1f |",
            rival.title(),
            median(rates),
            median(micros),
            sorted(micros).getFirst(),
            sorted(micros).getLast(),
            median(loads)));
    references.forEach(other -> row.append(String.format(Locale.ROOT, " %.2f |", ratio(other))));
    row.append(String.format(Locale.ROOT, " %.0f | %d |", median(latencies), errors));
    return row.toString();
  }

  private static List<Double> sorted(List<Double> figures) {
    return figures.stream().sorted().toList();
  }

  /** Returns the median; NaN if there are no figures. */
  static double median(List<Double> figures) {
    List<Double> sorted = sorted(figures);
    int half = sorted.size() / 2;
    if (sorted.isEmpty()) {
      return Double.NaN;
    }
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  String title() {
    return rival.title();
  }

  boolean errors() {
    return errors > 0;
  }
}
