package io.github.dnsonde.bench;

import io.github.dnsonde.probe.Server;
import io.github.dnsonde.testkit.PodNetworks;
import io.github.dnsonde.testkit.Sandboxes;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/**
 * Sends the same query over the same wire, by two processes in turn. One runs in the pod's network
 * namespace, the other enters it for each query, like the agent.
 */
@Command(
    name = "netns",
    description =
        "Compare the cost of a probe from a pod with one from the process's own network namespace.")
final class NamespaceCommand implements Callable<Integer> {

  private static final InetAddress POD = InetAddress.ofLiteral("10.244.1.7");

  @ParentCommand private Benchmark benchmark = new Benchmark();

  @Option(names = "--rounds", description = "Default: ${DEFAULT-VALUE}.")
  private int rounds = 7;

  @Override
  public Integer call() throws IOException {
    Optional<String> missing = Sandboxes.missing();
    if (missing.isPresent()) {
      System.err.println(missing.get());
      return ExitCode.SOFTWARE;
    }
    try (PodNetworks network = PodNetworks.build()) {
      network.add("pod", POD);
      System.out.println(
          "| load | transport | sent from | CPU µs per probe (least–most) | probes/s |"
              + " of the own namespace's CPU | errors |");
      System.out.println("|---|---|---|--:|--:|--:|--:|");
      for (Case way : Case.all().toList()) {
        compare(way, network);
      }
    }
    return ExitCode.OK;
  }

  private void compare(Case which, PodNetworks network) throws IOException {
    List<String> enter = List.of("nsenter", "--net=" + network.folder().resolve("pod"));
    try (Child inside = asker(enter, which, List.of());
        Child outside =
            asker(
                List.of(),
                which,
                List.of("--pods=" + network.folder(), "--from=" + POD.getHostAddress()))) {
      List<Run> own = new ArrayList<>();
      List<Run> through = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        own.add(Run.parse(inside.request()));
        through.add(Run.parse(outside.request()));
      }
      print(which, "its own namespace", new Series(own), new Series(own));
      print(which, "a pod's", new Series(through), new Series(own));
    }
  }

  private Child asker(List<String> starter, Case which, List<String> more) throws IOException {
    List<String> options = new ArrayList<>(benchmark.jvmOptions());
    options.add("--enable-native-access=ALL-UNNAMED");
    List<String> arguments =
        List.of(
            "ask",
            "--transport=" + which.transport(),
            "--load=" + which.load(),
            "--server=" + PodNetworks.KUBE_DNS,
            "--port=" + Server.DNS_PORT,
            "--warm-up=" + Duration.ofSeconds(3),
            "--length=" + Duration.ofSeconds(2));
    Child child =
        Child.start(starter, options, Stream.concat(arguments.stream(), more.stream()).toList());
    child.line();
    return child;
  }

  private static void print(Case which, String from, Series series, Series own) {
    System.out.printf(
        "| %s | %s | %s | %s | %s | %s | %d |%n",
        which.load().title(),
        which.transport().label(),
        from,
        series.cpu(),
        series.rate(),
        series.ratio(own),
        series.errors());
  }
}
