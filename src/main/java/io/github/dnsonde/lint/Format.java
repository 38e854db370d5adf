package io.github.dnsonde.lint;

import java.io.IOException;
import java.io.Writer;

/** The format of a report, named as on the command line. */
public enum Format {
  text,
  json,
  sarif,
  junit,
  github,
  gitlab;

  /** Writes the whole report, with a line feed at its end. */
  public void write(Report report, Writer out) throws IOException {
    switch (this) {
      case text -> TextReport.write(report, out);
      case json -> JsonReport.write(report, out);
      case sarif -> SarifReport.write(report, out);
      case junit -> JunitReport.write(report, out);
      case github -> GithubReport.write(report, out);
      case gitlab -> CodeQualityReport.write(report, out);
    }
    out.flush();
  }
}
