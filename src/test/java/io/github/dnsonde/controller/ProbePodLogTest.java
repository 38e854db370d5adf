package io.github.dnsonde.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.controller.ProbePodReconciler.NamespaceReport;
import io.github.dnsonde.controller.ProbePodReconciler.State;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Lines;
import io.github.dnsonde.log.Logging;
import io.github.dnsonde.testkit.FakeTicker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbePodLogTest {

  private final FakeTicker ticker = new FakeTicker();
  private final ProbePodLog log = new ProbePodLog(ticker);

  @Test
  void newStatesAreWrittenAtOnceAndOnlyOnce() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      log.round(List.of(report(State.APPLIED)));
      ticker.advance(Duration.ofSeconds(5));
      log.round(List.of(report(State.NO_POD, "exceeded quota")));
      assertEquals(
          List.of(
              "time=TIME level=info logger=probe-pods msg=applied source_namespace=team-a why=\"\"",
              "time=TIME level=warn logger=probe-pods msg=\"no pod\" source_namespace=team-a"
                  + " why=\"exceeded quota\""),
          lines.fresh());
      for (int round = 0; round < 20; round++) {
        log.round(List.of(report(State.NO_POD, "exceeded quota")));
        ticker.advance(Duration.ofSeconds(60));
      }
      assertEquals(List.of(), lines.fresh());
    }
  }

  /** Someone deletes the Deployment as often as it returns. */
  @Test
  void repeatedChangesByOthersAreWrittenOnceAMinute() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      for (int round = 0; round < 120; round++) {
        log.round(List.of(report(State.APPLIED)));
        ticker.advance(Duration.ofSeconds(5));
      }
      List<String> written = lines.fresh();
      assertEquals(10, written.size(), "lines in ten minutes");
      assertTrue(written.getLast().endsWith(" rounds=12"), written::toString);
    }
  }

  @Test
  void aMessageThatAlwaysDiffersIsWrittenOnceAMinute() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      for (int round = 0; round < 120; round++) {
        log.round(List.of(report(State.NO_POD, "used: pods=" + round)));
        log.failed(Event.of("a round failed").with("why", "port " + round));
        ticker.advance(Duration.ofSeconds(5));
      }
      assertEquals(20, lines.fresh().size(), "lines in ten minutes");
    }
  }

  @Test
  void aDelayedStateIsWrittenIfItStillHolds() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      log.round(List.of(report(State.NO_POD, "one")));
      log.round(List.of(report(State.NO_POD, "two")));
      assertEquals(1, lines.fresh().size());
      ticker.advance(Duration.ofSeconds(60));
      log.round(List.of(report(State.NO_POD, "two")));
      assertTrue(lines.fresh().getFirst().contains("why=two"));
    }
  }

  private static NamespaceReport report(State state, String... why) {
    return new NamespaceReport("team-a", state, true, List.of(why));
  }
}
