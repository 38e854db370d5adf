package io.github.dnsonde.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.http.ClientNetwork;
import io.github.dnsonde.http.DeliveryException;
import io.github.dnsonde.http.DeliveryException.Reason;
import io.github.dnsonde.kube.ControllerApi;
import io.github.dnsonde.kube.TokenVerdict;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.testkit.FakeTicker;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReportGateTest {

  private static final NamespacedName AGENTS = new NamespacedName("dns", "dnsonde");
  private static final String USER = "system:serviceaccount:dns:dnsonde";
  private static final long FAR = 4_000_000_000L;

  private final FakeTicker ticker = new FakeTicker();
  private final AtomicInteger reviews = new AtomicInteger();
  private final Set<String> valid = new HashSet<>();
  private volatile boolean away;
  private final ReportGate gate = gate(this::review);

  private ReportGate gate(TokenReviewer reviewer) {
    return new ReportGate(AGENTS, reviewer, new Nowhere(), ticker);
  }

  private TokenVerdict review(String token, String audience) throws IOException {
    reviews.incrementAndGet();
    if (away) {
      throw new IOException("away");
    }
    return valid.contains(token)
        ? new TokenVerdict.Valid(USER, Optional.of("node-a"), Optional.empty())
        : new TokenVerdict.Rejected("no");
  }

  private static final class Nowhere implements Placement {
    @Override
    public Optional<String> nodeOf(NamespacedName pod) {
      return Optional.empty();
    }

    @Override
    public boolean hasPods(String namespace, String node) {
      return false;
    }
  }

  private static String token() {
    return ControllerApi.claims(AGENTS, ControllerApi.AUDIENCE, FAR);
  }

  private String validToken() {
    String token = token();
    valid.add(token);
    return token;
  }

  private static ClientNetwork client(int number) {
    return new ClientNetwork(InetAddress.ofLiteral("10.1." + number / 256 + "." + number % 256));
  }

  private Reason refusal(String token, ClientNetwork source) {
    return assertThrows(DeliveryException.class, () -> gate.node(token, source)).reason();
  }

  @Test
  void aVerdictCountsForFiveMinutes() throws Exception {
    String token = validToken();
    assertEquals("node-a", gate.node(token, client(1)));
    away = true;
    ticker.advance(Duration.ofMinutes(5).minusSeconds(1));
    assertEquals("node-a", gate.node(token, client(1)));
    assertEquals(1, reviews.get());
    ticker.advance(Duration.ofSeconds(1));
    assertEquals(Reason.NO_VERDICT, refusal(token, client(1)));
    assertEquals(2, reviews.get());
  }

  @Test
  void aRejectionAlsoCountsForFiveMinutes() {
    String token = token();
    assertEquals(Reason.REJECTED_TOKEN, refusal(token, client(1)));
    valid.add(token);
    assertEquals(Reason.REJECTED_TOKEN, refusal(token, client(1)));
    assertEquals(1, reviews.get());
  }

  @Test
  void anExpiredTokenIsRefusedAlthoughItsVerdictIsKnown() throws Exception {
    String token =
        ControllerApi.claims(
            AGENTS, ControllerApi.AUDIENCE, FakeTicker.START.plusSeconds(60).getEpochSecond());
    valid.add(token);
    assertEquals("node-a", gate.node(token, client(1)));
    ticker.advance(Duration.ofSeconds(60));
    assertEquals(Reason.UNUSABLE_TOKEN, refusal(token, client(1)));
  }

  @Test
  void aSenderOfARejectedTokenWaitsForItsNextReview() throws Exception {
    assertEquals(Reason.REJECTED_TOKEN, refusal(token(), client(1)));
    String good = validToken();
    assertEquals(Reason.BUSY, refusal(good, client(1)));
    assertEquals("node-a", gate.node(good, client(2)), "others are not affected");
    assertEquals("node-a", gate.node(good, client(1)), "a known token needs no review");
    ticker.advance(Duration.ofSeconds(10));
    assertEquals("node-a", gate.node(validToken(), client(1)));
  }

  @Test
  void atMostTwentyReviewsASecondAndAShortQueue() {
    ReviewPace pace = new ReviewPace(ticker);
    int reserved = 0;
    long last = 0;
    while (true) {
      var wait = pace.reserve();
      if (wait.isEmpty()) {
        break;
      }
      assertTrue(reserved == 0 || wait.getAsLong() - last >= 50_000_000, "spacing");
      last = wait.getAsLong();
      reserved++;
    }
    assertEquals(41, reserved, "in two seconds");
    ticker.advance(Duration.ofSeconds(1));
    for (int i = 0; i < 20; i++) {
      assertTrue(pace.reserve().isPresent());
    }
    assertTrue(pace.reserve().isEmpty());
  }

  @Test
  void aTokenIsNotReviewedTwiceAtOnce() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(1);
    ReportGate slow =
        gate(
            (_, _) -> {
              asked.countDown();
              try {
                answered.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              return new TokenVerdict.Valid(USER, Optional.of("node-a"), Optional.empty());
            });
    String token = token();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> first = threads.submit(() -> slow.node(token, client(1)));
      asked.await();
      DeliveryException second =
          assertThrows(DeliveryException.class, () -> slow.node(token, client(2)));
      assertEquals(Reason.IN_FLIGHT, second.reason());
      answered.countDown();
      assertEquals("node-a", first.get());
    }
  }

  @Test
  void rejectedTokensDisplaceNoValidOne() throws Exception {
    ReviewedTokens reviewed = new ReviewedTokens(ticker);
    TokenVerdict good = new TokenVerdict.Valid(USER, Optional.of("n"), Optional.empty());
    reviewed.put(ReviewedTokens.digest("good"), good);
    for (int i = 0; i < 20_000; i++) {
      reviewed.put(ReviewedTokens.digest("bad" + i), new TokenVerdict.Rejected("no"));
    }
    assertEquals(Optional.of(good), reviewed.of(ReviewedTokens.digest("good")));
    assertEquals(Optional.empty(), reviewed.of(ReviewedTokens.digest("bad0")), "bounded");
  }

  @Test
  void aValidTokenOfAnUnknownNodeIsRefused() {
    ReportGate unbound =
        gate((_, _) -> new TokenVerdict.Valid(USER, Optional.empty(), Optional.of("gone")));
    assertEquals(
        Reason.UNKNOWN_NODE,
        assertThrows(DeliveryException.class, () -> unbound.node(token(), client(1))).reason());
  }
}
