package io.github.dnsonde.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.admission.Permission.Answer;
import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.probe.NamespacedName;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Questions to the API server while it asks itself. */
@Timeout(30)
class PromptPermissionTest {

  private static final AdmissionRequest REQUEST =
      new AdmissionRequest(
          "u",
          AdmissionRequest.Operation.CREATE,
          new NamespacedName("shop", "x"),
          new AdmissionRequest.Other(),
          false,
          new AdmissionRequest.User("ann", "", List.of(), Map.of()));

  private final ConcurrentLinkedQueue<String> troubles = new ConcurrentLinkedQueue<>();

  private PromptPermission permission(PromptPermission.Question question, Duration longest) {
    return new PromptPermission(
        question, longest, failure -> troubles.add(String.valueOf(failure.getMessage())));
  }

  @Test
  void aSilentApiServerIsNotWaitedFor() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    PromptPermission permission =
        permission(
            _ -> {
              asked.incrementAndGet();
              try {
                open.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              return true;
            },
            Duration.ofMillis(20));
    for (int i = 0; i < PromptPermission.AT_ONCE + 3; i++) {
      assertEquals(Answer.UNKNOWN, permission.toOverride(REQUEST));
    }
    RunningController.await(
        "no more questions than places", () -> asked.get() == PromptPermission.AT_ONCE);
    assertTrue(troubles.contains("no answer of the API server within 20 ms"), troubles::toString);
    assertTrue(
        troubles.contains("4 questions at once wait for the API server"), troubles::toString);
    open.countDown();
    RunningController.await(
        "the places are free again", () -> permission.toOverride(REQUEST) == Answer.YES);
  }

  @Test
  void anAnswerIsAnAnswer() {
    assertEquals(Answer.YES, permission(_ -> true, PromptPermission.LONGEST).toOverride(REQUEST));
    assertEquals(Answer.NO, permission(_ -> false, PromptPermission.LONGEST).toOverride(REQUEST));
    PromptPermission failing =
        permission(
            _ -> {
              throw new IOException("403 forbidden");
            },
            PromptPermission.LONGEST);
    assertEquals(Answer.UNKNOWN, failing.toOverride(REQUEST));
    assertEquals(List.of("403 forbidden"), List.copyOf(troubles));
  }
}
