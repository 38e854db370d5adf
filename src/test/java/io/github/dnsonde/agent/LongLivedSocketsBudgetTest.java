package io.github.dnsonde.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.QuerySocket;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.SocketResult;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.testkit.FakeTicker;
import io.github.dnsonde.testkit.PodBuilder;
import io.github.dnsonde.testkit.Probes;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sockets whose queries wait for the budget, by a clock that moves with each wait. */
class LongLivedSocketsBudgetTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final Reply SILENCE = new Reply.TimedOut(Reply.Phase.RESPONSE);

  private final FakeTicker ticker = new FakeTicker();
  private final List<SocketResult> results = new ArrayList<>();
  private final List<Narrow> exchanges = new ArrayList<>();
  private final Set<String> silentPods = new HashSet<>();
  private final Set<String> brokenPods = new HashSet<>();
  private final List<String> queried = new ArrayList<>();
  private final Set<String> open = new HashSet<>();
  private final List<String> names = new ArrayList<>();
  private int opened;
  private int newLost;
  private Duration wait = Duration.ZERO;
  private int room = Integer.MAX_VALUE;
  private Runnable whileWaiting = () -> {};
  private Plan plan = plan(1);
  private ClusterView cluster = ClusterView.EMPTY;
  private boolean wanted = true;

  private final LongLivedSockets sockets =
      new LongLivedSockets(
          () -> {
            exchanges.add(new Narrow());
            return exchanges.getLast();
          },
          new LongLivedSockets.Sources(() -> plan, () -> cluster, () -> wanted),
          new LongLivedSocket.Results() {
            @Override
            public void paths(Set<ProbePath> paths) {}

            @Override
            public void result(ProbePath path, SocketResult result) {
              results.add(result);
            }
          },
          TIMEOUT,
          ticker);

  /** The liveness probe ends an agent whose task runs for longer than a minute. */
  @Test
  void aRoundEndsSoonHoweverManySocketsWaitForTheBudget() {
    plan = plan(200);
    wait = Duration.ofMillis(900);
    IntStream.range(0, 200).forEach(pod -> silentPods.add("web-" + pod));
    for (int i = 0; i < 60; i++) {
      long began = ticker.nanos();
      sockets.round();
      Duration took = Duration.ofNanos(ticker.nanos() - began);
      assertTrue(took.compareTo(Duration.ofSeconds(30)) < 0, took::toString);
      ticker.advance(Duration.ofSeconds(1));
    }
    assertEquals(200, Set.copyOf(queried).size(), "the rest stays due");
  }

  @Test
  void aPodThatTerminatesWhileOthersWaitIsClosedAndNotQueried() {
    plan = plan(3);
    sockets.round();
    assertEquals(3, open.size());
    ticker.advance(LongLivedSocket.INTERVAL);
    List<String> inOrder = List.copyOf(new LinkedHashSet<>(queried));
    queried.clear();
    whileWaiting = () -> cluster = terminating(inOrder.getLast());
    sockets.round();
    assertEquals(2, queried.size(), queried::toString);
    assertFalse(queried.contains(inOrder.getLast()), queried::toString);
    assertEquals(2, open.size());
  }

  @Test
  void aSocketThatCannotBeOpenedStopsNoOther() {
    plan = plan(3);
    brokenPods.add("web-0");
    brokenPods.add("web-1");
    for (int i = 0; i < 4; i++) {
      sockets.round();
      ticker.advance(LongLivedSocket.INTERVAL);
    }
    assertEquals(
        List.of(
            SocketResult.ANSWERED,
            SocketResult.ANSWERED,
            SocketResult.ANSWERED,
            SocketResult.ANSWERED),
        results);
  }

  /** The queries of a comparison are one unit: the budget may never have room for six in a row. */
  @Test
  void aComparisonThatFoundNoRoomGoesFirstLater() {
    sockets.round();
    silentPods.add("web-0");
    ticker.advance(LongLivedSocket.INTERVAL);
    room = 1;
    sockets.round();
    assertEquals(2, queried.size(), queried::toString);
    assertEquals(List.of(SocketResult.ANSWERED), results);
    room = 1; // for a query, or for a comparison as a whole
    sockets.round();
    assertEquals(2 + 2 * LongLivedSocket.COMPARED, queried.size(), queried::toString);
    assertEquals(List.of(SocketResult.ANSWERED, SocketResult.STALE), results);
  }

  @Test
  void aComparisonThatIsNeverSentIsCountedAsUnanswered() {
    sockets.round();
    silentPods.add("web-0");
    ticker.advance(LongLivedSocket.INTERVAL);
    room = 1;
    sockets.round();
    ticker.advance(LongLivedSocket.PATIENCE);
    sockets.round();
    assertEquals(List.of(SocketResult.ANSWERED, SocketResult.UNANSWERED), results);
  }

  @Test
  void inAnOutageWithoutBudgetEachQueryIsCounted() {
    plan = plan(5);
    IntStream.range(0, 5).forEach(pod -> silentPods.add("web-" + pod));
    room = 5;
    sockets.round();
    assertEquals(4, results.size(), "one waits for its comparison");
    assertEquals(Set.of(SocketResult.UNANSWERED), Set.copyOf(results));
  }

  @Test
  void whatIsSwitchedOffHoldsNothing() {
    sockets.round();
    silentPods.add("web-0");
    for (int i = 0; i < LongLivedSocket.IN_A_ROW; i++) {
      ticker.advance(LongLivedSocket.INTERVAL);
      sockets.round();
    }
    assertEquals(1, sockets.stale().size());
    wanted = false;
    sockets.round();
    assertEquals(List.of(), sockets.stale());
    assertEquals(Set.of(), open);
    assertTrue(exchanges.getFirst().closed);
    int before = queried.size();
    ticker.advance(LongLivedSocket.INTERVAL);
    sockets.round();
    assertEquals(before, queried.size());
    assertEquals(1, exchanges.size());
    wanted = true;
    silentPods.clear();
    sockets.round();
    assertEquals(SocketResult.ANSWERED, results.getLast());
    assertEquals(2, exchanges.size());
  }

  /** With a loss of one packet in ten, more than a quarter of comparisons lose a new query. */
  @Test
  void aNewSocketThatLosesAPacketDoesNotEndWhatTheOldOneHasShown() {
    sockets.round();
    silentPods.add("web-0");
    compareOnce();
    compareOnce();
    newLost = 1;
    compareOnce();
    assertEquals(List.of(), sockets.stale());
    compareOnce();
    assertEquals(1, sockets.stale().size());
    Instant since = sockets.stale().getFirst().since();
    newLost = 1;
    compareOnce();
    assertEquals(since, sockets.stale().getFirst().since(), "it goes on");
    newLost = LongLivedSocket.COMPARED;
    compareOnce();
    assertEquals(List.of(), sockets.stale(), "an outage");
  }

  private void compareOnce() {
    ticker.advance(LongLivedSocket.INTERVAL);
    sockets.round();
  }

  @Test
  void anotherQuestionIsAskedOverTheSameSocket() {
    sockets.round();
    assertEquals(Set.of(Probes.INTERNAL), Set.copyOf(names));
    names.clear();
    plan = plan(1, "other.example.");
    compareOnce();
    assertEquals(Set.of("other.example."), Set.copyOf(names));
    assertEquals(1, opened, "the socket stays open");
  }

  private static Plan plan(int pods) {
    return plan(pods, Probes.INTERNAL);
  }

  private static Plan plan(int pods, String name) {
    return new Plan(
        IntStream.range(0, pods)
            .mapToObj(pod -> SampleOutcomes.vantage("shop", "web", "web-" + pod))
            .map(
                vantage ->
                    new Probe(
                        vantage,
                        SampleOutcomes.KUBE_DNS,
                        Probes.question(name, Transport.UDP),
                        true))
            .toList());
  }

  private static ClusterView terminating(String pod) {
    return PodBuilder.clusterOf(
        List.of(PodBuilder.pod("shop", pod, "10.244.1.7").deleting().build()));
  }

  /** An exchange with little budget, in which old sockets of some pods get no answers. */
  private final class Narrow implements Exchange {
    private final List<Runnable> inFlight = new ArrayList<>();
    private int reserved;
    private boolean closed;

    @Override
    public void query(Probe probe, Duration timeout, Duration late, Consumer<Outcome> done) {
      boolean lost = newLost > 0;
      newLost -= lost ? 1 : 0;
      send(probe, lost ? SILENCE : new Reply.Answered(0, false, List.of(), 40), done);
    }

    @Override
    public boolean reserve(Probe probe, int times) {
      boolean allowed = isAllowed();
      reserved = allowed ? times : 0;
      return allowed;
    }

    private boolean isAllowed() {
      if (reserved > 0) {
        reserved--;
        return true;
      }
      ticker.advance(wait);
      whileWaiting.run();
      room--;
      return room >= 0;
    }

    private void send(Probe probe, Reply reply, Consumer<Outcome> done) {
      String pod = probe.vantage().pod();
      if (!isAllowed()) {
        done.accept(SampleOutcomes.untested(probe, Cause.CAPPED));
      } else if (brokenPods.contains(pod)) {
        done.accept(SampleOutcomes.untested(probe, Cause.NO_SOCKET));
      } else {
        queried.add(pod);
        names.add(probe.question().name());
        inFlight.add(() -> done.accept(SampleOutcomes.replied(probe, 1, reply)));
      }
    }

    @Override
    public QuerySocket openSocket(Vantage vantage, Server server) {
      open.add(vantage.pod());
      opened++;
      return new QuerySocket() {
        @Override
        public void query(Probe probe, Duration timeout, Duration late, Consumer<Outcome> done) {
          boolean silent = silentPods.contains(vantage.pod());
          send(probe, silent ? SILENCE : new Reply.Answered(0, false, List.of(), 40), done);
        }

        @Override
        public void closeWhenIdle() {
          close();
        }

        @Override
        public void close() {
          open.remove(vantage.pod());
        }
      };
    }

    @Override
    public void await(Duration atMost) {
      List<Runnable> ended = List.copyOf(inFlight);
      inFlight.clear();
      if (!ended.isEmpty()) {
        ticker.advance(TIMEOUT);
      }
      ended.forEach(Runnable::run);
    }

    @Override
    public int inFlight() {
      return inFlight.size();
    }

    @Override
    public void wakeUp() {}

    @Override
    public void close() {
      closed = true;
      open.clear();
    }
  }
}
