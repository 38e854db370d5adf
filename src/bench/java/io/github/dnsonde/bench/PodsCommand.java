package io.github.dnsonde.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.netns.NetworkNamespaces;
import io.github.dnsonde.netns.SandboxNetworks;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.schedule.Scheduler;
import io.github.dnsonde.testkit.PodNetworks;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/**
 * Sends four queries a second from each pod. Reads changes of the pods, like those of an API
 * server: {@code + NAME ADDRESS AGE} and {@code - NAME}. An empty line requests a report.
 */
@Command(name = "ask-from-pods", hidden = true)
final class PodsCommand implements Callable<Integer> {

  private static final Duration SCAN = Duration.ofMillis(250);

  private static final Pace PACE =
      new Pace(Duration.ofSeconds(1), Pace.DEFAULT.timeout(), Pace.DEFAULT.late(), 4_096, 2_000);

  private static final List<Server> SERVERS =
      List.of(
          new Server("kube-dns", InetAddress.ofLiteral(PodNetworks.KUBE_DNS), Server.DNS_PORT),
          new Server("cache", InetAddress.ofLiteral(PodNetworks.NODE_LOCAL), Server.DNS_PORT));

  @Option(names = "--folder", required = true)
  private Path folder = Path.of("");

  private final Map<String, Vantage> pods = new ConcurrentHashMap<>();
  private final PodOutcomes outcomes = new PodOutcomes();

  @Override
  public Integer call() throws IOException, Sockets.Unavailable {
    try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        SandboxNetworks networks = new SandboxNetworks(List.of(folder));
        NetworkNamespaces sockets = new NetworkNamespaces(networks.byAddress());
        Scheduler scheduler =
            new Scheduler(
                networks.watching(
                    new DnsExchange(sockets, Ticker.SYSTEM, outcomes::starved),
                    networks.byAddress()),
                PACE,
                Ticker.SYSTEM,
                outcomes,
                () -> {})) {
      scheduler.start();
      Thread scanning = Thread.ofPlatform().start(() -> follow(networks, scheduler));
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        hear(line);
      }
      scanning.interrupt();
      scanning.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return ExitCode.OK;
  }

  private void follow(SandboxNetworks networks, Scheduler scheduler) {
    try {
      while (true) {
        long start = System.nanoTime();
        networks.scan();
        outcomes.scanned(System.nanoTime() - start);
        scheduler.follow(
            new Plan(
                pods.values().stream()
                    .filter(pod -> networks.fileOf(pod.from()).isPresent())
                    .flatMap(PodsCommand::probes)
                    .toList()),
            PACE);
        Thread.sleep(SCAN);
      }
    } catch (InterruptedException _) {
      // the end
    }
  }

  private static Stream<Probe> probes(Vantage pod) {
    return SERVERS.stream()
        .flatMap(
            server ->
                Stream.of(Transport.values())
                    .map(transport -> new Probe(pod, server, question(transport), true)));
  }

  private static Question question(Transport transport) {
    return new Question(
        Contender.NAME, RecordType.A, transport, Scope.INTERNAL, Expectation.ANY_RECORD);
  }

  private void hear(String line) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "+" -> {
        InetAddress from = InetAddress.ofLiteral(words[2]);
        outcomes.expect(words[1], System.nanoTime() - Long.parseLong(words[3]));
        pods.put(words[1], new Vantage("bench", "bench", words[1], "", from));
      }
      case "-" -> pods.remove(words[1]);
      default -> System.out.println(report());
    }
  }

  private String report() {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"));
        Stream<Path> threads = Files.list(Path.of("/proc/self/task"));
        Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
      String resident =
          status.filter(line -> line.startsWith("VmRSS:")).findFirst().orElse("VmRSS: ?");
      return "%d pods, %d descriptors, %d threads, %s, %s"
          .formatted(
              pods.size(),
              descriptors.count(),
              threads.count(),
              resident.replaceAll("\\s+", " "),
              outcomes.report());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
