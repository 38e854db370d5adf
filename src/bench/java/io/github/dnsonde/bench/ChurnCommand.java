package io.github.dnsonde.bench;

import io.github.dnsonde.testkit.PodNetworks;
import io.github.dnsonde.testkit.Sandboxes;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/**
 * Probes from many pods that come and go. A query is a false failure if it gets no right answer,
 * unless it is untested because its pod is gone.
 */
@Command(
    name = "churn",
    description =
        "Replace pods, which are real network namespaces, while one process probes from all of"
            + " them.")
final class ChurnCommand implements Callable<Integer> {

  /** The time for the last queries, with a margin. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(10);

  @ParentCommand private Benchmark benchmark = new Benchmark();

  @Option(names = "--pods", description = "Number of pods at any time. Default: ${DEFAULT-VALUE}.")
  private int pods = 200;

  @Option(
      names = "--replaced",
      description = "Total number of replaced pods. Default: ${DEFAULT-VALUE}.")
  private int replaced = 500;

  @Option(
      names = "--length",
      description = "Duration of the replacements. Default: ${DEFAULT-VALUE}.")
  private Duration length = Duration.ofMinutes(1);

  private final Random random = new Random(1);
  private final List<Pod> running = new ArrayList<>();
  private int made;

  /** A pod, by the name of its file. */
  private record Pod(String name, InetAddress address) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    Optional<String> missing = Sandboxes.missing();
    if (missing.isPresent()) {
      System.err.println(missing.get());
      return ExitCode.SOFTWARE;
    }
    try (PodNetworks network = PodNetworks.build();
        Child asker = asker(network)) {
      while (running.size() < pods) {
        add(network, asker, address());
      }
      Thread.sleep(AFTERWARDS);
      System.out.println("before: " + asker.request());
      replace(network, asker);
      System.out.println("at the end: " + asker.request());
      Thread.sleep(AFTERWARDS);
      String report = asker.request();
      System.out.println("afterwards: " + report);
      return report.contains("false=0 (") ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  private Child asker(PodNetworks network) throws IOException {
    List<String> options = new ArrayList<>(benchmark.jvmOptions());
    options.add("--enable-native-access=ALL-UNNAMED");
    return Child.start(options, List.of("ask-from-pods", "--folder=" + network.folder()));
  }

  private void replace(PodNetworks network, Child asker) throws IOException, InterruptedException {
    long start = System.nanoTime();
    for (int i = 0; i < replaced; i++) {
      long early = start + i * length.toNanos() / replaced - System.nanoTime();
      Thread.sleep(Duration.ofNanos(Math.max(0, early)));
      replaceOne(i, network, asker);
    }
    System.out.printf(
        "replaced %d of %d pods in %.1f s%n", replaced, pods, (System.nanoTime() - start) / 1e9);
  }

  /** Removes a pod in one of all orders: as seen by the cluster's API, the node, or both. */
  private void replaceOne(int turn, PodNetworks network, Child asker) throws IOException {
    Pod old = running.remove(random.nextInt(running.size()));
    switch (turn % 4) {
      case 0 -> { // the API knows first
        asker.say("- " + old.name());
        network.unplug(old.name());
        network.delete(old.name());
        add(network, asker, address());
      }
      case 1 -> { // the API knows last
        network.unplug(old.name());
        network.delete(old.name());
        add(network, asker, address());
        asker.say("- " + old.name());
      }
      case 2 -> { // no plugin cleans up: the interface goes with the namespace
        network.delete(old.name());
        asker.say("- " + old.name());
        add(network, asker, address());
      }
      default -> { // the next pod already has the address while the old one still exists
        add(network, asker, old.address());
        asker.say("- " + old.name());
        network.delete(old.name());
      }
    }
  }

  private void add(PodNetworks network, Child asker, InetAddress address) throws IOException {
    Pod pod = new Pod("p" + made++, address);
    long start = System.nanoTime();
    network.add(pod.name(), address);
    running.add(pod);
    asker.say(
        "+ " + pod.name() + " " + address.getHostAddress() + " " + (System.nanoTime() - start));
  }

  private InetAddress address() {
    return InetAddress.ofLiteral("10.244." + made / 250 + "." + (made % 250 + 1));
  }
}
