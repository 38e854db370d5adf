package io.github.dnsonde.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.log.Lines;
import io.github.dnsonde.log.Logging;
import io.github.dnsonde.testkit.FakeTicker;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StandingTest {

  private final FakeTicker ticker = new FakeTicker();
  private final Standing standing = new Standing("pods", ticker);

  @Test
  void aTroubleIsWrittenOnceAndItsEnd() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      for (int i = 0; i < 10; i++) {
        standing.failed(new IOException("refused"));
        ticker.advance(Duration.ofSeconds(30));
      }
      standing.well();
      standing.well();
      assertEquals(
          List.of("pods: failed, will be tried again: IOException: refused", "pods: well again"),
          messages(lines));
    }
  }

  @Test
  void aServerThatFailsAndRecoversAllTheTimeFillsNoLog() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      for (int second = 0; second < 600; second++) {
        standing.failed(new IOException("port " + second));
        standing.well();
        ticker.advance(Duration.ofSeconds(1));
      }
      assertEquals(20, messages(lines).size(), "lines in ten minutes");
    }
  }

  @Test
  void inTheEndTheLogSaysHowThingsAre() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      standing.failed(new IOException("refused"));
      standing.well();
      standing.failed(new IOException("reset"));
      ticker.advance(Duration.ofMinutes(1));
      standing.failed(new IOException("reset"));
      standing.well();
      assertEquals(
          List.of(
              "pods: failed, will be tried again: IOException: refused",
              "pods: well again",
              "pods: failed, will be tried again: IOException: reset",
              "pods: well again"),
          messages(lines));
    }
  }

  @Test
  void howLongAgoTheServerWasHeardDoesNotDependOnTheClock() {
    assertEquals(Optional.empty(), standing.lastHeard());
    standing.heard();
    ticker.advance(Duration.ofSeconds(90));
    assertEquals(Optional.of(FakeTicker.START), standing.lastHeard());
    ticker.setClock(Duration.ofDays(-1));
    assertEquals(Optional.of(ticker.now().minusSeconds(90)), standing.lastHeard());
  }

  @Test
  void unreadableObjectsAreWrittenOnceEachAndNotWithoutEnd() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      for (int i = 0; i < 1_000; i++) {
        standing.unreadable("shop/p-" + i % 500, new IllegalArgumentException("no number"));
      }
      assertEquals(100, messages(lines).size());
      assertEquals(1_000, standing.counts().unreadable());
    }
  }

  private static List<String> messages(Lines lines) {
    return lines.fresh().stream()
        .map(line -> line.replaceAll(".* msg=\"Kubernetes API: ([^\"]*)\".*", "$1"))
        .toList();
  }
}
