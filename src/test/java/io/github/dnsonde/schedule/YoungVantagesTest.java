package io.github.dnsonde.schedule;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.testkit.FakeTicker;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YoungVantagesTest {

  private static final Duration ALMOST_GROWN_UP = Vantage.YOUTH.minusSeconds(1);

  private final FakeTicker ticker = new FakeTicker();
  private final YoungVantages youngVantages = new YoungVantages();

  @Test
  void aPodIsYoungForHalfAMinuteAfterItsStart() {
    Vantage pod = startedAt(FakeTicker.START.minusSeconds(10));
    follow(pod);
    assertTrue(young(pod));
    ticker.advance(Duration.ofSeconds(19));
    assertTrue(young(pod));
    ticker.advance(Duration.ofSeconds(1));
    assertFalse(young(pod));
  }

  @Test
  void aPodThatStartedLongAgoIsNotYoung() {
    Vantage pod = startedAt(FakeTicker.START.minusSeconds(30));
    follow(pod);
    assertFalse(young(pod));
    assertFalse(young(startedAt(Instant.EPOCH)), "it is not planned");
  }

  /** The node started with a wrong clock, which has since been set back: by hours, days, years. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-01T00:00:01Z",
        "2026-01-01T03:00:00Z",
        "2027-02-05T00:00:00Z",
        "+1000000000-12-31T23:59:59Z"
      })
  void aStartInTheFutureDoesNotMakeAPodYoungForever(Instant start) {
    Vantage pod = startedAt(start);
    follow(pod);
    ticker.advance(ALMOST_GROWN_UP);
    follow(pod, startedAt(FakeTicker.START));
    assertTrue(young(pod), "as if it started when it was first planned");
    ticker.advance(Duration.ofSeconds(1));
    follow(pod);
    assertFalse(young(pod));
  }

  @ParameterizedTest
  @ValueSource(longs = {-400 * 86_400L, -3_600, -20, 20, 3_600, 400 * 86_400L})
  void aClockThatIsSetLaterChangesNothing(long by) {
    Vantage pod = startedAt(FakeTicker.START);
    follow(pod);
    ticker.setClock(Duration.ofSeconds(by));
    follow(pod);
    ticker.advance(ALMOST_GROWN_UP);
    assertTrue(young(pod));
    ticker.advance(Duration.ofSeconds(1));
    assertFalse(young(pod));
  }

  private void follow(Vantage... vantages) {
    youngVantages.follow(Set.of(vantages), ticker.nanos(), ticker.now());
  }

  private boolean young(Vantage vantage) {
    return youngVantages.covers(vantage, ticker.nanos());
  }

  private static Vantage startedAt(Instant settled) {
    return new Vantage("shop", "web", "web-0", "node", Vantage.ANY, settled);
  }
}
