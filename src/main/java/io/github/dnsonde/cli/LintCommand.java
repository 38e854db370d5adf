package io.github.dnsonde.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dnsonde.cluster.ClusterSnapshot;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.files.Ancestry;
import io.github.dnsonde.files.Walk;
import io.github.dnsonde.kube.SnapshotReader;
import io.github.dnsonde.lint.Against;
import io.github.dnsonde.lint.Baseline;
import io.github.dnsonde.lint.ClusterDns;
import io.github.dnsonde.lint.ClusterDns.DnsPods;
import io.github.dnsonde.lint.ClusterDns.Networks;
import io.github.dnsonde.lint.Format;
import io.github.dnsonde.lint.Input;
import io.github.dnsonde.lint.InputError;
import io.github.dnsonde.lint.KustomizeBuild;
import io.github.dnsonde.lint.Linter;
import io.github.dnsonde.lint.LiveCluster;
import io.github.dnsonde.lint.Platform;
import io.github.dnsonde.lint.Preferences;
import io.github.dnsonde.lint.Report;
import io.github.dnsonde.lint.Rule;
import io.github.dnsonde.lint.Severity;
import io.github.dnsonde.probe.Cidr;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.SafeText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Checks policies before they are applied. */
@Command(
    name = "lint",
    header = "Find policies that cut pods off from DNS, before they are applied.",
    description = {
      "",
      "Reads manifests and runs no program. It needs no cluster. Manifests that are applied"
          + " together are checked together: a kustomization, a chart, a folder with its parents."
          + " The pods are those of the workloads in the input, otherwise pods that the policies"
          + " would select.",
      "--against-cluster compares the manifests with a live cluster, which it only reads: it"
          + " counts the pods that run now and would lose DNS. Then only what gets worse is an"
          + " error, and the cluster shows its DNS itself.",
      "Specify the cluster's DNS with --platform and other options. The defaults are CoreDNS in"
          + " kube-system and no NodeLocal DNSCache. A .dnsonde-lint.yaml in the repository may"
          + " contain the same settings, under the names of the options.",
      "Exclude files with --exclude, or with .dnsondeignore files in the syntax of .gitignore.",
      "An annotation of a policy suppresses findings: dnsonde.github.io/ignore: \"rule-id:"
          + " reason\"; separate several with semicolons.",
      ""
    },
    footer = {
      "",
      "Exit status: 0 if nothing is at or above --fail-level, 1 otherwise, 2 wrong usage, input"
          + " that could not be read, a cluster that gives no answer, output that could not be"
          + " written, or no NetworkPolicy at all.",
      "",
      "Examples:",
      "  dnsonde lint deploy/ --node-local 169.254.20.10 --cluster-ip 10.96.0.10",
      "  helm template chart | dnsonde lint - --namespace shop",
      "  dnsonde lint . --build --platform openshift --exclude 'charts/**/templates/'",
      "  dnsonde lint deploy/ --format text --format sarif=lint.sarif",
      "  dnsonde lint deploy/ --against-cluster --context prod",
      "  kubectl kustomize overlays/prod | dnsonde lint - --against-cluster --prune"
    })
