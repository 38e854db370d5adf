package io.github.dnsonde.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints a script that lets a shell complete commands and options. */
@Command(
    name = "completion",
    header = "Print a completion script for bash or zsh.",
    description = {"", "One script serves both shells.", ""},
    footer = {
      "",
      "Examples:",
      "  source <(dnsonde completion)                             this shell, bash or zsh",
      "  dnsonde completion > /etc/bash_completion.d/dnsonde      every bash from now on"
    })
public final class CompletionCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine()
        .getOut()
        .print(AutoComplete.bash(spec.root().name(), spec.root().commandLine()));
    spec.commandLine().getOut().flush();
  }
}
