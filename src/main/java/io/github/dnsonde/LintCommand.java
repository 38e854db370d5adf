package io.github.dnsonde;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.lint.Baseline;
import io.github.dnsonde.lint.Format;
import io.github.dnsonde.lint.Input;
import io.github.dnsonde.lint.Linter;
import io.github.dnsonde.lint.Mistake;
import io.github.dnsonde.lint.Report;
import io.github.dnsonde.lint.Resolvers;
import io.github.dnsonde.lint.Rule;
import io.github.dnsonde.lint.Severity;
import io.github.dnsonde.probe.SafeText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Judges policies before they are applied. */
@Command(
    name = "lint",
    header = "Find policies that cut pods off from DNS, before they are applied.",
    description = {
      "",
      "Reads manifests, needs no cluster. All policies of a namespace are judged together, for the"
          + " pods of the workloads beside them, or else for pods as the policies select them.",
      "What the cluster asks is told by options: the defaults are CoreDNS in kube-system and no"
          + " NodeLocal DNSCache.",
      "A policy's annotation takes findings out: dnsonde.github.io/ignore: \"rule-id: reason\", and"
          + " more of them after semicolons.",
      ""
    },
    footer = {
      "",
      "Exit status: 0 nothing at or above --fail-level, 1 something, 2 wrong usage, or something"
          + " could not be read or written.",
      "",
      "Examples:",
      "  dnsonde lint deploy/ --node-local 169.254.20.10 --cluster-ip 10.96.0.10",
      "  helm template chart | dnsonde lint - --namespace shop",
      "  dnsonde lint deploy/ --format text --format sarif=lint.sarif"
    })
