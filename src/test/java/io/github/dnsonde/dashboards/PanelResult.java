package io.github.dnsonde.dashboards;

import java.util.List;
import java.util.Optional;

/**
 * What came of a panel's queries.
 *
 * @param mayBeEmpty whether the board says what stands there when nothing is to be shown
 */
public record PanelResult(
    String dashboard, String panel, boolean mayBeEmpty, List<QueryResult> queries) {

  /**
   * What came of one query.
   *
   * @param expr as Prometheus got it, all variables filled in
   * @param series how many came back
   * @param error what Prometheus said; empty when it took the query
   */
  public record QueryResult(String refId, String expr, int series, Optional<String> error) {}

  /** Copies. */
  public PanelResult {
    queries = List.copyOf(queries);
  }

  /** How many series all queries gave. */
  public int series() {
    return queries.stream().mapToInt(QueryResult::series).sum();
  }

  /** What is not as it should be; empty when all is. */
  public Optional<String> problem() {
    return queries.stream()
        .flatMap(query -> query.error().map(error -> query.refId() + ": " + error).stream())
        .findFirst()
        .or(() -> empty() ? Optional.of("no data") : Optional.empty());
  }

  private boolean empty() {
    return series() == 0 && !mayBeEmpty;
  }
}
