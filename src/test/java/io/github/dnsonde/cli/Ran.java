package io.github.dnsonde.cli;

import io.github.dnsonde.Main;
import java.io.PrintWriter;
import java.io.StringWriter;

/** The exit status of a command, with its output. */
record Ran(int status, String out, String err) {

  /** Runs a command within this process. */
  static Ran command(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(words);
    return new Ran(status, out.toString(), err.toString());
  }
}
