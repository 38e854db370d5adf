package io.github.dnsonde.cli;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.partitioningBy;
import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.json.OverviewJson;
import io.github.dnsonde.overview.BlindRow;
import io.github.dnsonde.overview.Headline;
import io.github.dnsonde.overview.NodeRow;
import io.github.dnsonde.overview.NodeRow.Presence;
import io.github.dnsonde.overview.Overview;
import io.github.dnsonde.overview.OverviewRow;
import io.github.dnsonde.overview.Spans;
import io.github.dnsonde.probe.FirstFew;
import io.github.dnsonde.probe.SafeText;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.report.Usage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** An overview as lines for people. */
final class StatusText {

  /** A table that fits a screen; the option {@code --all} shows the rest. */
  static final int ROWS = 30;

  /** The names in one line; the rest is counted. */
  private static final int NAMES = 10;

  private static final List<String> HEADER =
      List.of("NAMESPACE", "SERVER", "TRANSPORT", "STATE", "FOR", "VANTAGES", "NODES", "REASONS");

  private final Overview overview;
  private final Headline headline;
  private final boolean all;

  /**
   * Creates the text.
   *
   * @param all lists every path, instead of the first of those that are not good
   */
  StatusText(OverviewJson.Read read, boolean all) {
    this.headline = read.headline();
    this.overview = read.overview();
    this.all = all;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>(List.of(summary()));
    List<OverviewRow> listed = listed();
    List<OverviewRow> shown = all ? listed : listed.stream().limit(ROWS).toList();
    if (!shown.isEmpty()) {
      lines.add("");
      lines.addAll(table(shown));
    }
    lines.addAll(more(listed.size() - shown.size()));
    overview.findings().forEach(finding -> lines.addAll(List.of("", finding(finding))));
    lines.add("");
    lines.addAll(below());
    return lines.stream().map(SafeText::line).toList();
  }

  /** The first line, from which a person knows whether to read on. */
  private String summary() {
    return overview.subject()
        + " at "
        + overview.at().truncatedTo(ChronoUnit.SECONDS)
        + ": "
        + headline.sentence();
  }

  private List<OverviewRow> listed() {
    return all
        ? overview.paths()
        : overview.paths().stream()
            .filter(row -> row.inUse() ? row.state() != PathState.GOOD : row.state().fails())
            .toList();
  }

  private List<String> table(List<OverviewRow> shown) {
    List<List<String>> rows = new ArrayList<>(List.of(HEADER));
    shown.stream().map(this::cells).forEach(rows::add);
    Columns columns = new Columns(rows);
    return rows.stream().map(columns::line).toList();
  }

  private List<String> cells(OverviewRow row) {
    return List.of(
        row.namespace(),
        row.server(),
        row.transport().label(),
        row.state().label() + (row.inUse() ? "" : ", not in use"),
        row.since().map(this::age).orElse("-"),
        row.affected() + "/" + row.vantages(),
        row.affectedNodes() + "/" + row.nodes(),
        row.reasons().entrySet().stream()
            .map(entry -> entry.getKey().label() + " (" + entry.getValue() + ")")
            .collect(joining(", ")));
  }

  private String age(Instant since) {
    return Spans.rough(since, overview.at()); // in one unit, so that the column stays narrow
  }

  private List<String> more(int hidden) {
    List<String> lines = new ArrayList<>();
    if (hidden > 0) {
      lines.add(hidden + " more; list them with --all");
    }
    long good =
        overview.paths().stream()
            .filter(row -> row.inUse() && row.state() == PathState.GOOD)
            .count();
    if (!all && good > 0) {
      String other = listed().isEmpty() ? "" : "other ";
      lines.add(count(good, other + "path") + " in use " + (good == 1 ? "is" : "are") + " good.");
    }
    return lines;
  }

  private String finding(Finding finding) {
    return finding.sentence()
        + " ("
        + finding.code().label()
        + ", "
        + finding.confidence().label()
        + ", for "
        + age(finding.since())
        + (finding.owners().isEmpty() ? "" : ", owned by " + names(finding.owners()))
        + ")";
  }

