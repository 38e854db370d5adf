package io.github.dnsonde.controller;

import io.github.dnsonde.kube.TokenVerdict;
import io.github.dnsonde.probe.Ticker;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The verdicts of the last minutes, by the digests of tokens. Rejected tokens have room of their
 * own, so that no number of them displaces a valid one. Thread-safe.
 */
final class ReviewedTokens {

  /** A verdict counts for this long; a token may be revoked meanwhile. */
  private static final Duration LIFE = Duration.ofMinutes(5);

  /** More than the nodes of the largest cluster (Kubernetes documentation, "Large clusters"). */
  private static final int VALID = 10_000;

  private static final int REJECTED = 2_000;

  private final Ticker ticker;
  private final Map<ByteBuffer, Kept> valid = new Recent(VALID);
  private final Map<ByteBuffer, Kept> rejected = new Recent(REJECTED);

  private record Kept(TokenVerdict verdict, long since) {}

  ReviewedTokens(Ticker ticker) {
    this.ticker = ticker;
  }

  /** The digest under which a verdict is kept. */
  static ByteBuffer digest(String token) {
    try {
      return ByteBuffer.wrap(
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The verdict about a token whose claims are still in force; empty if there is none. */
  synchronized Optional<TokenVerdict> of(ByteBuffer digest) {
    return Optional.ofNullable(valid.get(digest))
        .or(() -> Optional.ofNullable(rejected.get(digest)))
        .filter(entry -> ticker.nanos() - entry.since() < LIFE.toNanos())
        .map(Kept::verdict);
  }

  synchronized void put(ByteBuffer digest, TokenVerdict verdict) {
    long now = ticker.nanos();
    valid.remove(digest); // a key that is put again would keep its old place
    rejected.remove(digest);
    expire(valid, now);
    expire(rejected, now);
    Kept entry = new Kept(verdict, now);
    switch (verdict) {
      case TokenVerdict.Valid _ -> valid.put(digest, entry);
      case TokenVerdict.Rejected _ -> rejected.put(digest, entry);
    }
  }

  /** The number of verdicts that are kept. */
  synchronized int size() {
    return valid.size() + rejected.size();
  }

  /** Drops the verdicts that count no longer; the first are the oldest. */
  private static void expire(Map<ByteBuffer, Kept> verdicts, long now) {
    Iterator<Kept> oldestFirst = verdicts.values().iterator();
    while (oldestFirst.hasNext() && now - oldestFirst.next().since() >= LIFE.toNanos()) {
      oldestFirst.remove();
    }
  }

  /** Drops the entry that was put first. */
  private static final class Recent extends LinkedHashMap<ByteBuffer, Kept> {
    private static final long serialVersionUID = 1L;

    private final int most;

    Recent(int most) {
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Kept> eldest) {
      return size() > most;
    }
  }
}
