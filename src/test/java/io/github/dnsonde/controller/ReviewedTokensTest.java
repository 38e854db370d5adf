package io.github.dnsonde.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.kube.TokenVerdict;
import io.github.dnsonde.testkit.FakeTicker;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReviewedTokensTest {

  private static final TokenVerdict VALID =
      new TokenVerdict.Valid(
          "system:serviceaccount:dns:dnsonde", Optional.of("node-a"), Optional.empty());

  /** The room for valid tokens. */
  private static final int ROOM = 10_000;

  private final FakeTicker ticker = new FakeTicker();
  private final ReviewedTokens tokens = new ReviewedTokens(ticker);

  /** Agents get a new token every hour: the old ones are never asked about again. */
  @Test
  void verdictsThatCountNoLongerAreDropped() {
    for (int i = 0; i < 100; i++) {
      tokens.put(digest("valid" + i), VALID);
      tokens.put(digest("rejected" + i), new TokenVerdict.Rejected("no"));
    }
    ticker.advance(Duration.ofMinutes(5));
    tokens.put(digest("new"), VALID);
    assertEquals(1, tokens.size());
  }

  /** A cluster with very many nodes asks about each again: the latest verdict counts. */
  @Test
  void aVerdictThatIsPutAgainIsTheLatest() {
    ByteBuffer again = digest("again");
    tokens.put(again, VALID);
    for (int i = 0; i < ROOM - 1; i++) {
      tokens.put(digest("other" + i), VALID);
    }
    tokens.put(again, VALID);
    tokens.put(digest("one more"), VALID);
    assertEquals(Optional.of(VALID), tokens.of(again));
    assertEquals(ROOM, tokens.size());
  }

  private static ByteBuffer digest(String token) {
    return ReviewedTokens.digest(token);
  }
}
