package io.github.dnsonde.lint;

import io.github.dnsonde.probe.SafeText;
import java.io.PrintWriter;
import java.io.Writer;

/** Annotations of a GitHub workflow run (GitHub documentation, "Workflow commands"). */
final class GithubReport {

  private GithubReport() {}

  static void write(Report report, Writer out) {
    PrintWriter lines = new PrintWriter(out);
    report
        .mistakes()
        .forEach(
            each ->
                lines.print(command("error", each.sourceLocation(), "unreadable", each.says())));
    report
        .findings()
        .forEach(
            each ->
                lines.print(
                    command(
                        word(each.severity()),
                        each.sourceLocation(),
                        each.rule().id(),
                        each.says())));
    lines.flush();
  }

  private static String word(Severity severity) {
    return switch (severity) {
      case ERROR -> "error";
      case WARNING -> "warning";
      case INFO -> "notice";
    };
  }

  private static String command(
      String word, SourceLocation sourceLocation, String title, String says) {
    String line = sourceLocation.line() == 0 ? "" : ",line=" + sourceLocation.line();
    return "::%s file=%s%s,title=%s::%s\n"
        .formatted(
            word, property(sourceLocation.file()), line, property("dnsonde " + title), data(says));
  }

  private static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }

  private static String data(String text) {
    return SafeText.part(text, SafeText.LONGEST_LINE).replace("%", "%25");
  }
}
