package io.github.dnsonde.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.QueryPair;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.schedule.Periodic;
import io.github.dnsonde.testkit.FakeTicker;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The number of diagnoses, with the real pauses. */
@Tag("long")
class DiagnosisPaceTest {

  private static final Outcome GOOD =
      SampleOutcomes.good(
          SampleOutcomes.eightProbes(SampleOutcomes.vantage("shop", "web", "web-0")).getFirst(), 1);

  private final FakeTicker ticker = new FakeTicker();
  private final Periodic chores = new Periodic(ticker, _ -> {});
  private final DiagnosisPace pace = new DiagnosisPace(ticker);
  private final Semaphore diagnoses = new Semaphore(0);

  @AfterEach
  void stop() {
    chores.close();
  }

  @Test
  void aHealthyNodeIsDiagnosedSeldom() throws InterruptedException {
    Streak steady = Streak.begin(GOOD).then(GOOD);
    ticker.advance(DiagnosisPace.NEWS);
    pace.start(chores, diagnoses::release);
    assertTrue(diagnoses.tryAcquire(5, TimeUnit.SECONDS), "the first one");
    for (int i = 0; i < 30; i++) {
      pace.accept(Optional.of(steady));
      Thread.sleep(100);
    }
    assertTrue(diagnoses.drainPermits() == 0, "three seconds of good answers are no news");
  }

  @Test
  void aFailureIsDiagnosedWithinTwoSecondsAndThenEverySecond() throws InterruptedException {
    ticker.advance(DiagnosisPace.NEWS);
    pace.start(chores, diagnoses::release);
    assertTrue(diagnoses.tryAcquire(5, TimeUnit.SECONDS), "the first one");
    Streak failing = Streak.begin(SampleOutcomes.timeout(GOOD.probe()));
    pace.accept(Optional.of(failing));
    assertTrue(diagnoses.tryAcquire(3, 8, TimeUnit.SECONDS), "news matters for a while");
  }

  @Test
  void whatDoesNotHurtIsNoNews() throws InterruptedException {
    ticker.advance(DiagnosisPace.NEWS);
    pace.start(chores, diagnoses::release);
    assertTrue(diagnoses.tryAcquire(5, TimeUnit.SECONDS), "the first one");
    for (int i = 0; i < 30; i++) {
      pace.accept(diagnosis(false));
      pace.accept(pair(2, 2));
      Thread.sleep(100);
    }
    assertTrue(diagnoses.drainPermits() == 0, "three seconds of the same findings are no news");
    pace.accept(diagnosis(true));
    assertTrue(diagnoses.tryAcquire(5, TimeUnit.SECONDS), "a finding that hurts may end");
  }

  @Test
  void aLostReplyIsNews() throws InterruptedException {
    for (QueryPair lost : List.of(pair(1, 2), pair(2, 1))) {
      FakeTicker clock = new FakeTicker();
      DiagnosisPace other = new DiagnosisPace(clock);
      clock.advance(DiagnosisPace.NEWS);
      other.start(chores, diagnoses::release);
      assertTrue(diagnoses.tryAcquire(5, TimeUnit.SECONDS), "the first one");
      other.accept(lost);
      assertTrue(diagnoses.tryAcquire(5, TimeUnit.SECONDS), lost::toString);
    }
  }

  private static QueryPair pair(int replies, int fromTwo) {
    return new QueryPair(
        GOOD.probe().vantage(), GOOD.probe().server(), replies, Optional.of(fromTwo));
  }

  /** The findings of the sample that hurt, or the others. */
  private static Diagnosis diagnosis(boolean hurting) {
    Diagnosis all = SampleOutcomes.diagnosis();
    Diagnosis some =
        new Diagnosis(
            all.findings().stream().filter(each -> each.code().hurts() == hurting).toList(),
            all.policyVerdicts());
    assertFalse(some.findings().isEmpty());
    return some;
  }

  @Test
  void aRecoveryAndAFirstAnswerAreNews() throws InterruptedException {
    ticker.advance(DiagnosisPace.NEWS);
    pace.start(chores, diagnoses::release);
    assertTrue(diagnoses.tryAcquire(5, TimeUnit.SECONDS), "the first one");
    pace.accept(Optional.of(Streak.begin(SampleOutcomes.timeout(GOOD.probe())).then(GOOD)));
    assertTrue(diagnoses.tryAcquire(5, TimeUnit.SECONDS), "after a recovery");
  }
}
