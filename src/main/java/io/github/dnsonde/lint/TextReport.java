package io.github.dnsonde.lint;

import io.github.dnsonde.probe.SafeText;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.HashSet;
import java.util.Set;

/** For people: a line a finding, as compilers write them, with what mends it below. */
final class TextReport {

  /** Of a line: neither a path nor a sentence pushes the rule out of it. */
  private static final int LONGEST_PART = 1_900;

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
    return SafeText.line(
        "%s: %s: %s [%s]"
            .formatted(
                SafeText.part(finding.place().toString(), LONGEST_PART),
                finding.rule().severity().label(),
                SafeText.part(finding.says(), LONGEST_PART),
                finding.rule().id()),
        Integer.MAX_VALUE);
  }

  private static String mending(String yaml) {
    return "  this would mend it:\n" + SafeText.lines(yaml.indent(4));
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
