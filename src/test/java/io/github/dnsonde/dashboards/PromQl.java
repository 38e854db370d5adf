package io.github.dnsonde.dashboards;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What the rules want to know of a query; its syntax is promtool's business. */
record PromQl(String expr) {

  private static final Pattern RATE = Pattern.compile("\\bi?rate\\s*\\(");
  private static final Pattern RANGE_OF_RATE =
      Pattern.compile("\\bi?rate\\s*\\(\\s*[\\w:]+\\s*(?:\\{[^}]*})?\\s*\\[([^\\]]+)]");
  private static final Pattern COUNTER = Pattern.compile("\\b[\\w:]+_total\\b");
  private static final Pattern GROWTH =
      Pattern.compile("\\b(?:i?rate|increase)\\s*\\(\\s*([\\w:]+_total)\\b[^\\[\\]]*\\[");

  /** Families with a series, or several, for each path of each vantage. */
  private static final Pattern PATHS =
      Pattern.compile(
          "(?<![\\w:])dnsonde_(?:probes?|path|policy)_(?!untested_total|interval_seconds)\\w+");

  /** Returns true if it reads the series of every path. */
  boolean readsPaths() {
    return PATHS.matcher(expr).find();
  }

  /** Returns true if it reads more than the present value. */
  boolean ranges() {
    return expr.contains("[");
  }

  /**
   * Returns true if each rate is taken over Grafana's own interval, which always holds two scrapes.
   */
  boolean ratesFitTheScrape() {
    List<String> ranges =
        RANGE_OF_RATE.matcher(expr).results().map(range -> range.group(1)).toList();
    return ranges.size() == RATE.matcher(expr).results().count()
        && ranges.stream().allMatch("$__rate_interval"::equals);
  }

  /** Whether a counter's bare value is nowhere used: it tells of the agent's age. */
  boolean countersGrow() {
    return COUNTER.matcher(expr).results().count() == GROWTH.matcher(expr).results().count();
  }

  /** What {@code label_values} is asked of, and for which label. */
  static MatchResult labelValues(String query) {
    var matcher = Pattern.compile("label_values\\((.+), ?(\\w+)\\)").matcher(query);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not label_values(selector, label): " + query);
    }
    return matcher.toMatchResult();
  }
}
