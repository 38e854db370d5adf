package io.github.dnsonde.bench;

import io.github.dnsonde.metrics.Detail;
import io.github.dnsonde.metrics.Histograms;
import io.github.dnsonde.metrics.Metrics;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Ticker;
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
 * The metrics pages of many agents. Two agents of the product write them: one of a healthy node,
 * and one of a node on which nothing is answered, at each 5 s of an outage. A page of any node is
 * put together from their lines, with the names of its own namespaces.
 */
final class AgentPages {

  static final String CUT_OFF = "payments";

  private static final Duration STEP = Duration.ofSeconds(5);
  private static final int STEPS = 24;
  private static final Pattern NAMESPACE = Pattern.compile("source_namespace=\"vantage-(\\d+)\"");

  private final int vantages;
  private final int namespaces;
  private final Set<String> wanted;
  private final List<String> healthy;
  private final List<List<String>> failing = new ArrayList<>();

  /**
   * Pages with so many vantages each.
   *
   * @param namespaces of the whole cluster
   * @param wanted names of series; empty for all
   */
  AgentPages(int vantages, int namespaces, Set<String> wanted) throws IOException {
    this.vantages = vantages;
    this.namespaces = namespaces;
    this.wanted = Set.copyOf(wanted);
    List<Probe> probes =
        IntStream.range(0, vantages)
            .mapToObj(i -> "vantage-" + i)
            .flatMap(
                name ->
                    SampleOutcomes.eightProbes(SampleOutcomes.vantage(name, "web", "web-0"))
                        .stream())
            .toList();
    StepTicker ticker = new StepTicker();
    StreakFold fold = new StreakFold();
    try (Metrics metrics =
        new Metrics(
            new Metrics.Options(
                "1.2.3", "node", "node", Histograms.NATIVE, Detail.CORE, Duration.ofMinutes(2)),
            ticker)) {
      metrics.plan(new Plan(probes));
      Map<String, Duration> intervals = new HashMap<>();
      probes.forEach(probe -> intervals.put(probe.vantage().namespace(), Duration.ofSeconds(10)));
      metrics.interval(intervals);
      for (int round = 0; round < 30; round++) {
        probes.forEach(probe -> fold.to(metrics::outcome, SampleOutcomes.good(probe, 1)));
        ticker.now = ticker.now.plus(STEP);
      }
      healthy = lines(metrics);
      for (int step = 0; step < STEPS; step++) {
        failing.add(lines(metrics));
        ticker.now = ticker.now.plus(STEP);
        int round = step;
        probes.stream()
            .filter(probe -> (round + probe.question().name().length()) % 2 == 0)
            .forEach(probe -> fold.to(metrics::outcome, SampleOutcomes.timeout(probe)));
      }
    }
  }

  private List<String> lines(Metrics metrics) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    metrics.write("text/plain", text);
    return text.toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith("dnsonde_"))
        .filter(line -> wanted.isEmpty() || wanted.contains(line.split("[{ ]", 2)[0]))
        .toList();
  }

  /**
   * Returns the page of a node.
   *
   * @param outage for how long one namespace is cut off and node 0 is dark; empty before
   */
  String page(int node, Optional<Duration> outage) {
    List<String> bad =
        failing.get(
            outage.map(since -> (int) Math.min(STEPS - 1, since.dividedBy(STEP))).orElse(0));
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

  /** Namespaces of very different sizes, as in a real cluster: the first is on every node. */
  private String namespace(int node, int vantage) {
    int number = vantage == 0 ? 0 : 1 + (node * 7 + vantage * 19) % (namespaces - 1);
    return number == 0 ? CUT_OFF : "namespace-" + number + "-" + vantage / 13;
  }

  int vantages() {
    return vantages;
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
