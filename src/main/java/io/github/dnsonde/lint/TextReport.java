package io.github.dnsonde.lint;

import io.github.dnsonde.probe.FirstFew;
import io.github.dnsonde.probe.SafeText;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A report for people: one line for each finding, in the format of compilers, followed by the fix.
 */
final class TextReport {

  private static final int UNITS = 10;

  /**
   * The longest part of a line, so that neither a path nor a sentence pushes the rule out of it.
   */
  private static final int LONGEST_PART = 1_900;

  private TextReport() {}

  static void write(Report report, Writer out) {
    PrintWriter lines = new PrintWriter(out);
    Set<String> told = new HashSet<>();
    for (Violation each : report.findings()) {
      lines.println(line(each));
      each.suggestedPolicy()
          .filter(told::add)
          .ifPresent(yaml -> lines.print(suggestedPolicy(yaml)));
    }
    WorkloadTable.lines(report.workloads()).forEach(lines::println);
    units(report).ifPresent(lines::println);
    lines.println(summary(report));
    lines.flush();
  }

  private static String line(Violation violation) {
    return SafeText.line(
        "%s: %s: %s [%s]"
            .formatted(
                SafeText.part(violation.sourceLocation().toString(), LONGEST_PART),
                violation.severity().label(),
                SafeText.part(violation.says(), LONGEST_PART),
                violation.rule().id()),
        Integer.MAX_VALUE);
  }

  private static String suggestedPolicy(String yaml) {
    return "  this policy would fix it:\n" + SafeText.lines(yaml.indent(4));
  }

  private static String summary(Report report) {
    Report.Count count = report.count();
    return "%s, %s, %s in %s of %s"
            .formatted(
                number(report.count(Severity.ERROR), "error", "errors"),
                number(report.count(Severity.WARNING), "warning", "warnings"),
                number(report.count(Severity.INFO), "info", "infos"),
                number(count.policies(), "policy", "policies"),
                number(count.files(), "file", "files"))
        + more(count.patches(), "patch not checked", "patches not checked")
        + more(count.leftOut(), "path left out", "paths left out")
        + more(count.ignored(), "ignored", "ignored")
        + more(count.known(), "in the baseline", "in the baseline");
  }

  private static String more(int count, String one, String several) {
    return count > 0 ? "; " + number(count, one, several) : "";
  }

  private static String number(long count, String one, String several) {
    return count + " " + (count == 1 ? one : several);
  }

  /** Lists the units; empty if there is only one. */
  private static Optional<String> units(Report report) {
    List<String> all = report.units();
    return all.size() < 2
        ? Optional.empty()
        : Optional.of("checked separately: " + FirstFew.of(all, UNITS));
  }
}
