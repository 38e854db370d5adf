package io.github.dnsonde.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.config.ConfigFile;
import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.log.Lines;
import io.github.dnsonde.log.Logging;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.schedule.Periodic;
import io.github.dnsonde.testkit.Probes;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An agent that cannot rely on itself any more ends, and logs the reason. */
@Timeout(60)
@Tag("long")
class AgentEndTest {

  private final Lines log = Lines.in(Logging.Format.LOGFMT);
  @TempDir private Path folder;
  private FakeDnsServer server;

  @BeforeEach
  void serve() throws IOException {
    server =
        FakeDnsServer.start(
            InetAddress.ofLiteral("127.0.0.1"), FakeDnsServer.ANY_PORT, FakeDnsServer.clusterDns());
  }

  @AfterEach
  void stop() {
    server.close();
    log.close();
  }

  /** The place where an error is thrown. */
  enum Place {
    SCAN("scan"),
    PLAN("plan"),
    FINDINGS("findings"),
    PROBING("probing");

    private final String word;

    Place(String word) {
      this.word = word;
    }
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void anErrorInOneOfItsThreadsEndsTheAgent(Place place) throws Exception {
    try (Agent agent = start(new Failing(Optional.of(place)))) {
      agent.join();
    }
    String said = String.join("\n", log.written());
    assertTrue(said.contains("level=error"), said);
    assertTrue(said.contains(place.word), said);
    assertTrue(said.contains("StackOverflowError: made by this test"), said);
  }

  @Test
  void anErrorInAnyOtherThreadEndsTheAgentAndExceptionsAreLogged() throws Exception {
    try (Agent agent = start(new Failing(Optional.empty()))) {
      Thread.ofVirtual()
          .name("kube-first")
          .uncaughtExceptionHandler(agent::uncaught)
          .start(() -> fail(new IllegalStateException("of a library")))
          .join();
      Thread waiting = Thread.ofPlatform().start(() -> join(agent));
      assertFalse(waiting.join(Duration.ofMillis(100)), "an exception does not end it");
      Thread.ofVirtual()
          .name("kube-pods")
          .uncaughtExceptionHandler(agent::uncaught)
          .start(() -> fail(new StackOverflowError("made by this test")))
          .join();
      waiting.join();
    }
    String said = String.join("\n", log.written());
    assertTrue(said.contains("thread=kube-first") && said.contains("of a library"), said);
    assertTrue(said.contains("thread=kube-pods") && said.contains("StackOverflowError"), said);
  }

  /** Resources that a task may be using are not closed before the task has ended. */
  @Test
  void closingWaitsForTheTasks() throws Exception {
    Slow slow = new Slow();
    Agent agent = start(slow);
    slow.inside.await();
    Thread closing = Thread.ofPlatform().start(agent::close);
    assertFalse(closing.join(Duration.ofMillis(100)), "the scan is not done");
    slow.release.countDown();
    closing.join();
    assertEquals(List.of("scanned", "closed"), slow.order);
  }

  private Agent start(Pods pods) throws IOException, ConfigException {
    return Agent.start(
        config(), new Agent.Setup(Optional.empty(), _ -> pods, log.stream(), pods::received));
  }

  private Config config() throws IOException, ConfigException {
    Path file =
        Files.writeString(
            folder.resolve("agent.yaml"),
            """
            mode: node
            vantage: {namespace: dnsonde, workload: dnsonde, node: worker-1}
            http: {metrics: "127.0.0.1:0", api: "127.0.0.1:0"}
            schedule: {period: 1s, timeout: 900ms, late: 800ms}
            cluster: {detect-interception: false}
            """);
    return ConfigFile.read(file);
  }

  private static void fail(Throwable failure) {
    switch (failure) {
      case Error error -> throw error;
      case RuntimeException exception -> throw exception;
      default -> throw new IllegalArgumentException(failure);
    }
  }

  private static void join(Agent agent) {
    try {
      agent.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** One pod that queries a server with answers. */
  private class Pods implements AgentMode {
    @Override
    public void addTo(Periodic chores, Runnable planSoon) {
      chores.every("scan", Duration.ofSeconds(1), this::scan);
    }

    void scan() {}

    @Override
    public Assignment assignment(Config config, Plan before) {
      Probe probe = Probes.probe(server.address(), Transport.UDP);
      return new Assignment(new Plan(List.of(probe)), config.pace(), Set.of());
    }

    void received(Outcome outcome) {}
  }

  private final class Failing extends Pods {
    private final Optional<Place> place;
    private volatile boolean started;

    Failing(Optional<Place> place) {
      this.place = place;
    }

    @Override
    public void addTo(Periodic chores, Runnable planSoon) {
      started = true;
      super.addTo(chores, planSoon);
    }

    private void at(Place here) {
      if (place.equals(Optional.of(here))) {
        fail(new StackOverflowError("made by this test"));
      }
    }

    @Override
    void received(Outcome outcome) {
      at(Place.PROBING);
    }

    @Override
    void scan() {
      at(Place.SCAN);
    }

    @Override
    public boolean refresh() {
      at(Place.PLAN);
      return false;
    }

    @Override
    public ClusterView cluster() {
      if (started) { // the first plan looks here, too
        at(Place.FINDINGS);
      }
      return ClusterView.EMPTY;
    }
  }

  /** A scan that takes a while. */
  private final class Slow extends Pods {
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());

    @Override
    void scan() {
      inside.countDown();
      try {
        release.await();
        order.add("scanned");
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      order.add("closed");
    }
  }
}
