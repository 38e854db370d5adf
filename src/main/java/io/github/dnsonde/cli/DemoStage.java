package io.github.dnsonde.cli;

import static java.util.stream.Collectors.toMap;

import io.github.dnsonde.agent.Agent;
import io.github.dnsonde.agent.AgentMode;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.config.ConfigFile;
import io.github.dnsonde.demo.FakeCluster;
import io.github.dnsonde.demo.Scene;
import io.github.dnsonde.plan.Planner;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The parts of the demo: the simulated cluster, the real agent that probes it, and the agent's
 * observations since the scene began.
 */
final class DemoStage implements AutoCloseable {

  /** A quick pace, so that a scene shows within seconds. */
  private static final Pace PACE =
      new Pace(Duration.ofMillis(500), Duration.ofMillis(1_500), Duration.ofMillis(600), 512, 200);

  /** A short span between log lines, so that each scene shows its own failures. */
  private static final Duration QUIET = Duration.ofSeconds(1);

  /** A query that was sent as a scene began may have reached the previous scene. */
  private static final Duration CHANGING = Duration.ofMillis(100);

  private static final int LOG_LINES = 3;

  /** The lines among which those are looked for. */
  private static final int LOG_TAIL = 50;

  /** The only node of the simulated cluster. */
  private static final String NODE = "demo";

  private final FakeCluster cluster;
  private final LogTail log = new LogTail(LOG_TAIL);
  private final Map<Probe, Seen> latest = new HashMap<>();
  private final Agent agent;
  private Scene scene = Scene.SCRIPT.getFirst();
  private long since = Ticker.SYSTEM.nanos();

  private DemoStage(FakeCluster cluster) throws IOException, ConfigException {
    this.cluster = cluster;
    this.agent = startAgent();
  }

  /**
   * Starts the cluster and the agent.
   *
   * @throws IOException if the addresses of the servers or of the agent cannot be bound
   */
  static DemoStage open() throws IOException, ConfigException {
    FakeCluster cluster = FakeCluster.start();
    try {
      return new DemoStage(cluster);
    } catch (IOException | ConfigException e) {
      cluster.close();
      throw e;
    }
  }

  private Agent startAgent() throws IOException, ConfigException {
    Config usual = ConfigFile.withoutFile(Map.of());
    Agent.Setup setup =
        new Agent.Setup(Optional.empty(), _ -> surroundings(), log, this::record, QUIET);
    try {
      return Agent.start(
          config(usual, usual.http().metrics().getPort(), usual.http().api().getPort()), setup);
    } catch (IOException _) { // another process listens there
      return Agent.start(config(usual, 0, 0), setup);
    }
  }

  private AgentMode surroundings() {
    return (config, _) ->
        new AgentMode.Assignment(
            Planner.every(
                cluster.vantages(), cluster.servers(), config.questions(), config.cluster().dns()),
            config.pace(),
            Set.of());
  }

  private Config config(Config usual, int metricsPort, int apiPort) {
    List<Server> servers = cluster.servers();
    InetAddress loopback = InetAddress.getLoopbackAddress();
    return new Config(
        usual.mode(),
        new Vantage("demo", "dnsonde", "dnsonde", NODE, Vantage.ANY, Instant.EPOCH),
        new Config.Cluster(
            servers.stream().map(Server::address).toList(),
            usual.cluster().kubeDns(),
            usual.cluster().nodeLocalDns(),
            false,
            usual.cluster().ownerLabel(),
            usual.cluster().canary(),
            usual.cluster().longLivedSockets()),
        usual.kubernetes(),
        usual.namespaces(),
        usual.pods(),
        new Config.Servers.Listed(servers),
        usual.questions(),
        usual.lookups(),
        usual.trials(),
        PACE,
        usual.clusterBudget(),
        Config.Http.plain(
            new InetSocketAddress(loopback, metricsPort), new InetSocketAddress(loopback, apiPort)),
        usual.metrics(),
        usual.logging(),
        usual.probePods(),
        Optional.empty(),
        usual.controller());
  }

