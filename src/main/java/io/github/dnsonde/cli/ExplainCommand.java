package io.github.dnsonde.cli;

import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.json.FindingsJson;
import io.github.dnsonde.overview.Overview;
import io.github.dnsonde.overview.OverviewRow;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.SafeText;
import io.github.dnsonde.report.PathState;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
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

/** Explains why queries fail, and prints the policy that would fix it. */
@Command(
    name = "explain",
    header = "Explain why queries fail, and print the policy that would fix it.",
    description = {
      "",
      "Reads from the API of the agent or the controller on this host; starts none of its own. An"
          + " agent explains its node, the controller all nodes.",
      "Joins the outcomes of the probes with the verdicts of the NetworkPolicies. The policy engine"
          + " has the last word, so a policy \"would deny\".",
      "Without an argument, lists every finding.",
      ""
    },
    footer = {
      "",
      "Exit status: 0 explained, or nothing fails; 1 nobody answered, or no probe is sent from such"
          + " a pod; 2 wrong usage.",
      "",
      "Examples:",
      "  dnsonde explain",
      "  dnsonde explain payments",
      "  kubectl exec -n dnsonde deployment/dnsonde-controller -- dnsonde-controller explain"
          + " payments",
      "  kubectl exec -n dnsonde daemonset/dnsonde -- dnsonde explain payments/web-0",
      "  kubectl exec -n dnsonde daemonset/dnsonde -- dnsonde explain payments --fix | kubectl"
          + " apply -f -"
    })
public final class ExplainCommand implements Callable<Integer> {

  /** Size limit in octets of what is merged; as much as a thousand agents usually know. */
  private static final int LONGEST_INPUT = 32 << 20;

  private static final List<String> HEADER =
      List.of("POD", "SERVER", "TRANSPORT", "POLICIES SAY", "BECAUSE");