public final class LintCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;

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
          "text, json, sarif, junit, github or gitlab; may be given several times, with a file"
              + " each. Default: text.")
  private List<Target> targets = List.of();

  @Option(
      names = "--fail-level",
      paramLabel = "LEVEL",
      description =
          "Lowest severity that makes the exit status 1: ${COMPLETION-CANDIDATES}. Default:"
              + " warning.")
  private Optional<FailLevel> failLevel = Optional.empty();

  @Option(names = "--allow-empty", description = "Accept an input without any NetworkPolicy.")
  private boolean allowEmpty;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "A file with settings, instead of the .dnsonde-lint.yaml that is nearest to the first"
              + " PATH in its repository. Options of the command line take precedence.")
  private Optional<Path> config = Optional.empty();

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Namespace for manifests that do not specify one.")
  private Optional<String> namespace = Optional.empty();

  @Option(
      names = "--platform",
      paramLabel = "NAME",
      converter = PlatformReader.class,
      description =
          "Distribution, for its DNS settings: kubeadm, openshift, rke2, k3s, eks, eks-auto, aks,"
              + " gke, gke-dpv2, gke-clouddns, talos, kops, gardener, cilium or cilium-lrp. The"
              + " options below override parts of it. Default: kubeadm.")
  private Optional<Platform> platform = Optional.empty();

  @Option(
      names = "--dns-namespace",
      paramLabel = "NAMESPACE",
      description = "Namespace of the DNS pods. Default: kube-system.")
  private Optional<String> dnsNamespace = Optional.empty();

  @Option(
      names = "--dns-labels",
      split = ",",
      paramLabel = "KEY=VALUE",
      description =
          "Selector of the DNS Service, separated by commas. Default:" + " k8s-app=kube-dns.")
  private Map<String, String> dnsLabels = new LinkedHashMap<>();

  @Option(
      names = "--dns-port",
      paramLabel = "PORT",
      description =
          "Port that the DNS pods listen on. May differ from the Service's port: 5353 on OpenShift."
              + " Default: 53.")
  private Optional<Integer> dnsPort = Optional.empty();

  @Option(
      names = "--dns-port-names",
      split = ",",
      paramLabel = "PROTOCOL=NAME",
      description =
          "Names of the ports of the DNS pods' containers, such as UDP=udp-53,TCP=tcp-53."
              + " Default: UDP=dns,TCP=dns-tcp.")
  private Map<Protocol, String> dnsPortNames = new LinkedHashMap<>();

  @Option(
      names = "--node-local",
      split = ",",
      paramLabel = "ADDRESS",
      converter = AddressReader.class,
      description =
          "An address of NodeLocal DNSCache, such as 169.254.20.10; may be given several times."
              + " Default: none.")
  private List<InetAddress> nodeLocal = List.of();

  @Option(
      names = "--cluster-ip",
      paramLabel = "ADDRESS",
      converter = AddressReader.class,
      description =
          "The DNS Service's address, if NodeLocal DNSCache also answers on it, as it does if"
              + " kube-proxy uses iptables.")
  private Optional<InetAddress> clusterIp = Optional.empty();

  @Option(
      names = "--pod-cidr",
      split = ",",
      paramLabel = "CIDR",
      converter = NetworkReader.class,
      description = "Address range of pods, such as 10.42.0.0/16. Default: not known.")
  private List<Cidr> podCidrs = List.of();

  @Option(
      names = "--service-cidr",
      split = ",",
      paramLabel = "CIDR",
      converter = NetworkReader.class,
      description = "Address range of Services. Default: not known.")
  private List<Cidr> serviceCidrs = List.of();

  @Option(
      names = "--baseline",
      paramLabel = "FILE",
      description = "File of known findings, which are not reported again; see --write-baseline.")
  private Optional<Path> baseline = Optional.empty();

  @Option(
      names = "--write-baseline",
      paramLabel = "FILE",
      description = "Write the findings to this file and exit with status 0.")
  private Optional<Path> newBaseline = Optional.empty();

  @Option(
      names = "--unit",
      paramLabel = "DIR",
      description =
          "A folder whose files are applied together, regardless of its structure; may be given"
              + " several times. Default: kustomizations, charts and folders are detected.")
  private List<Path> units = List.of();

  @Option(
      names = "--build",
      description =
          "Run kustomize, or that of kubectl, for each kustomization that needs only files of the"
              + " repository, and check its output. Without this option no program is run.")
  private boolean build;

  @Option(
      names = "--include",
      paramLabel = "PATTERN",
      description =
          "Read only matching files, in the syntax of .gitignore; may be given several times.")
  private List<String> include = List.of();

  @Option(
      names = "--exclude",
      paramLabel = "PATTERN",
      description =
          "Skip matching files and folders, like the lines of a .dnsondeignore; may be given"
              + " several times.")
  private List<String> exclude = List.of();

  @Option(
      names = "--no-ignore",
      description =
          "Also report what the repository itself leaves out: files by .dnsondeignore, findings by"
              + " annotations, and both by keys of its .dnsonde-lint.yaml (include, exclude,"
              + " baseline, fail-level, allow-empty).")
  private boolean noIgnore;

  @Option(
      names = "--against-cluster",
      description =
          "Judge what the cluster of the kubeconfig would be after the change. Needs to list pods,"
              + " networkpolicies, namespaces and the DNS Service; says what it could not see.")
  private boolean againstCluster;

  @Option(
      names = "--prune",
      description =
          "NetworkPolicies that the input no longer has are removed: those that the same Argo CD"
              + " application or Flux object has applied, in the namespaces of the input.")
  private boolean prune;

  @Option(
      names = "--prune-selector",
      paramLabel = "SELECTOR",
      description = "Instead, those with these labels, as in kubectl apply --prune -l.")
  private Optional<String> pruneSelector = Optional.empty();

  @Option(names = "--list-rules", description = "Print all rules and exit.")
  private boolean listRules;

  /** The lowest severity that makes the command fail. */
  enum FailLevel {
    error,
    warning,
    info,
    none
  }

  /** The format and the file of a report; without a file it goes to standard output. */
  record Target(Format format, Optional<Path> file) {}

  /** Reads a target such as {@code sarif=lint.sarif}. */
  static final class TargetReader implements ITypeConverter<Target> {
    @Override
    public Target convert(String text) {
      String[] parts = text.split("=", 2);
      Format format =
          Stream.of(Format.values())
              .filter(candidate -> candidate.name().equalsIgnoreCase(parts[0]))
              .findFirst()
              .orElseThrow(
                  () ->
                      new TypeConversionException(
                          "found '"
                              + text
                              + "', expected one of "
                              + List.of(Format.values())
                              + ", followed by =FILE for a file"));
      return new Target(
          format, parts.length > 1 ? Optional.of(Path.of(parts[1])) : Optional.empty());
    }
  }

  /** Reads a network such as {@code 10.42.0.0/16}. */
  static final class NetworkReader implements ITypeConverter<Cidr> {
    @Override
    public Cidr convert(String text) {
      try {
        return Cidr.around(text);
      } catch (IllegalArgumentException _) {
        throw new TypeConversionException(
            "found '" + text + "', expected a network such as 10.42.0.0/16");
      }
    }
  }

  /** Reads a platform such as {@code eks-auto}. */
  static final class PlatformReader implements ITypeConverter<Platform> {
    @Override
    public Platform convert(String text) {
      return Platform.of(text)
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "found '" + text + "', expected one of " + Platform.ids()));
    }
  }

  @Override
  public Integer call() {
    if (listRules) {
      rules().forEach(spec.commandLine().getOut()::println);
      return ExitCode.OK;
    }
    if (paths.isEmpty()) {
      throw usage("nothing to read: specify files, folders, or - for standard input");
    }
    try {
      adopt();
      checkUsage();
      Baseline known = baseline.isPresent() ? Baseline.read(baseline.get()) : Baseline.NONE;
      Walk.Choice choice = new Walk.Choice(include, exclude, !noIgnore);
      Input input = Input.read(paths, choice, System.in);
      Report report = againstCluster ? compared(input, known) : judged(input, known);
      write(report);
      return status(report);
    } catch (Preferences.Unusable e) {
      String.valueOf(e.getMessage()).lines().forEach(spec.commandLine().getErr()::println);
      return ExitCode.USAGE;
    } catch (IOException e) {
      spec.commandLine().getErr().println(SafeText.line("dnsonde: " + e.getMessage()));
      return ExitCode.USAGE;
    }
  }

  private Report judged(Input input, Baseline known) throws IOException {
    return Linter.judge(
        input, new Linter.Settings(resolvers(), namespace, units, kustomize(), !noIgnore), known);
  }

  private Report compared(Input input, Baseline known) throws IOException {
    try (SnapshotReader reader = cluster.open()) {
      return Linter.judge(
          input,
          new Linter.Settings(
              resolvers(),
              namespace.or(() -> Optional.of(reader.namespace())),
              units,
              kustomize(),
              !noIgnore,
              Optional.of(
                  new Against(
                      new ReadCluster(reader), givenDnsNamespace(), prunes(), pruneSelector))),
          known);
    }
  }

  private boolean prunes() {
    return prune || pruneSelector.isPresent();
  }

  private Optional<String> givenDnsNamespace() {
    return dnsNamespace.or(() -> platform.map(given -> given.clusterDns().pods().namespace()));
  }

  /** A cluster that is read. */
  private record ReadCluster(SnapshotReader reader) implements LiveCluster {
    @Override
    public ClusterSnapshot read(
        Set<String> namespaces, boolean everywhere, Optional<String> dnsNamespace)
        throws IOException {
      return reader.read(new SnapshotReader.Wanted(namespaces, everywhere, dnsNamespace));
    }

    @Override
    public Set<NamespacedName> policies(String namespace, String selector) throws IOException {
      return reader.policies(namespace, selector);
    }
  }

  /** Takes the settings that the command line leaves open from the configuration. */
  private void adopt() throws IOException {
    Optional<Path> found =
        paths.stream()
            .filter(path -> !path.equals("-"))
            .findFirst()
            .flatMap(path -> Preferences.find(Path.of(path)));
    Optional<Path> file = config.or(() -> found);
    if (file.isEmpty()) {
      return;
    }
    Preferences says = Preferences.read(file.get());
    if (dnsNamespace.isEmpty() && dnsLabels.isEmpty()) {
      dnsNamespace = platform.isPresent() ? Optional.empty() : says.dnsNamespace();
      dnsLabels = platform.isPresent() ? Map.of() : says.dnsLabels();
    }
    platform = platform.or(says::platform);
    namespace = namespace.or(says::namespace);
    dnsPort = dnsPort.or(says::dnsPort);
    dnsPortNames = dnsPortNames.isEmpty() ? says.dnsPortNames() : dnsPortNames;
    nodeLocal = nodeLocal.isEmpty() ? says.nodeLocal() : nodeLocal;
    clusterIp = clusterIp.or(says::clusterIp);
    podCidrs = podCidrs.isEmpty() ? says.podCidrs() : podCidrs;
    serviceCidrs = serviceCidrs.isEmpty() ? says.serviceCidrs() : serviceCidrs;
    units = units.isEmpty() ? says.units() : units;
    if (config.isPresent() || !noIgnore) {
      include = include.isEmpty() ? says.include() : include;
      exclude = Stream.concat(says.exclude().stream(), exclude.stream()).toList();
      baseline = baseline.or(says::baseline);
      failLevel = failLevel.or(() -> says.failLevel().map(FailLevel::valueOf));
      allowEmpty |= says.allowEmpty();
    }
  }

  private void checkUsage() {
    dnsPort
        .filter(port -> port < 1 || port > 65_535)
        .ifPresent(
            port -> {
              throw usage("--dns-port must be 1 to 65535, found " + port);
            });
    if (!againstCluster && (cluster.areGiven() || prunes())) {
      throw usage("--context, --kubeconfig, --prune and --prune-selector need --against-cluster");
    }
    if (targets.stream().filter(target -> target.file().isEmpty()).count() > 1) {
      throw usage(
          "only one --format can use standard output; specify a file for the others: =FILE");
    }
  }

  private Optional<KustomizeBuild> kustomize() throws IOException {
    if (!build) {
      return Optional.empty();
    }
    String searched = System.getenv().getOrDefault("PATH", "");
    List<Path> above = Ancestry.of(Path.of(paths.getFirst()));
    return Optional.of(KustomizeBuild.find(searched, above.getLast()));
  }

  private ClusterDns resolvers() {
    ClusterDns preset = platform.map(Platform::clusterDns).orElse(ClusterDns.USUAL);
    DnsPods pods = preset.pods();
    Map<Protocol, Set<String>> names = new EnumMap<>(Protocol.class);
    names.putAll(pods.portNames());
    dnsPortNames.forEach((protocol, name) -> names.put(protocol, Set.of(name)));
    boolean ofPods = dnsNamespace.isPresent() || !dnsLabels.isEmpty();
    boolean onNode = !preset.hasPods() && !ofPods;
    List<InetAddress> service = onNode ? clusterIp.stream().toList() : List.of();
    return new ClusterDns(
        new DnsPods(
            dnsNamespace.orElse(pods.namespace()),
            dnsLabels.isEmpty() ? pods.labels() : new Labels(dnsLabels),
            dnsLabels.isEmpty() ? pods.further() : Labels.NONE,
            dnsPort.orElse(pods.port()),
            names),
        !onNode,
        clusterIp,
        !nodeLocal.isEmpty() ? nodeLocal : service.isEmpty() ? preset.nodeLocal() : service,
        new Networks(
            podCidrs.isEmpty() ? preset.networks().pods() : podCidrs,
            serviceCidrs.isEmpty() ? preset.networks().services() : serviceCidrs,
            preset.networks().blocksMatchPods()));
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
    report.mistakes().stream().map(InputError::toString).map(SafeText::line).forEach(err::println);
    err.flush();
    if (newBaseline.isPresent()) {
      Baseline.write(report, newBaseline.get());
    }
  }

  private int status(Report report) {
    if (!report.mistakes().isEmpty()) {
      return ExitCode.USAGE;
    }
    if (report.count().policies() == 0 && !allowEmpty && !againstCluster) {
      spec.commandLine().getErr().println("dnsonde: " + empty(report));
      return ExitCode.USAGE;
    }
    boolean fails =
        newBaseline.isEmpty()
            && switch (failLevel.orElse(FailLevel.warning)) {
              case error -> report.hasAny(Severity.ERROR);
              case warning -> report.hasAny(Severity.WARNING);
              case info -> report.hasAny(Severity.INFO);
              case none -> false;
            };
    return fails ? ExitCode.SOFTWARE : ExitCode.OK;
  }

  private static String empty(Report report) {
    Report.Count count = report.count();
    return "nothing to check: no NetworkPolicy in "
        + number(count.files(), "file", "files")
        + (count.patches() > 0 ? ", and " + number(count.patches(), "patch", "patches") : "")
        + (count.leftOut() > 0
            ? ", with " + number(count.leftOut(), "path", "paths") + " excluded"
            : "")
        + " (use --allow-empty if this is intended)";
  }

  private static String number(int count, String one, String several) {
    return count + " " + (count == 1 ? one : several);
  }

  private static List<String> rules() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("RULE", "SEVERITY", "MEANING"));
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
