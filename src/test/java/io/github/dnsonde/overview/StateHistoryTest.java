package io.github.dnsonde.overview;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.report.PathState;
import io.github.dnsonde.testkit.SampleReports;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Checks the memory of the states of namespaces. */
class StateHistoryTest {

  private static final Instant START = Instant.parse("2026-11-26T12:00:00Z");

  private final StateHistory history = new StateHistory();

  @Test
  void onlyChangesAreRemembered() {
    take(0, PathState.GOOD);
    take(10, PathState.GOOD);
    take(20, PathState.UNANSWERED);
    take(30, PathState.UNANSWERED);
    take(40, PathState.UNCERTAIN); // one lost packet counts as good
    assertEquals(List.of("0 good", "20 unanswered", "40 good"), states(50));
    assertEquals(START, history.of("shop", at(50)).completeFrom());
  }

  @Test
  void aFailureAnywhereCountsAndUntestedNowhereHidesGood() {
    take(0, PathState.GOOD, PathState.UNTESTED);
    take(10, PathState.GOOD, PathState.LATE, PathState.WRONG);
    take(20, PathState.UNTESTED);
    assertEquals(List.of("0 good", "10 wrong", "20 untested"), states(30));
  }

  @Test
  void aMomentAfterTheLastOneNothingIsTaken() {
    take(0, PathState.GOOD);
    take(5, PathState.WRONG);
    assertEquals(List.of("0 good"), states(6));
  }

  /** Silence is never good. */
  @Test
  void aSilentNodeAndAMissingNamespaceAreUntested() {
    NodeInput node = input(0, PathState.GOOD);
    history.take(() -> List.of(node), at(0));
    history.take(() -> List.of(node), at(40));
    assertEquals(List.of("0 good", "40 untested"), states(41));
    take(50, PathState.GOOD);
    history.take(List::of, at(60));
    assertEquals(List.of("0 good", "40 untested", "50 good", "60 untested"), states(61));
  }

  @Test
  void whatIsOlderThanADayIsForgotten() {
    take(0, PathState.GOOD);
    take(10, PathState.WRONG);
    take(20, PathState.GOOD);
    int day = (int) StateHistory.KEPT.toSeconds();
    take(day + 100, PathState.GOOD);
    assertEquals(List.of("20 good"), states(day + 100));
    assertEquals(at(100), history.of("shop", at(day + 100)).completeFrom());
  }

  @Test
  void aNamespaceThatChangesAllTheTimeIsBounded() {
    for (int turn = 0; turn < 2 * StateHistory.CHANGES; turn++) {
      take(10 * turn, turn % 2 == 0 ? PathState.GOOD : PathState.WRONG);
    }
    NamespaceHistory shop = history.of("shop", at(20 * StateHistory.CHANGES));
    assertEquals(StateHistory.CHANGES, shop.states().size());
    assertEquals(shop.states().getFirst().from(), shop.completeFrom());
    assertTrue(shop.completeFrom().isAfter(START), "it does not claim to be complete");
  }

  @Test
  void timesFollowTheClock() {
    take(0, PathState.GOOD);
    history.clockSet(Duration.ofHours(1));
    NamespaceHistory shop = history.of("shop", at(3_700));
    assertEquals(at(3_600), shop.completeFrom());
    assertEquals(at(3_600), shop.states().getFirst().from());
  }

  @Test
  void anUnknownNamespaceHasNoStates() {
    assertEquals(List.of(), history.of("nobody", at(0)).states());
    assertEquals(at(0), history.of("nobody", at(0)).completeFrom());
  }

  @Test
  void pathsAreSelectedByNamespaceOrNodeTheWorstFirst() {
    OverviewInput input =
        new OverviewInput(
            "cluster",
            List.of(input(0, PathState.GOOD, PathState.UNANSWERED, PathState.LATE)),
            java.util.Map.of(),
            List.of(),
            at(1));
    PathList paths = input.paths(new PathSelection(Optional.of("shop"), Optional.empty()));
    assertEquals(
        List.of(PathState.UNANSWERED, PathState.LATE, PathState.GOOD),
        paths.rows().stream().map(PathRow::state).toList());
    assertEquals(3, paths.total());
    assertEquals(
        3, input.paths(new PathSelection(Optional.empty(), Optional.of("node-a"))).total());
    assertEquals(0, input.paths(new PathSelection(Optional.of("pay"), Optional.empty())).total());
    assertEquals(
        0, input.paths(new PathSelection(Optional.of("shop"), Optional.of("node-b"))).total());
  }

  private void take(int second, PathState... states) {
    history.take(() -> List.of(input(second, states)), at(second));
  }

  private static NodeInput input(int second, PathState... states) {
    return new NodeInput(
        SampleReports.of("node-a", List.of(SampleReports.vantage("shop", "-", states))),
        at(second),
        Optional.empty());
  }

  private static Instant at(int second) {
    return START.plusSeconds(second);
  }

  private List<String> states(int second) {
    return history.of("shop", at(second)).states().stream()
        .map(span -> Duration.between(START, span.from()).toSeconds() + " " + span.state().label())
        .toList();
  }
}
