package io.github.dnsonde.status;

import static io.github.dnsonde.testkit.SampleOutcomes.KUBE_DNS;
import static io.github.dnsonde.testkit.SampleOutcomes.NODE_LOCAL;
import static io.github.dnsonde.testkit.SampleOutcomes.good;
import static io.github.dnsonde.testkit.SampleOutcomes.plan;
import static io.github.dnsonde.testkit.SampleOutcomes.probe;
import static io.github.dnsonde.testkit.SampleOutcomes.timeout;
import static io.github.dnsonde.testkit.SampleOutcomes.untested;
import static io.github.dnsonde.testkit.SampleOutcomes.vantage;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.testkit.FakeTicker;
import io.github.dnsonde.testkit.StreakFold;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutcomesTest {

  private final StreakFold fold = new StreakFold();

  private final Outcomes outcomes = new Outcomes();
  private final Probe shop = probe("shop");
  private final Probe pay = probe("pay");

  @Test
  void theLatestOutcomeOfAProbeReplacesTheOneBefore() {
    outcomes.retain(plan(shop));
    fold.to(outcomes::add, timeout(shop));
    fold.to(outcomes::add, untested(shop, Cause.STARVED));
    Outcome last = good(shop, 2);
    fold.to(outcomes::add, last);
    assertEquals(List.of(last), outcomes.snapshot().latest());
  }

  @Test
  void anOvertakenFailureIsAmongTheFailuresAndNeverTheLatest() {
    outcomes.retain(plan(shop));
    Outcome newer = good(shop, 2);
    fold.to(outcomes::add, newer);
    Outcome older = timeout(shop);
    outcomes.overtaken(older);
    outcomes.overtaken(untested(shop, Cause.STARVED));
    assertEquals(List.of(newer), outcomes.snapshot().latest());
    assertEquals(List.of(older), outcomes.snapshot().failures());
    assertEquals(List.of(Streak.begin(newer)), outcomes.streaks());
  }

  @Test
  void timesMoveWithTheClock() {
    FakeTicker ticker = new FakeTicker();
    Outcomes moving = new Outcomes(ticker);
    moving.retain(plan(shop, pay));
    fold.to(moving::add, timeout(shop).queriedAt(ticker.now()));
    fold.to(moving::add, good(pay, 1).queriedAt(ticker.now()));
    ticker.advance(Duration.ofSeconds(10));
    fold.to(moving::add, timeout(shop).queriedAt(ticker.now()));
    ticker.setClock(Duration.ofHours(-3));
    fold.clockSet(Duration.ofHours(-3));
    ticker.advance(Duration.ofSeconds(10));
    fold.to(moving::add, timeout(shop).queriedAt(ticker.now()));
    Instant began = FakeTicker.START.minus(Duration.ofHours(3));
    assertEquals(
        Set.of(began),
        moving.streaks().stream().map(Streak::since).collect(toSet()),
        "both began 20 s ago, by the current clock");
    assertEquals(
        List.of(began.plusSeconds(20), began.plusSeconds(10), began),
        moving.snapshot().failures().stream().map(Outcome::at).toList());
  }

  @Test
  void onlyFailuresAreRememberedOfProbesThatAreNotPlanned() {
    outcomes.retain(plan(shop));
    Outcome failure = timeout(pay);
    fold.to(outcomes::add, failure);
    fold.to(outcomes::add, good(pay, 1));
    assertEquals(List.of(), outcomes.snapshot().latest());
    assertEquals(List.of(failure), outcomes.snapshot().failures());
  }

  @Test
  void aVanishedProbeLosesItsLatestOutcomeAndKeepsItsFailures() {
    outcomes.retain(plan(shop, pay));
    Outcome failure = timeout(pay);
    fold.to(outcomes::add, failure);
    Outcome kept = good(shop, 3);
    fold.to(outcomes::add, kept);
    outcomes.retain(plan(shop));
    assertEquals(List.of(kept), outcomes.snapshot().latest());
    assertEquals(List.of(failure), outcomes.snapshot().failures());
  }

  @Test
  void onlyFailuresEnterTheRing() {
    outcomes.retain(plan(shop));
    fold.to(outcomes::add, good(shop, 1));
    fold.to(outcomes::add, untested(shop, Cause.CAPPED));
    Outcome failure = timeout(shop);
    fold.to(outcomes::add, failure);
    assertEquals(List.of(failure), outcomes.snapshot().failures());
  }

  @Test
  void successesNeverDisplaceAFailure() {
    outcomes.retain(plan(shop));
    Outcome failure = timeout(shop);
    fold.to(outcomes::add, failure);
    IntStream.range(0, 10_000).forEach(_ -> fold.to(outcomes::add, good(shop, 1)));
    assertEquals(List.of(failure), outcomes.snapshot().failures());
  }

  @Test
  void theRingHoldsTheLatestThousandNewestFirst() {
    List<Outcome> all = IntStream.range(0, 1_003).mapToObj(i -> timeout(probe("ns-" + i))).toList();
    all.forEach(outcome -> fold.to(outcomes::add, outcome));
    assertEquals(all.subList(3, 1_003).reversed(), outcomes.snapshot().failures());
  }

  @Test
  void theOrderIsThatOfNamesNotOfArrival() {
    List<Probe> ordered =
        List.of(
            probe(vantage("a", "x", "p"), KUBE_DNS, "a.example.", Scope.EXTERNAL, Transport.UDP),
            probe(vantage("a", "x", "p"), KUBE_DNS, "a.example.", Scope.EXTERNAL, Transport.TCP),
            probe(vantage("a", "x", "p"), KUBE_DNS, "b.example.", Scope.EXTERNAL, Transport.UDP),
            probe(vantage("a", "x", "p"), NODE_LOCAL, "a.example.", Scope.EXTERNAL, Transport.UDP),
            probe(vantage("a", "x", "q"), KUBE_DNS, "a.example.", Scope.EXTERNAL, Transport.UDP),
            probe(vantage("a", "y", "a"), KUBE_DNS, "a.example.", Scope.EXTERNAL, Transport.UDP),
            probe(vantage("b", "x", "a"), KUBE_DNS, "a.example.", Scope.EXTERNAL, Transport.UDP));
    List<Probe> shuffled = new ArrayList<>(ordered);
    Collections.shuffle(shuffled, new Random(7));
    outcomes.retain(new Plan(shuffled));
    shuffled.forEach(probe -> fold.to(outcomes::add, good(probe, 1)));
    assertEquals(ordered, outcomes.snapshot().latest().stream().map(Outcome::probe).toList());
  }

  @Test
  void aSnapshotDoesNotChange() {
    outcomes.retain(plan(shop));
    Outcome first = good(shop, 1);
    fold.to(outcomes::add, first);
    Outcomes.Snapshot before = outcomes.snapshot();
    fold.to(outcomes::add, timeout(shop));
    assertEquals(new Outcomes.Snapshot(List.of(first), List.of()), before);
  }

  @Test
  void oneThreadMayAddWhileOthersRead() throws Exception {
    outcomes.retain(plan(shop));
    Thread reader =
        Thread.ofVirtual().start(() -> IntStream.range(0, 500).forEach(_ -> outcomes.snapshot()));
    IntStream.range(0, 5_000).forEach(_ -> fold.to(outcomes::add, timeout(shop)));
    reader.join();
    assertEquals(Outcomes.FAILURES, outcomes.snapshot().failures().size());
  }
}