  @Spec private CommandSpec spec;
  @Mixin private ConfigOption config;
  @Mixin private OutputOption output;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAMESPACE[/POD]",
      description = "The namespace or the probed pod to explain; everything if not given.")
  private Optional<String> given = Optional.empty();

  @Option(
      names = "--fix",
      description = "Print only the policy that would fix it; nothing if none would.")
  private boolean fix;

  @Option(
      names = "--merge",
      description =
          "Read the answers of several agents from standard input and merge them: documents"
              + " {\"node\": NAME, \"diagnosis\": …}, each with the output of 'explain --output"
              + " json'. For the kubectl plugin.")
  private boolean merge;

  @Override
  public Integer call() throws ConfigException, IOException {
    check();
    if (merge) {
      return merged();
    }
    AgentClient agent = new AgentClient(config.read());
    Diagnosis all = ask(agent);
    Diagnosis shown = given.map(name -> concerning(name, all)).orElseGet(() -> findingsOf(all));
    print(shown, shown.findings().isEmpty() ? withoutFinding(agent, shown, all) : ofNamespace(all));
    return ExitCode.OK;
  }

  private Diagnosis ask(AgentClient agent) throws IOException {
    if (given.isPresent()) {
      return agent.findings(namespaceOf(given.get()));
    }
    return switch (output.format()) {
      case table -> agent.findings();
      case json -> agent.wholeFindings(spec.commandLine().getErr());
    };
  }

  /**
   * Returns a line that warns of an answer about the namespace of the pod that was given; empty if
   * something is known about the pod itself.
   */
  private String ofNamespace(Diagnosis all) {
    return given
        .filter(name -> name.contains("/") && isUnknown(name, all))
        .map(name -> "Nothing is known about pod " + name + " alone; this is about its namespace.")
        .orElse("");
  }

  private static boolean isUnknown(String name, Diagnosis all) {
    return all.findings().stream().noneMatch(finding -> isAbout(name, finding))
        && all.policyVerdicts().stream().noneMatch(verdict -> isAbout(name, verdict));
  }

  private static String namespaceOf(String name) {
    return name.replaceFirst("/.*", "");
  }

  private int merged() throws IOException {
    byte[] input = System.in.readNBytes(LONGEST_INPUT);
    if (input.length == LONGEST_INPUT) {
      throw new IOException(
          "standard input is longer than "
              + (LONGEST_INPUT >> 20)
              + " MiB: merge the answers of fewer agents");
    }
    Diagnosis all =
        MergedDiagnoses.of(
            FindingsJson.readNodes(new StringReader(new String(input, StandardCharsets.UTF_8))));
    Diagnosis shown = given.map(name -> concerning(name, all)).orElseGet(() -> findingsOf(all));
    String none = "No findings, as seen by the agents that answered.";
    print(shown, shown.findings().isEmpty() ? none : ofNamespace(all));
    return ExitCode.OK;
  }

  /** The line if nothing was found. It may be too early for a finding, or nothing may be seen. */
  private String withoutFinding(AgentClient agent, Diagnosis shown, Diagnosis all)
      throws IOException {
    Overview overview = agent.status().overview();
    String limited = ofNamespace(all);
    String seen =
        ", as seen by " + overview.subject() + "." + (limited.isEmpty() ? "" : " " + limited);
    if (given.isEmpty()) {
      return "No findings" + (overview.fails() ? " yet, but paths fail" : "") + seen;
    }
    String namespace = namespaceOf(given.get());
    List<OverviewRow> rows =
        overview.paths().stream()
            .filter(row -> row.inUse() && row.namespace().equals(namespace))
            .toList();
    if (rows.isEmpty() && shown.policyVerdicts().isEmpty()) {
      throw new IOException(agent.notProbed(given.get()));
    }
    String name = limited.isEmpty() ? given.get() : namespace;
    if (rows.stream().anyMatch(OverviewRow::fails)) {
      return "No finding about " + name + " yet, but paths fail" + seen;
    }
    return rows.stream().allMatch(row -> row.state() == PathState.GOOD)
        ? "All probes from " + name + " succeed" + seen
        : "No path from " + name + " is known to fail, but not all are tested" + seen;
  }

  private void check() {
    if (given.filter(name -> name.isBlank() || name.split("/", -1).length > 2).isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "found '" + given.get() + "', expected NAMESPACE or NAMESPACE/POD");
    }
    if (fix && given.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--fix prints the policy for one namespace: add NAMESPACE");
    }
  }

  /**
   * Prints findings and verdicts.
   *
   * @param remark the line before them; none if empty
   */
  private void print(Diagnosis shown, String remark) throws IOException {
    if (fix) {
      shown.findings().stream()
          .flatMap(finding -> finding.suggestedPolicy().stream())
          .findFirst()
          .map(SafeText::lines)
          .ifPresent(spec.commandLine().getOut()::print);
      spec.commandLine().getOut().flush();
      return;
    }
    switch (output.format()) {
      case table -> lines(shown, remark).forEach(spec.commandLine().getOut()::println);
      case json -> FindingsJson.writePretty(shown, spec.commandLine().getOut());
    }
  }

  /** The table of a whole node would be hundreds of lines: only the findings are shown. */
  private static Diagnosis findingsOf(Diagnosis all) {
    return new Diagnosis(all.findings(), List.of());
  }

  /** An answer about a pod that nothing is known about is that about its namespace. */
  private static Diagnosis concerning(String given, Diagnosis all) {
    String name = isUnknown(given, all) ? namespaceOf(given) : given;
    return new Diagnosis(
        all.findings().stream().filter(finding -> isAbout(name, finding)).toList(),
        all.policyVerdicts().stream().filter(verdict -> isAbout(name, verdict)).toList());
  }

  private static boolean isAbout(String name, Finding finding) {
    Stream<String> names =
        name.contains("/")
            ? finding.subject().pods().stream()
            : finding.subject().namespaces().stream();
    return names.anyMatch(name::equals);
  }

  private static boolean isAbout(String name, ReportedVerdict verdict) {
    return name.equals(verdict.namespace())
        || name.equals(new NamespacedName(verdict.namespace(), verdict.pod()).toString());
  }

  private static List<String> lines(Diagnosis shown, String remark) {
    List<String> lines = new ArrayList<>();
    if (!remark.isEmpty()) {
      lines.add(SafeText.line(remark));
    }
    shown.findings().forEach(finding -> lines.addAll(lines(finding)));
    if (!shown.policyVerdicts().isEmpty()) {
      lines.add("");
      lines.addAll(table(shown.policyVerdicts()));
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
    if (!finding.subject().nodes().isEmpty()) {
      lines.add(SafeText.line("  - Nodes: " + StatusText.names(finding.subject().nodes())));
    }
    if (!finding.owners().isEmpty()) {
      lines.add(SafeText.line("  - Owned by: " + StatusText.names(finding.owners())));
    }
    finding.evidence().forEach(text -> lines.add(SafeText.line("  - " + text)));
    Optional<String> yaml = finding.suggestedPolicy();
    if (yaml.isPresent()) {
      lines.add("");
      lines.add("This would fix it:");
      lines.add("");
      lines.addAll(SafeText.lines(yaml.get()).lines().toList());
    }
    return lines;
  }

  private static List<String> table(List<ReportedVerdict> policyVerdicts) {
    List<List<String>> rows = new ArrayList<>(List.of(HEADER));
    policyVerdicts.stream().map(ExplainCommand::cells).forEach(rows::add);
    Columns columns = new Columns(rows);
    return rows.stream().map(columns::line).toList();
  }

  private static List<String> cells(ReportedVerdict policyVerdict) {
    return List.of(
        policyVerdict.pod(),
        policyVerdict.server(),
        policyVerdict.transport().label(),
        policyVerdict.verdict(),
        policyVerdict.because());
  }
}
