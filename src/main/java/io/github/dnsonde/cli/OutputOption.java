package io.github.dnsonde.cli;

import picocli.CommandLine.Option;

/** The option {@code --output}, the same for every command that accepts it. */
final class OutputOption {

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "Output format: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.table;

  /** The format of a command's output. */
  enum Format {
    table,
    json
  }

  Format format() {
    return format;
  }
}
