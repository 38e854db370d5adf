package io.github.dnsonde.overview;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;

/**
 * Paths one by one, as far as a reader can take them in.
 *
 * @param rows the worst first
 * @param total the number of paths, with those that are left out
 * @param unprobed the pods that cannot be probed from, by cause
 */
public record PathList(Instant at, List<PathRow> rows, int total, List<UnprobedRow> unprobed) {

  /** Maximum number of rows: a page stays below 1 MiB. */
  static final int ROWS = 2_000;

  public PathList {
    requireNonNull(at, "at is null");
    rows = List.copyOf(rows);
    unprobed = List.copyOf(unprobed);
    if (total < rows.size()) {
      throw new IllegalArgumentException(rows.size() + " rows of " + total);
    }
  }

  /** Creates a list of the worst of these paths, and of as many other pods. */
  static PathList of(Instant at, List<PathRow> all, List<UnprobedRow> unprobed) {
    return new PathList(
        at,
        all.stream().sorted(PathRow.WORST_FIRST).limit(ROWS).toList(),
        all.size(),
        unprobed.stream().sorted(UnprobedRow.BY_CAUSE).limit(ROWS).toList());
  }
}
