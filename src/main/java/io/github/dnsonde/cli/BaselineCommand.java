package io.github.dnsonde.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.github.dnsonde.baseline.BaselineFormat;
import io.github.dnsonde.baseline.DnsBaseline;
import io.github.dnsonde.baseline.MissingBaseline;
import io.github.dnsonde.baseline.MissingJson;
import io.github.dnsonde.cluster.ClusterSnapshot;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.kube.SnapshotReader;
import io.github.dnsonde.probe.FirstFew;
import io.github.dnsonde.probe.SafeText;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints the policy that allows DNS in a cluster, and the namespaces that lack it. */
@Command(
    name = "baseline",
    header = "Print the policy that allows DNS in this cluster, or list who lacks it.",
    description = {
      "",
      "Reads the cluster of the kubeconfig, and changes nothing. The policy allows the DNS servers"
          + " that the cluster has now: the labels and ports of the DNS pods, NodeLocal DNSCache,"
          + " and the ClusterIP if the cache answers on it.",
      "The policy selects every pod of its namespace, and so isolates them for egress: apply it"
          + " where another policy also does, such as a default-deny.",
      "--missing lists the namespaces in which policies isolate pods for egress, and leave them"
          + " without DNS or a part of it; pods that need no DNS by a declaration are left out."
          + " With --format manifest it prints the policies that would fix them, each for the"
          + " isolated pods only.",
      ""
    },
    footer = {
      "",
      "Exit status: 0, with --missing if no namespace lacks it; 1 one does; 2 wrong usage, a"
          + " cluster that gives no answer or does not show its DNS, or a file that cannot be"
          + " written.",
      "",
      "Examples:",
      "  dnsonde baseline --missing --format manifest -n payments | kubectl apply -f -",
      "  dnsonde baseline --format kustomize --dir components/dnsonde-allow-dns",
      "  dnsonde baseline --format kyverno --context prod",
      "  dnsonde baseline --missing"
    })
public final class BaselineCommand implements Callable<Integer> {

  private static final int NAMED = 3;

  private static final List<String> HEADER =
      List.of("NAMESPACE", "PODS", "LACKS", "ISOLATED BY", "WORKLOADS");

  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;

  @Option(
      names = {"-f", "--format"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}. Default: manifest.")
  private Optional<BaselineFormat> format = Optional.empty();

  @Option(
      names = {"-d", "--dir"},
      paramLabel = "DIR",
      description =
          "Write files to this folder instead of standard output: dnsonde-allow-dns.yaml, and what"
              + " else the format consists of. They replace files of the same names.")
  private Optional<Path> folder = Optional.empty();

  @Option(
      names = {"-n", "--namespace"},
      split = ",",
      paramLabel = "NAMESPACE",
      description =
          "A namespace for the policy, or with --missing to look at; may be given several times."
              + " Default: the policy names none, and --missing looks at all.")
  private Set<String> namespaces = new LinkedHashSet<>();

  @Option(names = "--missing", description = "List the namespaces that lack it.")
  private boolean missing;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "Output of --missing: ${COMPLETION-CANDIDATES}. Default: table.")
  private Optional<OutputOption.Format> output = Optional.empty();

  @Option(
      names = "--dns-namespace",
      paramLabel = "NAMESPACE",
      description = "Namespace of the DNS Service. Default: kube-system, then openshift-dns.")
  private Optional<String> dnsNamespace = Optional.empty();

  @Option(
      names = "--node-local",
      split = ",",
      paramLabel = "ADDRESS",
      converter = AddressReader.class,
      description =
          "An address of NodeLocal DNSCache, if its pods do not have it in the argument -localip,"
              + " or of the DNS of nodes where no pods serve it.")
  private List<InetAddress> nodeLocal = List.of();

  @Override
  public Integer call() {
    checkUsage();
    try {
      ClusterSnapshot snapshot = read();
      DnsBaseline baseline =
          DnsBaseline.of(snapshot, nodeLocal).orElseThrow(() -> unseen(snapshot));
      int status = missing ? list(baseline, snapshot) : print(baseline);
      hiddenCache(snapshot).ifPresent(note -> complain("note: " + note));
      return status;
    } catch (IOException e) {
      complain("dnsonde: " + e.getMessage());
      return ExitCode.USAGE;
    }
  }

  private void checkUsage() {
    if (output.isPresent() && (!missing || format.isPresent())) {
      throw usage("--output is for --missing without --format");
    }
    if (missing
        && (folder.isPresent()
            || format.orElse(BaselineFormat.manifest) != BaselineFormat.manifest)) {
      throw usage("--missing prints a list, or manifests to standard output");
    }
    BaselineFormat chosen = format.orElse(BaselineFormat.manifest);
    if (chosen == BaselineFormat.kustomize && folder.isEmpty()) {
      throw usage("--format kustomize has two files: name their folder with --dir");
    }
    if (chosen != BaselineFormat.manifest && !namespaces.isEmpty()) {
      throw usage("--namespace is for --missing and --format manifest");
    }
  }

