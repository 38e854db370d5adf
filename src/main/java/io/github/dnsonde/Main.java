package io.github.dnsonde;

import io.github.dnsonde.agent.Version;
import io.github.dnsonde.cli.AgentCommand;
import io.github.dnsonde.cli.BaselineCommand;
import io.github.dnsonde.cli.CheckCommand;
import io.github.dnsonde.cli.CompletionCommand;
import io.github.dnsonde.cli.ControllerCommand;
import io.github.dnsonde.cli.DemoCommand;
import io.github.dnsonde.cli.ExplainCommand;
import io.github.dnsonde.cli.HelpText;
import io.github.dnsonde.cli.IncidentCommand;
import io.github.dnsonde.cli.LintCommand;
import io.github.dnsonde.cli.ProbePodsCommand;
import io.github.dnsonde.cli.StatusCommand;
import io.github.dnsonde.cli.VantagesCommand;
import io.github.dnsonde.config.Arguments;
import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.probe.SafeText;
import io.github.dnsonde.probe.Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;
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
 * The root command. Exit status of all commands: 0 success, 1 failure, 2 wrong usage or
 * configuration.
 */
@Command(
    name = "dnsonde",
    header = "Who can resolve names in this cluster, and who cannot?",
    description = {
      "",
      "Queries the cluster's DNS servers from where the applications run, over UDP and TCP,"
          + " continuously, and exports latency, timeouts and all other failures as Prometheus"
          + " metrics.",
      ""
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Main.VersionLines.class,
    commandListHeading = "%nCommands:%n",
    footer = {"", "Run 'dnsonde COMMAND --help' for details."},
    subcommands = {
      AgentCommand.class,
      CheckCommand.class,
      StatusCommand.class,
      VantagesCommand.class,
      ExplainCommand.class,
      IncidentCommand.class,
      ControllerCommand.class,
      ProbePodsCommand.class,
      LintCommand.class,
      BaselineCommand.class,
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

  /**
   * Creates the command line. By default, picocli would warn of unusual arguments itself, and quote
   * them unescaped.
   */
  public static CommandLine commandLine() {
    CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF);
    return HelpText.wrapped(new CommandLine(new Main()))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(Duration.class, Main.reading(Arguments::timeout))
        .registerConverter(Server.class, Main.reading(Arguments::server))
        .setParameterExceptionHandler(Main::refuse)
        .setExecutionExceptionHandler(Main::explain);
  }

  /** Converts an argument. picocli shows only the message of this exception. */
  private static <T> ITypeConverter<T> reading(Function<String, T> read) {
    return text -> {
      try {
        return read.apply(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("found '" + text + "', " + e.getMessage());
      }
    };
  }

  /** Prints the error, suggestions, and a hint at the help instead of all options. */
  private static int refuse(ParameterException e, String[] words) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    Optional<String> unknown = unknownCommand(e);
    String message =
        unknown
            .map(word -> "unknown command '" + word + "'")
            .orElse(String.valueOf(e.getMessage()));
    err.println(
        SafeText.line(
            "dnsonde: "
                + message.replaceFirst(
                    "^Error: ", ""))); // prefix of errors about exclusive options
    unknown.ifPresentOrElse(
        word ->
            similar(command, word).ifPresent(name -> err.println("Did you mean: " + name + "?")),
        () -> UnmatchedArgumentException.printSuggestions(e, err));
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    err.flush();
    return ExitCode.USAGE;
  }

  /** The word in the place of a command, if there is no such command. */
  private static Optional<String> unknownCommand(ParameterException e) {
    return e instanceof UnmatchedArgumentException unmatched
            && !e.getCommandLine().getSubcommands().isEmpty()
        ? unmatched.getUnmatched().stream().findFirst().filter(word -> !word.startsWith("-"))
        : Optional.empty();
  }

  /** The first command of about the same length that begins with the same character. */
  private static Optional<String> similar(CommandLine command, String word) {
    return command.getSubcommands().keySet().stream()
        .filter(name -> word.startsWith(name.substring(0, 1)))
        .filter(name -> Math.abs(name.length() - word.length()) <= 1)
        .findFirst()
        .map(name -> command.getCommandSpec().qualifiedName() + " " + name);
  }

  /**
   * Prints the message of errors in the configuration or the machine. Any other exception is a
   * defect of ours and is printed with its trace, which may quote input.
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
