package io.github.dnsonde;

import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import picocli.CommandLine.Help.Ansi;

/**
 * The demo's table: a row for each namespace and server, a column for each scope and transport, in
 * each cell what the last question met.
 */
final class DemoView {

  private static final int NAMESPACE_WIDTH = 11;
  private static final int SERVER_WIDTH = 16;
  private static final int CELL_WIDTH = 14;

  private record Column(Scope scope, Transport transport) {
    private String heading() {
      return scope + " " + transport;
    }

    private boolean shows(Question question) {
      return question.scope() == scope && question.transport() == transport;
    }
  }

  private static final List<Column> COLUMNS =
      List.of(
          new Column(Scope.INTERNAL, Transport.UDP),
          new Column(Scope.INTERNAL, Transport.TCP),
          new Column(Scope.EXTERNAL, Transport.UDP),
          new Column(Scope.EXTERNAL, Transport.TCP));

  private final Plan plan;
  private final Ansi ansi;
  private final Map<Probe, Outcome> latest = new ConcurrentHashMap<>();

  DemoView(Plan plan, Ansi ansi) {
    this.plan = plan;
    this.ansi = ansi;
  }

  void accept(Outcome outcome) {
    latest.put(outcome.probe(), outcome);
  }

  Optional<Outcome> latest(Probe probe) {
    return Optional.ofNullable(latest.get(probe));
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    StringBuilder heading = new StringBuilder();
    heading
        .append(OutcomeTable.pad("NAMESPACE", NAMESPACE_WIDTH))
        .append(OutcomeTable.pad("SERVER", SERVER_WIDTH));
    COLUMNS.forEach(column -> heading.append(OutcomeTable.pad(column.heading(), CELL_WIDTH)));
    lines.add(ansi.string("@|bold " + heading.toString().stripTrailing() + "|@"));
    plan.probes().stream().map(Row::of).distinct().map(this::line).forEach(lines::add);
    return lines;
  }

  private record Row(String namespace, String server) {
    private static Row of(Probe probe) {
      return new Row(probe.vantage().namespace(), probe.server().name());
    }
  }

  private String line(Row row) {
    StringBuilder line = new StringBuilder();
    line.append(OutcomeTable.pad(row.namespace(), NAMESPACE_WIDTH))
        .append(OutcomeTable.pad(row.server(), SERVER_WIDTH));
    COLUMNS.forEach(column -> line.append(cell(row, column)));
    return line.toString().stripTrailing();
  }

  private String cell(Row row, Column column) {
    return plan.probes().stream()
        .filter(probe -> Row.of(probe).equals(row) && column.shows(probe.question()))
        .findFirst()
        .flatMap(this::latest)
        .map(outcome -> coloured(outcome, OutcomeTable.pad(OutcomeTable.word(outcome), CELL_WIDTH)))
        .orElseGet(() -> OutcomeTable.pad("…", CELL_WIDTH));
  }

  private String coloured(Outcome outcome, String text) {
    return ansi.string("@|" + OutcomeTable.colour(outcome.verdict()) + " " + text + "|@");
  }
}
