package io.github.dnsonde.agent;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.config.ConfigFile;
import io.github.dnsonde.metrics.ClusterStatus;
import io.github.dnsonde.plan.Planner;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.QuerySocket;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Vantage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The real agent of one node, except for the place that it probes from: its pods differ only by
 * their local addresses on loopback.
 */
public final class FakeAgent implements AutoCloseable {

  /** The time for which a deaf agent has had no news of the cluster. */
  private static final Duration LONG_AGO = Duration.ofMinutes(20);

  private final Agent agent;
  private final Pods pods;

  private FakeAgent(Agent agent, Pods pods) {
    this.agent = agent;
    this.pods = pods;
  }

  /**
   * Starts an agent.
   *
   * @param config its configuration file, with the servers listed
   * @param vantages its node's pods
   * @throws IOException if it cannot listen, or the file has a mistake
   */
  public static FakeAgent start(Path config, List<Vantage> vantages, OutputStream log)
      throws IOException {
    Pods pods = new Pods(List.copyOf(vantages));
    try {
      return new FakeAgent(
          Agent.start(
              ConfigFile.read(config), new Agent.Setup(Optional.empty(), _ -> pods, log, _ -> {})),
          pods);
    } catch (ConfigException e) {
      throw new IOException(e.mistakes().toString(), e);
    }
  }

  /** Returns the address to scrape. */
  public InetSocketAddress metricsAddress() {
    return agent.metricsAddress();
  }

  /** Sets whether it cannot send. It sends the delayed queries afterwards. */
  public void mute(boolean now) {
    pods.mute = now;
  }

  /** Sets whether it gets no response from the API server. */
  public void deaf(boolean now) {
    pods.deaf = now;
  }

  @Override
  public void close() {
    agent.close();
  }

  /** The node's pods. */
  private static final class Pods implements AgentMode {

    private final List<Vantage> vantages;
    private volatile boolean mute;
    private volatile boolean deaf;

    Pods(List<Vantage> vantages) {
      this.vantages = vantages;
    }

    @Override
    public Exchange exchange(Consumer<Duration> starved) {
      return new Muted(AgentMode.super.exchange(starved), () -> mute);
    }

    @Override
    public Assignment assignment(Config config, Plan before) {
      return switch (config.servers()) {
        case Config.Servers.Listed(var servers) ->
            new Assignment(
                Planner.every(vantages, servers, config.questions(), config.cluster().dns()),
                config.pace(),
                Set.of());
        case Config.Servers.Auto _ ->
            throw new IllegalArgumentException("there is no cluster to find servers in");
      };
    }

    @Override
    public Optional<ClusterStatus> clusterStatus() {
      return Optional.of(
          new ClusterStatus(
              vantages::size,
              () -> Optional.of(lastHeard()),
              Map::of,
              () -> Map.of("pods", true),
              () -> Map.of("pods", lastHeard())));
    }

    private Instant lastHeard() {
      return deaf ? Instant.now().minus(LONG_AGO) : Instant.now();
    }
  }

  /** An exchange that sometimes sends nothing, and does not report it. */
  private record Muted(Exchange exchange, BooleanSupplier mute, Deque<Runnable> later)
      implements Exchange {

    Muted(Exchange exchange, BooleanSupplier mute) {
      this(exchange, mute, new ArrayDeque<>());
    }

    @Override
    public void query(Probe probe, Duration timeout, Duration late, Consumer<Outcome> done) {
      if (mute.getAsBoolean()) {
        later.add(() -> exchange.query(probe, timeout, late, done));
      } else {
        exchange.query(probe, timeout, late, done);
      }
    }

    @Override
    public QuerySocket openSocket(Vantage vantage, Server server) {
      return exchange.openSocket(vantage, server);
    }

    @Override
    public void await(Duration atMost) {
      while (!mute.getAsBoolean() && !later.isEmpty()) {
        later.remove().run();
      }
      exchange.await(atMost);
    }

    @Override
    public int inFlight() {
      return exchange.inFlight() + later.size();
    }

    @Override
    public void wakeUp() {
      exchange.wakeUp();
    }

    @Override
    public void close() {
      exchange.close();
    }
  }
}
