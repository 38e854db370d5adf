package io.github.dnsonde.lint;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.HashSet;
import java.util.Set;

/** For people: a line a finding, as compilers write them, with what mends it below. */
final class TextReport {

  private TextReport() {}

  static void write(Report report, Writer out) {
    PrintWriter lines = new PrintWriter(out);
    Set<String> told = new HashSet<>();
    for (Finding each : report.findings()) {
      lines.println(line(each));
      each.mending().filter(told::add).ifPresent(yaml -> lines.print(mending(yaml)));
    }
    lines.println(summary(report));
    lines.flush();
  }

  private static String line(Finding finding) {
    return "%s: %s: %s [%s]"
        .formatted(
            finding.place(),
            finding.rule().severity().label(),
            finding.says(),
            finding.rule().id());
  }

  private static String mending(String yaml) {
    return "  this would mend it:\n" + yaml.indent(4);
  }

  private static String summary(Report report) {
    String found =
        "%d errors, %d warnings, %d infos in %d policies of %d files"
            .formatted(
                report.count(Severity.ERROR),
                report.count(Severity.WARNING),
                report.count(Severity.INFO),
                report.policies(),
                report.files());
    return found
        + (report.ignored() > 0 ? "; " + report.ignored() + " ignored" : "")
        + (report.known() > 0 ? "; " + report.known() + " in the baseline" : "");
  }
}
