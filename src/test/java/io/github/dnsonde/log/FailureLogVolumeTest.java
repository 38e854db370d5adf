package io.github.dnsonde.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Ignored;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.Verdict;
import io.github.dnsonde.testkit.FakeTicker;
import io.github.dnsonde.testkit.Probes;
import io.github.dnsonde.testkit.StreakFold;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The volume of the failure log, and its completeness. */
class FailureLogVolumeTest {

  private final StreakFold fold = new StreakFold();

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int PROBES = 8;
  private static final List<Reply> FAILURES =
      List.of(
          new Reply.TimedOut(Reply.Phase.RESPONSE),
          new Answered(2, false, List.of(), 40),
          new Answered(5, false, List.of(), 40));
  private static final Pattern NUMBER = Pattern.compile(" (count|failures)=(\\d+)");

  private final FakeTicker ticker = new FakeTicker();
  private final FailureLog log = new FailureLog(ticker);
  private final List<Probe> probes = IntStream.range(0, PROBES).mapToObj(this::probe).toList();

  /**
   * Each probe alternates between more and less packet loss, as a network does, and sometimes ends.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void aProbeWritesOneLineAMinuteAndEveryFailureIsCounted(long seed) {
    Random random = new Random(seed);
    Ledger ledger = new Ledger();
    double[] loss = new double[PROBES];
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      for (int step = 0; step < 5_000; step++) {
        int i = random.nextInt(PROBES);
        loss[i] = random.nextInt(20) == 0 ? random.nextInt(5) / 4.0 : loss[i];
        Outcome outcome = outcome(probes.get(i), random, loss[i]);
        fold.to(log::accept, outcome);
        ledger.received(outcome, lines.fresh());
        if (random.nextInt(50) == 0) {
          log.overtaken(outcome(probes.get(i), FAILURES.getFirst()));
          ledger.failures++;
          lines.fresh().forEach(ledger::summary);
        }
        if (random.nextInt(200) == 0) {
          log.retain(probes.subList(random.nextInt(PROBES), PROBES));
          lines.fresh().forEach(ledger::summary);
        }
        ticker.advance(Duration.ofMillis(random.nextInt(4_000)));
      }
      log.close();
      lines.fresh().forEach(ledger::summary);
    }
    assertEquals(ledger.failures, ledger.counted, "failures, and the number that lines count");
    assertTrue(
        ledger.failures > 500 && ledger.lines > 100,
        () -> ledger.failures + " failures, " + ledger.lines + " lines");
  }

  @Test
  void halfOfAllAnswersLost() {
    int lines = 0;
    try (Lines written = Lines.in(Logging.Format.LOGFMT)) {
      for (int second = 0; second < 3_600; second += 10) {
        for (int i = 0; i < PROBES; i++) {
          boolean lost = (second / 10 + i) % 2 == 0;
          fold.to(log::accept, outcome(probes.get(i), lost ? FAILURES.getFirst() : good()));
          lines += written.fresh().size();
        }
        ticker.advance(Duration.ofSeconds(10));
      }
    }
    assertTrue(lines <= 60 * PROBES, "lines in an hour: " + lines);
  }

  /** The outcomes and the lines about them. Checks that both agree with the promises. */
  private final class Ledger {
    private final Map<Probe, Long> lastLine = new HashMap<>();
    private final Map<Probe, Deque<Boolean>> lastTwo = new HashMap<>();
    private final Map<Probe, Boolean> healthy = new HashMap<>();
    private long failures;
    private long counted;
    private long lines;

    void received(Outcome outcome, List<String> written) {
      List<String> own = new ArrayList<>();
      written.forEach(
          line -> {
            if (line.contains("not counted by another line")) {
              summary(line);
            } else if (!line.contains(": untested")) {
              own.add(line);
            }
          });
      Probe probe = outcome.probe();
      boolean failed = outcome.verdict() instanceof Verdict.Failed;
      failures += failed ? 1 : 0;
      boolean quiet = quiet(probe);
      if (failed && quiet && healthy.getOrDefault(probe, true)) {
        assertEquals(1, own.size(), "the first failure of a healthy probe is logged at once");
      }
      if (!(outcome.verdict() instanceof Verdict.Untested)) {
        remember(probe, failed);
      }
      assertTrue(own.size() <= 1, () -> "one outcome, several lines: " + own);
      own.forEach(line -> line(probe, line, failed, quiet));
    }

    private boolean quiet(Probe probe) {
      Long last = lastLine.get(probe);
      return last == null || ticker.nanos() - last >= MINUTE.toNanos();
    }

    private void remember(Probe probe, boolean failed) {
      Deque<Boolean> two = lastTwo.computeIfAbsent(probe, _ -> new ArrayDeque<>());
      two.addLast(failed);
      if (two.size() > 2) {
        two.removeFirst();
      }
      if (failed) {
        healthy.put(probe, false);
      }
    }

    private void line(Probe probe, String line, boolean failed, boolean quiet) {
      lines++;
      assertTrue(quiet, () -> "less than a minute after the line before: " + line);
      lastLine.put(probe, ticker.nanos());
      if (line.contains("answered again")) {
        assertEquals(List.of(false, false), List.copyOf(lastTwo.get(probe)), line);
        healthy.put(probe, true);
        counted += number(line, "count").orElse(0L);
      } else {
        assertTrue(failed, () -> "a line about a failure that did not happen: " + line);
        counted += number(line, "count").orElse(1L);
      }
    }

    void summary(String line) {
      counted += number(line, "count").orElseThrow();
    }

    private Optional<Long> number(String line, String field) {
      Matcher matcher = NUMBER.matcher(line);
      while (matcher.find()) {
        if (matcher.group(1).equals(field)) {
          return Optional.of(Long.valueOf(matcher.group(2)));
        }
      }
      return Optional.empty();
    }
  }

  private Probe probe(int i) {
    Vantage vantage = new Vantage("shop", "cart", "cart-" + i, "node-1", Vantage.ANY);
    return new Probe(
        vantage,
        new Server("kube-dns", Vantage.ANY, 53),
        Probes.question(Probes.EXTERNAL, Transport.UDP),
        true);
  }

  private static Reply good() {
    return new Answered(0, false, List.of(new Answer(Probes.EXTERNAL, "A", "192.0.2.80")), 56);
  }

  private static Outcome outcome(Probe probe, Random random, double loss) {
    if (random.nextInt(20) == 0) {
      return Outcome.untested(probe, FakeTicker.START, Cause.STARVED, "made by this test");
    }
    return outcome(
        probe, random.nextDouble() < loss ? FAILURES.get(random.nextInt(FAILURES.size())) : good());
  }

  private static Outcome outcome(Probe probe, Reply reply) {
    return Outcome.judged(
        probe,
        FakeTicker.START,
        Optional.of(Duration.ofMillis(12)),
        Optional.empty(),
        Ignored.NONE,
        reply,
        Duration.ofSeconds(5));
  }
}
