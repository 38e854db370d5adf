package io.github.dnsonde.controller;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.admission.AdmissionDecision;
import io.github.dnsonde.admission.Permission;
import io.github.dnsonde.admission.Result;
import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.controller.AskingApiServer.Answer;
import io.github.dnsonde.controller.AskingApiServer.Reply;
import io.github.dnsonde.manifest.Written;
import io.github.dnsonde.testkit.FakeTicker;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The answers to questions of API servers, while the watch lags behind or there is no time. */
class AdmissionDeskTest {

  private static final String INGRESS =
      "{\"podSelector\": {}, \"policyTypes\": [\"Ingress\"], \"ingress\": [{}]}";

  private static final Duration WAITED = Duration.ofMillis(700);

  private final FakeTicker ticker = new FakeTicker();
  private final ShopCluster cluster = new ShopCluster();
  private final List<Result> results = new ArrayList<>();
  private final List<Duration> times = new ArrayList<>();
  private final AdmissionDesk desk =
      new AdmissionDesk(
          ShopCluster.DENIED,
          _ -> Permission.Answer.YES,
          cluster,
          new Decided(),
          1_000_000,
          ticker);

  private final class Decided implements AdmissionDesk.Listener {
    @Override
    public boolean isSelfTest(AdmissionRequest request) {
      return request.name().name().equals("self-test");
    }

    @Override
    public void decided(AdmissionRequest request, AdmissionDecision decision, Duration took) {
      results.add(decision.result());
      times.add(took);
    }

    @Override
    public void notReview() {
      throw new AssertionError("a review");
    }
  }

  /** One of the two answers. */
  private interface Way {
    byte[] answer(InputStream review, Duration waited) throws IOException;
  }

  private static Answer created(Way way, String namespace, String name, String spec)
      throws IOException {
    String review =
        AskingApiServer.review(
            "CREATE", Optional.of(policy(namespace, name, spec)), Optional.empty(), false);
    byte[] answer = way.answer(new ByteArrayInputStream(review.getBytes(UTF_8)), WAITED);
    return AskingApiServer.answer(new Reply(200, new String(answer, UTF_8)));
  }

  private static String policy(String namespace, String name, String spec) {
    return AskingApiServer.policy(name, spec, "{}")
        .replace("\"payments\"", "\"" + namespace + "\"");
  }

  private Answer created(String namespace, String name, String spec) throws IOException {
    return created(desk::answer, namespace, name, spec);
  }

  private void shows(String namespace, String name, String spec) {
    cluster.policies.add(
        Written.policies(Written.documents(policy(namespace, name, spec)), Map.of())
            .policies()
            .getFirst());
  }

  @Test
  void whatPassesForWantOfTimeCountsAsApplied() throws IOException {
    assertEquals(
        "busy", created(desk::answerBusy, "shop", "allow", AskingApiServer.ALLOW).verdict());
    assertEquals("harmless", created("shop", "deny", AskingApiServer.DENY).verdict());
    assertEquals(List.of(Result.BUSY, Result.HARMLESS), results);
  }

  /** Otherwise a crowd would look like a firewall. */
  @Test
  void theSelfTestIsKnownAlsoIfThereIsNoTime() throws IOException {
    assertTrue(created(desk::answerBusy, "shop", "self-test", AskingApiServer.DENY).allowed());
    assertEquals(List.of(), results);
  }

  @Test
  void theTimeBeforeTheTurnCounts() throws IOException {
    created("shop", "allow", AskingApiServer.ALLOW);
    created(desk::answerBusy, "shop", "x", AskingApiServer.ALLOW);
    assertEquals(List.of(WAITED, WAITED), times);
    assertTrue(results.stream().allMatch(Result::isTimed), results::toString);
  }

  @Test
  void aControllerThatDoesNotKnowTheClusterLetsEverythingPass() throws IOException {
    cluster.ready = false;
    assertTrue(created("shop", "deny", AskingApiServer.DENY).allowed());
    assertEquals(List.of(Result.NOT_READY), results);
  }

  /** Anyone who reaches the port can have any number of them noted. */
  @Test
  void largePoliciesPushOlderOnesOut() throws IOException {
    created("shop", "allow", AskingApiServer.ALLOW);
    String blocks =
        IntStream.range(0, 900)
            .mapToObj(
                i -> "{\"ipBlock\": {\"cidr\": \"10.%d.%d.0/24\"}}".formatted(i / 250, i % 250))
            .collect(joining(","));
    String large =
        "{\"podSelector\": {\"matchLabels\": {\"a\": \"b\"}}, \"policyTypes\": [\"Ingress\"],"
            + " \"ingress\": [{\"from\": ["
            + blocks
            + "]}]}";
    created("shop", "large-0", large);
    assertEquals("harmless", created("shop", "deny", AskingApiServer.DENY).verdict());
    for (int i = 1; i < 10; i++) { // each takes a seventh of the room
      created("shop", "large-" + i, large);
    }
    assertFalse(created("shop", "deny", AskingApiServer.DENY).allowed());
  }

  /** Argo CD applies the allows first, of many namespaces, and the denies in a later wave. */
  @Test
  void wavesOfManyNamespacesPassWhileTheWatchLags() throws IOException {
    for (int i = 0; i < 100; i++) {
      cluster.namespaces.add("team-" + i);
    }
    for (String namespace : cluster.namespaces) {
      assertEquals("harmless", created(namespace, "allow", AskingApiServer.ALLOW).verdict());
    }
    for (String namespace : cluster.namespaces) {
      for (String name : List.of("deny", "deny-2", "deny-3")) {
        assertEquals("harmless", created(namespace, name, AskingApiServer.DENY).verdict(), name);
      }
    }
    assertEquals("harmless", created("shop", "late", AskingApiServer.DENY).verdict());
    cluster.namespaces.add("other");
    assertFalse(created("other", "deny", AskingApiServer.DENY).allowed(), "it has no allow");
  }

  /** The watch catches up between the two looks of a request; another one forgets the allow. */
  @Test
  void aWatchThatCatchesUpMeanwhileHidesNoAllow() throws IOException {
    created("shop", "allow", AskingApiServer.ALLOW);
    List<String> meanwhile = new ArrayList<>();
    cluster.onLook =
        () -> {
          cluster.onLook = () -> {};
          shows("shop", "allow", AskingApiServer.ALLOW);
          try {
            meanwhile.add(created("shop", "ingress", INGRESS).verdict());
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        };
    assertEquals("harmless", created("shop", "deny", AskingApiServer.DENY).verdict());
    assertEquals(List.of("harmless"), meanwhile);
  }
}
