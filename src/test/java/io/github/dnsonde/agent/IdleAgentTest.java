package io.github.dnsonde.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigFile;
import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.log.Lines;
import io.github.dnsonde.log.Logging;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.schedule.Periodic;
import io.github.dnsonde.testkit.Probes;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The work of an agent in whose surroundings nothing changes. */
@Timeout(60)
class IdleAgentTest {

  @TempDir private Path folder;

  @Test
  @Tag("long")
  void withoutAChangeNothingIsPlannedAndLittleIsLookedAt() throws Exception {
    try (FakeDnsServer server =
            FakeDnsServer.start(
                InetAddress.ofLiteral("127.0.0.1"),
                FakeDnsServer.ANY_PORT,
                FakeDnsServer.clusterDns());
        Lines log = Lines.in(Logging.Format.LOGFMT)) {
      Counting counting = new Counting(server);
      try (Agent agent =
          Agent.start(
              config(), new Agent.Setup(Optional.empty(), _ -> counting, log.stream(), _ -> {}))) {
        assertTrue(counting.looks.tryAcquire(2, 30, TimeUnit.SECONDS), "it runs");
        counting.looks.drainPermits();
        long start = System.nanoTime();
        assertTrue(counting.looks.tryAcquire(2, 30, TimeUnit.SECONDS), "it looks now and then");
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(took.toMillis() >= 1_900, () -> "two looks took " + took);
        assertEquals(1, counting.plans.get(), "plans");
        counting.changed.set(true);
        counting.planSoon.run();
        assertTrue(counting.planned.tryAcquire(2, 30, TimeUnit.SECONDS), "a plan after a change");
        assertEquals(1, agent.plan().probes().size(), "probes");
      }
    }
  }

  private Config config() throws Exception {
    return ConfigFile.read(
        Files.writeString(
            folder.resolve("agent.yaml"),
            """
            mode: node
            vantage: {namespace: dnsonde, workload: dnsonde, node: worker-1}
            http: {metrics: "127.0.0.1:0", api: "127.0.0.1:0"}
            cluster: {detect-interception: false}
            """));
  }

  /** Surroundings that count how often the agent looks at them. */
  private static final class Counting implements AgentMode {

    private final FakeDnsServer server;
    private final Semaphore looks = new Semaphore(0);
    private final Semaphore planned = new Semaphore(0);
    private final AtomicInteger plans = new AtomicInteger();
    private final AtomicBoolean changed = new AtomicBoolean();
    private volatile Runnable planSoon = () -> {};

    Counting(FakeDnsServer server) {
      this.server = server;
    }

    @Override
    public void addTo(Periodic chores, Runnable soon) {
      planSoon = soon;
    }

    @Override
    public boolean refresh() {
      looks.release();
      return changed.getAndSet(false);
    }

    @Override
    public Assignment assignment(Config config, Plan before) {
      plans.incrementAndGet();
      planned.release();
      Plan plan = new Plan(List.of(Probes.probe(server.address(), Transport.UDP)));
      return new Assignment(plan, config.pace(), Set.of());
    }

    @Override
    public ClusterView cluster() {
      return ClusterView.EMPTY;
    }
  }
}
