package io.github.dnsonde.agent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.schedule.Periodic;
import io.github.dnsonde.testkit.FakeTicker;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The number of diagnoses, with the real pauses. */
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
  void aRecoveryAndAFirstAnswerAreNews() throws InterruptedException {
    ticker.advance(DiagnosisPace.NEWS);
    pace.start(chores, diagnoses::release);
    assertTrue(diagnoses.tryAcquire(5, TimeUnit.SECONDS), "the first one");
    pace.accept(Optional.of(Streak.begin(SampleOutcomes.timeout(GOOD.probe())).then(GOOD)));
    assertTrue(diagnoses.tryAcquire(5, TimeUnit.SECONDS), "after a recovery");
  }
}
