package io.github.dnsonde.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The runs of one contender in one case, reported by their median. */
record Series(List<Run> runs) {

  Series {
    runs = List.copyOf(runs);
  }

  /** Returns the median, the least and the most. */
  String cpu() {
    double[] sorted = sorted(Run::cpuMicrosPerProbe);
    return String.format(
        Locale.ROOT, "%.1f (%.1f–%.1f)", median(sorted), sorted[0], sorted[sorted.length - 1]);
  }

  String rate() {
    return String.format(Locale.ROOT, "%,.0f", median(sorted(Run::probesPerSecond)));
  }

  long errors() {
    return runs.stream().mapToLong(Run::errors).sum();
  }

  /**
   * Returns the CPU per probe as a multiple of another's. It is the median of the rounds, because
   * other load on the machine affects both runs of a round.
   */
  String ratio(Series other) {
    double[] ratios =
        IntStream.range(0, runs.size())
            .mapToDouble(
                round ->
                    runs.get(round).cpuMicrosPerProbe() / other.runs.get(round).cpuMicrosPerProbe())
            .sorted()
            .toArray();
    return String.format(Locale.ROOT, "%.2f", median(ratios));
  }

  private double[] sorted(ToDoubleFunction<Run> figure) {
    return runs.stream().mapToDouble(figure).sorted().toArray();
  }

  private static double median(double[] sorted) {
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
