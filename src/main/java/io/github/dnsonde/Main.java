package io.github.dnsonde;

import io.github.dnsonde.config.Arguments;
import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.probe.SafeText;
import io.github.dnsonde.probe.Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line's first word. Exit status everywhere: 0 well, 1 something failed, 2 wrong usage
 * or configuration.
 */
@Command(
    name = "dnsonde",
    header = "Who can resolve names in this cluster, and who cannot?",
    description = {
      "",
      "Asks the cluster's DNS servers from where the applications are, over UDP and TCP, again and"
          + " again, and exports latency, timeouts and every other way to fail as Prometheus"
          + " metrics.",
      ""
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Main.VersionLines.class,
    commandListHeading = "%nCommands:%n",
    footer = {"", "'dnsonde COMMAND --help' tells more of each."},
    subcommands = {
      AgentCommand.class,
      CheckCommand.class,
      VantagesCommand.class,
      ExplainCommand.class,
      ProbePodsCommand.class,
      LintCommand.class,
      DemoCommand.class,
      CompletionCommand.class,
      HelpCommand.class
    })
public final class Main {

  private Main() {}

  /** Starts the program; see {@code --help}. */
  public static void main(String[] args) {
    int status = commandLine().execute(args);
    if (System.out.checkError()) {
      System.err.println("dnsonde: standard output cannot be written");
      status = ExitCode.SOFTWARE;
    }
    System.exit(status);
  }

  /** picocli would warn of odd words by itself, and quote them as they are. */
  static CommandLine commandLine() {
    CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF);
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .registerConverter(Duration.class, Main.reading(Arguments::timeout))
        .registerConverter(Server.class, Main.reading(Arguments::server))
        .setParameterExceptionHandler(Main::refuse)
        .setExecutionExceptionHandler(Main::explain);
  }

  /** picocli shows the message of this exception alone. */
  private static <T> ITypeConverter<T> reading(Function<String, T> read) {
    return text -> {
      try {
        return read.apply(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("found '" + text + "', " + e.getMessage());
      }
    };
  }

  /**
   * What is wrong with the words, what may have been meant, and where to read on: no page of
   * options.
   */
  private static int refuse(ParameterException e, String[] words) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    String message = String.valueOf(e.getMessage());
    err.println(
        SafeText.line(
            "dnsonde: " + message.replaceFirst("^Error: ", ""))); // of options that exclude others
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    err.flush();
    return ExitCode.USAGE;
  }

  /**
   * What is wrong with the configuration or the machine is told in words; anything else is a fault
   * of ours, with its trace, which may quote what was read.
   */
  private static int explain(Exception e, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    switch (e) {
      case ConfigException broken -> broken.mistakes().forEach(err::println);
      case IOException failed -> err.println(SafeText.line("dnsonde: " + failed.getMessage()));
      default -> err.print(SafeText.lines(trace(e)));
    }
    err.flush();
    return e instanceof ConfigException ? ExitCode.USAGE : ExitCode.SOFTWARE;
  }

  private static String trace(Exception e) {
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }

  /** The lines that {@code --version} prints. */
  static final class VersionLines implements IVersionProvider {

    @Override
    public String[] getVersion() {
      return new String[] {
        "dnsonde " + Version.number(),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch")
      };
    }
  }
}
