package io.github.dnsonde.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.testkit.Probes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OtherQueriesTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long START = 1_000 * SECOND;
  private static final Probe PROBE =
      Probes.probe(new InetSocketAddress(InetAddress.ofLiteral("10.96.0.10"), 53), Transport.UDP);

  @Test
  void theyUseAQuarterOfTheNodesBudget() {
    assertEquals(120, granted(pace(8, Double.MAX_VALUE), true, Set.of()), 3);
  }

  @Test
  void theyUseAQuarterOfTheShareOfTheClustersBudget() {
    assertEquals(60, granted(pace(50, 4), true, Set.of()), 3);
  }

  @Test
  void theClustersBudgetLeavesOutWhatReachesNoServerOfAnotherNode() {
    assertEquals(120, granted(pace(8, 1), false, Set.of()), 3);
    assertEquals(120, granted(pace(8, 1), true, Set.of(PROBE.server())), 3);
  }

  @Test
  void oneThatStoppedWaitingGetsNoTurn() {
    OtherQueries queries = new OtherQueries(pace(8, 1), START);
    OtherQueries.Waiting waiting = waiting(true);
    queries.add(waiting);
    assertTrue(queries.untilNext(Set.of(), START) <= SECOND);
    queries.remove(waiting);
    assertEquals(Long.MAX_VALUE, queries.untilNext(Set.of(), START));
    assertTrue(queries.next(Set.of(), START + SECOND).isEmpty());
  }

  /** The quarter of a share of 0.4 allows one query in ten seconds. */
  @Test
  void severalAtOnceGetOneTurnAndArePaidBack() {
    OtherQueries queries = new OtherQueries(pace(8, 0.4), START);
    queries.add(waiting(6, true));
    assertTrue(queries.next(Set.of(), START).isPresent());
    queries.add(waiting(true));
    assertEquals(60, queries.untilNext(Set.of(), START) / (double) SECOND, 1.0);
    assertTrue(queries.next(Set.of(), START + 58 * SECOND).isEmpty());
    assertTrue(queries.next(Set.of(), START + 61 * SECOND).isPresent());
  }

  /** The number of turns in a minute, if one always waits. */
  private static int granted(Pace pace, boolean toServer, Set<Server> onNode) {
    OtherQueries queries = new OtherQueries(pace, START);
    int count = 0;
    queries.add(waiting(toServer));
    for (long now = START; now < START + 60 * SECOND; now += SECOND / 100) {
      if (queries.next(onNode, now).isPresent()) {
        count++;
        queries.add(waiting(toServer));
      }
    }
    return count;
  }

  private static OtherQueries.Waiting waiting(boolean toServer) {
    return waiting(1, toServer);
  }

  private static OtherQueries.Waiting waiting(int times, boolean toServer) {
    return new OtherQueries.Waiting(PROBE, times, toServer, () -> {});
  }

  private static Pace pace(double budget, double share) {
    return new Pace(
            Duration.ofSeconds(10), Duration.ofSeconds(7), Duration.ofSeconds(5), 512, budget)
        .sharing(new Pace.Share(share, Duration.ofMinutes(5), 0));
  }
}
