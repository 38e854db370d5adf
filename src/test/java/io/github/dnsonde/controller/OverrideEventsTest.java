package io.github.dnsonde.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.admission.AdmissionDecision;
import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.cluster.AdmissionRequest.PolicyVersion;
import io.github.dnsonde.kube.ClusterEvents;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.testkit.FakeTicker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Events about refusals that were overridden. */
class OverrideEventsTest {

  private final FakeTicker ticker = new FakeTicker();
  private final List<String> tried = new ArrayList<>();
  private boolean silent;

  private final OverrideEvents events =
      new OverrideEvents(
          (name, _, _) -> {
            tried.add(name.name().replaceFirst("-[^-]*$", ""));
            if (silent) {
              throw new IOException("timeout");
            }
            return new ClusterEvents.Answer.Made();
          },
          _ -> true,
          _ -> {},
          ticker);

  private void overridden(String name) {
    events.overridden(
        new AdmissionRequest(
            "u",
            AdmissionRequest.Operation.CREATE,
            new NamespacedName("shop", name),
            new AdmissionRequest.Policy(
                Optional.empty(),
                Optional.of(new PolicyVersion(Optional.empty(), Optional.empty(), ""))),
            false,
            new AdmissionRequest.User("", "", List.of(), List.of())),
        new AdmissionDecision.Overridden("offline", "would cut 1 pod"));
  }

  @Test
  void aSilentApiServerCostsOneWriteATurn() {
    silent = true;
    overridden("a");
    overridden("b");
    events.turn();
    assertEquals(List.of("a"), tried);
    silent = false;
    events.turn();
    assertEquals(List.of("a", "a", "b"), tried, "they are tried again");
  }

  @Test
  void theOldestMakesRoomForTheLatest() {
    for (int i = 0; i <= 1_000; i++) {
      overridden("p" + i);
    }
    for (int i = 0; i < 60; i++) {
      events.turn();
      ticker.advance(Duration.ofMillis(900));
    }
    assertEquals("p1", tried.getFirst());
    assertTrue(tried.size() >= 20, () -> tried.size() + " were written");
  }
}
