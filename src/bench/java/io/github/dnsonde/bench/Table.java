package io.github.dnsonde.bench;

import java.util.ArrayList;
import java.util.List;

/** The table as Markdown, for pasting. */
final class Table {

  private final List<String> lines =
      new ArrayList<>(
          List.of(
              "| load | transport | client | CPU µs per probe (least–most) | probes/s |"
                  + " of the bare loop's CPU | of dnsjava's CPU | errors |",
              "|---|---|---|--:|--:|--:|--:|--:|"));

  void add(Result result) {
    for (Contender.Kind kind : Contender.Kind.values()) {
      lines.add(row(result, kind));
    }
  }

  private static String row(Result result, Contender.Kind kind) {
    Series series = result.of(kind);
    return "| %s | %s | %s | %s | %s | %s | %s | %d |"
        .formatted(
            result.which().load().title(),
            result.which().transport().label(),
            kind.title(),
            series.cpu(),
            series.rate(),
            series.ratio(result.bareLoop()),
            series.ratio(result.dnsjava()),
            series.errors());
  }

  @Override
  public String toString() {
    return String.join(System.lineSeparator(), lines);
  }
}