final class LintCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "PATH",
      arity = "0..*",
      description =
          "A file, a folder (all *.yaml, *.yml and *.json in it and below) or - for standard"
              + " input.")
  private List<String> paths = List.of();

  @Option(
      names = {"-f", "--format"},
      paramLabel = "FORMAT[=FILE]",
      converter = TargetReader.class,
      description =
          "text, json, sarif, junit or github; may be given several times, into a file each."
              + " Default: text.")
  private List<Target> targets = List.of();

  @Option(
      names = "--fail-level",
      paramLabel = "LEVEL",
      defaultValue = "warning",
      description =
          "The least that makes the exit status 1: ${COMPLETION-CANDIDATES}. Default:"
              + " ${DEFAULT-VALUE}.")
  private FailLevel failLevel = FailLevel.warning;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Where manifests go that do not tell.")
  private Optional<String> namespace = Optional.empty();

  @Option(
      names = "--dns-namespace",
      paramLabel = "NAMESPACE",
      defaultValue = "kube-system",
      description = "Where the DNS pods are. Default: ${DEFAULT-VALUE}.")
  private String dnsNamespace = Resolvers.USUAL.namespace();

  @Option(
      names = "--dns-labels",
      split = ",",
      paramLabel = "KEY=VALUE",
      description =
          "What the DNS Service selects its pods by, with commas between. Default:"
              + " k8s-app=kube-dns.")
  private Map<String, String> dnsLabels = new LinkedHashMap<>();

  @Option(
      names = "--dns-port",
      paramLabel = "PORT",
      defaultValue = "53",
      description =
          "Where the DNS pods listen, which need not be the Service's port: 5353 on OpenShift."
              + " Default: ${DEFAULT-VALUE}.")
  private int dnsPort = Resolvers.USUAL.port();

  @Option(
      names = "--node-local",
      split = ",",
      paramLabel = "ADDRESS",
      converter = AddressReader.class,
      description =
          "An address of NodeLocal DNSCache, such as 169.254.20.10; may be given several times."
              + " Default: there is none.")
  private List<InetAddress> nodeLocal = List.of();

  @Option(
      names = "--cluster-ip",
      paramLabel = "ADDRESS",
      converter = AddressReader.class,
      description =
          "The DNS Service's address, if NodeLocal DNSCache answers on it as well, as it does where"
              + " kube-proxy uses iptables.")
  private Optional<InetAddress> clusterIp = Optional.empty();

  @Option(
      names = "--baseline",
      paramLabel = "FILE",
      description = "Findings that are known and not told again; see --write-baseline.")
  private Optional<Path> baseline = Optional.empty();

  @Option(
      names = "--write-baseline",
      paramLabel = "FILE",
      description = "Write what is found to this file and end with status 0.")
  private Optional<Path> newBaseline = Optional.empty();

  @Option(names = "--list-rules", description = "Print all rules and end.")
  private boolean listRules;

  /** From where on findings make the command fail. */
  enum FailLevel {
    error,
    warning,
    info,
    none
  }

  /** Where a report goes, and as what; without a file to standard output. */
  record Target(Format format, Optional<Path> file) {}

  /** Reads {@code sarif=lint.sarif}. */
  static final class TargetReader implements ITypeConverter<Target> {
    @Override
    public Target convert(String text) {
      String[] parts = text.split("=", 2);
      Format format =
          Stream.of(Format.values())
              .filter(each -> each.name().equalsIgnoreCase(parts[0]))
              .findFirst()
              .orElseThrow(
                  () ->
                      new TypeConversionException(
                          "found '"
                              + text
                              + "', expected one of "
                              + List.of(Format.values())
                              + ", and =FILE behind it for a file"));
      return new Target(
          format, parts.length > 1 ? Optional.of(Path.of(parts[1])) : Optional.empty());
    }
  }

  /** No name is looked up. */
  static final class AddressReader implements ITypeConverter<InetAddress> {
    @Override
    public InetAddress convert(String text) {
      try {
        return InetAddress.ofLiteral(text);
      } catch (IllegalArgumentException _) {
        throw new TypeConversionException(
            "found '" + text + "', expected an address such as 169.254.20.10");
      }
    }
  }

  @Override
  public Integer call() {
    if (listRules) {
      rules().forEach(spec.commandLine().getOut()::println);
      return ExitCode.OK;
    }
    checkUsage();
    try {
      Baseline known = baseline.isPresent() ? Baseline.read(baseline.get()) : Baseline.NONE;
      Input input = Input.read(paths, System.in);
      Report report = Linter.judge(input, resolvers(), namespace, known);
      write(report);
      return status(report);
    } catch (IOException e) {
      spec.commandLine().getErr().println(SafeText.line("dnsonde: " + e.getMessage()));
      return ExitCode.USAGE;
    }
  }

  private void checkUsage() {
    if (paths.isEmpty()) {
      throw usage("nothing to read: give files, folders, or - for standard input");
    }
    if (dnsPort < 1 || dnsPort > 65_535) {
      throw usage("--dns-port must be 1 to 65535, found " + dnsPort);
    }
    if (targets.stream().filter(each -> each.file().isEmpty()).count() > 1) {
      throw usage("only one --format can go to standard output; give the others a file: =FILE");
    }
  }

  private Resolvers resolvers() {
    return new Resolvers(
        dnsNamespace,
        dnsLabels.isEmpty() ? Resolvers.USUAL.labels() : new Labels(dnsLabels),
        dnsPort,
        clusterIp,
        nodeLocal);
  }

  private void write(Report report) throws IOException {
    List<Target> all =
        targets.isEmpty() ? List.of(new Target(Format.text, Optional.empty())) : targets;
    for (Target target : all) {
      if (target.file().isPresent()) {
        try (Writer file = Files.newBufferedWriter(target.file().get(), UTF_8)) {
          target.format().write(report, file);
        }
      } else {
        target.format().write(report, spec.commandLine().getOut());
      }
    }
    PrintWriter err = spec.commandLine().getErr();
    report.mistakes().stream().map(Mistake::toString).map(SafeText::line).forEach(err::println);
    err.flush();
    if (newBaseline.isPresent()) {
      Baseline.write(report, newBaseline.get());
    }
  }

  private int status(Report report) {
    if (!report.mistakes().isEmpty()) {
      return ExitCode.USAGE;
    }
    boolean fails =
        newBaseline.isEmpty()
            && switch (failLevel) {
              case error -> report.hasAny(Severity.ERROR);
              case warning -> report.hasAny(Severity.WARNING);
              case info -> report.hasAny(Severity.INFO);
              case none -> false;
            };
    return fails ? ExitCode.SOFTWARE : ExitCode.OK;
  }

  private static List<String> rules() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("RULE", "SEVERITY", "WHAT"));
    Stream.of(Rule.values())
        .map(rule -> List.of(rule.id(), rule.severity().label(), rule.says()))
        .forEach(rows::add);
    Columns columns = new Columns(rows);
    return rows.stream().map(columns::line).toList();
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
