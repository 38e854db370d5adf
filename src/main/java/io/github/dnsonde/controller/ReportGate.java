package io.github.dnsonde.controller;

import io.github.dnsonde.http.ClientNetwork;
import io.github.dnsonde.http.DeliveryException;
import io.github.dnsonde.http.DeliveryException.Reason;
import io.github.dnsonde.kube.ServiceAccountToken;
import io.github.dnsonde.kube.TokenVerdict;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Decides by a token whose report it is. The token's own claims are checked first: they cost
 * nothing. Then the API server is asked, within limits that no sender can use up for others.
 * Thread-safe.
 */
final class ReportGate {

  static final String AUDIENCE = "dnsonde-controller";

  /** The time for which a sender of a rejected token gets no further question to the API server. */
  private static final Duration PENALTY = Duration.ofSeconds(10);

  /** The senders that are remembered for that. */
  private static final int PENALTIES = 4_096;

  private final NamespacedName agents;
  private final TokenReviewer reviewer;
  private final Placement placement;
  private final Ticker ticker;
  private final ReviewPace pace;
  private final ReviewedTokens reviewed;
  private final Set<ByteBuffer> inReview = ConcurrentHashMap.newKeySet();
  private final Map<InetAddress, Long> penalties = new Penalties();

  /**
   * Creates a gate.
   *
   * @param agents the namespace and the name of the agents' service account
   */
  ReportGate(NamespacedName agents, TokenReviewer reviewer, Placement placement, Ticker ticker) {
    this.agents = agents;
    this.reviewer = reviewer;
    this.placement = placement;
    this.ticker = ticker;
    this.pace = new ReviewPace(ticker);
    this.reviewed = new ReviewedTokens(ticker);
  }

  /**
   * Returns the node that the sender may report for.
   *
   * @throws DeliveryException if it may not report
   */
  String node(String token, ClientNetwork source) throws DeliveryException {
    checkClaims(token);
    return switch (verdict(token, source)) {
      case TokenVerdict.Rejected(String why) ->
          throw new DeliveryException(
              Reason.REJECTED_TOKEN, "the API server rejects the token: " + why);
      case TokenVerdict.Valid valid -> node(valid);
    };
  }

  private void checkClaims(String token) throws DeliveryException {
    ServiceAccountToken claims =
        ServiceAccountToken.read(token)
            .orElseThrow(
                () ->
                    new DeliveryException(
                        Reason.MALFORMED_TOKEN, "expected the token of a service account"));
    if (!claims.audiences().contains(AUDIENCE)) {
      throw new DeliveryException(
          Reason.UNUSABLE_TOKEN, "expected a token for the audience " + AUDIENCE);
    }
    if (!claims.expiry().isAfter(ticker.now())) {
      throw new DeliveryException(
          Reason.UNUSABLE_TOKEN, "the token has expired: check the clocks of the nodes");
    }
    checkAccount(claims.subject());
  }

  private void checkAccount(String user) throws DeliveryException {
    if (!user.equals("system:serviceaccount:" + agents.namespace() + ":" + agents.name())) {
      throw new DeliveryException(
          Reason.WRONG_ACCOUNT, "expected the agents' service account " + agents);
    }
  }

  private TokenVerdict verdict(String token, ClientNetwork source) throws DeliveryException {
    ByteBuffer digest = ReviewedTokens.digest(token);
    Optional<TokenVerdict> known = reviewed.of(digest);
    if (known.isPresent()) {
      return known.get();
    }
    if (!inReview.add(digest)) {
      throw new DeliveryException(Reason.IN_FLIGHT, "the token is being checked");
    }
    try {
      awaitTurn(source);
      TokenVerdict verdict = reviewer.review(token, AUDIENCE);
      reviewed.put(digest, verdict);
      if (verdict instanceof TokenVerdict.Rejected) {
        penalize(source);
      }
      return verdict;
    } catch (IOException e) {
      throw new DeliveryException(
          Reason.NO_VERDICT, "the API server gives no verdict about the token: " + e.getMessage());
    } finally {
      inReview.remove(digest);
    }
  }

  private void awaitTurn(ClientNetwork source) throws DeliveryException {
    OptionalLong wait = isPenalized(source) ? OptionalLong.empty() : pace.reserve();
    if (wait.isEmpty()) {
      throw new DeliveryException(
          Reason.BUSY, "too many tokens wait for the API server's verdict: try again later");
    }
    try {
      TimeUnit.NANOSECONDS.sleep(wait.getAsLong());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new DeliveryException(Reason.BUSY, "the controller stops");
    }
  }

  private void penalize(ClientNetwork source) {
    synchronized (penalties) {
      penalties.put(source.address(), ticker.nanos());
    }
  }

  private boolean isPenalized(ClientNetwork source) {
    synchronized (penalties) {
      Long since = penalties.get(source.address());
      return since != null && ticker.nanos() - since < PENALTY.toNanos();
    }
  }

  /** Servers before Kubernetes 1.30 do not report the node of a token, but its pod. */
  private String node(TokenVerdict.Valid valid) throws DeliveryException {
    checkAccount(valid.user());
    return valid
        .node()
        .or(
            () ->
                valid
                    .pod()
                    .flatMap(pod -> placement.nodeOf(new NamespacedName(agents.namespace(), pod))))
        .orElseThrow(
            () ->
                new DeliveryException(
                    Reason.UNKNOWN_NODE,
                    "the token is bound to no known node: expected the projected token of a pod"));
  }

  /** Drops the sender that was penalized first. */
  private static final class Penalties extends LinkedHashMap<InetAddress, Long> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<InetAddress, Long> eldest) {
      return size() > PENALTIES;
    }
  }
}
