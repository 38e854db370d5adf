package io.github.dnsonde;

import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.json.FindingsJson;
import io.github.dnsonde.probe.Diagnosis;
import io.github.dnsonde.probe.Finding;
import io.github.dnsonde.probe.Ruling;
import io.github.dnsonde.probe.SafeText;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says why questions from a namespace fail, and what would mend it. */
@Command(
    name = "explain",
    header = "Say why a namespace's questions fail, and what would mend it.",
    description = {
      "",
      "Asks the agent that runs here, by its API on loopback; starts none of its own.",
      "Joins what the wire did on this node with what the NetworkPolicies say. The policy engine"
          + " decides in the end: a policy would deny.",
      ""
    },
    footer = {
      "",
      "Exit status: 0 explained, or nothing fails; 1 no agent answered, or it asks from no such"
          + " pod; 2 wrong usage.",
      "",
      "Examples:",
      "  dnsonde explain payments",
      "  kubectl exec -n dnsonde daemonset/dnsonde -- dnsonde explain payments/web-0",
      "  kubectl exec -n dnsonde daemonset/dnsonde -- dnsonde explain payments --mending | kubectl"
          + " apply -f -"
    })
final class ExplainCommand implements Callable<Integer> {

  private static final List<String> HEADER =
      List.of("POD", "SERVER", "TRANSPORT", "POLICIES SAY", "BECAUSE");

  @Spec private CommandSpec spec;
  @Mixin private ConfigOption config;
  @Mixin private OutputOption output;

  @Parameters(
      paramLabel = "NAMESPACE[/POD]",
      description = "Whose questions; a pod must be one that is asked from.")
  private String whose = "";

  @Option(
      names = "--mending",
      description =
          "Print nothing but the NetworkPolicy that would mend it; nothing if none would.")
  private boolean mending;

  @Override
  public Integer call() throws ConfigException, IOException {
    if (whose.isBlank() || whose.chars().filter(c -> c == '/').count() > 1) {
      throw new ParameterException(
          spec.commandLine(), "found '" + whose + "', expected NAMESPACE or NAMESPACE/POD");
    }
    AgentApi agent = new AgentApi(config.read());
    Diagnosis asked = concerning(agent.findings());
    if (asked.rulings().isEmpty() && asked.findings().isEmpty()) {
      throw new IOException(agent.asksNotFrom(whose));
    }
    print(asked);
    return ExitCode.OK;
  }

  private void print(Diagnosis asked) throws IOException {
    if (mending) {
      asked.findings().stream()
          .flatMap(finding -> finding.mending().stream())
          .findFirst()
          .map(SafeText::lines)
          .ifPresent(spec.commandLine().getOut()::print);
      spec.commandLine().getOut().flush();
      return;
    }
    switch (output.format()) {
      case table -> lines(asked).forEach(spec.commandLine().getOut()::println);
      case json -> FindingsJson.writePretty(asked, spec.commandLine().getOut());
    }
  }

  private Diagnosis concerning(Diagnosis all) {
    return new Diagnosis(
        all.findings().stream().filter(this::isMeant).toList(),
        all.rulings().stream().filter(this::isMeant).toList());
  }

  private boolean isMeant(Finding finding) {
    Stream<String> names =
        whose.contains("/")
            ? finding.subject().pods().stream()
            : finding.subject().namespaces().stream();
    return names.anyMatch(whose::equals);
  }

  private boolean isMeant(Ruling ruling) {
    return whose.equals(ruling.namespace())
        || whose.equals(ruling.namespace() + "/" + ruling.pod());
  }

  private List<String> lines(Diagnosis asked) {
    List<String> lines = new ArrayList<>();
    if (asked.findings().isEmpty()) {
      lines.add(SafeText.line("Nothing that is asked from " + whose + " on this node fails."));
    }
    asked.findings().forEach(finding -> lines.addAll(lines(finding)));
    if (!asked.rulings().isEmpty()) {
      lines.add("");
      lines.addAll(table(asked.rulings()));
    }
    return lines;
  }

  private static List<String> lines(Finding finding) {
    List<String> lines = new ArrayList<>();
    lines.add(SafeText.line(finding.sentence()));
    lines.add(
        "  "
            + finding.code().label()
            + ", "
            + finding.confidence().label()
            + ", since "
            + finding.since().truncatedTo(ChronoUnit.SECONDS));
    finding.evidence().forEach(each -> lines.add(SafeText.line("  - " + each)));
    Optional<String> yaml = finding.mending();
    if (yaml.isPresent()) {
      lines.add("");
      lines.add("This would mend it:");
      lines.add("");
      lines.addAll(SafeText.lines(yaml.get()).lines().toList());
    }
    return lines;
  }

  private static List<String> table(List<Ruling> rulings) {
    List<List<String>> rows = new ArrayList<>(List.of(HEADER));
    rulings.stream().map(ExplainCommand::cells).forEach(rows::add);
    Columns columns = new Columns(rows);
    return rows.stream().map(columns::line).toList();
  }

  private static List<String> cells(Ruling ruling) {
    return List.of(
        ruling.pod(),
        ruling.server(),
        ruling.transport().label(),
        ruling.verdict(),
        ruling.because());
  }
}
