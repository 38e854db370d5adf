package io.github.dnsonde.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.log.Lines;
import io.github.dnsonde.log.Logging;
import io.github.dnsonde.testkit.FakeTicker;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WatchHealthTest {

  private final FakeTicker ticker = new FakeTicker();
  private final WatchHealth watchHealth = new WatchHealth(ClusterResource.PODS, ticker);

  @Test
  void aProblemAndItsEndAreLoggedOnce() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      for (int i = 0; i < 10; i++) {
        watchHealth.failed(new IOException("refused"));
        ticker.advance(Duration.ofSeconds(30));
      }
      watchHealth.healthy();
      watchHealth.healthy();
      assertEquals(
          List.of("pods: failed, will be tried again: IOException: refused", "pods: recovered"),
          messages(lines));
    }
  }

  @Test
  void aServerThatKeepsFailingAndRecoveringDoesNotFillTheLog() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      for (int second = 0; second < 600; second++) {
        watchHealth.failed(new IOException("port " + second));
        watchHealth.healthy();
        ticker.advance(Duration.ofSeconds(1));
      }
      assertEquals(20, messages(lines).size(), "lines in ten minutes");
    }
  }

  @Test
  void theLogFinallyShowsThePresentState() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      watchHealth.failed(new IOException("refused"));
      watchHealth.healthy();
      watchHealth.failed(new IOException("reset"));
      ticker.advance(Duration.ofMinutes(1));
      watchHealth.failed(new IOException("reset"));
      watchHealth.healthy();
      assertEquals(
          List.of(
              "pods: failed, will be tried again: IOException: refused",
              "pods: recovered",
              "pods: failed, will be tried again: IOException: reset",
              "pods: recovered"),
          messages(lines));
    }
  }

  @Test
  void theAgeOfTheLastMessageDoesNotDependOnTheClock() {
    assertEquals(Optional.empty(), watchHealth.lastHeard());
    watchHealth.contacted();
    ticker.advance(Duration.ofSeconds(90));
    assertEquals(Optional.of(FakeTicker.START), watchHealth.lastHeard());
    ticker.setClock(Duration.ofDays(-1));
    assertEquals(Optional.of(ticker.now().minusSeconds(90)), watchHealth.lastHeard());
  }

  @Test
  void unreadableObjectsAreLoggedOnceEachUpToALimit() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      for (int i = 0; i < 1_000; i++) {
        watchHealth.unreadable("shop/p-" + i % 500, "no number");
      }
      assertEquals(10, messages(lines).size(), "in a minute");
      assertEquals(1_000, watchHealth.counts().unreadable());
    }
  }

  private static List<String> messages(Lines lines) {
    return lines.fresh().stream()
        .map(line -> line.replaceAll(".* msg=\"Kubernetes API: ([^\"]*)\".*", "$1"))
        .toList();
  }
}
