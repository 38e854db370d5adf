package io.github.dnsonde.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.overview.AdmissionStatus.Reach;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.testkit.FakeTicker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The controller's test of the way to itself. */
@Timeout(30)
class SelfTestTest {

  private static final int ROUNDS = 20_000;

  private final FakeTicker ticker = new FakeTicker();

  private static AdmissionRequest request(NamespacedName name) {
    return new AdmissionRequest(
        "u",
        AdmissionRequest.Operation.CREATE,
        name,
        new AdmissionRequest.Other(),
        true,
        new AdmissionRequest.User("", "", List.of(), Map.of()));
  }

  @Test
  void otherRequestsAtTheSameTimeDoNotHideIt() throws Exception {
    AtomicReference<SelfTest> tested = new AtomicReference<>();
    SelfTest test = new SelfTest("control", policy -> tested.get().isIt(request(policy)), ticker);
    tested.set(test);
    AtomicBoolean over = new AtomicBoolean();
    AdmissionRequest other = request(new NamespacedName("shop", "x"));
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      clients.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!over.get()) {
                      test.isIt(other);
                    }
                  }));
    }
    int reached = 0;
    for (int i = 0; i < ROUNDS; i++) {
      test.turn();
      reached += test.reach() == Reach.REACHED ? 1 : 0;
      ticker.advance(Duration.ofMinutes(6));
    }
    over.set(true);
    for (Thread client : clients) {
      client.join();
    }
    assertEquals(ROUNDS, reached);
  }

  @Test
  void aRefusalByOthersAfterTheQuestionShowsThatItIsReached() {
    AtomicReference<SelfTest> tested = new AtomicReference<>();
    SelfTest test =
        new SelfTest(
            "control",
            policy -> {
              tested.get().isIt(request(policy));
              throw new IOException("403 exceeded quota");
            },
            ticker);
    tested.set(test);
    test.turn();
    assertEquals(Reach.REACHED, test.reach());
  }

  /** In a crowd of questions, the controller may have no time to read one. */
  @Test
  void oneQuestionThatIsLostShowsNothing() {
    AtomicReference<SelfTest> tested = new AtomicReference<>();
    AtomicBoolean lost = new AtomicBoolean();
    SelfTest test =
        new SelfTest(
            "control",
            policy -> {
              if (!lost.get()) {
                tested.get().isIt(request(policy));
              }
            },
            ticker);
    tested.set(test);
    test.turn();
    lost.set(true);
    ticker.advance(Duration.ofMinutes(5));
    test.turn();
    assertEquals(Reach.REACHED, test.reach());
    ticker.advance(Duration.ofSeconds(5));
    test.turn();
    assertEquals(Reach.NOT_REACHED, test.reach(), "two in a row");
    lost.set(false);
    ticker.advance(Duration.ofMinutes(1));
    test.turn();
    assertEquals(Reach.REACHED, test.reach());
  }

  @Test
  void aRefusalWithoutTheQuestionShowsNothing() {
    SelfTest test =
        new SelfTest(
            "control",
            _ -> {
              throw new IOException("403 exceeded quota");
            },
            ticker);
    test.turn();
    assertEquals(Reach.UNKNOWN, test.reach());
    assertEquals(Optional.of("403 exceeded quota"), test.failure());
  }
}
