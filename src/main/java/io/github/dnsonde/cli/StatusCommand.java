package io.github.dnsonde.cli;

import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.json.OverviewJson;
import io.github.dnsonde.overview.Overview;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the state of DNS on a node or in the cluster. */
@Command(
    name = "status",
    header = "Show which namespaces cannot resolve names: of the node, or of the cluster.",
    description = {
      "",
      "Reads from the API of the agent or the controller on this host; starts none of its own. An"
          + " agent knows its node, the controller knows the cluster.",
      "Lists each namespace, server and transport that is not good, the worst first, then what"
          + " explains it, what is not seen, and what the probing costs.",
      ""
    },
    footer = {
      "",
      "Exit status: 0 no path in use fails; 1 one fails, or nobody answered; 2 wrong usage.",
      "",
      "Examples:",
      "  dnsonde status",
      "  kubectl exec -n dnsonde deployment/dnsonde-controller -- dnsonde-controller status",
      "  kubectl exec -n dnsonde daemonset/dnsonde -- dnsonde status --all",
      "  dnsonde status --watch"
    })
public final class StatusCommand implements Callable<Integer> {

  private static final Duration BETWEEN = Duration.ofSeconds(2);

  /** ECMA-48: moves the cursor home and erases the screen. */
  private static final String CLEAR = "\u001b[H\u001b[2J";

  @Spec private CommandSpec spec;
  @Mixin private ConfigOption config;
  @Mixin private OutputOption output;

  @Option(
      names = "--all",
      description = "List every path, and each namespace that is not seen on some node.")
  private boolean all;

  @Option(
      names = {"-w", "--watch"},
      description = "Show it again every two seconds, until interrupted.")
  private boolean watch;

  @Override
  public Integer call() throws ConfigException, IOException, InterruptedException {
    AgentClient client = new AgentClient(config.read());
    Overview overview = show(client);
    while (watch && !spec.commandLine().getOut().checkError()) {
      Thread.sleep(BETWEEN);
      overview = show(client);
    }
    return overview.fails() ? ExitCode.SOFTWARE : ExitCode.OK;
  }

  private static boolean onTerminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  private Overview show(AgentClient client) throws IOException {
    OverviewJson.Read read =
        switch (output.format()) {
          case table -> client.status();
          case json -> client.wholeStatus(spec.commandLine().getErr());
        };
    PrintWriter out = spec.commandLine().getOut();
    switch (output.format()) {
      case table -> {
        if (watch && onTerminal()) {
          out.print(CLEAR);
        }
        new StatusText(read, all).lines().forEach(out::println);
      }
      case json -> OverviewJson.writePretty(read, out);
    }
    out.flush();
    return read.overview();
  }
}