  private ClusterSnapshot read() throws IOException {
    try (SnapshotReader reader = cluster.open()) {
      return reader.read(
          new SnapshotReader.Wanted(
              missing ? namespaces : Set.of(), missing && namespaces.isEmpty(), dnsNamespace));
    }
  }

  private static IOException unseen(ClusterSnapshot snapshot) {
    return new IOException(
        "cannot see where DNS is in the cluster: could not see "
            + snapshot.notSeen().stream().limit(NAMED).collect(joining("; "))
            + " (needs to list services and pods there; --dns-namespace names another namespace)");
  }

  private Optional<String> hiddenCache(ClusterSnapshot snapshot) {
    return snapshot
        .cacheWithoutAddress()
        .filter(_ -> nodeLocal.isEmpty())
        .map(
            pod ->
                "pod "
                    + pod.namespace()
                    + "/"
                    + pod.name()
                    + " looks like NodeLocal DNSCache, and shows no address (-localip); if pods"
                    + " query it, --node-local names it");
  }

  private int print(DnsBaseline baseline) throws IOException {
    Map<String, String> files =
        format
            .orElse(BaselineFormat.manifest)
            .files(
                (namespaces.isEmpty() ? Set.of("") : namespaces)
                    .stream().map(baseline::policy).toList());
    if (folder.isEmpty()) {
      String first = files.values().iterator().next();
      spec.commandLine().getOut().print(SafeText.lines(heading(baseline) + first));
      List<String> others = files.keySet().stream().skip(1).toList();
      if (!others.isEmpty()) {
        complain(
            "note: this has no effect without "
                + String.join(", ", others)
                + "; --dir DIR writes "
                + (others.size() == 1 ? "both" : "all"));
      }
      return ExitCode.OK;
    }
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = folder.get().resolve(file.getKey());
      Files.createDirectories(path.toAbsolutePath().getParent());
      Files.writeString(path, heading(baseline) + file.getValue(), UTF_8);
    }
    return ExitCode.OK;
  }

  private static String heading(DnsBaseline baseline) {
    return "# Allows DNS as the cluster has it: "
        + String.join(", ", baseline.servers())
        + ".\n# Isolates the pods that it selects: for where another policy isolates egress.\n";
  }

  private int list(DnsBaseline baseline, ClusterSnapshot snapshot) throws IOException {
    if (!snapshot.unread().isEmpty() || (namespaces.isEmpty() && !snapshot.everywhere())) {
      throw new IOException(
          "cannot see what isolates egress: could not see "
              + snapshot.notSeen().stream().limit(NAMED).collect(joining("; "))
              + " (needs to list namespaces, pods and networkpolicies; --namespace names some)");
    }
    List<MissingBaseline> all = baseline.missing(namespaces, Instant.now());
    PrintWriter out = spec.commandLine().getOut();
    if (format.isPresent()) {
      List<NetworkPolicy> policies =
          all.stream().flatMap(each -> each.policies().stream()).toList();
      if (!policies.isEmpty()) {
        format.get().files(policies).values().forEach(text -> out.print(SafeText.lines(text)));
      }
    } else {
      switch (output.orElse(OutputOption.Format.table)) {
        case table -> table(all).forEach(out::println);
        case json -> MissingJson.write(all, snapshot.notSeen(), out);
      }
    }
    out.flush();
    if (output.isEmpty() || output.get() == OutputOption.Format.table) {
      snapshot.notSeen().forEach(what -> complain("note: could not see " + what));
    }
    return all.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private static List<String> table(List<MissingBaseline> all) {
    if (all.isEmpty()) {
      return List.of("No namespace isolates egress without DNS.");
    }
    List<List<String>> rows = new ArrayList<>(List.of(HEADER));
    all.stream().map(BaselineCommand::cells).forEach(rows::add);
    Columns columns = new Columns(rows);
    return rows.stream().map(columns::line).toList();
  }

  private static List<String> cells(MissingBaseline missing) {
    return List.of(
        missing.namespace(),
        Integer.toString(missing.pods()),
        String.join("; ", missing.lacks()),
        FirstFew.of(missing.isolatedBy(), NAMED),
        missing.workloads().isEmpty()
            ? "no pod yet"
            : FirstFew.of(missing.shownWorkloads(), NAMED));
  }

  private void complain(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(SafeText.line(line));
    err.flush();
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
