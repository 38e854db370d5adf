package io.github.dnsonde.bench;

import static java.util.stream.Collectors.toUnmodifiableMap;
import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.metrics.Detail;
import io.github.dnsonde.metrics.Histograms;
import io.github.dnsonde.metrics.Metrics;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Role;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.testkit.SampleOutcomes;
import io.github.dnsonde.testkit.StreakFold;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The metrics pages of many agents. Agents of the product write them: those of a healthy node, and
 * those of a node on which nothing is answered, at each 5 s of an outage. A page of any node is put
 * together from their lines, with the names of its own namespaces.
 *
 * <p>If the cluster's work is divided, a few nodes have the namespace that is cut off as a core
 * vantage. They learn of it in turns.
 */
final class AgentPages {

  static final String CUT_OFF = "payments";

  private static final Duration STEP = Duration.ofSeconds(5);
  private static final int STEPS = 24;
  private static final Pattern NAMESPACE = Pattern.compile("source_namespace=\"vantage-(\\d+)\"");

  /** The nodes that probe a class in turns. */
  private static final int TURNS = 3;

  /** The duration of a turn. */
  private static final Duration PERIOD = Duration.ofSeconds(10);

  /** The nodes with the namespace that is cut off as a core vantage: three classes of pods. */
  private static final int CORE_NODES = 3 * TURNS;

  private final Work work;
  private final Set<String> wanted;
  private final Histograms histograms;
  private final Lines core;
  private final Lines others;

  /**
   * The work of each agent.
   *
   * @param vantages of each agent
   * @param core the number of them that are not in the background
   * @param namespaces of the whole cluster
   */
  record Work(int vantages, int core, int namespaces) {

    /** The work of a cluster that is not divided. */
    static Work undivided(int vantages, int namespaces) {
      return new Work(vantages, vantages, namespaces);
    }

    boolean isDivided() {
      return core < vantages;
    }
  }

  /**
   * The lines of a page.
   *
   * @param failing those at each step of an outage
   */
  private record Lines(List<String> healthy, List<List<String>> failing) {}

  /**
   * Pages of agents with native histograms, which are not on a page of text.
   *
   * @param wanted names of series; empty for all
   */
  AgentPages(Work work, Set<String> wanted) throws IOException {
    this(work, wanted, Histograms.NATIVE);
  }

  /** The same, with another kind of histograms. */
  AgentPages(Work work, Set<String> wanted, Histograms histograms) throws IOException {
    this.work = work;
    this.wanted = Set.copyOf(wanted);
    this.histograms = histograms;
    this.core = lines(0);
    this.others = work.isDivided() ? lines(1) : core;
  }

  /**
   * Returns the lines of an agent.
   *
   * @param first its first core vantage
   */
  private Lines lines(int first) throws IOException {
    List<Probe> all =
        IntStream.range(0, work.vantages())
            .mapToObj(
                i ->
                    SampleOutcomes.eightProbes(
                        SampleOutcomes.vantage("vantage-" + i, "web", "web-0")))
            .flatMap(List::stream)
            .toList();
    Set<String> inBackground =
        IntStream.range(0, work.vantages())
            .filter(i -> i < first || i >= first + work.core())
            .mapToObj(i -> "vantage-" + i)
            .collect(toUnmodifiableSet());
    Map<Vantage, Role> roles =
        all.stream()
            .map(Probe::vantage)
            .distinct()
            .filter(vantage -> inBackground.contains(vantage.namespace()))
            .collect(toUnmodifiableMap(vantage -> vantage, _ -> Role.BACKGROUND));
    StepTicker ticker = new StepTicker();
    StreakFold fold = new StreakFold();
    try (Metrics metrics =
        new Metrics(
            new Metrics.Options(
                "1.2.3", "node", "node", histograms, Detail.CORE, Duration.ofMinutes(2)),
            ticker)) {
      metrics.plan(new Plan(all).divided(all, roles, Set.of()));
      Map<String, Duration> intervals = new HashMap<>();
      all.forEach(probe -> intervals.put(probe.vantage().namespace(), Duration.ofSeconds(10)));
      metrics.interval(intervals);
      for (int round = 0; round < 30; round++) {
        all.forEach(probe -> fold.to(metrics::outcome, SampleOutcomes.good(probe, 1)));
        ticker.now = ticker.now.plus(STEP);
      }
      List<String> healthy = lines(metrics);
      List<List<String>> failing = new ArrayList<>();
      for (int step = 0; step < STEPS; step++) {
        failing.add(lines(metrics));
        ticker.now = ticker.now.plus(STEP);
        int round = step;
        all.stream()
            .filter(probe -> (round + probe.question().name().length()) % 2 == 0)
            .forEach(probe -> fold.to(metrics::outcome, SampleOutcomes.timeout(probe)));
      }
      return new Lines(healthy, failing);
    }
  }

  private List<String> lines(Metrics metrics) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    metrics.write("text/plain", text);
    return text.toString(StandardCharsets.UTF_8)
        .lines()
        .filter(
            line ->
                wanted.isEmpty()
                    ? line.startsWith("dnsonde_")
                    : wanted.contains(line.split("[{ ]", 2)[0]))
        .toList();
  }

  /**
   * Returns the page of a node.
   *
   * @param outage for how long one namespace is cut off and node 0 is dark; empty before
   */
  String page(int node, Optional<Duration> outage) {
    Lines lines = node < CORE_NODES ? core : others;
    List<String> healthy = lines.healthy();
    List<String> bad = lines.failing().get(outage.map(since -> step(since, node)).orElse(0));
    StringBuilder page = new StringBuilder(1 << 16);
    for (int i = 0; i < healthy.size(); i++) {
      var named = NAMESPACE.matcher(healthy.get(i));
      if (!named.find()) {
        page.append(node == 0 && outage.isPresent() ? bad.get(i) : healthy.get(i)).append('\n');
        continue;
      }
      String namespace = namespace(node, Integer.parseInt(named.group(1)));
      boolean hit = outage.isPresent() && (node == 0 || namespace.equals(CUT_OFF));
      String line = hit ? bad.get(i) : healthy.get(i);
      page.append(line.replace(named.group(), "source_namespace=\"" + namespace + "\""))
          .append('\n');
    }
    return page.toString();
  }

  /** The step of an outage that a node has seen: with turns, its own may come later. */
  private int step(Duration since, int node) {
    Duration before = work.isDivided() ? PERIOD.multipliedBy(node % TURNS) : Duration.ZERO;
    return Math.clamp(since.minus(before).dividedBy(STEP), 0, STEPS - 1);
  }

  /** Namespaces of very different sizes, as in a real cluster: the first is on every node. */
  private String namespace(int node, int vantage) {
    int number = vantage == 0 ? 0 : 1 + (node * 7 + vantage * 19) % (work.namespaces() - 1);
    return number == 0 ? CUT_OFF : "namespace-" + number + "-" + vantage / 13;
  }

  int vantages() {
    return work.vantages();
  }

  private static final class StepTicker implements Ticker {
    private Duration now = Duration.ZERO;

    @Override
    public long nanos() {
      return now.toNanos();
    }

    @Override
    public Instant now() {
      return Instant.EPOCH.plus(now);
    }
  }
}
