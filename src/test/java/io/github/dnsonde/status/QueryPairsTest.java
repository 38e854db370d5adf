package io.github.dnsonde.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.PairLosses;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.QueryPair;
import io.github.dnsonde.probe.ResolverKind;
import io.github.dnsonde.testkit.FakeTicker;
import io.github.dnsonde.testkit.SampleLookups;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QueryPairsTest {

  private static final Lookup SHOP =
      SampleLookups.lookup(SampleOutcomes.vantage("shop"), ResolverKind.GLIBC);

  private final FakeTicker ticker = new FakeTicker();
  private final QueryPairs pairs = new QueryPairs(ticker);

  @Test
  void comparedPairsAreCountedForHalfAnHour() {
    pairs.retain(Plan.EMPTY.lookingUp(List.of(SHOP)));
    pairs.add(pair(1, Optional.empty()));
    pairs.add(pair(2, Optional.of(2)));
    assertEquals(List.of(), pairs.losses(), "nothing was lost");
    pairs.add(pair(1, Optional.of(2)));
    pairs.add(pair(1, Optional.of(1)));
    pairs.add(pair(0, Optional.of(0)));
    PairLosses losses = pairs.losses().getFirst();
    assertEquals(ticker.now(), losses.since());
    assertEquals(List.of(4, 2, 1), counts(losses));
    ticker.advance(Duration.ofMinutes(20));
    pairs.add(pair(1, Optional.of(2)));
    assertEquals(List.of(5, 3, 1), counts(pairs.losses().getFirst()));
    ticker.advance(Duration.ofMinutes(20));
    assertEquals(List.of(1, 1, 0), counts(pairs.losses().getFirst()));
    ticker.advance(Duration.ofMinutes(20));
    assertEquals(List.of(), pairs.losses());
  }

  /** So a finding that lasts has one start, which its identity and its log lines show. */
  @Test
  void theFirstLossIsRememberedUntilHalfAnHourHasNone() {
    pairs.retain(Plan.EMPTY.lookingUp(List.of(SHOP)));
    Instant first = ticker.now();
    for (int i = 0; i < 6; i++) {
      pairs.add(pair(1, Optional.of(2)));
      assertEquals(first, pairs.losses().getFirst().since());
      ticker.advance(Duration.ofMinutes(20));
    }
    for (int i = 0; i < 6; i++) {
      pairs.add(pair(2, Optional.of(2)));
      ticker.advance(Duration.ofMinutes(10));
    }
    pairs.add(pair(1, Optional.of(2)));
    assertEquals(ticker.now(), pairs.losses().getFirst().since());
  }

  /** The first loss is older than the half hour, and nobody asked meanwhile. */
  @Test
  void oldCountsAreForgottenWithoutAReader() {
    pairs.retain(Plan.EMPTY.lookingUp(List.of(SHOP)));
    pairs.add(pair(1, Optional.of(2)));
    Instant first = ticker.now();
    ticker.advance(Duration.ofHours(1));
    pairs.add(pair(1, Optional.of(2)));
    PairLosses losses = pairs.losses().getFirst();
    assertTrue(losses.since().isAfter(first), losses::toString);
    assertEquals(List.of(1, 1, 0), counts(losses));
  }

  @Test
  void aVantageThatDoesNotLookUpIsForgotten() {
    pairs.retain(Plan.EMPTY.lookingUp(List.of(SHOP)));
    pairs.add(pair(1, Optional.of(2)));
    pairs.retain(Plan.EMPTY);
    assertEquals(List.of(), pairs.losses());
    pairs.add(pair(1, Optional.of(2)));
    assertEquals(List.of(), pairs.losses());
  }

  private static List<Integer> counts(PairLosses losses) {
    return List.of(losses.compared(), losses.lost(), losses.lostFromTwo());
  }

  private static QueryPair pair(int replies, Optional<Integer> fromTwo) {
    return new QueryPair(SHOP.vantage(), SampleOutcomes.KUBE_DNS, replies, fromTwo);
  }
}
