package io.github.dnsonde.agent;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.plan.Servers;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Verdict;
import io.github.dnsonde.report.Usage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The cost of this agent: its queries of the last minute by server, and the processor time of this
 * process. Thread-safe.
 */
final class QueryCosts {

  private static final Duration SLOT = Duration.ofSeconds(10);
  private static final int SLOTS = 6;

  private final Ticker ticker;
  private final Deque<Slot> slots = new ArrayDeque<>();

  /** The counts since a moment. */
  private record Slot(long began, Duration processors, Map<Server, Integer> queries) {}

  QueryCosts(Ticker ticker) {
    this.ticker = ticker;
    slots.add(begin());
  }

  private Slot begin() {
    return new Slot(ticker.nanos(), processorTime(), new HashMap<>());
  }

  private static Duration processorTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Counts an outcome, unless nothing was sent. */
  void take(Outcome outcome) {
    if (!(outcome.verdict() instanceof Verdict.Untested) || outcome.duration().isPresent()) {
      sent(outcome.probe().server());
    }
  }

  /** Counts a query. */
  synchronized void sent(Server server) {
    if (ticker.nanos() - slots.getLast().began() > SLOT.toNanos()) {
      slots.add(begin());
      if (slots.size() > SLOTS) {
        slots.removeFirst();
      }
    }
    slots.getLast().queries().merge(server, 1, Integer::sum);
  }

  /** Returns the cost; what is on the node is decided by the addresses of its DNS cache. */
  synchronized Usage usage(Config config, ClusterView cluster, Plan plan, Pace pace, long series) {
    NodeCache cache = Servers.cache(config, cluster, plan);
    Predicate<Server> onNode = server -> cache.answersAt(server.address());
    double seconds = Math.max(1, (ticker.nanos() - slots.getFirst().began()) / 1e9);
    Duration processors = processorTime().minus(slots.getFirst().processors());
    return new Usage(
        rate(plan, pace, onNode.negate(), seconds),
        rate(plan, pace, onNode, seconds),
        series,
        Math.max(0, processors.toNanos() / 1e9 / seconds));
  }

  private Usage.Rate rate(Plan plan, Pace pace, Predicate<Server> which, double seconds) {
    double wanted =
        plan.probes().stream()
            .filter(probe -> which.test(probe.server()))
            .mapToDouble(probe -> 1e9 / pace.period(plan.role(probe.vantage())).toNanos())
            .sum();
    int sent =
        slots.stream()
            .map(Slot::queries)
            .map(Map::entrySet)
            .flatMap(Collection::stream)
            .filter(entry -> which.test(entry.getKey()))
            .mapToInt(Map.Entry::getValue)
            .sum();
    return new Usage.Rate(wanted, sent / seconds);
  }
}
