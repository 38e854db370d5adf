package io.github.dnsonde.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.admission.AdmissionDecision;
import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.cluster.AdmissionRequest.PolicyVersion;
import io.github.dnsonde.kube.ClusterEvents;
import io.github.dnsonde.merge.EventResult;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.testkit.FakeTicker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Events about refusals that were overridden. */
class OverrideEventsTest {

  private static final long ROOM = 10_000;

  private final FakeTicker ticker = new FakeTicker();
  private final List<String> tried = new ArrayList<>();
  private final List<EventResult> counted = new ArrayList<>();
  private boolean silent;
  private boolean stored = true;

  private final OverrideEvents events =
      new OverrideEvents(
          (name, _, _) -> {
            tried.add(name.name().replaceFirst("-[^-]*$", ""));
            if (silent) {
              throw new IOException("timeout");
            }
            return new ClusterEvents.Answer.Made();
          },
          (_, _) -> stored,
          counted::add,
          ROOM,
          ticker);

  private void overridden(String name) {
    overridden(name, 1);
  }

  private void overridden(String name, long weight) {
    events.overridden(
        new AdmissionRequest(
            "u",
            AdmissionRequest.Operation.CREATE,
            new NamespacedName("shop", name),
            new AdmissionRequest.Policy(
                Optional.empty(),
                Optional.of(new PolicyVersion(Optional.empty(), Optional.empty(), ""))),
            false,
            new AdmissionRequest.User("", "", List.of(), Map.of())),
        weight,
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

  /** Only a few are written a minute. */
  @Test
  void manyAtOnceWaitForTheirPlace() {
    for (int i = 0; i < 50; i++) {
      overridden("p" + i);
    }
    for (int i = 0; i < 150; i++) {
      events.turn();
      ticker.advance(Duration.ofSeconds(2));
      stored = false; // it was deleted meanwhile
    }
    assertEquals(IntStream.range(0, 50).mapToObj(i -> "p" + i).toList(), tried);
  }

  @Test
  void whatWaitsTooLongBehindOthersIsCounted() {
    for (int i = 0; i < 1_001; i++) {
      overridden("p" + i);
      events.turn();
    }
    int most = 1_000 + 20; // and those that were written
    assertEquals(List.of(), dropped());
    for (int i = 1_001; i <= most; i++) {
      overridden("p" + i);
      events.turn();
    }
    assertEquals(List.of(EventResult.DROPPED), dropped());
  }

  private List<EventResult> dropped() {
    return counted.stream().filter(EventResult.DROPPED::equals).toList();
  }

  @Test
  void whatIsNotStoredHasNoEvent() {
    stored = false;
    overridden("a");
    events.turn();
    ticker.advance(Duration.ofSeconds(61));
    events.turn();
    stored = true;
    events.turn();
    assertEquals(List.of(), tried);
  }

  /** Anyone who reaches the port can have large ones noted. */
  @Test
  void whatIsNotStoredIsBoundedByItsWeight() {
    for (String name : List.of("a", "b", "c")) {
      overridden(name, ROOM / 2);
    }
    events.turn();
    assertEquals(List.of("b", "c"), tried);
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