  private List<String> below() {
    List<String> lines = new ArrayList<>();
    lines.addAll(blind());
    lines.addAll(nodes());
    if (overview.omitted() > 0) {
      lines.add("Left out, beyond the limits: " + overview.omitted() + " parts");
    }
    overview.admission().ifPresent(status -> lines.add("Admission: " + status.sentence()));
    lines.add(cost(overview.usage()));
    return lines;
  }

  /**
   * The namespaces that no agent sees, or not all of what it could see. Each node without an agent
   * hides pods of many namespaces that are seen elsewhere: these are counted by node.
   */
  private List<String> blind() {
    if (all) {
      return overview.blind().stream().map(StatusText::blind).toList();
    }
    Set<String> seen = overview.paths().stream().map(OverviewRow::namespace).collect(toSet());
    Map<Boolean, List<BlindRow>> rows =
        overview.blind().stream()
            .collect(
                partitioningBy(
                    row ->
                        row.cause().equals(BlindRow.NO_AGENT) && seen.contains(row.namespace())));
    List<BlindRow> listed = rows.getOrDefault(false, List.of());
    List<String> lines =
        new ArrayList<>(listed.stream().limit(ROWS).map(StatusText::blind).toList());
    if (listed.size() > ROWS) {
      lines.add("Not seen: " + (listed.size() - ROWS) + " more; list them with --all");
    }
    SortedMap<String, Long> byNode =
        rows.getOrDefault(true, List.of()).stream()
            .flatMap(row -> row.nodes().stream())
            .collect(groupingBy(node -> node, TreeMap::new, counting()));
    if (!byNode.isEmpty()) {
      lines.add("Seen on other nodes only: pods of " + names(hidden(byNode)) + " (no_agent)");
    }
    return lines;
  }

  private static List<String> hidden(SortedMap<String, Long> byNode) {
    return byNode.entrySet().stream()
        .map(entry -> count(entry.getValue(), "namespace") + " on " + entry.getKey())
        .toList();
  }

  private static String blind(BlindRow row) {
    return "Not seen: namespace "
        + row.namespace()
        + " on "
        + names(row.nodes())
        + " ("
        + row.cause()
        + ")";
  }

  private List<String> nodes() {
    return Stream.of(Presence.values())
        .flatMap(
            presence -> {
              List<NodeRow> rows =
                  overview.nodes().stream().filter(row -> row.presence() == presence).toList();
              return rows.isEmpty() ? Stream.of() : Stream.of(nodes(presence, rows));
            })
        .toList();
  }

  private String nodes(Presence presence, List<NodeRow> rows) {
    return switch (presence) {
      case REPORTING ->
          "Probed: "
              + count(rows.size(), "node")
              + ", "
              + count(rows.stream().mapToInt(NodeRow::vantages).sum(), "vantage")
              + ", dnsonde "
              + rows.stream()
                  .flatMap(row -> row.version().stream())
                  .distinct()
                  .sorted()
                  .collect(joining(", "));
      case SILENT ->
          "Silent agents, whose nodes are not known: "
              + names(
                  rows.stream()
                      .map(row -> row.node() + row.reported().map(this::forAge).orElse(""))
                      .toList());
      case NO_AGENT ->
          "Nodes without an agent: " + names(rows.stream().map(NodeRow::node).toList());
    };
  }

  private String forAge(Instant reported) {
    return " (" + age(reported) + ")";
  }

  /** The first ten names, and the number of the others. */
  static String names(List<String> names) {
    return FirstFew.of(names, NAMES);
  }

  private static String cost(Usage usage) {
    return "Cost: "
        + number(usage.offNode().used())
        + " queries/s off the node ("
        + number(usage.offNode().wanted())
        + " wanted by probes), "
        + number(usage.onNode().used())
        + " to its cache; "
        + (usage.series() == 0
            ? "series not known before the first scrape"
            : usage.series() + " series")
        + "; "
        + number(usage.processors() * 100)
        + " % of a processor";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
  }

  private static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
