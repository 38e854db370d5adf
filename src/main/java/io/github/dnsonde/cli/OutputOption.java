package io.github.dnsonde.cli;

import picocli.CommandLine.Option;

/** {@code --output}, the same for every command that takes it. */
final class OutputOption {

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.table;

  /** How a command shows what it found. */
  enum Format {
    table,
    json
  }

  Format format() {
    return format;
  }
}
