package io.github.dnsonde.status;

import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.PairLosses;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.QueryPair;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Vantage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Counts the compared pairs of A and AAAA of the last half hour, by vantage and server. Any thread
 * may call any method.
 */
public final class QueryPairs {

  private static final Duration SLOT = Duration.ofMinutes(5);

  private static final int SLOTS = 6;

  private final Ticker ticker;
  private final Map<ProbePath, Counts> counts = new HashMap<>();
  private Set<Vantage> planned = Set.of();

  /** The counts of a path. */
  private static final class Counts {
    private final Deque<Slot> slots = new ArrayDeque<>();
    private Optional<Long> firstLost = Optional.empty();

    /** Forgets what is too old. The first loss is remembered as long as there are others. */
    private void trim(long oldest) {
      slots.removeIf(slot -> slot.began - oldest < 0);
      if (slots.stream().allMatch(slot -> slot.lost == 0)) {
        firstLost = Optional.empty();
      }
    }

    private Slot slot(long now) {
      if (slots.isEmpty() || now - slots.getLast().began >= SLOT.toNanos()) {
        slots.add(new Slot(now));
      }
      return slots.getLast();
    }

    private int sum(ToIntFunction<Slot> count) {
      return slots.stream().mapToInt(count).sum();
    }
  }

  /** The counts of five minutes. */
  private static final class Slot {
    private final long began;
    private int compared;
    private int lost;
    private int lostFromTwo;

    Slot(long began) {
      this.began = began;
    }
  }

  /** Creates an instance without counts. */
  public QueryPairs(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Switches to this plan: all vantages that do not look up are forgotten. */
  public synchronized void retain(Plan plan) {
    planned = plan.lookups().stream().map(Lookup::vantage).collect(Collectors.toSet());
    counts.keySet().removeIf(path -> !planned.contains(path.vantage()));
  }

  /** Counts a pair, if it was compared. */
  public synchronized void add(QueryPair pair) {
    if (pair.fromTwoSockets().isEmpty() || !planned.contains(pair.vantage())) {
      return;
    }
    Counts path = counts.computeIfAbsent(pair.path(), _ -> new Counts());
    path.trim(oldest());
    Slot slot = path.slot(ticker.nanos());
    slot.compared++;
    slot.lost += pair.lostOne() ? 1 : 0;
    slot.lostFromTwo += pair.lostOneFromTwoSockets() ? 1 : 0;
    if (pair.lostOne() && path.firstLost.isEmpty()) {
      path.firstLost = Optional.of(ticker.nanos());
    }
  }

  private long oldest() {
    return ticker.nanos() - SLOT.multipliedBy(SLOTS).toNanos();
  }

  /** The counts of paths that lost a reply. */
  public synchronized List<PairLosses> losses() {
    counts.values().forEach(path -> path.trim(oldest()));
    counts.values().removeIf(path -> path.slots.isEmpty());
    return counts.entrySet().stream()
        .flatMap(entry -> losses(entry.getKey(), entry.getValue()))
        .toList();
  }

  private Stream<PairLosses> losses(ProbePath path, Counts counts) {
    return counts
        .firstLost
        .map(nanos -> ticker.now().minusNanos(ticker.nanos() - nanos))
        .map(
            since ->
                new PairLosses(
                    path.vantage(),
                    path.server(),
                    since,
                    counts.sum(slot -> slot.compared),
                    counts.sum(slot -> slot.lost),
                    counts.sum(slot -> slot.lostFromTwo)))
        .stream();
  }
}
