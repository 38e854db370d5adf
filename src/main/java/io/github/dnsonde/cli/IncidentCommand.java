package io.github.dnsonde.cli;

import io.github.dnsonde.config.Arguments;
import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.json.TimelineJson;
import io.github.dnsonde.overview.IncidentEntry;
import io.github.dnsonde.overview.PolicySight;
import io.github.dnsonde.overview.Timeline;
import io.github.dnsonde.probe.SafeText;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the timeline of an incident. */
@Command(
    name = "incident",
    header = "Print what happened to the DNS of a namespace, as a timeline in Markdown.",
    description = {
      "",
      "Reads from the API of the agent or the controller on this host; starts none of its own. An"
          + " agent knows its node, the controller knows the cluster.",
      "Lists changes of NetworkPolicies, the first failure, the cause when it was found, its spread"
          + " over nodes, and the recovery, with the times between them.",
      ""
    },
    footer = {
      "",
      "Exit status: 0 printed, even if nothing happened; 1 nobody answered; 2 wrong usage.",
      "",
      "Examples:",
      "  dnsonde incident payments",
      "  kubectl exec -n dnsonde deployment/dnsonde-controller -- dnsonde-controller incident"
          + " payments --since 2h"
    })
public final class IncidentCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private ConfigOption config;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "markdown",
      description = "Output format: markdown, also called table, or json. Default: markdown.")
  private Format format = Format.markdown;

  @Parameters(paramLabel = "NAMESPACE", description = "The namespace.")
  private String namespace = "";

  @Option(
      names = "--since",
      paramLabel = "TIME",
      defaultValue = "2h",
      description =
          "The time to look back, such as 30m or 24h, the longest. Default: ${DEFAULT-VALUE}.")
  private String since = "";

  /** The format of a timeline. */
  enum Format {
    markdown,
    table,
    json
  }

  @Override
  public Integer call() throws ConfigException, IOException {
    Duration back = back();
    Timeline timeline = new AgentClient(config.read()).timeline().of(namespace, back);
    switch (format) {
      case markdown, table ->
          markdown(timeline, back).forEach(spec.commandLine().getOut()::println);
      case json -> TimelineJson.writePretty(timeline, spec.commandLine().getOut());
    }
    return ExitCode.OK;
  }

  private Duration back() {
    try {
      return Arguments.lookBack(since);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(),
          "Invalid value for option '--since': found '" + since + "', " + e.getMessage(),
          e);
    }
  }

  private List<String> markdown(Timeline timeline, Duration back) {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "# DNS of namespace " + Markdown.text(namespace),
                "",
                "Seen by "
                    + Markdown.text(timeline.subject())
                    + ", from "
                    + seconds(timeline.at().minus(back))
                    + " to "
                    + seconds(timeline.at())
                    + "."));
    if (timeline.completeFrom().isAfter(timeline.at().minus(back))) {
      lines.add("Complete from " + seconds(timeline.completeFrom()) + ".");
    }
    if (timeline.policies() == PolicySight.WHILE_FAILING) {
      lines.add("Changes of policies are known only from times when a namespace failed.");
    }
    lines.add("");
    if (timeline.entries().isEmpty()) {
      lines.add("No change of a policy and no finding yet; see `dnsonde status`.");
    }
    timeline.entries().stream().map(IncidentCommand::line).forEach(lines::add);
    return lines.stream().map(SafeText::line).toList();
  }

  private static String line(IncidentEntry entry) {
    return "- "
        + seconds(entry.at())
        + " **"
        + entry.kind().label()
        + "** "
        + Markdown.text(entry.text());
  }

  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }
}