  /**
   * An outcome with its time.
   *
   * @param asked the time of sending by the ticker; the earliest possible one if it is not known
   */
  private record Seen(Outcome outcome, long asked) {}

  private synchronized void record(Outcome outcome) {
    long took = outcome.duration().orElse(PACE.timeout()).toNanos();
    latest.put(outcome.probe(), new Seen(outcome, Ticker.SYSTEM.nanos() - took));
    notifyAll();
  }

  /** Switches to a scene; earlier observations no longer count. */
  synchronized void play(Scene next) {
    scene = next;
    since = Ticker.SYSTEM.nanos();
    log.clear();
    cluster.play(next);
  }

  /** Waits until every probe has an outcome since the scene began. */
  synchronized boolean settled(Duration within) throws InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    for (long left = within.toMillis();
        left > 0 && !settled();
        left = (deadline - System.nanoTime()) / 1_000_000) {
      wait(left);
    }
    return settled();
  }

  private synchronized boolean settled() {
    return agent.plan().probes().stream().allMatch(probe -> seen(probe).isPresent());
  }

  private Optional<Outcome> seen(Probe probe) {
    return Optional.ofNullable(latest.get(probe))
        .filter(seen -> seen.asked() - since >= CHANGING.toNanos())
        .map(Seen::outcome);
  }

  /**
   * Lists the differences between the agent's observations and the scene; empty if there are none.
   */
  synchronized List<String> mistakes() {
    return agent.plan().probes().stream().flatMap(probe -> mistake(probe).stream()).toList();
  }

  private Optional<String> mistake(Probe probe) {
    String expected = scene.expected(probe).map(Reason::label).orElse("good");
    String found = seen(probe).map(outcome -> found(outcome.verdict())).orElse("nothing yet");
    return expected.equals(found)
        ? Optional.empty()
        : Optional.of(
            String.join(
                " ",
                probe.vantage().namespace(),
                probe.server().name(),
                probe.question().scope().label(),
                probe.question().transport().label() + ":",
                "expected",
                expected + ", found",
                found));
  }

  private static String found(Verdict verdict) {
    return verdict.why().orElse("good");
  }

  synchronized Scene scene() {
    return scene;
  }

  synchronized Duration age() {
    return Duration.ofNanos(Ticker.SYSTEM.nanos() - since);
  }

  synchronized Map<Probe, Outcome> latest() {
    return latest.entrySet().stream()
        .collect(toMap(Map.Entry::getKey, entry -> entry.getValue().outcome()));
  }

  List<Probe> probes() {
    return agent.plan().probes();
  }

  /**
   * The agent's last log lines since the scene began, without failures of the scene before, which
   * are logged when their time is over.
   */
  synchronized List<String> log() {
    List<String> lines = log.lines().stream().filter(this::isOfScene).toList();
    return lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size());
  }

  private boolean isOfScene(String line) {
    return !line.contains(" level=warn ")
        || agent.plan().probes().stream()
            .anyMatch(
                probe ->
                    scene.expected(probe).filter(reason -> isOf(line, probe, reason)).isPresent());
  }

  private static boolean isOf(String line, Probe probe, Reason reason) {
    return Stream.of(
            "source_namespace=" + probe.vantage().namespace(),
            "server=" + probe.server().name(),
            "transport=" + probe.question().transport().label(),
            "scope=" + probe.question().scope().label(),
            "reason=" + reason.label())
        .allMatch(field -> line.contains(" " + field + " "));
  }

  InetSocketAddress metricsAddress() {
    return agent.metricsAddress();
  }

  InetSocketAddress apiAddress() {
    return agent.apiAddress();
  }

  @Override
  public void close() {
    agent.close();
    cluster.close();
  }
}
