package io.github.dnsonde.bench;

import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.ResolverKind;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Trial;
import io.github.dnsonde.probe.TrialQuestion;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.schedule.Scheduler;
import io.github.dnsonde.testkit.DeafListener;
import io.github.dnsonde.testkit.SampleTrials;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/**
 * Measures what lookups and trials cost: two schedules side by side, one with probes alone, and one
 * with the same probes, a lookup of each namespace and a comparison of large answers.
 */
@Command(name = "lookups", description = "Measure the cost of lookups and trials.")
final class LookupsCommand implements Callable<Integer> {

  private static final String NAME = "example.com.";

  @Option(names = "--namespaces", description = "Number of namespaces. Default: ${DEFAULT-VALUE}")
  private int namespaces = 20;

  @Option(names = "--length", description = "Length of the measurement. Default: ${DEFAULT-VALUE}")
  private Duration length = Duration.ofSeconds(60);

  @Option(names = "--warm-up", description = "Time before it. Default: ${DEFAULT-VALUE}")
  private Duration warmUp = Duration.ofSeconds(20);

  /** One of the two schedules, with its thread. */
  private record Side(Scheduler scheduler, Counts counts, long thread) {}

  /** The counts of one side at a moment. */
  private record Moment(long queries, long nanos) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (FakeDnsServer server =
        FakeDnsServer.start(
            ServeCommand.LOOPBACK, FakeDnsServer.ANY_PORT, FakeDnsServer.clusterDns())) {
      Server target = new Server("kube-dns", ServeCommand.LOOPBACK, server.address().getPort());
      Plan off = new Plan(probes(target).toList());
      Plan on = off.lookingUp(lookups(target)).trying(trials(target));
      Side without = start(off);
      Side with = start(on);
      Thread.sleep(warmUp);
      Moment beganWithout = moment(without);
      Moment beganWith = moment(with);
      Thread.sleep(length);
      double one = print("probes alone", beganWithout, moment(without));
      double other = print("with lookups and large answers", beganWith, moment(with));
      System.out.printf("ratio of processor time: %.2f%n", other / one);
      without.scheduler().close();
      with.scheduler().close();
    }
    return ExitCode.OK;
  }

  private static Side start(Plan plan) {
    Set<Long> before = probing();
    Counts counts = new Counts();
    Scheduler scheduler =
        new Scheduler(
            new DnsExchange(Sockets.ofThisProcess(), Ticker.SYSTEM, _ -> {}),
            Pace.DEFAULT,
            Ticker.SYSTEM,
            counts,
            () -> {});
    scheduler.follow(plan, Pace.DEFAULT);
    scheduler.start();
    Set<Long> now = new HashSet<>(probing());
    now.removeAll(before);
    return new Side(scheduler, counts, now.iterator().next());
  }

  private static Set<Long> probing() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(info -> info != null && info.getThreadName().equals("probing"))
        .map(info -> info.getThreadId())
        .collect(Collectors.toSet());
  }

  private static Moment moment(Side side) {
    return new Moment(
        side.counts().sent.get(),
        ManagementFactory.getThreadMXBean().getThreadCpuTime(side.thread()));
  }

  private double print(String title, Moment began, Moment ended) {
    double seconds = length.toNanos() / 1e9;
    double processors = (ended.nanos() - began.nanos()) / 1e9 / seconds;
    System.out.printf(
        "%s: %.1f queries/s, %.2f %% of a processor%n",
        title, (ended.queries() - began.queries()) / seconds, 100 * processors);
    return processors;
  }

  private Stream<Vantage> vantages() {
    return IntStream.range(0, namespaces)
        .mapToObj(i -> new Vantage("team-" + i, "web", "web", "node", Vantage.ANY));
  }

  private Stream<Probe> probes(Server target) {
    return vantages()
        .flatMap(
            vantage ->
                Stream.of(NAME, "kubernetes.default.svc.cluster.local.")
                    .flatMap(
                        name ->
                            Stream.of(Transport.values())
                                .map(transport -> probe(vantage, target, name, transport))));
  }

  private static Probe probe(Vantage vantage, Server target, String name, Transport transport) {
    return new Probe(
        vantage,
        target,
        new Question(name, RecordType.A, transport, Scope.of(name), Expectation.ANY_RECORD),
        true);
  }

  private List<Lookup> lookups(Server target) {
    ResolverSettings settings =
        ResolverSettings.of(
            List.of(),
            Stream.of("shop.svc.cluster.local", "svc.cluster.local", "cluster.local"),
            Stream.of("ndots:5"));
    return vantages()
        .map(
            vantage ->
                new Lookup(
                    vantage,
                    "example.com",
                    ResolverKind.GLIBC,
                    List.of(target),
                    settings,
                    List.of()))
        .toList();
  }

  private List<Trial> trials(Server target) {
    return vantages()
        .map(vantage -> SampleTrials.trial(TrialQuestion.Kind.LARGE, vantage, target))
        .toList();
  }

  /** Counts queries. */
  private static final class Counts extends DeafListener {
    private final AtomicLong sent = new AtomicLong();

    @Override
    public void outcome(Outcome outcome, Optional<Streak> streak) {
      sent.incrementAndGet();
    }

    @Override
    public void overtaken(Outcome outcome) {
      sent.incrementAndGet();
    }

    @Override
    public void alsoSent(Probe query) {
      sent.incrementAndGet();
    }
  }
}
