package io.github.dnsonde.cli;

import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.json.VantagesJson;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.SafeText;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.VantageStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the pods and servers that the running agent knows. */
@Command(
    name = "vantages",
    header = "List the pods of this node, and which of them are vantages.",
    description = {
      "",
      "Reads from the agent that runs here, by its API on loopback; does not start one.",
      "Pods of one namespace that the same egress policies select form a class, and one pod of each"
          + " class is a vantage, from which the agent sends its queries.",
      ""
    },
    footer = {
      "",
      "Exit status: 0 if listed, 1 if no agent answered, 2 wrong usage.",
      "",
      "Examples:",
      "  dnsonde vantages --namespace payments",
      "  kubectl exec -n dnsonde daemonset/dnsonde -- dnsonde vantages"
    })
public final class VantagesCommand implements Callable<Integer> {

  private static final List<String> HEADER =
      List.of(
          "NAMESPACE",
          "WORKLOAD",
          "POD",
          "ADDRESS",
          "CLASS",
          "STANDING",
          "RESOLVER",
          "USES",
          "WHY");

  @Spec private CommandSpec spec;
  @Mixin private ConfigOption config;
  @Mixin private OutputOption output;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Only pods of this namespace.")
  private Optional<String> namespace = Optional.empty();

  @Override
  public Integer call() throws ConfigException, IOException {
    VantagesJson.Vantages all = new AgentClient(config.read()).vantages();
    VantagesJson.Vantages wanted =
        new VantagesJson.Vantages(
            all.servers(),
            all.candidates().stream().filter(this::isWanted).toList(),
            all.resolver(),
            all.remarks(),
            all.parts());
    switch (output.format()) {
      case table -> lines(wanted).forEach(spec.commandLine().getOut()::println);
      case json -> VantagesJson.writePretty(wanted, spec.commandLine().getOut());
    }
    return ExitCode.OK;
  }

  private boolean isWanted(Candidate candidate) {
    return namespace.isEmpty() || namespace.get().equals(candidate.namespace());
  }

  private static List<String> lines(VantagesJson.Vantages vantages) {
    List<List<String>> rows = new ArrayList<>(List.of(HEADER));
    vantages.candidates().stream()
        .map(candidate -> cells(candidate, vantages.part(candidate)))
        .forEach(rows::add);
    Columns columns = new Columns(rows);
    List<String> lines = new ArrayList<>(rows.stream().map(columns::line).toList());
    lines.add("");
    below(vantages).stream().map(SafeText::line).forEach(lines::add);
    return lines;
  }

  /** The lines below the table. */
  private static List<String> below(VantagesJson.Vantages vantages) {
    List<String> lines = new ArrayList<>(List.of(summary(vantages)));
    lines.addAll(servers(vantages));
    String own = vantages.resolver().words();
    lines.add("The agent's own resolv.conf: " + (own.isEmpty() ? "not known" : own));
    vantages.remarks().forEach(remark -> lines.add("Note: " + remark));
    return lines;
  }

  private static List<String> cells(Candidate candidate, Optional<VantagesJson.Part> part) {
    return List.of(
        candidate.namespace(),
        candidate.workload(),
        candidate.pod(),
        candidate.address().map(Addresses::text).orElse("-"),
        candidate.policyClass(),
        candidate.status().label(),
        resolver(candidate),
        orDash(String.join(",", candidate.resolver().servers())),
        candidate.status().words() + part.map(VantagesCommand::words).orElse(""));
  }

  private static String resolver(Candidate candidate) {
    return orDash(
        (candidate.resolver().policy() + " " + candidate.resolver().config().words()).strip());
  }

  private static String orDash(String text) {
    return text.isEmpty() ? "-" : text;
  }

  private static String summary(VantagesJson.Vantages vantages) {
    long chosen =
        vantages.candidates().stream()
            .filter(candidate -> candidate.status() == VantageStatus.CHOSEN)
            .count();
    return chosen
        + " of "
        + vantages.candidates().size()
        + " pods are vantages"
        + (vantages.parts().isEmpty() ? "" : parts(vantages));
  }

  private static String parts(VantagesJson.Vantages vantages) {
    List<VantagesJson.Part> parts =
        vantages.candidates().stream()
            .flatMap(candidate -> vantages.part(candidate).stream())
            .toList();
    int core = Collections.frequency(parts, VantagesJson.Part.CORE);
    return ": " + core + " core, " + (parts.size() - core) + " in the background";
  }

  private static String words(VantagesJson.Part part) {
    return switch (part) {
      case CORE -> "; core: it takes turns with other nodes";
      case BACKGROUND -> "; in the background: a few queries, now and then";
    };
  }

  private static List<String> servers(VantagesJson.Vantages vantages) {
    return vantages.servers().isEmpty()
        ? List.of("No server is queried")
        : vantages.servers().stream()
            .map(
                server ->
                    "Queried: " + server.name() + " " + server.hostPort() + use(server, vantages))
            .toList();
  }

  private static String use(Server server, VantagesJson.Vantages vantages) {
    long users =
        vantages.candidates().stream()
            .filter(candidate -> candidate.resolver().servers().contains(server.name()))
            .count();
    return ", in use by " + (users == 0 ? "none" : users) + " of these pods";
  }
}
