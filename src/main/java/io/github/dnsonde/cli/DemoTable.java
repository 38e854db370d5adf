package io.github.dnsonde.cli;

import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Help.Ansi;

/**
 * The demo's table: a row for each namespace and server, a column for each scope and transport, and
 * in each cell the result of the last query.
 */
final class DemoTable {

  private static final int NAMESPACE_WIDTH = 10;
  private static final int SERVER_WIDTH = 15;
  private static final int CELL_WIDTH = 13;

  private record Column(Scope scope, Transport transport) {
    private String heading() {
      return scope + " " + transport;
    }

    private boolean shows(Question question) {
      return question.scope() == scope && question.transport() == transport;
    }
  }

  private record Row(String namespace, String server) {
    private static Row of(Probe probe) {
      return new Row(probe.vantage().namespace(), probe.server().name());
    }

    private String heading() {
      return Columns.pad(namespace, NAMESPACE_WIDTH) + Columns.pad(server, SERVER_WIDTH);
    }
  }

  private static final List<Column> COLUMNS =
      List.of(
          new Column(Scope.INTERNAL, Transport.UDP),
          new Column(Scope.INTERNAL, Transport.TCP),
          new Column(Scope.EXTERNAL, Transport.UDP),
          new Column(Scope.EXTERNAL, Transport.TCP));

  private final List<Probe> probes;
  private final Ansi ansi;

  DemoTable(List<Probe> probes, Ansi ansi) {
    this.probes = probes;
    this.ansi = ansi;
  }

  /** The table's lines, heading first. */
  List<String> lines(Map<Probe, Outcome> latest) {
    List<String> lines = new ArrayList<>();
    StringBuilder heading = new StringBuilder(new Row("NAMESPACE", "SERVER").heading());
    COLUMNS.forEach(column -> heading.append(Columns.pad(column.heading(), CELL_WIDTH)));
    lines.add(ansi.string("@|bold " + heading.toString().stripTrailing() + "|@"));
    probes.stream().map(Row::of).distinct().map(row -> line(row, latest)).forEach(lines::add);
    return lines;
  }

  private String line(Row row, Map<Probe, Outcome> latest) {
    StringBuilder line = new StringBuilder(row.heading());
    COLUMNS.forEach(column -> line.append(cell(row, column, latest)));
    return line.toString().stripTrailing();
  }

  private String cell(Row row, Column column, Map<Probe, Outcome> latest) {
    return probes.stream()
        .filter(probe -> Row.of(probe).equals(row) && column.shows(probe.question()))
        .findFirst()
        .flatMap(probe -> Optional.ofNullable(latest.get(probe)))
        .map(this::cell)
        .orElseGet(() -> Columns.pad("…", CELL_WIDTH));
  }

  private String cell(Outcome outcome) {
    String text = Columns.pad(OutcomeTable.word(outcome), CELL_WIDTH);
    return ansi.string("@|" + OutcomeTable.colour(outcome.verdict()) + " " + text + "|@");
  }
}
