package io.github.dnsonde.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.testkit.FakeTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FindingLogTest {

  private static final Finding PAYMENTS = finding("payments", "payments/web-0");
  private static final Finding ORDERS = finding("orders", "orders/web-0");

  private final FakeTicker ticker = new FakeTicker();
  private final FindingLog log = new FindingLog(ticker);

  @Test
  void aFindingIsWrittenWhenItBeginsAndWhenItEnds() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      log.accept(List.of(PAYMENTS));
      assertEquals(List.of("begun payments/web-0"), words(lines));
      goOn(200, List.of(PAYMENTS));
      assertEquals(List.of(), words(lines));
      log.accept(List.of());
      String line = lines.fresh().getFirst();
      assertTrue(line.contains("msg=\"ended: ") && line.endsWith(" lasted=3m20s"), line);
    }
  }

  @Test
  void theDurationDoesNotDependOnTheTimeOfDay() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      log.accept(List.of(PAYMENTS));
      ticker.setClock(Duration.ofDays(-400));
      goOn(70, List.of(PAYMENTS));
      log.accept(List.of());
      String line = lines.fresh().getLast();
      assertTrue(line.endsWith(" lasted=1m10s"), line);
    }
  }

  @Test
  void aFindingThatComesAndGoesIsWrittenOnceAMinute() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      for (int second = 0; second < 600; second++) {
        log.accept(second % 2 == 0 ? List.of(PAYMENTS) : List.of());
        ticker.advance(Duration.ofSeconds(1));
      }
      int written = words(lines).size();
      assertTrue(written >= 1 && written <= 10, "lines in ten minutes: " + written);
    }
  }

  /** A namespace can replace its pods at any rate. */
  @Test
  void otherPodsOfTheNamespaceAreTheSameFinding() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      for (int second = 0; second < 10_000; second++) {
        log.accept(List.of(finding("payments", "payments/web-" + second)));
        ticker.advance(Duration.ofSeconds(1));
      }
      assertEquals(List.of("begun payments/web-0"), words(lines));
      log.accept(List.of());
      String line = lines.fresh().getFirst();
      assertTrue(line.contains("ended: ") && line.length() < 2_000, line);
    }
  }

  @Test
  void oneNamespaceDoesNotDelayAnother() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      log.accept(List.of(PAYMENTS));
      words(lines);
      log.accept(List.of(PAYMENTS, ORDERS));
      assertEquals(List.of("begun orders/web-0"), words(lines));
    }
  }

  @Test
  void theLogFinallyReportsThePresentState() {
    Random random = new Random(7);
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      for (int second = 0; second < 1_000; second++) {
        log.accept(random.nextBoolean() ? List.of(PAYMENTS) : List.of());
        ticker.advance(Duration.ofSeconds(1));
      }
      goOn(61, List.of(PAYMENTS, ORDERS));
      List<String> said = new ArrayList<>(words(lines));
      said.removeIf(line -> !line.endsWith("payments/web-0"));
      assertEquals("begun payments/web-0", said.getLast());
      goOn(61, List.of());
      assertEquals(List.of("over payments/web-0", "over orders/web-0"), words(lines));
    }
  }

  private void goOn(int seconds, List<Finding> found) {
    for (int second = 0; second < seconds; second++) {
      ticker.advance(Duration.ofSeconds(1));
      log.accept(found);
    }
  }

  /** Returns {@code begun} or {@code over}, and the pod. */
  private static List<String> words(Lines lines) {
    return lines.fresh().stream()
        .map(
            line ->
                (line.contains("ended: ") ? "over " : "begun ")
                    + line.replaceAll(".* pod=(\\S+) .*", "$1"))
        .toList();
  }

  private static Finding finding(String namespace, String pod) {
    return new Finding(
        Finding.Code.UNEXPLAINED,
        new Finding.Subject(
            List.of(namespace), List.of(pod), List.of("kube-dns"), List.of(Transport.UDP)),
        Finding.Confidence.OBSERVED,
        FakeTicker.START,
        "Namespace " + namespace + " gets no response.",
        List.of(),
        List.of(),
        Optional.empty());
  }
}
