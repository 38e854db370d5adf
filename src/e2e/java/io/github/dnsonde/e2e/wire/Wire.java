package io.github.dnsonde.e2e.wire;

import io.github.dnsonde.e2e.Cluster;
import io.github.dnsonde.policy.CaseVerdict;
import io.github.dnsonde.probe.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Plays cases on a cluster, and compares the results; see {@code --help}. */
@Command(
    name = "wire",
    header = "Compare the verdicts on the policies of many cases with the behaviour of an engine.",
    description =
        "Starts a test cluster, creates the objects of each case in separate namespaces, and"
            + " queries from its pod over UDP and TCP: first without any policy, then with all"
            + " policies. Compares the results with the verdicts. Exit status 1: a difference is"
            + " not explained.",
    mixinStandardHelpOptions = true)
final class Wire implements Callable<Integer> {

  private static final Path CASES =
      Path.of("src/test/resources/io/github/dnsonde/policy/netpol-cases.yaml");

  @Option(
      names = "--cluster",
      paramLabel = "COMMAND",
      description =
          "A command that brings up a test cluster (up, down, env, kubectl, exec). Default:"
              + " $$DNSONDE_TEST_CLUSTER.")
  private Optional<Path> cluster =
      Optional.ofNullable(System.getenv("DNSONDE_TEST_CLUSTER")).map(Path::of);

  @Option(
      names = "--cases",
      paramLabel = "FILE",
      description = "A file of cases. Default: those of the tests.")
  private Path cases = CASES;

  @Option(
      names = "--deny",
      defaultValue = "drop",
      description = "Action of the test cluster's policy engine: drop or reject.")
  private String deny = "";

  @Option(
      names = "--node-local",
      defaultValue = "link",
      description =
          "Addresses of the test cluster's node-local cache: link (169.254.20.10) or both (also the"
              + " kube-dns address). With both, only cases that query the cache are played.")
  private String nodeLocal = "";

  @Option(names = "--keep", description = "Keep the test cluster running at the end.")
  private boolean keep;

  private final Report report = new Report();

  /** Starts the program. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Wire()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    Path command =
        cluster.orElseThrow(() -> new IllegalArgumentException("--cluster is not given"));
    List<Staged> staged = staged();
    Cluster target = Cluster.brought(command, List.of("--deny", deny, "--node-local", nodeLocal));
    try {
      play(new Stage(target, new Nodes(command)), staged);
    } finally {
      if (!keep) {
        target.part("down");
      }
    }
    report.print(System.out);
    return report.allExplained() ? 0 : 1;
  }

  private List<Staged> staged() throws IOException {
    List<Staged> staged = new ArrayList<>();
    int number = 0;
    for (WrittenCase written : WrittenCase.inFile(cases)) {
      Optional<String> obstacle = written.obstacle(nodeLocal.equals("both"));
      if (obstacle.isPresent()) {
        report.notPlayed(written.id(), obstacle.get());
      } else {
        staged.add(new Staged(written, number));
      }
      number++;
    }
    return staged;
  }

  private void play(Stage stage, List<Staged> all) throws IOException {
    for (String address : outside(all)) {
      stage.answering(address);
    }
    Inventory inventory = stage.make(all);
    Set<String> unanswered =
        stage.unanswered(all.stream().map(staged -> question(staged, inventory)).toList());
    List<Staged> heard = new ArrayList<>();
    for (Staged staged : all) {
      if (unanswered.contains(staged.key())) {
        report.notPlayed(staged.written().id(), "no answer even without policies");
      } else {
        heard.add(staged);
      }
    }
    Map<Staged, String> refused = stage.enforce(heard, inventory);
    List<Staged> asking = heard.stream().filter(staged -> !refused.containsKey(staged)).toList();
    compare(
        asking,
        refused,
        stage.ask(asking.stream().map(staged -> question(staged, inventory)).toList(), inventory));
  }

  private static Set<String> outside(List<Staged> all) {
    return all.stream()
        .map(Staged::written)
        .filter(written -> written.kind().equals("external"))
        .map(written -> WrittenCase.text(written.destination(), "ip"))
        .collect(Collectors.toSet());
  }

  private static Question question(Staged each, Inventory inventory) {
    String pod =
        each.onHost() ? AskFromPods.HOST : inventory.pod(each.sourceNamespace(), each.source());
    return new Question(
        each.key(), each.node(), pod, each.server(inventory), each.written().port());
  }

  private void compare(
      List<Staged> asked, Map<Staged, String> refused, Map<String, Map<Transport, String>> replies)
      throws IOException {
    Map<String, Map<Transport, CaseVerdict>> verdicts = CaseVerdict.inFile(cases);
    for (Staged staged : asked) {
      Map<Transport, String> of = replies.getOrDefault(staged.key(), Map.of());
      verdicts(verdicts, staged)
          .forEach(
              (transport, verdict) ->
                  report.compared(
                      staged.written().id(),
                      Comparison.ofReply(
                          named(staged, transport),
                          verdict,
                          of.getOrDefault(transport, "not asked"))));
    }
    refused.forEach(
        (each, why) ->
            verdicts(verdicts, each)
                .forEach(
                    (transport, verdict) ->
                        report.compared(
                            each.written().id(),
                            Comparison.ofRefusal(named(each, transport), verdict, why))));
  }

  private static Map<Transport, CaseVerdict> verdicts(
      Map<String, Map<Transport, CaseVerdict>> verdicts, Staged each) {
    return Optional.ofNullable(verdicts.get(each.written().id())).orElseThrow();
  }

  private static String named(Staged each, Transport transport) {
    return each.written().id() + " " + transport.label();
  }
}
